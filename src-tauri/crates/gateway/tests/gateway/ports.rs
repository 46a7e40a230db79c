//! The two doors: on the chargers' there is no route of the other (WEB-01), and at the pages' door a stranger's page gets
//! nothing, whichever Host and Origin it sends, on REST, on Socket.IO's polling and on its WebSocket (WEB-02).
//!
//! Planted once and seen red: the pages' routes on both doors (`app.rs`); Host compared by its beginning, any Origin at
//! Socket.IO (`guard.rs`).

use std::net::SocketAddr;

use gateway::api::contract;
use gateway::settings::{Listen, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::house::House;

async fn open_house() -> (House, SocketAddr) {
    let house = House::with(|settings| {
        settings.listen = Listen::On(([127, 0, 0, 1], 0).into());
        settings.allowed_hosts = vec!["kiosk.example:8180".to_owned()];
        settings.allowed_origins = vec!["https://desk.example".to_owned()];
    })
    .await;
    let pages = house.gateway.http.expect("the door is open");
    (house, pages)
}

/// Sends a request's head as it is. The status, and the headers of the answer in lower case.
async fn ask(door: SocketAddr, head: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(door).await.expect("the door is open");
    socket.write_all(head.as_bytes()).await.expect("it listens");
    let mut said = Vec::new();
    let mut piece = [0; 4096];
    while !said.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = socket.read(&mut piece).await.expect("it answers");
        assert_ne!(read, 0, "no answer to {head}");
        said.extend_from_slice(&piece[..read]);
    }
    let said = String::from_utf8_lossy(&said).to_lowercase();
    let status = said
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (status.expect("a status line"), said)
}

#[tokio::test]
async fn the_chargers_door_has_no_route_of_the_other_and_that_one_none_of_its() {
    let (house, pages) = open_house().await;
    let token = house.token_of(domain::operator::Role::Admin).await;
    let chargers = house.gateway.ocpp;
    let document = serde_json::to_value(contract::openapi()).expect("OpenAPI is JSON");
    let paths = document["paths"].as_object().expect("OpenAPI has paths");
    let mut routes: Vec<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("a path has methods");
            methods
                .keys()
                .map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    for path in [
        "/",
        "/cms.html",
        "/user-panel.html",
        "/utils/socket.js",
        "/api/openapi.json",
        "/api/asyncapi.json",
        "/socket.io/?EIO=4&transport=polling",
        "/socket.io/?EIO=4&transport=websocket",
        "/socket.io/socket.io.js",
    ] {
        routes.extend(["GET", "POST"].map(|method| (method.to_owned(), path.to_owned())));
    }
    for (method, path) in &routes {
        let path = path.replace("{id}", "019a0000-0000-7000-8000-000000000000");
        for host in [chargers, pages] {
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
            );
            let (status, said) = ask(chargers, &head).await;
            assert_eq!(status, 404, "{method} {path}: {said}");
            assert!(
                said.contains("content-length: 0"),
                "it says nothing: {said}"
            );
        }
    }
    println!("{} routes asked at the chargers' door", routes.len());
    for path in ["/ocpp/CP-1", "/ws/ocpp/16/CP-1"] {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {pages}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
        );
        assert_eq!(ask(pages, &head).await.0, 404, "{path} at the pages' door");
        let there = head.replace(&pages.to_string(), &chargers.to_string());
        assert_eq!(ask(chargers, &there).await.0, 101, "{path} at its own");
    }
    let Listen::On(usual) = Settings::default().listen else {
        panic!("there is a door for pages unless told otherwise");
    };
    assert!(usual.ip().is_loopback(), "and strangers do not reach it");
}

/// Host, Origin, whether they come in. `PORT` is the door's.
const VECTORS: &[(&str, &str, bool)] = &[
    ("127.0.0.1:PORT", "-", true),
    ("localhost:PORT", "-", true),
    ("[::1]:PORT", "-", true),
    ("LOCALHOST:PORT", "-", true),
    ("kiosk.example:8180", "-", true),
    ("127.0.0.1:PORT", "http://127.0.0.1:PORT", true),
    ("localhost:PORT", "http://localhost:PORT", true),
    ("127.0.0.1:PORT", "https://desk.example", true),
    ("127.0.0.1:PORT", "HTTPS://DESK.example", true),
    ("127.0.0.1:PORT", "forecourt://localhost", true),
    ("kiosk.example:8180", "http://kiosk.example:8180", true),
    // Another name for this address: DNS rebinding.
    ("evil.example", "-", false),
    ("evil.example:PORT", "-", false),
    ("evil.example:PORT", "http://evil.example:PORT", false),
    ("127.0.0.1.nip.io:PORT", "-", false),
    ("localhost.evil.example:PORT", "-", false),
    ("localtest.me:PORT", "http://localtest.me:PORT", false),
    ("0.0.0.0:PORT", "-", false),
    ("127.0.0.2:PORT", "-", false),
    ("127.1:PORT", "-", false),
    ("2130706433:PORT", "-", false),
    ("0x7f000001:PORT", "-", false),
    ("[::ffff:127.0.0.1]:PORT", "-", false),
    // The right name at another port, with a tail, with a stranger before it.
    ("127.0.0.1", "-", false),
    ("127.0.0.1:80", "-", false),
    ("127.0.0.1:PORT0", "-", false),
    ("127.0.0.1:PORT.evil.example", "-", false),
    ("localhost.:PORT", "-", false),
    ("evil.example@127.0.0.1:PORT", "-", false),
    ("kiosk.example", "-", false),
    ("kiosk.example:8180.evil.example", "-", false),
    ("127.0.0.1:PORT", "null", false),
    ("127.0.0.1:PORT", "http://evil.example", false),
    ("127.0.0.1:PORT", "http://127.0.0.1", false),
    (
        "127.0.0.1:PORT",
        "http://127.0.0.1:PORT.evil.example",
        false,
    ),
    (
        "127.0.0.1:PORT",
        "http://127.0.0.1:PORT@evil.example",
        false,
    ),
    ("127.0.0.1:PORT", "http://127.0.0.1:9", false),
    ("127.0.0.1:PORT", "http://desk.example", false),
    ("127.0.0.1:PORT", "https://desk.example.evil.example", false),
    ("127.0.0.1:PORT", "https://evil-desk.example", false),
    ("127.0.0.1:PORT", "https://desk.example:444", false),
    ("127.0.0.1:PORT", "file://", false),
    ("127.0.0.1:PORT", "http://localhost", false),
    ("127.0.0.1:PORT", "", false),
    ("", "-", false),
];

/// What is asked, what is sent beside, and the status where it comes in.
const ROADS: &[(&str, &str, u16)] = &[
    ("GET /api/user/stations", "", 200),
    ("GET /user-panel.html", "", 200),
    ("GET /health/live", "", 204),
    ("GET /socket.io/?EIO=4&transport=polling", "", 200),
    (
        "GET /socket.io/?EIO=4&transport=websocket",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        101,
    ),
    (
        "POST /api/cms/auth/login",
        "Content-Type: application/json\r\nContent-Length: 0\r\n",
        400,
    ),
    (
        "OPTIONS /api/cms/auth/login",
        "Access-Control-Request-Method: POST\r\n",
        405,
    ),
];

#[tokio::test]
async fn only_known_hosts_and_origins_come_in_on_every_road() {
    let (_house, pages) = open_house().await;
    let port = pages.port().to_string();
    let filled = |text: &str| text.replace("PORT", &port);
    for (host, origin, comes_in) in VECTORS {
        for (road, beside, expect) in ROADS {
            let mut head = format!("{road} HTTP/1.1\r\nHost: {}\r\n{beside}", filled(host));
            if *origin != "-" {
                head.extend(["Origin: ", &filled(origin), "\r\n"]);
            }
            head.push_str("\r\n");
            let (status, said) = ask(pages, &head).await;
            let expect = if *comes_in { *expect } else { 403 };
            assert_eq!(status, expect, "{host:?} {origin:?} {road}: {said}");
            assert!(
                !said.contains("access-control-allow"),
                "no other page may read it: {host:?} {origin:?} {road}: {said}"
            );
            assert!(!said.contains("set-cookie"), "there are none: {said}");
        }
    }
    println!("{} vectors on {} roads", VECTORS.len(), ROADS.len());
}
