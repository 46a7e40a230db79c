//! What a driver's own Socket.IO connection hears: its own charges whole, of everybody else what any passer-by
//! may know (WEB-07); and how long it hears it after the sign-in has ended (WEB-05).
//!
//! Planted once and seen red: whose a session is not asked at `subscribe`; `customer:` open to every customer;
//! revoked readers kept; the watch over sign-ins that ended elsewhere switched off; listening only after a page was told
//! that it is connected (`socket_io.rs`; seen in the long form).

use std::time::{Duration, Instant};

use axum::http::Method;
use gateway::core::OpError;
use gateway::secret;
use gateway::settings::Listen;
use serde_json::{Value, json};
use store::repo::access_tokens;
use testkit::{SocketIoProbe, rounds};
use uuid::Uuid;

use crate::house::House;
use crate::user::{Driver, begin, charger, status, text};

/// What any passer-by may hear.
const PUBLIC: &[&str] = &[
    "charger.status.changed",
    "connector.status.changed",
    "station.status.changed",
    "station.price.changed",
    "live.tick",
    "live.gap",
];

async fn open_house() -> (House, String) {
    let house = House::with(|settings| {
        settings.listen = Listen::On(([127, 0, 0, 1], 0).into());
    })
    .await;
    let address = house.gateway.http.expect("the door is open");
    (house, format!("http://{address}"))
}

async fn connect(http: &str, token: &str) -> SocketIoProbe {
    SocketIoProbe::connect(http, Some(token))
        .await
        .expect("a driver may connect")
}

/// Everything up to the connector's word that all is over.
async fn heard(probe: &mut SocketIoProbe) -> Vec<Value> {
    let mut heard = Vec::new();
    loop {
        let pushed = probe.next().await.expect("the connection stands").json();
        let last = pushed["data"]["status"] == "reserved";
        heard.push(pushed);
        if last {
            return heard;
        }
    }
}

fn types(heard: &[Value]) -> Vec<&str> {
    let names = heard.iter().filter_map(|event| event["type"].as_str());
    names.filter(|name| *name != "live.tick").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_driver_hears_its_own_charge_whole_and_of_a_strangers_what_any_passer_by_may() {
    let (house, http) = open_house().await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let bert = Driver::new(&house, "bert@example.org").await;
    let mut charger = charger(&house).await;
    house.drained().await;
    let (mut annas, mut berts) = (
        connect(&http, &anna.token).await,
        connect(&http, &bert.token).await,
    );
    let asked = bert.start(&house, "k", json!({ "connectorId": 1 })).await;
    let session = text(&asked.body["session"]["id"]);
    let own =
        json!({ "rooms": [format!("session:{session}"), format!("charger:{}", house.point)] });
    assert_eq!(berts.emit("subscribe", own).await["ok"], true, "its own");

    let transaction = begin(&mut charger).await;
    status(&mut charger, 1, "Charging").await;
    let rooms = foreign_rooms(&house, &bert, &session);
    let lasts = Duration::from_secs(rounds(3, 600).into());
    let (began, mut told, mut tried) = (Instant::now(), 0, 0);
    let mut own = Vec::new();
    while tried == 0 || began.elapsed() < lasts {
        for (number, room) in rooms.iter().enumerate() {
            let answer = annas.emit("subscribe", json!({ "rooms": [room] })).await;
            assert_eq!(answer["code"], "live.room_refused", "{room}: {answer}");
            if number % 50 == 0 {
                told += 1;
                let values = json!({ "connectorId": 1, "transactionId": transaction, "meterValue": [
                    { "timestamp": after_the_start(told), "sampledValue": [{ "value": (1_000 + told).to_string() }] }] });
                charger.call("MeterValues", values).await;
            }
        }
        tried += rooms.len();
        // As a page does: one that does not read is closed.
        while own.iter().filter(|event| is_meter(event)).count()
            < usize::try_from(told).expect("it fits")
        {
            own.push(berts.next().await.expect("the connection stands").json());
        }
    }
    println!("{tried} rooms tried while {told} readings came");
    let mixed = json!({ "rooms": ["public", format!("customer:{}", bert.id)] });
    let all_or_none = annas.emit("subscribe", mixed).await;
    assert_eq!(all_or_none["code"], "live.room_refused", "all or nothing");
    let open = json!({ "rooms": ["public", format!("charger:{}", house.point), format!("customer:{}", anna.id)] });
    assert_eq!(annas.emit("subscribe", open).await["ok"], true);
    let stop = json!({ "transactionId": transaction, "meterStop": 1_000 + told, "timestamp": after_the_start(told + 1) });
    charger.call("StopTransaction", stop).await;
    status(&mut charger, 1, "Reserved").await;

    let foreign = heard(&mut annas).await;
    for event in &foreign {
        let name = event["type"].as_str().unwrap_or_default();
        assert!(PUBLIC.contains(&name), "not for a stranger: {event}");
        assert!(
            !event.to_string().contains(&session),
            "nor by the way: {event}"
        );
        assert!(event["data"].get("errorCode").is_none(), "{event}");
    }
    own.extend(heard(&mut berts).await);
    let of_charge: Vec<_> = types(&own)
        .into_iter()
        .filter(|name| !PUBLIC.contains(name))
        .collect();
    let mut expect = vec![
        "charging.requested",
        "charging.remote.start.accepted",
        "charging.started",
    ];
    expect.extend((0..told).map(|_| "meter.values"));
    expect.push("charging.stopped");
    assert_eq!(of_charge, expect, "each once and in order");
    let meter = own.iter().find(|event| is_meter(event));
    assert_eq!(
        meter.expect("it is there")["data"]["sessionId"],
        *session,
        "whole"
    );
}

fn is_meter(event: &Value) -> bool {
    event["type"] == "meter.values"
}

/// So many seconds after the charge began.
fn after_the_start(seconds: i64) -> String {
    let (hours, minutes) = (9 + seconds / 3600, seconds / 60 % 60);
    format!("2026-11-24T{hours:02}:{minutes:02}:{:02}Z", seconds % 60)
}

/// A thousand names of rooms that are not Anna's.
fn foreign_rooms(house: &House, bert: &Driver, session: &str) -> Vec<String> {
    let mut rooms = vec![
        format!("customer:{}", bert.id),
        format!("session:{session}"),
        "cms".to_owned(),
        "cms:points".to_owned(),
        "cms:sessions".to_owned(),
        "cms:customers".to_owned(),
        "op".to_owned(),
        "*".to_owned(),
        String::new(),
        format!("customer:{} ", bert.id),
        format!("Customer:{}", bert.id),
        format!("op/charger:{}", house.point),
        format!("session:{}", house.point),
    ];
    let strangers = (0_u128..).map(|number| match number % 3 {
        0 => format!("session:{}", Uuid::from_u128(number)),
        1 => format!("customer:{}", Uuid::from_u128(number)),
        _ => format!("cms:{number}"),
    });
    let missing = 1_000 - rooms.len();
    rooms.extend(strangers.take(missing));
    rooms
}

/// Reads until the server closes, and says how long that took; gives up where it does not.
async fn closed(mut probe: SocketIoProbe, since: Instant) -> Duration {
    while since.elapsed() < Duration::from_secs(5) && probe.next().await.is_some() {}
    since.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_ends_closes_its_live_connections_within_a_second_and_no_others() {
    let (house, http) = open_house().await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let bert = Driver::new(&house, "bert@example.org").await;
    let cleo = Driver::new(&house, "cleo@example.org").await;
    let mut stays = connect(&http, &cleo.token).await;
    let second = Duration::from_secs(1);

    let probe = connect(&http, &anna.token).await;
    let since = Instant::now();
    let out = anna.send(&house, Method::POST, "/api/user/auth/logout", json!({}));
    assert_eq!(out.await.status.as_u16(), 204);
    assert!(closed(probe, since).await < second, "signed out");

    let probe = connect(&http, &bert.token).await;
    let since = Instant::now();
    let erased = bert.send(&house, Method::DELETE, "/api/user/auth/me", json!({}));
    assert_eq!(erased.await.status.as_u16(), 204);
    assert!(closed(probe, since).await < second, "erased");
    let refused = SocketIoProbe::connect(&http, Some(&bert.token)).await;
    let refused = refused
        .err()
        .map(|told| told.to_string())
        .unwrap_or_default();
    assert!(refused.contains("auth.required"), "{refused}");

    // As another gateway on this database does it.
    let dora = Driver::new(&house, "dora@example.org").await;
    let probe = connect(&http, &dora.token).await;
    let (hash, since) = (secret::hash_key(&dora.token), Instant::now());
    let ended: Result<(), OpError> = house
        .gateway
        .core
        .write(move |unit| {
            Box::pin(async move {
                let row = access_tokens::find(unit.conn, &hash).await?;
                Ok(access_tokens::delete(unit.conn, row.expect("it is there").id).await?)
            })
        })
        .await;
    ended.expect("the store writes");
    assert!(closed(probe, since).await < second, "ended elsewhere");

    let tick = stays
        .next()
        .await
        .expect("who is signed in stays connected");
    assert_eq!(tick.json()["type"], "live.tick");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_asks_the_moment_it_is_connected_is_heard() {
    let (house, http) = open_house().await;
    let each = rounds(100, 2_000);
    let pages = (0..16).map(async |_| {
        for _ in 0..each {
            let page = SocketIoProbe::connect(&http, None).await;
            let page = page.expect("the public may listen");
            // It panics when nobody answers.
            let answer = page
                .emit("subscribe", json!({ "rooms": ["stations"] }))
                .await;
            assert!(answer["ok"].is_boolean(), "{answer}");
        }
    });
    futures_util::future::join_all(pages).await;
    let gone = testkit::wait_until(Duration::from_secs(10), async || {
        (house.gateway.hub.readers() == 0).then_some(())
    });
    assert!(gone.await.is_some(), "who leaves is no reader any more");
}
