//! Chargers that were away for months tell all they kept at once, while others charge (FLT-05): nothing is lost or counted
//! twice, what is known of the present stays, nobody is told to stop, and the living do not wait.
//!
//! Planted once and seen red: an old start that ends the charge at its plug (`start_session.rs`).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::authorization::IdTokenStatus;
use domain::session::{Session, SessionStatus};
use domain::status::ConnectorStatus;
use domain::{ChargePointId, Identity, Timestamp};
use gateway::ops::add_charge_point::{Credentials, NewChargePoint, add_charge_point};
use gateway::ops::add_id_token::add_id_token;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::repo::sessions::{self, Filter};
use store::repo::{Slice, commands, connectors, readings};
use testkit::{Charger, rounds};

use super::site::Site;

const STATIONS: u32 = 20;
/// Each of them has this many messages; so many readings are in a charge.
const READINGS: u32 = 7;
const ALL: Slice = Slice {
    limit: 10_000,
    offset: 0,
};

struct Station {
    /// A card of its own: it charges here alone.
    card: String,
    point: ChargePointId,
    charger: Charger,
    live: i64,
}

async fn said(charger: &mut Charger, action: &str, payload: Value) -> Value {
    let answer = charger.call(action, payload).await;
    assert_eq!(answer[0], 3, "{action}: {answer}");
    answer[2].clone()
}

async fn status(charger: &mut Charger, status: &str, at: Timestamp) {
    let report = json!({ "connectorId": 1, "errorCode": "NoError", "status": status, "timestamp": at.to_string() });
    said(charger, "StatusNotification", report).await;
}

/// A charge point that charges now: it has booted, told its state and begun a charge, all of it just now.
async fn living(site: &Site, identity: &str, now: Timestamp) -> Station {
    let new = NewChargePoint {
        identity: Identity::parse(identity).expect("a valid identity"),
        name: None,
        station: "Test".to_owned(),
        connectors: 1,
        max_power_w: 150_000,
        credentials: Credentials::None,
    };
    let core = &site.gateway.core;
    add_id_token(core, identity, IdTokenStatus::Accepted)
        .await
        .expect("a card can be added");
    let added = add_charge_point(core, new).await;
    let point = added.expect("a charge point can be added").0;
    let mut charger = Charger::connect(&site.url, identity, None).await;
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    said(&mut charger, "BootNotification", boot).await;
    status(&mut charger, "Charging", now).await;
    let start = json!({ "connectorId": 1, "idTag": identity, "meterStart": 900_000, "timestamp": now.to_string() });
    let live = said(&mut charger, "StartTransaction", start).await;
    let live = live["transactionId"].as_i64().expect("a number");
    Station {
        card: identity.to_owned(),
        point,
        charger,
        live,
    }
}

/// Tells `charges` charges of the last ninety days, from the oldest on, each with the states of the plug.
async fn flush(mut station: Station, charges: u32, now: Timestamp) -> Station {
    let (charger, card) = (&mut station.charger, &station.card);
    for number in 0..charges {
        let ago = SignedDuration::from_hours(90 * 24)
            * i32::try_from(charges - number).expect("few")
            / i32::try_from(charges).expect("few");
        let from = now - ago;
        let at = |minute: u32| from + SignedDuration::from_mins(minute.into());
        let register = i64::from(number) * 10_000;
        status(charger, "Charging", from).await;
        let start = json!({ "connectorId": 1, "idTag": card, "meterStart": register, "timestamp": from.to_string() });
        let begun = said(charger, "StartTransaction", start).await;
        let transaction = &begun["transactionId"];
        for reading in 1..=READINGS {
            let wh = register + 1_000 * i64::from(reading);
            let values = json!({ "connectorId": 1, "transactionId": transaction, "meterValue": [
                { "timestamp": at(reading * 5).to_string(), "sampledValue": [{ "value": wh.to_string() }] }] });
            said(charger, "MeterValues", values).await;
        }
        let stop = json!({ "transactionId": transaction, "meterStop": register + 7_777, "timestamp": at(40).to_string() });
        said(charger, "StopTransaction", stop).await;
        // So far ten messages; a whole number of charges makes the row's 500.
        status(charger, "Available", at(41)).await;
    }
    station
}

/// Measures at a living charge until the flush is over: how long each answer took.
async fn measure(
    mut station: Station,
    over: &AtomicBool,
    now: Timestamp,
) -> (Station, Vec<Duration>) {
    let mut took = Vec::new();
    let mut wh = 900_000;
    while !over.load(Ordering::Relaxed) || took.len() < 20 {
        let number = i64::try_from(took.len()).expect("few");
        wh += i64::from(number % 100 == 0);
        let values = json!({ "connectorId": 1, "transactionId": station.live, "meterValue": [
            { "timestamp": (now + SignedDuration::from_millis(number + 1)).to_string(),
              "sampledValue": [{ "value": wh.to_string() }] }] });
        let since = Instant::now();
        said(&mut station.charger, "MeterValues", values).await;
        took.push(since.elapsed());
    }
    (station, took)
}

async fn all_of(site: &Site, point: ChargePointId) -> Vec<Session> {
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let there = Filter {
        point: Some(point),
        ..Filter::default()
    };
    let page = sessions::list(&mut conn, there, ALL).await;
    page.expect("it can be read").items
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn months_of_history_come_out_whole_and_leave_the_present_as_it_is() {
    let messages = rounds(30, 500);
    let charges = messages / (READINGS + 3);
    let site = Site::new().await;
    let now = site.gateway.core.clock.now();
    let mut late = Vec::new();
    let mut live = Vec::new();
    for number in 0..STATIONS {
        late.push(living(&site, &format!("LATE-{number:02}"), now).await);
    }
    for number in 0..3 {
        live.push(living(&site, &format!("LIVE-{number:02}"), now).await);
    }
    let over = AtomicBool::new(false);
    let flushing = async {
        let since = Instant::now();
        let flushes = late.into_iter().map(|station| flush(station, charges, now));
        let late = futures_util::future::join_all(flushes).await;
        over.store(true, Ordering::Relaxed);
        (late, since.elapsed())
    };
    let measuring = futures_util::future::join_all(
        live.into_iter().map(|station| measure(station, &over, now)),
    );
    let ((late, drain), live) = tokio::join!(flushing, measuring);

    let mut took: Vec<Duration> = live.iter().flat_map(|(_, took)| took).copied().collect();
    took.sort_unstable();
    let p99 = took[took.len() * 99 / 100];
    println!(
        "{STATIONS} stations, {messages} messages each: drained in {drain:?}; live: {} answers, p99 {p99:?}",
        took.len()
    );
    assert!(drain <= Duration::from_mins(1), "{drain:?}");
    assert!(p99 < Duration::from_secs(1), "{p99:?}");

    for station in late.iter().chain(live.iter().map(|(station, _)| station)) {
        let all = all_of(&site, station.point).await;
        let (open, past): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|session| session.status.is_running());
        let open: Vec<_> = open.iter().map(|session| session.transaction_id).collect();
        assert_eq!(open, [Some(station.live)], "the present goes on");
        for session in &past {
            assert_eq!(
                (
                    session.status,
                    session.energy().0,
                    session.inferred,
                    session.duration_seconds(now)
                ),
                (SessionStatus::Stopped, 7_777, false, 40 * 60),
                "{session:?}"
            );
        }
        let mut conn = site.gateway.core.store.read().await.expect("a reader");
        for session in &past {
            let number = session.transaction_id.expect("it began");
            let registers = readings::list_registers(&mut conn, station.point, number).await;
            assert_eq!(
                registers.expect("they can be read").len(),
                READINGS as usize,
                "none lost, none twice"
            );
        }
        let plugs = connectors::list(&mut conn, station.point).await;
        let plug = &plugs.expect("they can be read")[0];
        assert_eq!(
            plug.status,
            ConnectorStatus::Charging,
            "the plug is as it was told last by its own time"
        );
        let told = commands::list(&mut conn, station.point, ALL).await;
        assert_eq!(
            told.expect("they can be read").total,
            0,
            "nobody is told anything"
        );
    }
    for station in &late {
        assert_eq!(
            all_of(&site, station.point).await.len(),
            charges as usize + 1,
            "each charge once"
        );
    }
    for (station, took) in &live {
        let all = all_of(&site, station.point).await;
        assert_eq!(
            all[0].energy().0,
            i64::try_from(took.len().div_ceil(100)).expect("few"),
            "each reading counts"
        );
    }
}
