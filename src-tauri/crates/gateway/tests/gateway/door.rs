//! The doors under people who hold them open and say nothing, say far too much, or ask without end (WEB-10). 200 slow
//! ones at each door, in the long form the row's 500 (which needs 2,100 file descriptors).
//!
//! Planted once and seen red: no time for a request's head (`door.rs`); one bucket for everybody, and a bucket for each
//! token whether it is one or not (`pace.rs`); bodies without a bound (`router.rs`).

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::http::header;
use domain::operator::Role;

use gateway::settings::Listen;
use jiff::SignedDuration;
use testkit::{Charger, rounds, wait_until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::house::House;

/// What the others may wait while a door is under attack.
const OTHERS: Duration = Duration::from_secs(1);
/// Far above the time they are given.
const CUT: Duration = Duration::from_secs(10);

/// Connects, says a part of a request or nothing, and waits.
async fn hold(door: SocketAddr, says: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(door).await.expect("the door is open");
    socket.write_all(says).await.expect("it may begin");
    socket
}

/// Whether the other end closed, whatever it said before.
async fn is_cut(mut socket: TcpStream) -> bool {
    let mut said = Vec::new();
    timeout(CUT, socket.read_to_end(&mut said)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_holds_a_door_open_and_says_nothing_is_cut_off_and_keeps_nobody_out() {
    let house = House::with(|settings| {
        settings.listen = Listen::On(([127, 0, 0, 1], 0).into());
        settings.limits.header_timeout = SignedDuration::from_secs(2);
    })
    .await;
    let pages = house.gateway.http.expect("the door is open");
    let chargers = house.gateway.ocpp;
    let mut slow = Vec::new();
    for door in [pages, chargers] {
        for says in [&b""[..], b"GET /health/live HTTP/1.1\r\nHost: loc"] {
            for _ in 0..rounds(200, 500) / 2 {
                slow.push(hold(door, says).await);
            }
        }
    }
    let url = format!("ws://{chargers}/ocpp");
    let began = Instant::now();
    let (status, _) = tokio::task::spawn_blocking(move || {
        crate::site::get(&format!("http://{pages}"), "/health/live")
    })
    .await
    .expect("it answers");
    let mut charger = Charger::connect(&url, "CP-1", None).await;
    assert_eq!(status, 204);
    let took = began.elapsed();
    println!("{} slow ones: the others waited {took:?}", slow.len());
    assert!(took < OTHERS, "the others wait for {took:?}");
    for socket in slow {
        assert!(is_cut(socket).await, "somebody still holds a door open");
    }
    let boot = serde_json::json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    let answer = charger.call("BootNotification", boot).await;
    assert_eq!(
        answer[0], 3,
        "an open WebSocket has said what it wants: {answer}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn big_bodies_are_refused_and_the_others_are_served_meanwhile() {
    let house = House::with(|settings| {
        settings.listen = Listen::On(([127, 0, 0, 1], 0).into());
    })
    .await;
    let pages = house.gateway.http.expect("the door is open");
    let most = 256 * 1024;
    let count = rounds(60, 500);
    let mut big = tokio::task::JoinSet::new();
    for number in 0..count {
        big.spawn(async move {
            // Every other one says how much comes, the rest send it piece by piece without saying.
            let says = if number % 2 == 0 {
                format!("Content-Length: {}\r\n\r\n", 64 * most)
            } else {
                "Transfer-Encoding: chunked\r\n\r\n".to_owned()
            };
            let head = format!(
                "POST /api/cms/auth/login HTTP/1.1\r\nHost: {pages}\r\nContent-Type: application/json\r\n{says}"
            );
            let mut socket = hold(pages, head.as_bytes()).await;
            let piece = [b"10000\r\n", &b" ".repeat(0x10000)[..], b"\r\n"].concat();
            // What is refused is read no further: the rest of it cannot be sent.
            for _ in 0..2 * most / 0x10000 {
                if socket.write_all(&piece).await.is_err() {
                    break;
                }
            }
            let mut said = [0; 12];
            let told = timeout(CUT, socket.read_exact(&mut said)).await;
            told.expect("nobody waits for the end of it")
                .map_or_else(|_| String::new(), |_| String::from_utf8_lossy(&said).into_owned())
        });
    }
    let mut waits = Vec::new();
    for _ in 0..100 {
        let began = Instant::now();
        let answer = house.get("/api/user/stations", None).await;
        waits.push(began.elapsed());
        assert_eq!(answer.status.as_u16(), 200);
        tokio::task::yield_now().await;
    }
    let answers = big.join_all().await;
    let refused = answers.iter().filter(|line| line.ends_with("413")).count();
    let p99 = p99(&mut waits);
    println!("{count} big bodies: {refused} told 413, the others' p99 {p99:?}");
    assert!(
        answers
            .iter()
            .all(|line| line.is_empty() || line.ends_with("413")),
        "nobody else is told anything else: {answers:?}"
    );
    assert!(refused > answers.len() / 2, "most hear why: {answers:?}");
    assert!(p99 < OTHERS, "the others wait for {p99:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_without_end_waits_and_nobody_else_does() {
    let house = House::with(|settings| settings.limits.requests_per_second = 20).await;
    let (greedy, other) = (house.token().await, house.token_of(Role::Viewer).await);
    let mut held = None;
    // Ten seconds' worth, what comes in meanwhile, and no end to it.
    for asked in 1..10_000 {
        let answer = house.get("/api/cms/auth/me", Some(&greedy)).await;
        if answer.status.as_u16() != 200 {
            held = Some((asked, answer));
            break;
        }
    }
    let (asked, held) = held.expect("there is an end to it");
    println!("held after {asked} requests");
    assert!(asked > 200, "ten seconds' worth is everybody's: {asked}");
    assert_eq!(
        (held.status.as_u16(), held.code()),
        (429, "request.rate_limited")
    );
    assert_eq!(
        held.headers[header::CONTENT_TYPE],
        "application/problem+json"
    );
    assert_eq!(held.headers[header::RETRY_AFTER], "1");
    let mut waits = Vec::new();
    for _ in 0..50 {
        house.get("/api/cms/stations", Some(&greedy)).await;
        let began = Instant::now();
        let answer = house.get("/api/cms/stations", Some(&other)).await;
        waits.push(began.elapsed());
        assert_eq!(answer.status.as_u16(), 200, "an account of its own");
    }
    let p99 = p99(&mut waits);
    println!("the others' p99 {p99:?}");
    assert!(p99 < OTHERS, "the others wait for {p99:?}");
    // A second sign-in of the same person is the same person, and a token that is none is the address it comes from.
    let again = house.token().await;
    let same = wait_until(CUT, async || {
        let answer = house.get("/api/cms/auth/me", Some(&again)).await;
        (answer.status.as_u16() == 429).then_some(())
    });
    same.await
        .expect("one bucket for all sign-ins of an account");
    let mut told = 401;
    for number in 0..10_000 {
        let invented = format!("{number:040}");
        told = house
            .get("/api/cms/auth/me", Some(&invented))
            .await
            .status
            .as_u16();
        if told == 429 {
            break;
        }
    }
    assert_eq!(told, 429, "invented tokens have no buckets of their own");
    let probe = house.get("/health/live", None).await;
    assert_eq!(probe.status.as_u16(), 204, "who watches is always answered");
    let served = wait_until(CUT, async || {
        let answer = house.get("/api/cms/auth/me", Some(&greedy)).await;
        (answer.status.as_u16() == 200).then_some(())
    });
    served.await.expect("who waited is served again");
}

fn p99(waits: &mut [Duration]) -> Duration {
    waits.sort_unstable();
    waits[waits.len() * 99 / 100]
}
