//! A charge ends at its limit, in time, and the driver is told before (MON-04): by amount, energy, time and state of charge,
//! and where the money ends.
//!
//! Planted once and seen red: a stop a minute and a half late; a hold that is not extended; a driver who is not told.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::meter::Reading;
use domain::session::{Limit, Session, StartedBy, StopReason};
use domain::{Money, SessionId, Timestamp, WattHours};
use gateway::clock::{Clock, SystemClock};
use gateway::core::Core;
use gateway::keep::Keep;
use gateway::ops::limit::look_at_limits;
use gateway::ops::record_meter::{Measured, record_meter};
use gateway::ops::request_start::{Wish, request_start};
use gateway::ops::start_session::{Start, start_session};
use gateway::ops::stop_session::{Stop, stop_session};
use jiff::SignedDuration;
use serde_json::json;
use store::repo::sessions;
use uuid::Uuid;

use super::till::{Till, accept_start, meter, meter_with, names, start, stop};
use crate::user::{Driver, charger};

on_both_engines! {
    a_charge_ends_at_its_amount_to_within_one_interval_whatever_the_interval,
    a_charge_ends_at_its_energy_and_at_its_minutes_without_a_reading,
    the_driver_is_told_then_the_charger_and_a_full_battery_ends_a_charge_too,
    readings_that_waited_with_the_charger_stop_nothing,
}

/// A clock that a test moves, far from the house's own, whose jobs so leave its charges alone.
pub struct Moved(pub AtomicI64);

impl Moved {
    pub fn of(till: &Till) -> (Core, Arc<Self>) {
        let core = till.house.gateway.core.clone();
        let ahead = core.clock.now() + SignedDuration::from_hours(12);
        let clock = Arc::new(Self(AtomicI64::new(ahead.as_millisecond())));
        let core = Core {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ..core
        };
        (core, clock)
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }
}

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).expect("a time")
    }

    fn id(&self) -> Uuid {
        SystemClock.id()
    }
}

fn euros(minor: i64) -> Money {
    Money {
        minor,
        currency: domain::Currency::from_code("EUR").expect("a currency"),
    }
}

const NONE: Limit = Limit {
    amount: None,
    energy: None,
    minutes: None,
    soc_percent: None,
};

/// A charge at a steady power, measured every so often, that is stopped two seconds after its charger is told.
struct Charge {
    core: Core,
    clock: Arc<Moved>,
    point: domain::ChargePointId,
    transaction: i64,
    began: Timestamp,
    power_w: i64,
}

impl Charge {
    async fn begin(till: &Till, driver: &Driver, limit: Limit, power_w: i64) -> Self {
        let (core, clock) = Moved::of(till);
        let wish = Wish {
            point: till.house.point,
            connector_id: Some(1),
            customer: Some(driver.customer()),
            started_by: StartedBy::Account,
            vehicle: None,
            id_token: None,
            tariff_version: None,
            limit: Some(limit).filter(|limit| *limit != NONE),
            requested_by: domain::command::Requester {
                kind: domain::command::RequesterKind::Customer,
                id: None,
                name: "Driver".to_owned(),
            },
        };
        let asked = request_start(&core, wish, Keep::nothing()).await;
        let token = asked.expect("it may start").session.id_token;
        let began = core.clock.now();
        let opening = Start {
            connector_id: 1,
            id_tag: token,
            meter_start: WattHours(0),
            at: began,
            raw: "{}".to_owned(),
        };
        let started = start_session(&core, till.house.point, opening).await;
        Self {
            transaction: started.expect("it starts").transaction_id,
            core,
            clock,
            point: till.house.point,
            began,
            power_w,
        }
    }

    fn wh(&self) -> i64 {
        let ms = self.core.clock.now().duration_since(self.began).as_millis();
        self.power_w * i64::try_from(ms).expect("hours at most") / 3_600_000
    }

    async fn measure(&self) {
        let at = self.core.clock.now();
        let reading = Reading {
            measured_at: at,
            meter: Some(WattHours(self.wh())),
            power_w: Some(self.power_w),
            soc_percent: None,
            voltage_v: None,
            current_a: None,
            context: "Sample.Periodic".to_owned(),
        };
        let measured = Measured {
            connector_id: 1,
            transaction_id: Some(self.transaction),
            readings: vec![reading],
            unreadable: Vec::new(),
            signed: Vec::new(),
            action: "MeterValues",
            raw: "{}".to_owned(),
        };
        record_meter(&self.core, self.point, measured)
            .await
            .expect("readings are taken");
    }

    /// Second by second, until its charger is told to stop; gives how long that took.
    async fn until_stopped(&self, interval: i64) -> i64 {
        for second in 1..40_000 {
            self.clock.advance(1);
            if second % interval == 0 {
                self.measure().await;
            }
            // The gateway looks each second; here only where it could matter, for speed.
            let commands = look_at_limits(&self.core).await.expect("it looks");
            if !commands.is_empty() {
                self.clock.advance(2);
                self.stop().await;
                return second;
            }
        }
        panic!("nobody told the charger to stop");
    }

    async fn stop(&self) {
        let stop = Stop {
            transaction_id: self.transaction,
            meter_stop: WattHours(self.wh()),
            at: self.core.clock.now(),
            reason: StopReason::Operator,
            id_tag: None,
            readings: Vec::new(),
            unreadable: Vec::new(),
            signed: Vec::new(),
            raw: "{}".to_owned(),
        };
        stop_session(&self.core, self.point, stop)
            .await
            .expect("a stop is taken");
    }

    async fn session(&self) -> Session {
        let mut conn = self.core.store.read().await.expect("a reader");
        let found = sessions::find_by_transaction(&mut conn, self.point, self.transaction).await;
        found.expect("a sound store").expect("it is there")
    }
}

async fn a_charge_ends_at_its_amount_to_within_one_interval_whatever_the_interval(till: Till) {
    let _charger = charger(&till.house).await;
    for (round, (interval, power_w, limit)) in [
        (10, 11_000, 100),
        (60, 22_000, 200),
        (60, 3_700, 50),
        (300, 7_400, 150),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("driver{round}@example.org");
        let driver = till.driver(&email, "50.00").await;
        let amount = Limit {
            amount: Some(euros(limit)),
            ..NONE
        };
        let charge = Charge::begin(&till, &driver, amount, power_w).await;
        charge.until_stopped(interval).await;
        let session = charge.session().await;
        let total = session.total().expect("it has a price").minor;
        let one = power_w * interval / 3_600 * 50 / 1_000 + 1;
        assert!(
            (limit - one..=limit + 2).contains(&total),
            "{total} of {limit}, an interval costs {one} (every {interval} s at {power_w} W)"
        );
        assert_eq!(session.stop_reason, Some(StopReason::Limit));
        assert_eq!(till.has(driver.customer()).await, (5_000 - total, 0, 0));
    }
    till.is_sound().await;
}

async fn a_charge_ends_at_its_energy_and_at_its_minutes_without_a_reading(till: Till) {
    let _charger = charger(&till.house).await;
    let driver = till.driver("anna@example.org", "50.00").await;
    let energy = Limit {
        energy: Some(WattHours(1_500)),
        ..NONE
    };
    let charge = Charge::begin(&till, &driver, energy, 11_000).await;
    charge.until_stopped(60).await;
    let took = charge.session().await.energy().0;
    assert!((1_300..=1_520).contains(&took), "{took} of 1,500 Wh");
    let minutes = Limit {
        minutes: Some(7),
        ..NONE
    };
    let charge = Charge::begin(&till, &driver, minutes, 11_000).await;
    let seconds = charge.until_stopped(100_000).await;
    assert!((415..=421).contains(&seconds), "{seconds} of 420 s");
    assert_eq!(charge.session().await.stop_reason, Some(StopReason::Limit));
    till.is_sound().await;
}

#[tokio::test]
async fn a_hold_is_extended_while_there_is_money_and_the_charge_ends_with_it() {
    let till = Till::with(|settings| settings.wallet.hold = "1".to_owned()).await;
    let _charger = charger(&till.house).await;
    let driver = till.driver("anna@example.org", "2.50").await;
    let charge = Charge::begin(&till, &driver, NONE, 11_000).await;
    assert_eq!(
        till.has(driver.customer()).await,
        (150, 100, 0),
        "the usual"
    );
    charge.until_stopped(60).await;
    let session = charge.session().await;
    let total = session.total().expect("a price").minor;
    assert!((240..=252).contains(&total), "{total} of 250");
    let owed = (total - 250).max(0);
    assert_eq!(
        till.has(driver.customer()).await,
        (250 - total + owed, 0, owed)
    );
    assert_eq!(session.stop_reason, Some(StopReason::Limit));
    till.is_sound().await;
}

/// Through the sockets, with the gateway's own clock: who hears what, in which order.
async fn the_driver_is_told_then_the_charger_and_a_full_battery_ends_a_charge_too(till: Till) {
    let mut charger = charger(&till.house).await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let desk = till.house.token().await;
    for (round, limit) in [
        json!({ "amount": { "amount": "5.00", "currency": "EUR" } }),
        json!({ "socPercent": 80 }),
        json!({ "minutes": 1 }),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("start {round}");
        let wish = json!({ "connectorId": 1, "limit": limit });
        let asked = anna.start(&till.house, &key, wish).await;
        assert_eq!(asked.status.as_u16(), 202, "{}", asked.body);
        let tag = accept_start(&mut charger).await;
        let minutes = limit["minutes"] == 1;
        let began = till.ago(if minutes { 57 } else { 3_000 });
        let (transaction, _) = start(&mut charger, &tag, began).await;
        let since = till.house.drained().await;
        if !minutes {
            meter(&mut charger, transaction, 5_000, till.ago(1_000)).await;
            meter_with(&mut charger, transaction, 9_990, till.ago(1), Some(80)).await;
        }
        let (id, action, payload) = charger.next_call().await;
        assert_eq!(action, "RemoteStopTransaction", "{limit}");
        assert_eq!(payload, json!({ "transactionId": transaction }));
        charger.answer(&id, json!({ "status": "Accepted" })).await;
        let wh = if minutes { 100 } else { 9_995 };
        stop(&mut charger, transaction, wh, till.ago(0)).await;
        let told = names(&till.house.told(&desk, since).await);
        let told: Vec<_> = told
            .iter()
            .filter(|name| !name.starts_with("cost.") && !name.starts_with("revenue."))
            .collect();
        assert_eq!(
            told,
            [
                "charging.updated limit",
                "command.requested",
                "command.accepted",
                "charging.remote.stop.accepted",
                "charging.updated stopping",
                "charging.stopped",
            ],
            "{limit}"
        );
        assert_eq!(till.session().await.stop_reason, Some(StopReason::Limit));
    }
    till.is_sound().await;
}

/// What a charger kept says nothing of now: nobody is told to stop for it (FLT-05).
async fn readings_that_waited_with_the_charger_stop_nothing(till: Till) {
    let mut charger = charger(&till.house).await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let limit = json!({ "amount": { "amount": "1.00", "currency": "EUR" } });
    let wish = json!({ "connectorId": 1, "limit": limit });
    anna.start(&till.house, "a", wish).await;
    let tag = accept_start(&mut charger).await;
    let (transaction, _) = start(&mut charger, &tag, till.ago(7_200)).await;
    meter(&mut charger, transaction, 3_000, till.ago(3_600)).await;
    meter(&mut charger, transaction, 6_000, till.ago(1_800)).await;
    let commands = look_at_limits(&till.house.gateway.core)
        .await
        .expect("it looks");
    assert!(commands.is_empty(), "{commands:?}");
    stop(&mut charger, transaction, 6_500, till.ago(1_700)).await;
    assert_eq!(
        till.has(anna.customer()).await,
        (4_675, 0, 0),
        "it pays all the same"
    );
    let id: SessionId = till.session().await.id;
    assert_eq!(till.session().await.ends(), None, "{id}");
    till.is_sound().await;
}
