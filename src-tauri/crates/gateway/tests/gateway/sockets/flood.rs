//! A flood of bad handshakes while a hundred stations charge (SEC-03): nobody inside is dropped or waits, nothing grows,
//! and who has the right key comes in.
//!
//! Planted once and seen red: a right key waits where others from its address failed (`handshake.rs`).

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::Charger;
use testkit::charger::{Error, Knock};
use tokio::task::JoinSet;
use tokio::time::interval;

use super::running::{Latency, Running};

const STATIONS: u32 = 100;
const ADDRESSES: u8 = 50;
const A_SECOND: u32 = 200;
const GROWTH_KIB: u64 = 50 * 1024;

/// A charge that reads its meter all the time; at the end it stops.
async fn charge(mut charger: Charger, number: u32, over: Arc<AtomicBool>) -> Latency {
    let card = format!("CARD-{number:04}");
    let time = "2026-11-22T09:30:00Z";
    let start = json!({ "connectorId": 1, "idTag": card, "meterStart": 0, "timestamp": time });
    let started = said(charger.call("StartTransaction", start).await);
    assert_eq!(started["idTagInfo"]["status"], "Accepted", "{started}");
    let transaction = started["transactionId"].clone();
    let mut latency = Latency::default();
    let mut pace = interval(Duration::from_millis(500));
    let mut register = 0;
    while !over.load(Ordering::Relaxed) {
        pace.tick().await;
        register += 1;
        let time = format!(
            "2026-11-22T10:{:02}:{:02}Z",
            register / 60 % 60,
            register % 60
        );
        let reading = json!({ "connectorId": 1, "transactionId": transaction, "meterValue": [{
            "timestamp": time, "sampledValue": [{ "value": register.to_string() }],
        }]});
        let began = Instant::now();
        said(charger.call("MeterValues", reading).await);
        latency.note(began.elapsed());
    }
    let stop = json!({ "transactionId": transaction, "meterStop": register, "timestamp": "2026-11-22T11:30:00Z" });
    said(charger.call("StopTransaction", stop).await);
    latency
}

fn said(answer: Value) -> Value {
    assert_eq!(answer[0], 3, "whoever charges is answered: {answer}");
    answer[2].clone()
}

/// A handshake without the right key, of one kind or another; its status.
async fn knock_wrongly(ocpp: String, number: u32) -> u16 {
    let last = u8::try_from(number % u32::from(ADDRESSES)).unwrap_or_default();
    let name = match number % 3 {
        0 => format!("CP-{:04}", number % STATIONS + 1),
        1 => format!("NOBODY-{number}"),
        _ => "no%20identity".to_owned(),
    };
    let knock = Knock {
        from: Some(Ipv4Addr::new(127, 0, 7, last + 1).into()),
        ..Knock::new(&name, Some("wrong"))
    };
    match Charger::knock(&ocpp, &name, &knock).await {
        Ok(_) => 101,
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{name} has no answer: {error}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_strangers_drops_no_charge_and_keeps_nobody_out_or_waiting() {
    let seconds = testkit::rounds(3, 60);
    let is_long = seconds == 60;
    let site = Running::start(STATIONS + 2, &[]).await;
    let ocpp = site.program.ocpp().to_owned();
    let over = Arc::new(AtomicBool::new(false));
    let mut charges = JoinSet::new();
    for number in 1..=STATIONS {
        let charger = site.charger(number).await;
        charges.spawn(charge(charger, number, Arc::clone(&over)));
    }
    // From here on who comes from this address has to wait, but for a right key.
    let mut told = 0;
    for failure in 0..12 {
        told = knock_wrongly(ocpp.clone(), failure * u32::from(ADDRESSES)).await;
    }
    assert_eq!(told, 429, "an address that only ever failed");
    let before = site.memory();
    let mut strangers = JoinSet::new();
    let mut pace = interval(Duration::from_secs(1) / A_SECOND);
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    for number in 0..A_SECOND * seconds {
        pace.tick().await;
        strangers.spawn(knock_wrongly(ocpp.clone(), number));
        if number % A_SECOND == A_SECOND / 2 {
            // From that address, and into the thick of it.
            let (identity, knock) = Running::knock(STATIONS + 1);
            let knock = Knock {
                from: Some(Ipv4Addr::new(127, 0, 7, 1).into()),
                ..knock
            };
            let knocked = Instant::now();
            let let_in = Charger::knock(&ocpp, &identity, &knock).await;
            assert!(let_in.is_ok(), "the right key comes in: {let_in:?}");
            slowest = slowest.max(knocked.elapsed());
        }
    }
    let flood = began.elapsed();
    let mut answers = std::collections::BTreeMap::new();
    while let Some(status) = strangers.join_next().await {
        *answers
            .entry(status.expect("each is answered"))
            .or_insert(0) += 1;
    }
    let after = site.memory();
    over.store(true, Ordering::Relaxed);
    let mut latency = Latency::default();
    while let Some(charged) = charges.join_next().await {
        latency.append(charged.expect("no charge is dropped"));
    }
    println!(
        "{} strangers in {flood:?} were told {answers:?}; p99 of {} readings {:?}; a right key took {slowest:?} at most; memory {before} KiB and then {after} KiB",
        A_SECOND * seconds,
        latency.count(),
        latency.p99(),
    );
    assert!(!answers.contains_key(&101), "nobody came in: {answers:?}");
    let (waited, tried) = (answers[&429], answers[&401] + answers[&404]);
    assert!(
        waited > 0 && (!is_long || waited > 10 * tried),
        "whoever fails too often waits: {answers:?}"
    );
    assert!(
        latency.p99() < Duration::from_secs(1),
        "charges wait {:?}",
        latency.p99()
    );
    assert!(
        slowest < Duration::from_secs(2),
        "a right key waits {slowest:?}"
    );
    let growth = after.saturating_sub(before);
    assert!(growth < GROWTH_KIB, "it grew by {growth} KiB");
    // The pace is the row's; a loaded machine may lag behind it in the short form only.
    assert!(
        !is_long || flood < Duration::from_secs(u64::from(seconds) + 5),
        "{flood:?}"
    );
    site.has_not_panicked();
}
