//! Chargers that fall silent behind a network that swallows everything (FLT-14), and those that only seem to.
//!
//! Planted once and seen red: silence borne (`conversation.rs`).

use std::time::{Duration, Instant};

use domain::status::Connectivity;
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::json;
use testkit::charger::Knock;
use testkit::fault_proxy::Faults;
use testkit::{Charger, FaultProxy, wait_until};
use tokio::time::interval;

use super::site::{KEY, Site};

/// The waits in milliseconds: a ping's interval, how long its answer may take, and when silence must be seen.
const SHORT: (i64, i64, u64) = (400, 250, 3_000);
/// The product's own, and the row's mark.
const LONG: (i64, i64, u64) = (30_000, 20_000, 90_000);
/// So many are swallowed, each at another moment between two pings.
const SWALLOWED: u32 = 8;

#[tokio::test]
async fn whom_a_black_hole_swallows_is_offline_in_time_and_any_traffic_is_a_sign_of_life() {
    let is_long = testkit::rounds(0, 1) == 1;
    let (ping, pong, mark) = if is_long { LONG } else { SHORT };
    let site = Site::with(|settings| {
        settings.ocpp.ping_interval = SignedDuration::from_millis(ping);
        settings.ocpp.pong_timeout = SignedDuration::from_millis(pong);
    })
    .await;
    let (ping, mark) = (
        Duration::from_millis(ping.unsigned_abs()),
        Duration::from_millis(mark),
    );
    let through = async |identity: &str, proxy: &FaultProxy| {
        let url = format!("ws://{}/ocpp", proxy.address());
        let knock = Knock::new(identity, Some(KEY));
        let charger = Charger::knock(&url, identity, &knock).await;
        charger.unwrap_or_else(|error| panic!("{identity}: {error}"))
    };
    let mut points = site.add_more(SWALLOWED + 2).await;
    let (_, deaf_point) = points.pop().expect("there are ten");
    let (slow, slow_point) = points.pop().expect("there are nine");

    // Far away: all it hears and says is late, and a pong is all it ever says.
    let far = FaultProxy::start(site.gateway.ocpp).await;
    far.set_all(Faults {
        delay: ping / 8,
        ..Faults::default()
    });
    let mut slow = through(&slow, &far).await;
    // Reads nothing, so it answers no ping; but it talks.
    let near = FaultProxy::start(site.gateway.ocpp).await;
    let deaf = format!("MORE-{:04}", SWALLOWED + 2);
    let mut deaf = through(&deaf, &near).await;

    let mut held = Vec::new();
    let mut watched = Vec::new();
    let mut beat = interval(ping / SWALLOWED);
    for (identity, point) in points {
        let proxy = FaultProxy::start(site.gateway.ocpp).await;
        let mut charger = through(&identity, &proxy).await;
        assert_eq!(charger.call("Heartbeat", json!({})).await[0], 3);
        beat.tick().await;
        proxy.set_all(Faults {
            black_hole: true,
            ..Faults::default()
        });
        let (site, since) = (&site, Instant::now());
        watched.push(async move {
            let seen = wait_until(mark, async || {
                let row = site.row(point).await;
                (row.connectivity == Connectivity::Offline).then_some(())
            });
            assert!(
                seen.await.is_some(),
                "{identity} is still shown after {mark:?}"
            );
            since.elapsed()
        });
        held.push((charger, proxy));
        stay_alive(&mut slow, &mut deaf).await;
    }
    let living = async {
        loop {
            beat.tick().await;
            stay_alive(&mut slow, &mut deaf).await;
        }
    };
    let mut took = tokio::select! {
        took = join_all(watched) => took,
        () = living => unreachable!("it never ends"),
    };
    took.sort_unstable();
    println!(
        "shown offline after {:?} at the soonest, {:?} at the latest",
        took[0],
        took.last()
    );
    assert!(
        took[0] >= Duration::from_millis(pong.unsigned_abs()),
        "not before it had its time: {took:?}"
    );
    for (who, point) in [
        ("one that answers late", slow_point),
        ("one that only talks", deaf_point),
    ] {
        let row = site.row(point).await;
        assert_eq!(row.connectivity, Connectivity::Online, "{who}");
        assert!(
            site.gateway.outbound.version(point).is_some(),
            "{who} has its socket"
        );
    }
}

/// One reads, and with that answers its pings; the other sends.
async fn stay_alive(slow: &mut Charger, deaf: &mut Charger) {
    while let Some(came) = slow.came().await {
        came.expect("one that answers is not closed");
    }
    deaf.send(r#"[2,"alive","Heartbeat",{}]"#).await;
}
