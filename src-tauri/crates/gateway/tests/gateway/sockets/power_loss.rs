//! Chargers that lose their mains in the middle of a charge: its end is inferred and marked so, the charger's own stop
//! puts the figures right, and a charge that nobody speaks of any more is flagged after a day (FLT-06).
//!
//! Planted once and seen red: a stop after an inferred end ignored (`state.rs`), a flag that stays (`ops/session.rs`).

use std::sync::Arc;

use domain::Timestamp;
use domain::alert::AlertKind;
use domain::session::{Session, SessionStatus, StopReason};
use gateway::clock::{Clock, SystemClock};
use gateway::core::Core;
use gateway::ops::flag_open_charges::flag_open_charges;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::repo::{alerts, sessions};
use testkit::{Charger, rounds};
use uuid::Uuid;

use super::site::{CARD, Site};

/// The machine's clock, some way ahead.
pub struct Ahead(pub SignedDuration);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.0
    }

    fn id(&self) -> Uuid {
        SystemClock.id()
    }
}

/// What comes after the mains are back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// The charger boots, tells the stop it kept, and goes on.
    StopThenStart,
    /// It tells the stop after it began the next charge.
    StartThenStop,
    /// It has forgotten the charge.
    Nothing,
}

async fn find(site: &Site, number: i64) -> Session {
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let found = sessions::find_by_transaction(&mut conn, site.point, number).await;
    found.expect("it can be read").expect("it is there")
}

async fn boot(charger: &mut Charger) {
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    let answer = charger.call("BootNotification", boot).await;
    assert_eq!(answer[2]["status"], "Accepted", "{answer}");
}

async fn said(charger: &mut Charger, action: &str, payload: Value) -> Value {
    let answer = charger.call(action, payload).await;
    assert_eq!(answer[0], 3, "{answer}");
    answer[2].clone()
}

/// The moment `minute` of charge `number`, three hours after the one before.
fn at(number: u32, minute: i64) -> String {
    let second = 1_770_000_000 + i64::from(number) * 10_800 + minute * 60;
    Timestamp::from_second(second)
        .expect("a number of seconds is a time")
        .to_string()
}

#[tokio::test]
async fn a_charge_cut_off_by_the_mains_ends_with_what_is_known_and_comes_right_with_its_own_stop() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let (mut number, mut register) = (0, 10_007);
    for round in 0..rounds(2, 20) {
        for meter in [false, true] {
            for after in [After::StopThenStart, After::StartThenStop, After::Nothing] {
                number += 1;
                let case = format!("{round} {meter} {after:?}");
                let start = |number, minute, register: i64| {
                    json!({ "connectorId": 1, "idTag": CARD,
                    "meterStart": register, "timestamp": at(number, minute) })
                };
                let begun =
                    said(&mut charger, "StartTransaction", start(number, 0, register)).await;
                let transaction = begun["transactionId"].as_i64().expect("a number");
                let measured = i64::from(meter) * 4_021;
                if meter {
                    let values = json!({ "connectorId": 1, "transactionId": transaction, "meterValue": [
                        { "timestamp": at(number, 20), "sampledValue": [{ "value": (register + measured).to_string() }] }] });
                    said(&mut charger, "MeterValues", values).await;
                }
                // The mains go, and with them the socket, without a word.
                drop(charger);
                charger = site.charger().await;
                boot(&mut charger).await;
                let cut = find(&site, transaction).await;
                assert!(
                    cut.inferred && cut.status == SessionStatus::Stopped,
                    "{case}: {cut:?}"
                );
                assert_eq!(cut.energy().0, measured, "{case}: what was measured last");
                let truth = 5_123;
                if after == After::StartThenStop {
                    let begun = said(
                        &mut charger,
                        "StartTransaction",
                        start(number, 90, register + truth),
                    )
                    .await;
                    let second = &begun["transactionId"];
                    let stop = json!({ "transactionId": second, "meterStop": register + truth, "timestamp": at(number, 100) });
                    said(&mut charger, "StopTransaction", stop).await;
                }
                if after != After::Nothing {
                    let stop = json!({ "transactionId": transaction, "meterStop": register + truth,
                        "timestamp": at(number, 25), "reason": "PowerLoss" });
                    said(&mut charger, "StopTransaction", stop).await;
                    let right = find(&site, transaction).await;
                    assert_eq!(right.energy().0, truth, "{case}: the meter's own figure");
                    assert!(!right.inferred, "{case}");
                    assert_eq!(right.stop_reason, Some(StopReason::PowerLoss), "{case}");
                    assert_eq!(
                        right.duration_seconds(site.gateway.core.clock.now()),
                        25 * 60,
                        "{case}"
                    );
                }
                register += truth;
            }
        }
    }
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let open = sessions::list_active_at(&mut conn, site.point, None).await;
    assert_eq!(open.expect("they can be read"), [], "nothing stays open");
}

#[tokio::test]
async fn a_charge_that_nobody_ends_is_flagged_after_a_day_and_no_longer_once_it_is_over() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let start = json!({ "connectorId": 1, "idTag": CARD, "meterStart": 7, "timestamp": at(1, 0) });
    let begun = said(&mut charger, "StartTransaction", start).await;
    let transaction = begun["transactionId"].as_i64().expect("a number");
    drop(charger);
    let id = find(&site, transaction).await.id.to_string();
    let flagged = async || {
        let mut conn = site.gateway.core.store.read().await.expect("a reader");
        let found = alerts::find_standing(&mut conn, AlertKind::ChargeOpen, &id).await;
        found.expect("it can be read")
    };
    let in_hours = async |hours| {
        let core = Core {
            clock: Arc::new(Ahead(SignedDuration::from_hours(hours))),
            ..site.gateway.core.clone()
        };
        flag_open_charges(&core).await.expect("the store writes");
    };
    in_hours(23).await;
    assert_eq!(
        flagged().await,
        None,
        "a long charge is no fault, and an old start told late neither"
    );
    in_hours(25).await;
    let alert = flagged().await.expect("somebody must look");
    assert_eq!(alert.session_id.map(|id| id.to_string()), Some(id.clone()));
    in_hours(49).await;
    assert_eq!(flagged().await, Some(alert), "once");
    let mut charger = site.charger().await;
    boot(&mut charger).await;
    assert_eq!(flagged().await, None, "it is over");
    assert!(find(&site, transaction).await.inferred);
}
