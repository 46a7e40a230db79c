//! Which OCPP version a charger offers (FLT-17): one that is spoken here is taken, without one the socket is completed,
//! told and closed by the gateway itself, and nothing of it stays open.
//!
//! Planted once and seen red: a socket without a version told and left open (`connection.rs`).

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::running::Running;

const SOON: Duration = Duration::from_secs(10);

/// A close frame of a server with code 1002 begins so.
const CLOSED_1002: [u8; 1] = [0x88];

/// Knocks with these `Sec-WebSocket-Protocol` lines and gives the socket and the answer's head.
async fn offer(door: &str, lines: &[&str]) -> (TcpStream, String, Vec<u8>) {
    let (identity, knock) = Running::knock(1);
    let mut request = format!(
        "GET /ocpp/{identity} HTTP/1.1\r\nHost: {door}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    for line in lines {
        request.extend(["Sec-WebSocket-Protocol: ", line, "\r\n"]);
    }
    let key = String::from_utf8_lossy(&knock.authorization[0]).into_owned();
    request.extend(["Authorization: ", &key, "\r\n\r\n"]);
    let mut socket = TcpStream::connect(door).await.expect("the door is open");
    let sent = socket.write_all(request.as_bytes()).await;
    sent.expect("it takes a request");
    let mut came = Vec::new();
    let read = async {
        while !came.windows(4).any(|four| four == b"\r\n\r\n") {
            let length = socket.read_buf(&mut came).await.expect("it answers");
            assert!(length > 0, "it hung up without an answer");
        }
    };
    timeout(SOON, read).await.expect("an answer comes");
    let end = came.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.expect("it was just seen") + 4;
    let rest = came.split_off(end);
    (socket, String::from_utf8_lossy(&came).to_lowercase(), rest)
}

#[tokio::test]
async fn no_common_version_is_completed_and_closed_and_never_guessed_and_nothing_stays_open() {
    let site = Running::start(1, &[]).await;
    let ocpp = site.program.ocpp();
    let door = &ocpp["ws://".len()..ocpp.len() - "/ocpp".len()];
    let long = "ocpp1.6x".repeat(400);
    let offers: Vec<(Vec<&str>, bool)> = vec![
        (vec!["ocpp1.6"], true),
        (vec!["ocpp2.0.1, ocpp1.6"], true),
        (vec!["ocpp1.6, ocpp2.0.1"], true),
        (vec!["ocpp2.1,ocpp2.0.1,ocpp1.6"], true),
        (vec!["  ocpp1.6  "], true),
        (vec!["soap", "ocpp1.6"], true),
        (vec!["ocpp1.6", "ocpp1.6"], true),
        (vec![], false),
        (vec![""], false),
        (vec![","], false),
        (vec!["ocpp2.0.1"], false),
        (vec!["ocpp2.0"], false),
        (vec!["ocpp2.1"], false),
        (vec!["ocpp1.5"], false),
        (vec!["OCPP1.6"], false),
        (vec!["ocpp1.6j"], false),
        (vec!["ocpp 1.6"], false),
        (vec!["ocpp1.6;q=1"], false),
        (vec!["soap"], false),
        (vec![&long], false),
    ];
    assert_eq!(offers.len(), 20);
    let before = site.sockets();
    let mut held = Vec::new();
    let mut slowest = Duration::ZERO;
    for (lines, spoken) in offers {
        let (mut socket, head, mut rest) = offer(door, &lines).await;
        assert!(head.starts_with("http/1.1 101"), "{lines:?}: {head}");
        let chosen = head.contains("sec-websocket-protocol: ocpp1.6\r\n");
        assert_eq!(chosen, spoken, "{lines:?}: {head}");
        if spoken {
            continue;
        }
        assert!(
            !head.contains("sec-websocket-protocol"),
            "{lines:?}: nothing is guessed: {head}"
        );
        let began = Instant::now();
        // We say nothing and hang up nothing: the gateway does.
        let ended = timeout(SOON, socket.read_to_end(&mut rest)).await;
        ended.expect("it is closed").expect("in order");
        slowest = slowest.max(began.elapsed());
        let told =
            rest.starts_with(&CLOSED_1002) && rest.get(2..4) == Some(&1002_u16.to_be_bytes()[..]);
        assert!(told, "{lines:?}: protocol error: {rest:?}");
        held.push(socket);
    }
    let gone = testkit::wait_until(SOON, async || (site.sockets() <= before).then_some(()));
    assert!(
        gone.await.is_some(),
        "{} sockets were open, {} are",
        before,
        site.sockets()
    );
    println!(
        "{} were closed, the last after {slowest:?}; {before} sockets before and after",
        held.len()
    );
    assert!(slowest < Duration::from_secs(1), "closed after {slowest:?}");
}
