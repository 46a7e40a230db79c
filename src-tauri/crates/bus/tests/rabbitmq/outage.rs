//! A broker that is killed, stopped, hangs up on everybody, is not there yet, or says nothing: what was called stored
//! is never lost, and it is found again in time (MSG-02). A binding that is gone: see `traffic`.
//!
//! Planted once and seen red: what the broker was sent counts as stored, confirmed or not (`publisher.rs`).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::{Arrival, Bus as _, BusError, Link, RabbitMqConfig};
use testkit::{RabbitMq, rounds};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::site::{CONFIRM, RECONNECT, Site, WAIT, config, message};

const BATCH: i64 = 20;

/// Publishes without end, as the relay does: what was not stored is sent again, in order.
struct Publisher {
    /// The newest number that was called stored.
    stored: watch::Receiver<i64>,
    /// How many calls of `publish` said that something was not stored.
    failures: watch::Receiver<u32>,
    task: JoinHandle<()>,
}

impl Publisher {
    fn start(bus: Arc<bus::RabbitMq>) -> Self {
        let (stored_set, stored) = watch::channel(0);
        let (failures_set, failures) = watch::channel(0);
        let task = tokio::spawn(async move {
            let mut link = bus.link();
            loop {
                let first = *stored_set.borrow() + 1;
                let batch: Vec<_> = (first..first + BATCH)
                    .map(|number| message(number, "meter.values"))
                    .collect();
                let asked = Instant::now();
                let published = bus.publish(&batch).await;
                assert!(
                    asked.elapsed() < CONFIRM + Duration::from_secs(1),
                    "publishing took {:?}",
                    asked.elapsed()
                );
                let count = i64::try_from(published.stored).expect("a batch is short");
                stored_set.send_modify(|stored| *stored += count);
                if published.failure.is_some() {
                    failures_set.send_modify(|failures| *failures += 1);
                    link.wait_for(|link| *link == Link::Connected)
                        .await
                        .expect("the bus lives");
                    tokio::task::yield_now().await;
                }
            }
        });
        Self {
            stored,
            failures,
            task,
        }
    }

    async fn until_stored(&mut self, number: i64) {
        let seen = timeout(WAIT, self.stored.wait_for(|stored| *stored >= number)).await;
        seen.expect("publishing goes on")
            .expect("the publisher lives");
    }

    /// Waits until publishing has failed more often than it had.
    async fn until_failed(&mut self, before: u32) {
        let seen = timeout(WAIT, self.failures.wait_for(|failures| *failures > before)).await;
        seen.expect("publishing fails")
            .expect("the publisher lives");
    }
}

/// Reads and acknowledges without end; says which numbers came, in the order of their first coming.
fn collect(mut inbox: bus::Deliveries) -> (watch::Receiver<BTreeSet<i64>>, JoinHandle<()>) {
    let (seen_set, seen) = watch::channel(BTreeSet::new());
    let task = tokio::spawn(async move {
        while let Some(arrival) = inbox.recv().await {
            // The first one says that this gateway's queue was not there.
            let Arrival::Message(delivery) = arrival else {
                assert!(
                    seen_set.borrow().is_empty(),
                    "no gap after that: {arrival:?}"
                );
                continue;
            };
            let number = delivery.body.trim_matches(|c: char| !c.is_ascii_digit());
            let number: i64 = number.parse().expect("our own bodies hold a number");
            seen_set.send_if_modified(|seen| {
                let newest = seen.last().copied().unwrap_or_default();
                let is_new = seen.insert(number);
                assert!(
                    !is_new || number > newest,
                    "{number} came for the first time after {newest}"
                );
                is_new
            });
            delivery.ack();
        }
    });
    (seen, task)
}

/// One of the ways in which a broker leaves its gateways. It is back, or can come back, when this returns.
async fn hurt(broker: &mut RabbitMq, round: u32) {
    match round % 4 {
        0 => broker.kill(),
        1 => {
            let host = broker.vhost();
            let close = ["close_all_connections", "--vhost", &host, "a test"];
            broker.ctl(&close).await;
        }
        2 => {
            broker.ctl(&["stop_app"]).await;
            broker.ctl(&["start_app"]).await;
        }
        _ => broker.stop().await,
    }
}

/// Lets the broker come back; says how long the gateway then took to be connected and to store again.
async fn back(
    broker: &mut RabbitMq,
    link: &mut watch::Receiver<Link>,
    publisher: &mut Publisher,
) -> Duration {
    let before = *publisher.stored.borrow();
    broker.start_again().await;
    let since = Instant::now();
    let again = timeout(RECONNECT, link.wait_for(|link| *link == Link::Connected)).await;
    again
        .expect("connected again in time")
        .expect("the bus lives");
    publisher.until_stored(before + 200).await;
    since.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_leaves_again_and_again_loses_nothing_that_was_called_stored_and_is_found_again()
 {
    let mut broker = RabbitMq::start().await;
    let Site { bus, .. } = Site::start(&broker.url(), "kiosk-1");
    let Site {
        bus: other, inbox, ..
    } = Site::start(&broker.url(), "kiosk-3");
    let bus = Arc::new(bus);
    let (mut link, mut others) = (bus.link(), other.link());
    let (mut seen, reader) = collect(inbox);
    others
        .wait_for(|link| *link == Link::Connected)
        .await
        .expect("the bus lives");
    link.wait_for(|link| *link == Link::Connected)
        .await
        .expect("the bus lives");
    let mut publisher = Publisher::start(Arc::clone(&bus));
    publisher.until_stored(200).await;

    // A second gateway starts while there is no broker.
    broker.kill();
    publisher.until_failed(0).await;
    let late = Site::start(&broker.url(), "kiosk-2");
    let published = late.bus.publish(&[message(1, "meter.values")]).await;
    assert_eq!(published.stored, 0);
    assert!(
        matches!(published.failure, Some(BusError::Down)),
        "{published:?}"
    );
    let mut longest = back(&mut broker, &mut link, &mut publisher).await;
    late.until(Link::Connected).await;
    let faults = rounds(3, 50);
    for round in 1..faults {
        let failures = *publisher.failures.borrow();
        hurt(&mut broker, round).await;
        publisher.until_failed(failures).await;
        longest = longest.max(back(&mut broker, &mut link, &mut publisher).await);
    }
    publisher.task.abort();

    let stored = *publisher.stored.borrow();
    let all: BTreeSet<i64> = (1..=stored).collect();
    let whole = |seen: &BTreeSet<i64>| seen.len() >= all.len() && seen.is_superset(&all);
    let came = timeout(WAIT, seen.wait_for(whole)).await.is_ok();
    let missing: Vec<i64> = all.difference(&seen.borrow()).copied().collect();
    assert!(came, "called stored and never delivered: {missing:?}");
    assert!(!reader.is_finished(), "in order all the while");
    println!("{faults} faults, {stored} stored, none lost, connected again within {longest:.2?}");
    bus.close().await;
    other.close().await;
    late.bus.close().await;
}

#[tokio::test]
async fn a_peer_that_accepts_and_says_nothing_is_given_up_and_tried_again() {
    let silent = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("some port is free");
    let port = silent.local_addr().expect("it is bound").port();
    let site = bus::RabbitMq::start(RabbitMqConfig {
        confirm_timeout: Duration::from_millis(300),
        ..config(&format!("amqp://127.0.0.1:{port}/host"), "kiosk-1")
    });
    let (first, _) = timeout(WAIT, silent.accept())
        .await
        .expect("it connects")
        .expect("the port is ours");
    let second = timeout(WAIT, silent.accept()).await;
    assert!(
        second.is_ok(),
        "a connection that never opens is not waited for"
    );
    assert_eq!(*site.link().borrow(), Link::Down);
    drop(first);
    site.close().await;
}

/// Passes on what the two say until the broker has opened the connection, and from there on nothing.
async fn fall_silent_once_open(client: TcpStream, broker: u16) {
    /// Class 10, method 41 of AMQP: "open-ok".
    const OPEN_OK: [u8; 4] = [0, 10, 0, 41];
    let server = TcpStream::connect(("127.0.0.1", broker)).await;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.expect("the broker is there").into_split();
    let asks = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut said = vec![0; 65_536];
    loop {
        let length = from_server.read(&mut said).await.unwrap_or_default();
        to_client
            .write_all(&said[..length])
            .await
            .expect("the client is there");
        if length == 0 || said[..length].windows(4).any(|method| method == OPEN_OK) {
            break;
        }
    }
    // Neither end is closed: that would be an answer.
    let _ = asks.await;
    drop((from_server, to_client));
}

#[tokio::test]
async fn a_broker_that_opens_and_then_says_nothing_is_given_up_and_tried_again() {
    let broker = RabbitMq::start().await;
    let url = broker.url();
    let port = url
        .split(['@', ':', '/'])
        .filter_map(|part| part.parse().ok())
        .next_back();
    let port: u16 = port.expect("the URL names a port");
    let proxy = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("some port is free");
    let proxied = proxy.local_addr().expect("it is bound").port();
    let site = bus::RabbitMq::start(config(
        &url.replace(&format!(":{port}/"), &format!(":{proxied}/")),
        "kiosk-1",
    ));
    for attempt in 1..=2 {
        let accepted = timeout(RECONNECT, proxy.accept()).await;
        let (client, _) = accepted
            .unwrap_or_else(|_| panic!("attempt {attempt}: the one before hangs for ever"))
            .expect("the port is ours");
        tokio::spawn(fall_silent_once_open(client, port));
    }
    assert_eq!(*site.link().borrow(), Link::Down, "nothing was declared");
    site.close().await;
}
