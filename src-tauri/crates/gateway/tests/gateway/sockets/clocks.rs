//! Chargers and gateways whose clocks are wrong, or are set in the middle of things (FLT-15): no wait ends early, no charge
//! lasts less than nothing or for decades, and how far a charger's clock is off can be read. That a wait itself runs on
//! the uptime is shown in `waits.rs`.
//!
//! Planted once and seen red: every clock believed (`ops/session.rs`), durations below zero (`session.rs`), the newest message
//! taken for the straightest (`judge_clock.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::Timestamp;
use domain::WattHours;
use domain::session::{Session, SessionStatus, StopReason};
use domain::status::ConnectorStatus;
use gateway::clock::{Clock, SystemClock};
use gateway::core::Core;
use gateway::ops::boot_charger::{Boot, boot_charger};
use gateway::ops::expire_session::expire_sessions;
use gateway::ops::report_connector::{Report, report_connector};
use gateway::ops::start_session::{Start, start_session};
use gateway::ops::stop_session::{Stop, stop_session};
use gateway::waits::Waits;
use jiff::SignedDuration;
use store::repo::sessions;
use testkit::rounds;
use uuid::Uuid;

use super::site::{CARD, Site};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A clock that a test sets, whole milliseconds.
pub struct Settable(pub AtomicI64);

impl Clock for Settable {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).expect("a time")
    }

    fn id(&self) -> Uuid {
        SystemClock.id()
    }
}

/// A core whose clock the test sets; the site's gateway keeps its own.
fn with_own_clock(site: &Site) -> (Core, Arc<Settable>) {
    let start = site.gateway.core.clock.now().as_millisecond();
    let clock = Arc::new(Settable(AtomicI64::new(start)));
    let core = Core {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..site.gateway.core.clone()
    };
    (core, clock)
}

fn start(number: u32, at: Timestamp) -> Start {
    Start {
        connector_id: 1,
        id_tag: CARD.to_owned(),
        meter_start: WattHours(i64::from(number) * 1_000),
        at,
        raw: "{}".to_owned(),
    }
}

fn stop(transaction_id: i64, number: u32, at: Timestamp) -> Stop {
    Stop {
        transaction_id,
        meter_stop: WattHours(i64::from(number) * 1_000 + 100),
        at,
        reason: StopReason::Local,
        id_tag: None,
        readings: Vec::new(),
        unreadable: Vec::new(),
        signed: Vec::new(),
        raw: "{}".to_owned(),
    }
}

async fn find(site: &Site, number: i64) -> Session {
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let found = sessions::find_by_transaction(&mut conn, site.point, number).await;
    found.expect("it can be read").expect("it is there")
}

#[tokio::test]
async fn charges_and_waits_bear_a_hundred_jumps_of_a_day_of_either_clock() {
    let site = Site::new().await;
    let (core, clock) = with_own_clock(&site);
    let step = |by: SignedDuration| {
        let ms = i64::try_from(by.as_millis()).expect("a few days");
        clock.0.fetch_add(ms, Ordering::Relaxed);
    };
    let (mut charger_is_off, mut waits) = (SignedDuration::ZERO, Waits::default());
    for number in 1..=rounds(40, 100) {
        let told = || core.clock.now() + charger_is_off;
        let from = told();
        let started = start_session(&core, site.point, start(number, from)).await;
        let transaction = started.expect("it is answered").transaction_id;
        step(SignedDuration::from_mins(10));
        // One of the clocks is set in the middle, on or back; the charge lasts ten minutes by whichever stays.
        match number % 4 {
            0 => step(DAY),
            1 => step(-DAY),
            2 => charger_is_off = -DAY / 2,
            _ => charger_is_off = DAY / 2,
        }
        let to = core.clock.now() + charger_is_off;
        stop_session(&core, site.point, stop(transaction, number, to))
            .await
            .expect("it is taken");
        let session = find(&site, transaction).await;
        assert_eq!(session.status, SessionStatus::Stopped, "{session:?}");
        let lasted = session.duration_seconds(core.clock.now());
        assert!(
            (0..=2 * 86_400).contains(&lasted),
            "round {number}: {lasted} s of {session:?}"
        );
        let ended = expire_sessions(&core, std::time::Duration::from_mins(2), &mut waits).await;
        assert_eq!(
            ended.expect("the store answers"),
            0,
            "nothing waits, and nothing is ended"
        );
    }
}

#[tokio::test]
async fn a_start_of_1970_and_a_stop_of_today_are_no_charge_of_half_a_century() {
    let site = Site::new().await;
    let (core, clock) = with_own_clock(&site);
    let minutes = |minutes: i64| {
        clock.0.fetch_add(minutes * 60_000, Ordering::Relaxed);
    };
    let unset: Timestamp = "1970-01-01T00:00:07Z".parse().expect("a literal time");
    let started = start_session(&core, site.point, start(1, unset)).await;
    let transaction = started.expect("it is answered").transaction_id;
    minutes(25);
    // By now it was told the time.
    stop_session(&core, site.point, stop(transaction, 1, core.clock.now()))
        .await
        .expect("it is taken");
    let session = find(&site, transaction).await;
    assert_eq!(session.duration_seconds(core.clock.now()), 25 * 60);
    assert_eq!(
        (session.energy().0, session.started_at),
        (100, Some(unset)),
        "and is known by what it said"
    );

    let started = start_session(&core, site.point, start(2, unset)).await;
    let transaction = started.expect("it is answered").transaction_id;
    minutes(25);
    let to = unset + SignedDuration::from_mins(24);
    stop_session(&core, site.point, stop(transaction, 2, to))
        .await
        .expect("it is taken");
    let session = find(&site, transaction).await;
    assert_eq!(
        session.duration_seconds(core.clock.now()),
        24 * 60,
        "a clock that is wrong and runs"
    );
}

#[tokio::test]
async fn how_far_a_chargers_clock_is_off_is_kept_until_it_boots() {
    let site = Site::new().await;
    let core = &site.gateway.core;
    let report = async |status, off: SignedDuration| {
        let report = Report {
            connector_id: 1,
            status,
            error_code: None,
            vendor_error_code: None,
            info: None,
            at: Some(core.clock.now() + off),
        };
        report_connector(core, site.point, report)
            .await
            .expect("it is stored");
    };
    let skew = async || {
        let ms = site.row(site.point).await.clock_skew_ms;
        ms.map(|ms| (ms + 500).div_euclid(1_000))
    };
    assert_eq!(skew().await, None, "it has dated nothing");
    let states = [ConnectorStatus::Available, ConnectorStatus::Preparing];
    let seconds = SignedDuration::from_secs;
    for (off, known) in [
        (-7_000, -7_000),
        (-90, -90),
        (-9_000, -90),
        (42, 42),
        (-90, 42),
    ] {
        report(states[usize::from(off % 4 == 0)], seconds(off)).await;
        let found = skew().await.expect("it dated something");
        assert!(
            (known - 1..=known).contains(&found),
            "{off}: {found}, the message that took the shortest way"
        );
    }
    let boot = Boot {
        vendor: "Test".to_owned(),
        model: "One".to_owned(),
        serial_number: None,
        firmware_version: None,
    };
    boot_charger(core, site.point, boot)
        .await
        .expect("it boots");
    assert_eq!(skew().await, None, "it may have set its clock");
}
