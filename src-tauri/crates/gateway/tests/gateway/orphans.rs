//! Stops and readings under a number that is not the charger's own: matched where exactly one charge can be meant, else
//! kept aside; and never to the cost of another station (FLT-04, SEC-10). That numbers jump by a million when a copy is
//! brought back is shown in `store/tests/suite/backup.rs`.
//!
//! Planted once and seen red: the first of several candidates taken (`stop_session.rs`), another station's transaction found
//! (`repo/sessions.rs`).

use std::collections::HashSet;

use domain::authorization::IdTokenStatus;
use domain::session::{Session, SessionStatus, StopReason};
use domain::{ChargePointId, Timestamp, WattHours};
use gateway::core::Core;
use gateway::ops::add_id_token::add_id_token;
use gateway::ops::record_meter::{Measured, record_meter};
use gateway::ops::start_session::{Start, start_session};
use gateway::ops::stop_session::{Stop, stop_session};
use store::repo::{Slice, readings, sessions, suspense};
use testkit::rounds;

use crate::charge::reading_at;
use crate::house::{CARD, House};

const SECOND_CARD: &str = "04FFFFFFFF";
const SLICE: Slice = Slice {
    limit: 1,
    offset: 0,
};

/// The moment `minute` of round `number`: an hour after the one before.
fn at(number: u32, minute: i64) -> Timestamp {
    let from = 1_770_000_000 + i64::from(number) * 3_600;
    Timestamp::from_second(from + minute * 60).expect("a number of seconds is a time")
}

async fn start(
    core: &Core,
    point: ChargePointId,
    connector_id: i64,
    from: Timestamp,
    wh: i64,
) -> i64 {
    let card = if connector_id == 1 { CARD } else { SECOND_CARD };
    let start = Start {
        connector_id,
        id_tag: card.to_owned(),
        meter_start: WattHours(wh),
        at: from,
        raw: "{}".to_owned(),
    };
    let started = start_session(core, point, start).await;
    started.expect("a start is answered").transaction_id
}

/// A stop as it came, told apart by its round.
fn stop(transaction_id: i64, round: u32, minute: i64, wh: i64) -> Stop {
    Stop {
        transaction_id,
        meter_stop: WattHours(wh),
        at: at(round, minute),
        reason: StopReason::Local,
        id_tag: None,
        readings: Vec::new(),
        unreadable: Vec::new(),
        signed: Vec::new(),
        raw: format!(r#"{{"round":{round},"minute":{minute}}}"#),
    }
}

async fn session(core: &Core, point: ChargePointId, transaction: i64) -> Session {
    let mut conn = core.store.read().await.expect("a reader");
    let found = sessions::find_by_transaction(&mut conn, point, transaction).await;
    found.expect("it can be read").expect("it is there")
}

/// How many messages are kept aside, and the newest of them.
async fn kept(core: &Core) -> (i64, Option<String>) {
    let mut conn = core.store.read().await.expect("a reader");
    let page = suspense::list(&mut conn, SLICE)
        .await
        .expect("it can be read");
    (
        page.total,
        page.items.into_iter().next().map(|kept| kept.payload),
    )
}

#[tokio::test]
async fn a_stop_without_a_number_ends_the_only_charge_that_can_be_meant_and_else_none() {
    let orphans = rounds(60, 500);
    let house = House::new().await;
    let core = &house.gateway.core;
    add_id_token(core, SECOND_CARD, IdTokenStatus::Accepted)
        .await
        .expect("a card can be added");
    let other = house.another_point("CP-2").await;
    let foreign = start(core, other, 2, at(0, 0), 0).await;
    stop_session(core, other, stop(foreign, 0, 1, 10))
        .await
        .expect("it is taken");
    let mut numbers = HashSet::from([foreign]);
    for round in 1..=orphans {
        let candidates = round % 3;
        // Those that can be meant, and where one is free a charge that cannot: its register is higher, or it began later.
        let mut open = Vec::new();
        for connector in 1..=2 {
            let fits = connector <= i64::from(candidates);
            let (minute, wh) = match (fits, round % 2) {
                (true, _) => (0, 1_000),
                (false, 0) => (0, 900_000),
                (false, _) => (40, 1_000),
            };
            let number = start(core, house.point, connector, at(round, minute), wh).await;
            assert!(
                number > 0 && numbers.insert(number),
                "{number} was given before"
            );
            open.push((number, fits, wh));
        }
        let stranger =
            [-1, 0, 2_000_000_000, foreign][usize::try_from(round / 3 % 4).expect("small")];
        let before = kept(core).await.0;
        let orphan = stop(stranger, round, 30, 3_000);
        let raw = orphan.raw.clone();
        stop_session(core, house.point, orphan)
            .await
            .expect("a stop is always taken");
        let (after, newest) = kept(core).await;
        for (number, fits, wh) in &open {
            let found = session(core, house.point, *number).await;
            if candidates == 1 && *fits {
                assert_eq!(found.status, SessionStatus::Stopped, "round {round}");
                assert_eq!(found.energy().0, 3_000 - wh, "round {round}");
            } else {
                assert_eq!(
                    found.status,
                    SessionStatus::Charging,
                    "round {round}: {found:?}"
                );
            }
        }
        if candidates == 1 {
            assert_eq!(after, before, "round {round}: it was matched");
        } else {
            assert_eq!(after, before + 1, "round {round}: it is kept");
            assert_eq!(newest, Some(raw), "round {round}: as it came");
        }
        for (number, ..) in open {
            stop_session(core, house.point, stop(number, round, 50, 900_000))
                .await
                .expect("it is taken");
        }
    }
}

#[tokio::test]
async fn a_station_that_names_anothers_transaction_touches_nothing_of_it() {
    let times = rounds(100, 1_000);
    let house = House::new().await;
    let core = &house.gateway.core;
    let thief = house.another_point("CP-2").await;
    let number = start(core, house.point, 1, at(0, 0), 1_000).await;
    let reading = |minute, wh| reading_at(at(0, minute), wh);
    let measured = |minute, wh| Measured {
        connector_id: 1,
        transaction_id: Some(number),
        readings: vec![reading(minute, wh)],
        unreadable: Vec::new(),
        signed: Vec::new(),
        action: "MeterValues",
        raw: format!(r#"{{"minute":{minute}}}"#),
    };
    record_meter(core, house.point, measured(1, 1_100))
        .await
        .expect("its own");
    let all = async || {
        let mut conn = core.store.read().await.expect("a reader");
        let registers = readings::list_registers(&mut conn, house.point, number).await;
        let open = sessions::list_active_at(&mut conn, house.point, None).await;
        (
            open.expect("they can be read"),
            registers.expect("they can be read"),
        )
    };
    let before = all().await;
    for time in 1..=times {
        let minute = i64::from(time);
        if time % 2 == 0 {
            stop_session(core, thief, stop(number, time, minute, 2_000))
                .await
                .expect("it is answered");
        } else {
            record_meter(core, thief, measured(minute, 2_000))
                .await
                .expect("it is answered");
        }
    }
    assert_eq!(
        all().await,
        before,
        "nothing of the other station has changed"
    );
    assert_eq!(
        kept(core).await.0,
        i64::from(times),
        "and each is kept aside"
    );
}
