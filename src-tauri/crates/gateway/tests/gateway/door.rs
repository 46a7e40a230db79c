//! The doors under people who hold them open and say nothing (WEB-10). 200 of them at each door; the row speaks of 500,
//! which needs more file descriptors than every machine gives.
//!
//! Planted once and seen red: no time for a request's head (`door.rs`).

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use gateway::settings::Listen;
use jiff::SignedDuration;
use testkit::Charger;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::house::House;

const SLOW: usize = 200;
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
            for _ in 0..SLOW / 2 {
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
    assert!(
        took < Duration::from_secs(1),
        "the others wait for {took:?}"
    );
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
