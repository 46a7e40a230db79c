//! What becomes of a transaction message that is not answered, or cannot be sent.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ocpp::ErrorCode;
use serde_json::{Value, json};
use simulator::{Fleet, FleetConfig};

use crate::central_system::{Answer, CentralSystem, Heard, agree};
use crate::charging::charging;

const TRANSACTION_MESSAGES: [&str; 3] = ["StartTransaction", "MeterValues", "StopTransaction"];

fn is_transaction(heard: &Heard) -> bool {
    TRANSACTION_MESSAGES.contains(&heard.action.as_str())
}

/// A message's own time.
pub fn time(payload: &Value) -> jiff::Timestamp {
    let reading = &payload["meterValue"][0]["timestamp"];
    let text = payload["timestamp"].as_str().or(reading.as_str());
    let time = text.expect("transaction messages are dated").parse();
    time.expect("times are RFC 3339")
}

#[tokio::test]
async fn a_message_is_sent_three_times_under_three_ids_and_then_given_up() {
    for answer in [ErrorCode::InternalError, ErrorCode::GenericError] {
        let silent = answer == ErrorCode::GenericError;
        let mut central = CentralSystem::start(move |action, _| match action {
            "StartTransaction" if silent => Answer::Silence,
            "StartTransaction" => Answer::Error(answer.clone()),
            _ => agree(action),
        })
        .await;
        let config = FleetConfig {
            call_timeout: Duration::from_millis(100),
            retry_interval: Duration::from_millis(50),
            rest_time: Duration::from_hours(1),
            ..charging(&central.url)
        };
        let fleet = Fleet::start(config).expect("the settings work");
        let mut sent = Vec::new();
        let stop = loop {
            let heard = central.next().await;
            match heard.action.as_str() {
                "StartTransaction" => sent.push(heard),
                "MeterValues" => assert_eq!(heard.payload["transactionId"], -1),
                "StopTransaction" => break heard.payload,
                _ => {}
            }
        };
        assert_eq!(stop["transactionId"], -1, "the start was never answered");
        assert_eq!(sent.len(), 3, "three attempts (silent: {silent}): {sent:?}");
        assert!(
            sent.iter().all(|start| start.payload == sent[0].payload),
            "the same message each time: {sent:?}"
        );
        let ids: BTreeSet<_> = sent.iter().map(|start| &start.id).collect();
        assert_eq!(ids.len(), 3, "each under an id of its own: {ids:?}");
        let summary = fleet.stop().await;
        assert_eq!(summary.given_up, 1, "{summary:?}");
        assert_eq!(summary.transactions_started, 0, "{summary:?}");
    }
}

#[tokio::test]
async fn the_wait_for_the_next_attempt_grows_with_the_attempts() {
    let mut central = CentralSystem::start(|action, _| match action {
        "StartTransaction" => Answer::Error(ErrorCode::InternalError),
        _ => agree(action),
    })
    .await;
    let base = Duration::from_millis(300);
    let config = FleetConfig {
        retry_interval: base,
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    central.next_of("StartTransaction").await;
    for attempt in 1..3 {
        let before = tokio::time::Instant::now();
        central.next_of("StartTransaction").await;
        let waited = before.elapsed();
        // The central system takes its time between hearing and answering, never less.
        assert!(
            waited + Duration::from_millis(50) >= base * attempt,
            "after attempt {attempt}: {waited:?}"
        );
    }
    fleet.stop().await;
}

#[tokio::test]
async fn a_cut_is_no_attempt_and_the_message_comes_again_under_a_new_id() {
    let starts = AtomicU32::new(0);
    let mut central = CentralSystem::start(move |action, _| match action {
        "StartTransaction" if starts.fetch_add(1, Ordering::Relaxed) < 4 => Answer::HangUp,
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        rest_time: Duration::from_hours(1),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let mut ids = BTreeSet::new();
    for _ in 0..5 {
        ids.insert(central.next_of("StartTransaction").await.id);
    }
    assert_eq!(ids.len(), 5, "{ids:?}");
    let stop = central.next_of("StopTransaction").await.payload;
    assert_eq!(stop["transactionId"], 7, "the fifth one was answered");
    let summary = fleet.stop().await;
    assert_eq!(
        (summary.given_up, summary.transactions_started),
        (0, 1),
        "{summary:?}"
    );
}

#[tokio::test]
async fn a_charge_goes_on_while_there_is_no_connection_and_is_told_in_order_afterwards() {
    let readings = AtomicU32::new(0);
    let mut central = CentralSystem::start(move |action, _| match action {
        "MeterValues" if readings.fetch_add(1, Ordering::Relaxed) == 0 => Answer::HangUp,
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        // Over before the charge point is back.
        meter_interval: Duration::from_millis(40),
        charge_time: Duration::from_millis(220),
        rest_time: Duration::from_hours(1),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let cut = central.next_of("MeterValues").await.payload;
    central.next_of("connected").await;
    let mut told = Vec::new();
    while told
        .last()
        .is_none_or(|heard: &Heard| heard.action != "StopTransaction")
    {
        let heard = central.next().await;
        if is_transaction(&heard) {
            told.push(heard);
        }
    }
    assert_eq!(told[0].payload, cut, "the oldest first");
    assert!(
        told.len() > 3,
        "what was measured meanwhile follows: {told:?}"
    );
    let times: Vec<_> = told.iter().map(|heard| time(&heard.payload)).collect();
    assert!(
        times.is_sorted(),
        "in order, each at its own time: {times:?}"
    );
    let length = times[times.len() - 1].duration_since(times[0]);
    assert!(
        length.as_millis() >= 100,
        "the stop has the time of the stop, not of its delivery: {times:?}"
    );
    assert!(told.iter().all(|heard| heard.payload["transactionId"] == 7));
    let summary = fleet.stop().await;
    assert_eq!(summary.transactions_stopped, 1, "{summary:?}");
}

#[tokio::test]
async fn what_follows_a_start_waits_for_its_answer_and_takes_its_transaction() {
    let starts = AtomicU32::new(0);
    let mut central = CentralSystem::start(move |action, _| match action {
        "StartTransaction" if starts.fetch_add(1, Ordering::Relaxed) < 2 => {
            Answer::Error(ErrorCode::InternalError)
        }
        "StartTransaction" => {
            Answer::Result(json!({"idTagInfo": {"status": "Accepted"}, "transactionId": 41}))
        }
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        meter_interval: Duration::from_millis(50),
        // The charge is over before the third attempt.
        charge_time: Duration::from_millis(200),
        retry_interval: Duration::from_millis(200),
        rest_time: Duration::from_hours(1),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let mut story = Vec::new();
    while story.last() != Some(&"StopTransaction".to_owned()) {
        let heard = central.next().await;
        if is_transaction(&heard) {
            if heard.action != "StartTransaction" {
                assert_eq!(heard.payload["transactionId"], 41, "{heard:?}");
            }
            story.push(heard.action);
        }
    }
    let starts = story
        .iter()
        .take_while(|action| *action == "StartTransaction");
    assert_eq!(starts.count(), 3, "nothing overtakes the start: {story:?}");
    fleet.stop().await;
}

#[tokio::test]
async fn a_full_queue_drops_the_oldest_readings_and_never_a_start_or_a_stop() {
    let starts = AtomicU32::new(0);
    let mut central = CentralSystem::start(move |action, _| match action {
        // Everything behind the first start waits for three of its readings' lengths.
        "StartTransaction" if starts.fetch_add(1, Ordering::Relaxed) < 2 => {
            Answer::Error(ErrorCode::InternalError)
        }
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        meter_interval: Duration::from_millis(20),
        charge_time: Duration::from_millis(300),
        retry_interval: Duration::from_millis(200),
        rest_time: Duration::from_hours(1),
        queue_limit: 4,
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let mut kept = Vec::new();
    let stop = loop {
        let heard = central.next().await;
        match heard.action.as_str() {
            "MeterValues" => kept.push(time(&heard.payload)),
            "StopTransaction" => break time(&heard.payload),
            _ => {}
        }
    };
    assert!((1..=3).contains(&kept.len()), "four places: {kept:?}");
    let oldest = stop.duration_since(kept[0]);
    assert!(
        oldest.as_millis() < 150,
        "the newest ones are kept: {oldest:?}"
    );
    let summary = fleet.stop().await;
    assert!(summary.dropped > 0, "what went is counted: {summary:?}");
    assert_eq!(
        (summary.transactions_started, summary.transactions_stopped),
        (1, 1),
        "{summary:?}"
    );
}

#[tokio::test]
async fn a_known_card_starts_a_charge_without_a_connection_and_the_start_is_told_afterwards() {
    let stops = AtomicU32::new(0);
    let mut central = CentralSystem::start(move |action, _| match action {
        "StopTransaction" if stops.fetch_add(1, Ordering::Relaxed) == 0 => Answer::HangUp,
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        // The next car is there before the charge point is connected again, and stays.
        rest_time: Duration::from_millis(10),
        charge_time: Duration::from_hours(1),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let started = central.next_of("StartTransaction").await;
    central.next_of("StatusNotification").await;
    let stop = json!({"transactionId": 7});
    central
        .ask(&started.path, "RemoteStopTransaction", stop)
        .await;
    let cut = central.next_of("StopTransaction").await.payload;
    central.next_of("connected").await;
    let mut told = Vec::new();
    while told
        .last()
        .is_none_or(|heard: &Heard| heard.action != "StartTransaction")
    {
        let heard = central.next().await;
        assert_ne!(heard.action, "Authorize", "nobody could be asked");
        if is_transaction(&heard) {
            told.push(heard);
        }
    }
    assert_eq!(
        told[0].payload, cut,
        "the stop of the charge before comes first"
    );
    assert_eq!(told.len(), 2, "then the start: {told:?}");
    fleet.stop().await;
}
