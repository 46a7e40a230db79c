//! A charge through the ops, with what chargers do to them: repeats, late news, numbers of others.

use domain::authorization::Decision;
use domain::meter::Reading;
use domain::session::StopReason;
use domain::{Timestamp, WattHours};
use gateway::ops::record_meter::{Measured, record_meter};
use gateway::ops::start_session::{Start, Started, start_session};
use gateway::ops::stop_session::{Stop, stop_session};
use serde_json::Value;
use store::repo::{Slice, suspense};

use crate::house::{CARD, House};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minute * 60).expect("a number of seconds is a time")
}

fn start(card: &str) -> Start {
    Start {
        connector_id: 1,
        id_tag: card.to_owned(),
        meter_start: WattHours(1_000),
        at: at(0),
        raw: "{}".to_owned(),
    }
}

fn reading(minute: i64, wh: i64) -> Reading {
    reading_at(at(minute), wh)
}

/// A register, and 11 kW.
pub fn reading_at(measured_at: Timestamp, wh: i64) -> Reading {
    Reading {
        measured_at,
        meter: Some(WattHours(wh)),
        power_w: Some(11_000),
        soc_percent: None,
        voltage_v: None,
        current_a: None,
        context: "Sample.Periodic".to_owned(),
    }
}

fn measured(transaction: i64, readings: Vec<Reading>) -> Measured {
    Measured {
        connector_id: 1,
        transaction_id: Some(transaction),
        readings,
        unreadable: Vec::new(),
        signed: Vec::new(),
        action: "MeterValues",
        raw: "{}".to_owned(),
    }
}

fn stop(transaction_id: i64, wh: i64) -> Stop {
    Stop {
        transaction_id,
        meter_stop: WattHours(wh),
        at: at(60),
        reason: StopReason::Local,
        id_tag: None,
        readings: Vec::new(),
        unreadable: Vec::new(),
        signed: Vec::new(),
        raw: "{}".to_owned(),
    }
}

async fn active(house: &House) -> Value {
    let token = house.token().await;
    house
        .get("/api/cms/sessions/active", Some(&token))
        .await
        .body
}

#[tokio::test]
async fn the_same_start_sent_again_is_the_same_transaction() {
    let house = House::new().await;
    let core = &house.gateway.core;
    let first = start_session(core, house.point, start(CARD))
        .await
        .expect("a card that may charge");
    assert_eq!(first.authorized.decision, Decision::Accepted);
    // OCPP 1.6 §7.15: a card number is the same in either case.
    let again = start_session(core, house.point, start(&CARD.to_lowercase()))
        .await
        .expect("a repeat");
    assert_eq!(
        again, first,
        "a repeat is answered alike and begins nothing"
    );
    assert_eq!(active(&house).await["total"], 1);
}

#[tokio::test]
async fn a_refused_card_gets_a_number_of_its_own_and_no_session() {
    let house = House::new().await;
    let core = &house.gateway.core;
    let refused = async || {
        start_session(core, house.point, start("NOBODYS"))
            .await
            .expect("a refusal is an answer")
    };
    let (first, again): (Started, Started) = (refused().await, refused().await);
    assert_eq!(first.authorized.decision, Decision::Invalid);
    assert_eq!(again, first, "a repeat of it is refused alike");
    let other = Start {
        meter_start: WattHours(2_000),
        ..start("NOBODYS")
    };
    let other = start_session(core, house.point, other)
        .await
        .expect("a refusal is an answer");
    assert_ne!(
        first.transaction_id, other.transaction_id,
        "numbers that collide lose energy"
    );
    assert_eq!(active(&house).await["total"], 0);
}

#[tokio::test]
async fn a_charge_ends_with_the_energy_of_its_register_whatever_came_twice_or_late() {
    let house = House::new().await;
    let core = &house.gateway.core;
    let id = house.point;
    let transaction = start_session(core, id, start(CARD))
        .await
        .expect("it starts")
        .transaction_id;
    let newest = measured(transaction, vec![reading(20, 3_000)]);
    for readings in [
        newest.clone(),
        measured(transaction, vec![reading(10, 2_000)]),
        newest,
    ] {
        record_meter(core, id, readings)
            .await
            .expect("readings are taken");
    }
    let running = active(&house).await;
    assert_eq!(
        running["items"][0]["energyWh"], 2_000,
        "the newest reading decides: {running}"
    );
    assert_eq!(
        running["items"][0]["idToken"], "****7F2A",
        "a card is shown masked"
    );

    for _ in 0..2 {
        stop_session(core, id, stop(transaction, 4_500))
            .await
            .expect("a stop is always taken");
    }
    record_meter(core, id, measured(transaction, vec![reading(90, 9_000)]))
        .await
        .expect("late ones too");
    assert_eq!(
        active(&house).await["total"],
        0,
        "a late reading reopens nothing"
    );
}

#[tokio::test]
async fn a_stop_that_fits_no_charge_is_answered_kept_aside_and_touches_nothing() {
    let house = House::new().await;
    let core = &house.gateway.core;
    let transaction = start_session(core, house.point, start(CARD))
        .await
        .expect("it starts")
        .transaction_id;
    for stranger in [transaction + 1, 0, -1] {
        // Below the register at the start: it cannot be this charge's end.
        stop_session(core, house.point, stop(stranger, 900))
            .await
            .expect("a stop is always taken");
    }
    assert_eq!(
        active(&house).await["total"],
        1,
        "the running charge runs on"
    );
    let mut conn = core.store.read().await.expect("a reader");
    let slice = Slice {
        limit: 10,
        offset: 0,
    };
    let kept = suspense::list(&mut conn, slice).await.expect("a list");
    assert_eq!(kept.total, 1, "the same words are kept once: {kept:?}");
    drop(conn);
    stop_session(core, house.point, stop(-1, 9_000))
        .await
        .expect("a stop is always taken");
    assert_eq!(
        active(&house).await["total"],
        0,
        "a charger that never learnt its number ends the only charge that fits"
    );
}
