//! Who comes in at which door, and what a wrong start is told.

use testkit::Charger;

use crate::site::{IDENTITY, Site};

/// The HTTP status a charger was refused with.
async fn refusal(ocpp: &str, identity: &str, password: Option<&str>) -> u16 {
    match Charger::try_connect(ocpp, identity, password, Some("ocpp1.6")).await {
        Err(error) => match error {
            testkit::charger::Error::Http(response) => response.status().as_u16(),
            other => panic!("{identity} was refused without a status: {other}"),
        },
        Ok(_) => panic!("{identity} was let in"),
    }
}

#[tokio::test]
async fn a_charger_without_the_right_key_is_refused_before_the_upgrade() {
    let site = Site::new().await;
    let gateway = site.serve(&[]).await;
    let ocpp = gateway.ocpp();
    assert_eq!(
        refusal(ocpp, "NOBODY", Some("x")).await,
        404,
        "an unknown identity"
    );
    assert_eq!(
        refusal(ocpp, "..%2Fetc", Some("x")).await,
        404,
        "no identity at all"
    );
    assert_eq!(refusal(ocpp, IDENTITY, None).await, 401, "no key");
    assert_eq!(
        refusal(ocpp, IDENTITY, Some("wrong")).await,
        401,
        "a wrong key"
    );
    // The right one still comes in: failures slow down only what fails.
    site.charger(ocpp).await;
}

#[tokio::test]
async fn a_flood_of_wrong_keys_has_to_wait_and_the_right_one_does_not() {
    let site = Site::new().await;
    let gateway = site.serve(&[]).await;
    let mut answers = Vec::new();
    for _ in 0..13 {
        answers.push(refusal(gateway.ocpp(), IDENTITY, Some("wrong")).await);
    }
    assert_eq!(answers.first(), Some(&401));
    assert_eq!(answers.last(), Some(&429), "{answers:?}");
    site.charger(gateway.ocpp()).await;
}

#[tokio::test]
async fn a_charger_that_speaks_no_known_version_is_told_and_closed() {
    let site = Site::new().await;
    let gateway = site.serve(&[]).await;
    for subprotocol in [None, Some("ocpp2.0.1"), Some("soap")] {
        // The client library itself gives up when its subprotocol is not confirmed; without one it sees the close.
        if let Ok(mut charger) = site.connect_speaking(gateway.ocpp(), subprotocol).await {
            assert_eq!(
                charger.closed().await,
                Some(1002),
                "{subprotocol:?}: protocol error"
            );
        }
    }
}

#[tokio::test]
async fn a_frame_that_cannot_be_read_does_not_end_the_connection() {
    let site = Site::new().await;
    let gateway = site.serve(&[]).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    let charger = charge.charger();
    for (text, answer) in [
        (r#"[2,"a","FormatHardDisk",{}]"#, "NotImplemented"),
        (
            r#"[2,"b","RemoteStartTransaction",{"idTag":"x"}]"#,
            "NotSupported",
        ),
        (
            r#"[2,"c","BootNotification",{}]"#,
            "OccurenceConstraintViolation",
        ),
        (r#"[2,"d",7,{}]"#, "GenericError"),
    ] {
        charger.send("this is no frame").await;
        charger.send(text).await;
        let got = charger.next().await;
        assert_eq!(
            (&got[0], &got[2]),
            (&4.into(), &answer.into()),
            "{text} is answered {got}"
        );
    }
    let alive = charger.call("Heartbeat", serde_json::json!({})).await;
    assert_eq!(alive[0], 3, "and the connection goes on: {alive}");
}

#[tokio::test]
async fn a_second_socket_of_the_same_charger_takes_over_and_stays() {
    let site = Site::new().await;
    let gateway = site.serve(&[]).await;
    let mut first = site.charger(gateway.ocpp()).await;
    // The old one is pinged before it has to go, and answers while it reads.
    let (closed, mut second) = tokio::join!(first.charger().closed(), site.charger(gateway.ocpp()));
    assert_eq!(closed, Some(1008), "the old one is told to go");
    let alive = second
        .charger()
        .call("Heartbeat", serde_json::json!({}))
        .await;
    assert_eq!(
        alive[0], 3,
        "the end of the old one did not touch the new one: {alive}"
    );
}

#[tokio::test]
async fn stopping_tells_the_chargers_and_ends_with_zero() {
    let site = Site::new().await;
    let mut gateway = site.serve(&[]).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    let (code, closed) = tokio::join!(gateway.terminate(), charge.charger().closed());
    assert_eq!(
        code,
        0,
        "a stop that was asked for is no failure: {}",
        gateway.logs()
    );
    assert_eq!(
        closed,
        Some(1001),
        "going away: the charger knows to come back"
    );
}
