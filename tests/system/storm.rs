//! Many chargers that come back in the same moment (FLT-12): all are accepted in time, those that are in stay in and are
//! served, and where more come than may, they are told so and come in later.
//!
//! Planted once and seen red: no pace kept, everybody comes in at once (`gate.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use simulator::{Fleet, FleetConfig};
use testkit::{Charger, Program, wait_until};
use tokio::task::JoinHandle;
use tokio::time::interval;

use crate::site::{FleetAccess, Site};

/// The row's marks.
const ACCEPTED: Duration = Duration::from_mins(1);
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Who is in before the storm.
const ESTABLISHED: u32 = 10;

/// A charger that is in and beats until it is over; its slowest answer.
fn beat(mut charger: Charger, over: Arc<AtomicBool>) -> JoinHandle<Duration> {
    tokio::spawn(async move {
        let mut slowest = Duration::ZERO;
        let mut pace = interval(Duration::from_millis(200));
        while !over.load(Ordering::Relaxed) {
            pace.tick().await;
            let began = Instant::now();
            let answer = charger.call("Heartbeat", json!({})).await;
            assert_eq!(answer[0], 3, "who is in is served: {answer}");
            slowest = slowest.max(began.elapsed());
        }
        slowest
    })
}

fn fleet(gateway: &Program, count: u32, password: &str) -> Fleet {
    let config = FleetConfig {
        count,
        password: Some(password.to_owned()),
        ..FleetConfig::new(gateway.ocpp())
    };
    Fleet::start(config).expect("the settings work")
}

/// Waits until so many have connected, and says how long it took.
async fn connected(fleet: &Fleet, many: u32, since: Instant) -> Duration {
    let there = wait_until(ACCEPTED, async || {
        (fleet.summary().connected >= u64::from(many)).then(|| since.elapsed())
    });
    let there = there.await;
    there.unwrap_or_else(|| {
        panic!(
            "{many} connect: {:?} {:?}",
            fleet.summary(),
            fleet.refusal()
        )
    })
}

/// Waits until all were accepted, and says how long it took.
async fn accepted(fleet: &Fleet, count: u32, since: Instant) -> Duration {
    let there = wait_until(ACCEPTED, async || {
        (fleet.summary().boots >= u64::from(count)).then(|| since.elapsed())
    });
    let there = there.await;
    there.unwrap_or_else(|| panic!("{count} boot: {:?} {:?}", fleet.summary(), fleet.refusal()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_chargers_is_taken_in_in_time_and_drops_nobody() {
    let storms = testkit::rounds(1, 10);
    let count = testkit::rounds(120, 500);
    rlimit::increase_nofile_limit(u64::MAX).expect("up to the hard limit anybody may");
    let site = Site::new().await;
    // The last of them are in before the storm.
    let FleetAccess { password, .. } = site.add_fleet("SIM-", count + ESTABLISHED).await;
    for storm in 1..=storms {
        // After a restart each time.
        let mut gateway = site.serve(&[]).await;
        let over = Arc::new(AtomicBool::new(false));
        let mut established = Vec::new();
        for number in 1..=ESTABLISHED {
            let identity = format!("SIM-{:04}", count + number);
            let charger = Charger::connect(gateway.ocpp(), &identity, Some(&password)).await;
            established.push(beat(charger, Arc::clone(&over)));
        }
        let since = Instant::now();
        // All at once, which is harder than within five seconds.
        let fleet = fleet(&gateway, count, &password);
        // What 99 of 100 keep to: all began in the same moment.
        let handshake = connected(&fleet, count * 99 / 100, since).await;
        let last = accepted(&fleet, count, since).await;
        over.store(true, Ordering::Relaxed);
        let mut slowest = Duration::ZERO;
        for charger in established {
            slowest = slowest.max(charger.await.expect("nobody who is in is dropped"));
        }
        println!(
            "storm {storm}: {count} at once, 99 of 100 connected after {handshake:?}, all accepted after {last:?}; those inside waited {slowest:?} at most"
        );
        assert!(handshake < HANDSHAKE, "a handshake took {handshake:?}");
        assert!(last < ACCEPTED, "the last was accepted after {last:?}");
        drop(fleet);
        assert_eq!(gateway.terminate().await, 0, "it ends in order");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_may_come_at_once_are_told_so_and_come_in_later() {
    let count = testkit::rounds(80, 500);
    rlimit::increase_nofile_limit(u64::MAX).expect("up to the hard limit anybody may");
    let site = Site::new().await;
    let FleetAccess { password, .. } = site.add_fleet("SIM-", count).await;
    // Five seconds' worth come in at once: half of them.
    let a_second = (count / 10).to_string();
    let gateway = site
        .serve_with(&[("FORECOURT_LIMITS__ACCEPTS_PER_SECOND", &a_second)])
        .await;
    let since = Instant::now();
    let fleet = fleet(&gateway, count, &password);
    let told = wait_until(ACCEPTED, async || fleet.refusal());
    let told = told.await.expect("not all may come at once");
    assert!(told.contains("503"), "overload is told: {told}");
    let last = accepted(&fleet, count, since).await;
    println!(
        "{count} at once where {a_second} a second may: told {told:?}, all accepted after {last:?}"
    );
    assert!(last > Duration::from_secs(2), "the pace is kept: {last:?}");
}
