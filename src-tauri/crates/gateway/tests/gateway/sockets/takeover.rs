//! Two sockets of one charger (SEC-02): who stays, who is told to go, and where the next command lands. Many, in any
//! order and with any trouble, are `interleavings`'.

use std::time::{Duration, Instant};

use domain::status::Connectivity;
use gateway::ops::connect_charger::connect_charger;
use jiff::SignedDuration;
use ocpp::RawValue;
use serde_json::json;
use testkit::charger::Knock;
use testkit::{Charger, wait_until};
use tokio::task::JoinHandle;

use super::site::Site;

/// A charger that reads, and so answers pings, until its socket is closed; gives the close code.
fn living(mut charger: Charger) -> JoinHandle<Option<u16>> {
    tokio::spawn(async move { charger.closed().await })
}

/// Whether a command reaches this charger.
async fn is_reached(site: &Site, charger: &mut Charger) -> bool {
    let payload = RawValue::from_string("{}".to_owned()).expect("JSON");
    let outbound = site.gateway.outbound.clone();
    let point = site.point;
    let asked = tokio::spawn(async move {
        let ttl = Duration::from_secs(20);
        outbound
            .call(point, "ClearCache", payload, ttl, |_| {})
            .await
    });
    let (id, ..) = charger.next_call().await;
    charger.answer(&id, json!({ "status": "Accepted" })).await;
    asked.await.expect("asking does not panic").outcome.is_ok()
}

#[tokio::test]
async fn a_half_open_socket_is_replaced_within_the_time_of_a_ping() {
    let site = Site::new().await;
    let mut old = site.charger().await;
    // It reads nothing, so no ping of the gateway is answered.
    let began = Instant::now();
    let mut new = site.charger().await;
    let took = began.elapsed();
    assert!(
        took >= Duration::from_millis(400),
        "the old one was given its time: {took:?}"
    );
    assert!(took < Duration::from_secs(5), "and no more: {took:?}");
    assert!(
        is_reached(&site, &mut new).await,
        "the next command reaches the newest"
    );
    assert_eq!(
        old.closed().await,
        Some(1008),
        "the old one is told, should it ever read"
    );
    let row = site.row(site.point).await;
    assert_eq!(
        row.connectivity,
        Connectivity::Online,
        "the end of the old one ended nothing"
    );
}

#[tokio::test]
async fn of_two_living_sockets_with_the_key_the_newest_wins_at_once() {
    let site =
        Site::with(|settings| settings.ocpp.takeover_ping = SignedDuration::from_secs(20)).await;
    let old = living(site.charger().await);
    let began = Instant::now();
    let mut new = site.charger().await;
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "a pong ends the waiting: {:?}",
        began.elapsed()
    );
    assert!(is_reached(&site, &mut new).await);
    assert_eq!(
        old.await.expect("it reads"),
        Some(1008),
        "the old one is told to go"
    );
    assert!(
        is_reached(&site, &mut new).await,
        "and its end ended nothing"
    );
}

#[tokio::test]
async fn without_credentials_the_oldest_stays_while_it_answers() {
    let site = Site::new().await;
    let knock = Knock::new("CP-0", None);
    let first = site.knock("CP-0", &knock).await.expect("the place is free");
    let first = living(first);
    assert_eq!(
        site.knock("CP-0", &knock).await.map(drop),
        Err(409),
        "anybody could claim to be it"
    );
    assert!(!first.is_finished(), "the first one did not notice");
    first.abort();
    let second = wait_until(Duration::from_secs(5), async || {
        site.knock("CP-0", &knock).await.ok()
    });
    let mut silent = second.await.expect("the first one is gone");
    let third = site.knock("CP-0", &knock).await;
    let mut third = third.expect("one that does not answer loses its place");
    assert_eq!(silent.closed().await, Some(1008));
    assert_eq!(third.call("Heartbeat", json!({})).await[0], 3);
    let row = site.row(site.open_point).await;
    assert_eq!(row.connectivity, Connectivity::Online);
}

#[tokio::test]
async fn a_station_that_two_sockets_fight_over_is_held_by_the_one_that_is_there() {
    let site = Site::new().await;
    let mut sockets = vec![living(site.charger().await)];
    let knock = Knock::new("CP-1", Some(super::site::KEY));
    for number in 1..=5 {
        let next = site.knock("CP-1", &knock).await;
        sockets.push(living(
            next.unwrap_or_else(|status| panic!("takeover {number}: {status}")),
        ));
    }
    assert_eq!(
        site.knock("CP-1", &knock).await.map(drop),
        Err(429),
        "the sixth"
    );
    let holder = sockets.pop().expect("there are six");
    assert!(!holder.is_finished(), "the one that is there stays");
    for old in sockets {
        assert_eq!(
            old.await.expect("it reads"),
            Some(1008),
            "each of the others was told"
        );
    }
    holder.abort();
    let back = wait_until(Duration::from_secs(5), async || {
        site.knock("CP-1", &knock).await.ok()
    });
    assert!(back.await.is_some(), "a free place is nobody's fight");
}

#[tokio::test]
async fn a_socket_that_the_database_gives_to_another_ends() {
    let site = Site::with(|settings| {
        settings.ocpp.ping_interval = SignedDuration::from_millis(200);
    })
    .await;
    let mut charger = site.charger().await;
    let online = wait_until(Duration::from_secs(5), async || {
        (site.row(site.point).await.connectivity == Connectivity::Online).then_some(())
    });
    assert!(online.await.is_some(), "it is there");
    // As another gateway writes when it lets the same charger in.
    let core = &site.gateway.core;
    let elsewhere = domain::SocketId(core.clock.id());
    let point = site.point;
    connect_charger(core, point, elsewhere, "1.6", "192.0.2.1".to_owned())
        .await
        .expect("the database works");
    assert_eq!(
        charger.closed().await,
        Some(1008),
        "two gateways never hold one charger"
    );
    let row = site.row(site.point).await;
    assert_eq!(
        row.socket,
        Some(elsewhere),
        "and the other one's row stays as it is"
    );
    assert_eq!(row.connectivity, Connectivity::Online);
}
