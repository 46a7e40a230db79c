//! What chargers tell more than once, as they do when an answer was lost: under the same id or another, over the same
//! socket or the next one, all at once, or in the wrong order (FLT-02, FLT-07, FLT-11).
//!
//! Planted once and seen red: a repeated start not looked for (`start_session.rs`), nothing remembered (`repeats.rs`), late
//! readings of a charge that is over ignored (`counting.rs`).

use domain::meter::Reading;
use domain::session::{Session, SessionStatus, StopReason};
use domain::{Timestamp, WattHours};
use futures_util::future::join_all;
use gateway::ops::record_meter::{Measured, record_meter};
use gateway::ops::start_session::{Start, start_session};
use gateway::ops::stop_session::{Stop, stop_session};
use serde_json::{Value, json};
use store::repo::sessions::{self, Filter};
use store::repo::{connectors, readings};
use testkit::charger::Message;
use testkit::{Charger, Postgres, rounds};

use super::poison::ALL;
use super::site::{CARD, Site};

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// The moment `minute` of charge `number`: a quarter of an hour after the one before.
fn at(number: u32, minute: i64) -> Timestamp {
    let from = 1_768_000_000 + i64::from(number) * 900;
    Timestamp::from_second(from + minute * 60).expect("a number of seconds is a time")
}

/// The four messages of charge `number`; the transaction's id is known from the first one's answer.
fn message(number: u32, step: usize, transaction: &Value) -> (&'static str, Value) {
    let register = 1_000 * i64::from(number);
    let values = |minute, wh: i64| {
        json!({ "connectorId": 1, "transactionId": transaction,
            "meterValue": [{ "timestamp": at(number, minute).to_string(), "sampledValue": [{ "value": wh.to_string() }] }] })
    };
    match step {
        0 => (
            "StartTransaction",
            json!({ "connectorId": 1, "idTag": CARD, "meterStart": register, "timestamp": at(number, 0).to_string() }),
        ),
        1 => ("MeterValues", values(2, register + 400)),
        2 => ("MeterValues", values(4, register + 900)),
        _ => (
            "StopTransaction",
            json!({ "transactionId": transaction, "meterStop": register + 1_000, "timestamp": at(number, 5).to_string() }),
        ),
    }
}

async fn sessions(site: &Site) -> Vec<Session> {
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let there = Filter {
        point: Some(site.point),
        ..Filter::default()
    };
    let slice = store::repo::Slice {
        limit: i64::MAX,
        ..ALL
    };
    let page = sessions::list(&mut conn, there, slice).await;
    page.expect("it can be read").items
}

/// One session for each charge, each with its own energy.
async fn is_told_once(site: &Site, charges: u32) {
    let all = sessions(site).await;
    assert_eq!(
        all.len(),
        charges as usize,
        "one transaction for each charge"
    );
    for session in &all {
        assert_eq!(
            (session.energy(), session.inferred),
            (WattHours(1_000), false),
            "{session:?}"
        );
        let mut conn = site.gateway.core.store.read().await.expect("a reader");
        let number = session.transaction_id.expect("it began");
        let registers = readings::list_registers(&mut conn, site.point, number).await;
        assert_eq!(
            registers.expect("they can be read").len(),
            2,
            "each reading once"
        );
    }
}

async fn reconnected(site: &Site, mut charger: Charger) -> Charger {
    let bye = charger.send_message(Message::Close(None)).await;
    bye.expect("the gateway takes a close");
    charger.closed().await;
    site.charger().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_up_to_five_times_is_one_charge_with_one_answer() {
    let runs = rounds(100, 10_000);
    let site = Site::new().await;
    let (mut charger, mut dice, mut id) = (site.charger().await, Dice(2), 0);
    for number in 1..=runs {
        let mut transaction = Value::Null;
        for step in 0..4 {
            let (action, payload) = message(number, step, &transaction);
            let mut answers = Vec::new();
            let mut left = 1 + dice.roll(5);
            id += 1;
            while left > 0 {
                // Several without waiting for an answer, under one id or a new one each.
                let together = 1 + dice.roll(left);
                let mut asked = Vec::new();
                for _ in 0..together {
                    if dice.roll(2) == 0 {
                        id += 1;
                    }
                    charger
                        .send(&json!([2, format!("m-{id}"), action, payload]).to_string())
                        .await;
                    asked.push(format!("m-{id}"));
                }
                for asked in asked {
                    let answer = charger.next().await;
                    assert_eq!(
                        (&answer[0], &answer[1]),
                        (&json!(3), &json!(asked)),
                        "{answer}"
                    );
                    answers.push(answer[2].clone());
                }
                left -= together;
                if left > 0 && dice.roll(4) == 0 {
                    charger = reconnected(&site, charger).await;
                }
            }
            assert!(
                answers.windows(2).all(|pair| pair[0] == pair[1]),
                "identical: {answers:?}"
            );
            if step == 0 {
                transaction = answers[0]["transactionId"].clone();
            }
        }
    }
    is_told_once(&site, runs).await;
}

async fn told_all_at_once(site: &Site, charges: u32) {
    let core = &site.gateway.core;
    let copies = || 0..5;
    for number in 1..=charges {
        let register = 1_000 * i64::from(number);
        let start = Start {
            connector_id: 1,
            id_tag: CARD.to_owned(),
            meter_start: WattHours(register),
            at: at(number, 0),
            raw: "{}".to_owned(),
        };
        let started =
            join_all(copies().map(|_| start_session(core, site.point, start.clone()))).await;
        let started: Vec<_> = started
            .into_iter()
            .map(|one| one.expect("it is answered"))
            .collect();
        assert!(
            started.windows(2).all(|pair| pair[0] == pair[1]),
            "{started:?}"
        );
        let transaction_id = started[0].transaction_id;
        let reading = |minute, wh| Reading {
            measured_at: at(number, minute),
            meter: Some(WattHours(register + wh)),
            power_w: None,
            soc_percent: None,
            voltage_v: None,
            current_a: None,
            context: "Sample.Periodic".to_owned(),
        };
        let measured = Measured {
            connector_id: 1,
            transaction_id: Some(transaction_id),
            readings: vec![reading(2, 400), reading(4, 900)],
            unreadable: Vec::new(),
            signed: Vec::new(),
            action: "MeterValues",
            raw: "{}".to_owned(),
        };
        let stop = Stop {
            transaction_id,
            meter_stop: WattHours(register + 1_000),
            at: at(number, 5),
            reason: StopReason::Local,
            id_tag: None,
            readings: Vec::new(),
            unreadable: Vec::new(),
            signed: Vec::new(),
            raw: "{}".to_owned(),
        };
        let measuring =
            join_all(copies().map(|_| record_meter(core, site.point, measured.clone())));
        assert!(
            measuring.await.iter().all(Result::is_ok),
            "each is answered"
        );
        let stopping = join_all(copies().map(|_| stop_session(core, site.point, stop.clone())));
        assert!(stopping.await.iter().all(Result::is_ok), "each is answered");
    }
    is_told_once(site, charges).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_copies_at_the_same_moment_are_one_charge() {
    told_all_at_once(&Site::new().await, rounds(20, 2_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_copies_at_the_same_moment_are_one_charge_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("told_twice").await;
    let site = Site::with(|settings| settings.database_url = Some(url)).await;
    told_all_at_once(&site, rounds(20, 2_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_repeats_are_answered_to_the_letter_and_do_nothing() {
    let repeats = rounds(1_000, 10_000);
    let site = Site::new().await;
    let (mut charger, mut dice) = (site.charger().await, Dice(11));
    let mut told = Vec::new();
    for number in 1..=10 {
        let mut transaction = Value::Null;
        for step in 0..4 {
            let (action, payload) = message(number, step, &transaction);
            let text = json!([2, format!("{number}-{step}"), action, payload]).to_string();
            charger.send(&text).await;
            let answer = charger.next().await;
            if step == 0 {
                transaction = answer[2]["transactionId"].clone();
            }
            told.push((text, answer));
        }
        // Without a time of its own: only that it was told before says that it is old news.
        for status in ["Charging", "Available"] {
            let report = json!({ "connectorId": 1, "errorCode": "NoError", "status": status });
            let text = json!([
                2,
                format!("{number}-{status}"),
                "StatusNotification",
                report
            ])
            .to_string();
            charger.send(&text).await;
            told.push((text, charger.next().await));
        }
    }
    let plug = async || {
        let mut conn = site.gateway.core.store.read().await.expect("a reader");
        let plugs = connectors::list(&mut conn, site.point).await;
        plugs.expect("they can be read")[0].clone()
    };
    let (before, plug_before) = (sessions(&site).await, plug().await);
    for number in 1..=repeats {
        let (text, answer) = &told[usize::try_from(dice.roll(60)).expect("small")];
        charger.send(text).await;
        assert_eq!(&charger.next().await, answer, "repeat {number}");
        if number % 200 == 0 {
            charger = reconnected(&site, charger).await;
        }
    }
    assert_eq!(sessions(&site).await, before, "nothing is done again");
    assert_eq!(plug().await, plug_before, "old news is no news");
    is_told_once(&site, 10).await;
}

#[tokio::test]
async fn in_whatever_order_the_words_of_a_charge_come_it_is_the_same_charge() {
    let site = Site::new().await;
    let (mut charger, mut dice) = (site.charger().await, Dice(7));
    for number in 1..=rounds(30, 500) {
        let (_, start) = message(number, 0, &Value::Null);
        let begun = charger.call("StartTransaction", start).await;
        let transaction = &begun[2]["transactionId"];
        let register = 1_000 * i64::from(number);
        // The meter begins again at zero after the fourth minute.
        let readings = [
            (2, register + 400),
            (4, register + 900),
            (6, 50),
            (8, 300),
            (8, 300),
        ];
        let mut words: Vec<(&str, Value)> = readings
            .iter()
            .map(|(minute, wh)| {
                let values = json!({ "connectorId": 1, "transactionId": transaction, "meterValue": [
                    { "timestamp": at(number, *minute).to_string(), "sampledValue": [{ "value": wh.to_string() }] }] });
                ("MeterValues", values)
            })
            .collect();
        let stop = json!({ "transactionId": transaction, "meterStop": 600, "timestamp": at(number, 10).to_string() });
        words.push(("StopTransaction", stop));
        let mut order = Vec::new();
        while !words.is_empty() {
            let place = usize::try_from(dice.roll(words.len() as u64)).expect("small");
            let (action, payload) = words.swap_remove(place);
            order.push(payload.clone());
            let answer = charger.call(action, payload).await;
            assert_eq!(answer[0], 3, "{answer}");
        }
        let all = sessions(&site).await;
        let session = &all[0];
        assert_eq!(&json!(session.transaction_id), transaction, "the newest");
        assert_eq!(
            (session.status, session.energy(), session.meter_stop),
            (
                SessionStatus::Stopped,
                WattHours(1_500),
                Some(WattHours(600))
            ),
            "{order:?}"
        );
        assert_eq!(session.stopped_at, Some(at(number, 10)), "{order:?}");
    }
}
