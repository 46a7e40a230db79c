//! Who comes in (SEC-01, SEC-03): every header a charger or an attacker may send, and how often. Fuzzed ones are
//! `strangers`', a flood of them `flood`'s, the versions they offer `subprotocols`'.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gateway::central_system::HandshakeResult;
use testkit::charger::Knock;
use testkit::wait_until;

use super::site::{KEY, OTHER_KEY, Site};

/// Path, credentials, answer. The credentials are `none`, `raw …` for a header as it is, or what Basic encodes;
/// `KEY`, `OTHER`, `BYTES` and `LONG` stand for a key, another station's, the key's own bytes, 300 characters.
const KNOCKS: &[(&str, &str, u16)] = &[
    ("CP-1", "none", 401),
    ("CP-1", "", 401),
    ("CP-1", "CP-1", 401),
    ("CP-1", "CP-1:", 401),
    ("CP-1", "CP-1:wrong", 401),
    ("CP-1", "CP-1:OTHER", 401),
    ("CP-1", "CP:2:OTHER", 401),
    ("CP-1", "CP:2:KEY", 401),
    ("CP-1", "cp-1:KEY", 401),
    ("CP-1", "CP-1 :KEY", 401),
    ("CP-1", "CP-1:KEY ", 401),
    ("CP-1", "CP-1:NOT-UTF-8", 401),
    ("CP-1", "raw Basic !!!not-base64", 401),
    ("CP-1", "raw Basic NOT-UTF-8", 401),
    ("CP-1", "raw Basic", 401),
    ("CP-1", "raw Bearer KEY", 401),
    ("CP-1", "CP-1:KEY", 101),
    ("CP-1", "CP-1:BYTES", 101),
    ("CP%2D1", "CP-1:KEY", 101),
    ("CP:2", "CP:2:OTHER", 101),
    ("CP%3A2", "CP:2:OTHER", 101),
    ("CP", "CP:2:OTHER", 404),
    ("cp-1", "cp-1:KEY", 404),
    ("CP-1%00", "CP-1:KEY", 404),
    ("CP-1%2F", "CP-1:KEY", 404),
    ("CP-1/", "CP-1:KEY", 404),
    ("..%2FCP-1", "CP-1:KEY", 404),
    ("%FF%FE", "none", 400),
    ("LONG", "none", 404),
    ("NOBODY", "NOBODY:x", 404),
    ("CP-0", "none", 101),
    ("CP-0", "CP-0:whatever", 101),
];

/// The header that a line of the table stands for.
fn authorization(credentials: &str) -> Vec<Vec<u8>> {
    let put = |text: &str, word: &str, bytes: &[u8]| match text.split_once(word) {
        None => text.as_bytes().to_vec(),
        Some((before, after)) => [before.as_bytes(), bytes, after.as_bytes()].concat(),
    };
    let filled = |text: &str| {
        let key = hex::decode(KEY).expect("keys are hex");
        let words: [(&str, &[u8]); 4] = [
            ("KEY", KEY.as_bytes()),
            ("OTHER", OTHER_KEY.as_bytes()),
            ("BYTES", &key),
            ("NOT-UTF-8", b"\xff\xfe"),
        ];
        let word = words.iter().find(|(word, _)| text.contains(word));
        word.map_or_else(
            || text.as_bytes().to_vec(),
            |(word, bytes)| put(text, word, bytes),
        )
    };
    match (credentials, credentials.strip_prefix("raw ")) {
        ("none", _) => Vec::new(),
        (_, Some(raw)) => vec![filled(raw)],
        (text, None) => vec![format!("Basic {}", STANDARD.encode(filled(text))).into_bytes()],
    }
}

/// A loopback address of the test's own to come from: failures are counted by address.
fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, 1, last).into()
}

#[tokio::test]
async fn whoever_cannot_prove_who_it_is_is_refused_before_the_upgrade() {
    let site = Site::new().await;
    for (number, (path, credentials, expect)) in (1..).zip(KNOCKS) {
        // Each from an address of its own, so that none has to wait for another's failures.
        let knock = Knock {
            authorization: authorization(credentials),
            from: Some(address(number)),
            ..Knock::new("", None)
        };
        let path = path.replace("LONG", &"A".repeat(300));
        let status = site
            .knock(&path, &knock)
            .await
            .map_or_else(|status| status, |_| 101);
        assert_eq!(status, *expect, "{path} with {credentials:?}");
    }
}

#[tokio::test]
async fn a_stranger_reaches_no_handler_and_writes_no_row_and_is_remembered() {
    let site = Site::new().await;
    let before = site.row(site.point).await;
    for (path, knock, status, result) in [
        (
            "NOBODY",
            Knock::new("NOBODY", Some("x")),
            404,
            HandshakeResult::UnknownIdentity,
        ),
        (
            "no%20body",
            Knock::new("x", None),
            404,
            HandshakeResult::InvalidIdentity,
        ),
        (
            "CP-1",
            Knock::new("CP-1", None),
            401,
            HandshakeResult::NoCredentials,
        ),
        (
            "CP-1",
            Knock::new("CP-1", Some("x")),
            401,
            HandshakeResult::WrongPassword,
        ),
    ] {
        assert_eq!(
            site.knock(path, &knock).await.map(drop),
            Err(status),
            "{path}"
        );
        let newest = &site.gateway.unknown.list()[0];
        assert_eq!(newest.result, result, "{path}: {newest:?}");
        assert_eq!(newest.handshake.subprotocols, ["ocpp1.6"], "{path}");
        assert_eq!(
            newest.handshake.credentials_sent,
            !knock.authorization.is_empty(),
            "{path}"
        );
    }
    // Another version is another matter: it has its key, and is told on the socket itself (`subprotocols`).
    let other = Knock {
        subprotocols: vec!["ocpp2.0.1".to_owned()],
        ..Knock::new("CP:2", Some(OTHER_KEY))
    };
    let told = testkit::Charger::knock(&site.url, "CP:2", &other).await;
    assert!(
        told.is_err(),
        "the client library wants its protocol confirmed"
    );
    let newest = &site.gateway.unknown.list()[0];
    assert_eq!(newest.result, HandshakeResult::WrongSubprotocol);
    site.gateway.unknown.remove(newest.id);
    let unknown = site.gateway.unknown.list();
    assert_eq!(unknown.len(), 3, "one an identity and address: {unknown:?}");
    assert_eq!(unknown[0].attempts, 2, "CP-1 knocked twice");
    assert_eq!(
        site.row(site.point).await,
        before,
        "and its row is as it was"
    );
    site.charger().await;
    let names: Vec<_> = site
        .gateway
        .unknown
        .list()
        .into_iter()
        .map(|known| known.identity)
        .collect();
    assert_eq!(names, ["no body", "NOBODY"], "who came in is not unknown");
}

#[tokio::test]
async fn without_credentials_nobody_comes_in_through_a_door_that_is_open_to_all() {
    let site = Site::with(|settings| settings.ocpp_listen = ([0, 0, 0, 0], 0).into()).await;
    let open = Knock::new("CP-0", None);
    assert_eq!(
        site.knock("CP-0", &open).await.map(drop),
        Err(403),
        "security profile 0"
    );
    assert_eq!(
        site.gateway.unknown.list()[0].result,
        HandshakeResult::PublicListener
    );
    site.charger().await;
    let private = Site::new().await;
    assert!(
        private.knock("CP-0", &open).await.is_ok(),
        "on loopback it may"
    );
}

#[tokio::test]
async fn who_fails_too_often_waits_and_nobody_else_does() {
    let site = Site::new().await;
    let wrong = Knock {
        from: Some(address(1)),
        ..Knock::new("CP-1", Some("wrong"))
    };
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(site.knock("CP-1", &wrong).await.map(drop));
    }
    let refused = |status| Err::<(), u16>(status);
    assert_eq!(
        answers[..5],
        [refused(401); 5],
        "five are free: {answers:?}"
    );
    assert_eq!(answers[7], refused(429), "then it waits: {answers:?}");
    assert_eq!(
        retry_after(&site, "CP-1", &wrong).await.as_deref(),
        Some("2"),
        "and is told how long"
    );
    let elsewhere = Knock {
        from: Some(address(2)),
        ..wrong.clone()
    };
    assert_eq!(
        site.knock("CP-1", &elsewhere).await.map(drop),
        refused(401),
        "from elsewhere it does not"
    );
    let right = Knock {
        from: Some(address(1)),
        ..Knock::new("CP-1", Some(KEY))
    };
    assert!(
        site.knock("CP-1", &right).await.is_ok(),
        "the right key gets in even from there"
    );

    let mut unknown = Vec::new();
    for number in 0..14 {
        let name = format!("NOBODY-{number}");
        let knock = Knock {
            from: Some(address(3)),
            ..Knock::new(&name, Some("x"))
        };
        unknown.push(site.knock(&name, &knock).await.map(drop));
    }
    assert_eq!(
        unknown[..10],
        [refused(404); 10],
        "ten names are free: {unknown:?}"
    );
    assert_eq!(unknown[13], refused(429), "whatever the name: {unknown:?}");
}

async fn retry_after(site: &Site, path: &str, knock: &Knock) -> Option<String> {
    match testkit::Charger::knock(&site.url, path, knock).await {
        Err(testkit::charger::Error::Http(response)) => {
            let value = response.headers().get("retry-after")?;
            value.to_str().ok().map(str::to_owned)
        }
        other => panic!("{path} was not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_full_house_takes_no_more_but_lets_its_own_come_back() {
    let site = Site::with(|settings| settings.limits.sockets = 1).await;
    let first = site.charger().await;
    let other = Knock::new("CP:2", Some(OTHER_KEY));
    assert_eq!(
        site.knock("CP:2", &other).await.map(drop),
        Err(503),
        "no place is left"
    );
    assert_eq!(
        retry_after(&site, "CP:2", &other).await.as_deref(),
        Some("30")
    );
    let again = site.charger().await;
    drop((first, again));
    let came_in = wait_until(Duration::from_secs(5), async || {
        site.knock("CP:2", &other).await.ok()
    });
    assert!(
        came_in.await.is_some(),
        "a place that is free again is given"
    );
}
