//! What a data folder keeps when the process ends in the middle of things.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use simulator::truth::{self, Entry};
use simulator::{Fleet, FleetConfig, Scenario};

use crate::central_system::{Answer, CentralSystem, Heard, agree};
use crate::charging::{charging, sampled};
use crate::queue::time;

fn kept_in(folder: &Path, url: &str) -> FleetConfig {
    FleetConfig {
        meter_interval: Duration::from_millis(50),
        charge_time: Duration::from_hours(1),
        data_dir: Some(folder.to_owned()),
        ..charging(url)
    }
}

#[tokio::test]
async fn what_was_not_acknowledged_is_sent_after_a_restart_oldest_first_and_the_charge_is_ended() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let deaf = Arc::new(AtomicBool::new(true));
    let listens = Arc::clone(&deaf);
    let mut central = CentralSystem::start(move |action, _| match action {
        "MeterValues" if listens.load(Ordering::Relaxed) => Answer::Silence,
        _ => agree(action),
    })
    .await;
    let config = kept_in(folder.path(), &central.url);
    let fleet = Fleet::start(config.clone()).expect("the settings work");
    let unanswered = central.next_of("MeterValues").await;
    let queue = folder.path().join("queues/SIM-0001.jsonl");
    let readings = || {
        let text = std::fs::read_to_string(&queue).expect("the queue is a file");
        text.matches("meterValue\"").count()
    };
    tokio::time::timeout(crate::central_system::PATIENCE, async {
        while readings() < 4 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("readings go into the queue while none is answered");
    // As a kill does: nothing is said any more.
    drop(fleet);

    deaf.store(false, Ordering::Relaxed);
    let idle = FleetConfig {
        scenario: Scenario::Idle,
        ..config
    };
    let fleet = again(idle).await;
    central.next_of("BootNotification").await;
    let mut told: Vec<Heard> = Vec::new();
    while told
        .last()
        .is_none_or(|heard| heard.action != "StopTransaction")
    {
        let heard = central.next().await;
        if heard.payload["transactionId"].is_number() {
            told.push(heard);
        }
    }
    assert_eq!(told[0].payload, unanswered.payload, "the oldest first");
    assert_ne!(told[0].id, unanswered.id, "under a new id");
    assert!(told.len() >= 5, "all of them: {told:?}");
    let times: Vec<_> = told.iter().map(|heard| time(&heard.payload)).collect();
    assert!(times.is_sorted(), "in order: {times:?}");
    assert!(
        told.iter().all(|heard| heard.payload["transactionId"] == 7),
        "the transaction of the start that was answered before: {told:?}"
    );
    let stop = &told[told.len() - 1].payload;
    let last = &told[told.len() - 2].payload;
    assert_eq!(stop["reason"], "PowerLoss");
    assert_eq!(
        stop["meterStop"],
        json!(sampled(last, "Energy.Active.Import.Register")),
        "the charge ends where it was last known"
    );
    fleet.stop().await;
    let entries = truth::read(folder.path().join(truth::FILE_NAME)).expect("it reads");
    let ended = |entry: &&Entry| matches!(entry, Entry::Ended(_));
    assert_eq!(entries.iter().filter(ended).count(), 1, "{entries:?}");
}

/// Starts where the fleet before has just let go of the folder: its last write may be under way.
async fn again(config: FleetConfig) -> Fleet {
    let start = async {
        loop {
            match Fleet::start(config.clone()) {
                Ok(fleet) => return fleet,
                Err(fault) => assert!(fault.to_string().contains("another"), "{fault}"),
            }
            tokio::task::yield_now().await;
        }
    };
    let started = tokio::time::timeout(crate::central_system::PATIENCE, start);
    started
        .await
        .expect("a dropped fleet lets go of its folder")
}

#[tokio::test]
async fn a_register_goes_on_after_a_restart_and_what_was_delivered_is_not_sent_again() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let config = FleetConfig {
        charge_time: Duration::from_millis(200),
        ..kept_in(folder.path(), &central.url)
    };
    let fleet = Fleet::start(config.clone()).expect("the settings work");
    central.next_of("MeterValues").await;
    fleet.stop().await;
    let rest = central.rest();
    let stop = rest.iter().rfind(|heard| heard.action == "StopTransaction");
    let register = stop.expect("it was stopped in order").payload["meterStop"].clone();

    let fleet = Fleet::start(config).expect("the settings work");
    let first = loop {
        let heard = central.next().await;
        if !heard.payload["meterStart"].is_null() {
            break heard.payload;
        }
        assert_ne!(heard.action, "MeterValues", "nothing was left: {heard:?}");
        assert_ne!(
            heard.action, "StopTransaction",
            "nothing was left: {heard:?}"
        );
    };
    assert_eq!(first["meterStart"], register);
    central.next_of("MeterValues").await;
    fleet.stop().await;
    let entries = truth::read(folder.path().join(truth::FILE_NAME)).expect("it reads");
    let mut later = 0;
    for entry in &entries {
        if let Entry::Ended(charge) = entry {
            later += i32::from(charge.meter_start_wh > 0);
            assert_eq!(
                charge.energy_wh,
                charge.meter_stop_wh - charge.meter_start_wh,
                "{charge:?}"
            );
        }
    }
    assert!(later > 0, "both runs are in one file: {entries:?}");
}

#[tokio::test]
async fn a_data_folder_belongs_to_one_fleet() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let central = CentralSystem::start(|action, _| agree(action)).await;
    let config = kept_in(folder.path(), &central.url);
    let fleet = Fleet::start(config.clone()).expect("the settings work");
    let fault = Fleet::start(config).expect_err("the folder is in use");
    assert!(fault.to_string().contains("another simulator"), "{fault}");
    fleet.stop().await;
}

#[tokio::test]
async fn a_flaky_charge_point_loses_nothing_that_was_in_its_queue() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let transactions = std::sync::atomic::AtomicI32::new(0);
    let mut central = CentralSystem::start(move |action, _| match action {
        "StartTransaction" => {
            let transaction = transactions.fetch_add(1, Ordering::Relaxed) + 1;
            Answer::Result(
                json!({"idTagInfo": {"status": "Accepted"}, "transactionId": transaction}),
            )
        }
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        scenario: Scenario::Flaky,
        charge_time: Duration::from_millis(400),
        trouble_interval: Duration::from_millis(200),
        longest_absence: Duration::from_millis(100),
        count: 8,
        ..kept_in(folder.path(), &central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let (mut cuts, mut boots, mut stops) = (0, 0, 0);
    // Eight boots and connections are the first ones.
    while cuts < 16 || boots < 9 || stops < 8 {
        let heard = central.next().await;
        cuts += i32::from(heard.action == "connected");
        boots += i32::from(heard.action == "BootNotification");
        stops += i32::from(heard.action == "StopTransaction");
    }
    let stopped = tokio::join!(fleet.stop(), async {
        // What is not asked for stops nobody.
        central.rest();
    });
    let summary = stopped.0;
    let entries = truth::read(folder.path().join(truth::FILE_NAME)).expect("it reads");
    let mut started = std::collections::BTreeSet::new();
    let mut ended = std::collections::BTreeSet::new();
    for entry in &entries {
        match entry {
            Entry::Acknowledged(known) => {
                started.insert(known.charge);
            }
            Entry::Ended(charge) => {
                assert!(ended.insert(charge.charge), "ended twice: {charge:?}");
                assert!(charge.stop_acknowledged, "{charge:?}");
                assert!(charge.energy_wh >= 0, "{charge:?}");
            }
        }
    }
    assert_eq!(
        started, ended,
        "every charge that was told was ended: {summary:?}"
    );
    assert_eq!(summary.given_up, 0, "{summary:?}");
}
