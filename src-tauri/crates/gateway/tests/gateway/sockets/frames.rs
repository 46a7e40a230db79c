//! What chargers send that they should not, or send twice (FLT-09, FLT-11, FLT-18), and the messages
//! that nothing follows from yet.

use std::time::{Duration, Instant};

use domain::event::Direction;
use domain::status::ConnectorStatus;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::Store;
use store::repo::{connectors, ocpp_messages, sessions};
use testkit::charger::{Knock, Message};
use testkit::{Charger, wait_until};

use super::site::{KEY, Site, start};

async fn exchange(charger: &mut Charger, id: &str, action: &str, payload: &Value) -> Value {
    charger
        .send(&json!([2, id, action, payload]).to_string())
        .await;
    charger.next().await
}

#[tokio::test]
async fn a_call_that_comes_again_is_answered_alike_and_done_once() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let first = exchange(&mut charger, "m-1", "StartTransaction", &start(1_000)).await;
    assert_eq!(first[2]["idTagInfo"]["status"], "Accepted", "{first}");
    for _ in 0..300 {
        let again = exchange(&mut charger, "m-1", "StartTransaction", &start(1_000)).await;
        assert_eq!(again, first, "to the letter");
    }
    drop(charger);
    let mut charger = site.charger().await;
    let again = exchange(&mut charger, "m-1", "StartTransaction", &start(1_000)).await;
    assert_eq!(again, first, "after a reconnect too");
    let renamed = exchange(&mut charger, "m-2", "StartTransaction", &start(1_000)).await;
    assert_eq!(
        renamed[2], first[2],
        "under another id its natural key knows it"
    );
    let other = exchange(&mut charger, "m-1", "StartTransaction", &start(2_000)).await;
    assert_ne!(
        other[2]["transactionId"], first[2]["transactionId"],
        "another message under an old id is another message: {other}"
    );
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let all = sessions::list_active_at(&mut conn, site.point, Some(1)).await;
    let all = all.expect("they can be read").len();
    assert_eq!(all, 1, "and the new one ended the first");
}

#[tokio::test]
async fn old_news_that_comes_again_is_answered_and_is_no_news() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let report =
        |status: &str| json!({ "connectorId": 1, "errorCode": "NoError", "status": status });
    for (id, status, expect) in [
        ("s-1", "Charging", ConnectorStatus::Charging),
        ("s-2", "Available", ConnectorStatus::Available),
        ("s-1", "Charging", ConnectorStatus::Available),
        ("s-3", "Charging", ConnectorStatus::Charging),
    ] {
        let answer = exchange(&mut charger, id, "StatusNotification", &report(status)).await;
        assert_eq!(
            (&answer[0], &answer[1]),
            (&json!(3), &json!(id)),
            "{answer}"
        );
        let mut conn = site.gateway.core.store.read().await.expect("a reader");
        let all = connectors::list(&mut conn, site.point).await;
        let all = all.expect("they can be read");
        assert_eq!(all[0].status, expect, "after {id}, {status}");
    }
}

#[tokio::test]
async fn a_flood_of_calls_is_served_in_order_and_none_is_refused() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    for number in 0..400 {
        charger
            .send(&format!(
                r#"[2,"f-{number}","DataTransfer",{{"vendorId":"x"}}]"#
            ))
            .await;
    }
    for number in 0..400 {
        let answer = charger.next().await;
        assert_eq!(
            (&answer[0], &answer[1]),
            (&json!(3), &json!(format!("f-{number}"))),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn what_nothing_follows_from_yet_is_answered_validly() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let time = "2026-11-22T09:30:00Z";
    for (action, payload, expect) in [
        (
            "DataTransfer",
            json!({ "vendorId": "x", "data": "y" }),
            json!({ "status": "UnknownVendorId" }),
        ),
        (
            "DiagnosticsStatusNotification",
            json!({ "status": "Uploading" }),
            json!({}),
        ),
        (
            "FirmwareStatusNotification",
            json!({ "status": "Installed" }),
            json!({}),
        ),
        (
            "LogStatusNotification",
            json!({ "status": "Uploaded", "requestId": 1 }),
            json!({}),
        ),
        (
            "SecurityEventNotification",
            json!({ "type": "TamperDetectionActivated", "timestamp": time }),
            json!({}),
        ),
        (
            "SignCertificate",
            json!({ "csr": "x" }),
            json!({ "status": "Rejected" }),
        ),
        (
            "SignedFirmwareStatusNotification",
            json!({ "status": "Downloading" }),
            json!({}),
        ),
    ] {
        let answer = charger.call(action, payload).await;
        assert_eq!(
            (&answer[0], &answer[2]),
            (&json!(3), &expect),
            "{action}: {answer}"
        );
        let broken = charger.call(action, json!({ "vendorOwn": 1 })).await;
        assert_eq!(
            broken[2], "OccurenceConstraintViolation",
            "{action}: {broken}"
        );
    }
}

#[tokio::test]
async fn frames_against_the_rules_are_told_or_ended_with_their_own_code() {
    let site = Site::new().await;
    let deep = format!(
        r#"[2,"d","DataTransfer",{{"vendorId":{}1{}}}]"#,
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    let mut charger = site.charger().await;
    charger.send(&deep).await;
    let told = charger.next().await;
    assert_eq!(
        (&told[1], &told[2]),
        (&json!("d"), &json!("FormationViolation")),
        "{told}"
    );
    assert!(charger.nothing_came().await, "and the connection goes on");

    let big = "x".repeat(1024 * 1024 + 1);
    for (what, message, code) in [
        ("a binary message", Message::binary(vec![1, 2, 3]), 1003),
        ("a message of more than 1 MiB", Message::text(big), 1009),
    ] {
        let mut charger = site.charger().await;
        // It may be cut off while it still sends.
        let _ = charger.send_message(message).await;
        let closed = charger.closed().await;
        assert!(
            closed == Some(code) || closed.is_none() && code == 1009,
            "{what}: {closed:?}"
        );
    }
    // Masked with zeroes, as RFC 6455 allows: the bytes stand as they are.
    for (what, frame, code) in [
        (
            "text that is not UTF-8",
            vec![0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
            1007,
        ),
        ("a frame without a mask", vec![0x81, 0x02, b'{', b'}'], 1002),
        ("a reserved opcode", vec![0x83, 0x80, 0, 0, 0, 0], 1002),
        (
            "a continuation of nothing",
            vec![0x80, 0x80, 0, 0, 0, 0],
            1002,
        ),
        (
            "a gigabyte announced",
            [
                vec![0x81, 0xff],
                (1_u64 << 30).to_be_bytes().to_vec(),
                vec![0; 4],
            ]
            .concat(),
            1009,
        ),
    ] {
        let mut charger = site.charger().await;
        charger.send_bytes(&frame).await;
        let closed = charger.closed().await;
        assert_eq!(closed, Some(code), "{what}");
    }
    // A fragmented message without an end: each part is small, the whole is not.
    let mut charger = site.charger().await;
    let part = [vec![0x01, 0xfe, 0xff, 0xff, 0, 0, 0, 0], vec![b'x'; 65_535]].concat();
    charger.send_bytes(&part).await;
    let more = [vec![0x00, 0xfe, 0xff, 0xff, 0, 0, 0, 0], vec![b'x'; 65_535]].concat();
    for _ in 0..15 {
        charger.send_bytes(&more).await;
    }
    charger.send_bytes(&more).await;
    let closed = charger.closed().await;
    assert!(matches!(closed, Some(1009) | None), "{closed:?}");
    site.charger().await;
}

#[tokio::test]
async fn a_nul_in_a_chargers_text_loses_nothing() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    charger
        .send(r#"[2,"n\u0000","BootNotification",{"chargePointVendor":"A\u0000B","chargePointModel":"\\u0000"}]"#)
        .await;
    let answer = charger.next().await;
    assert_eq!(
        (&answer[0], &answer[1]),
        (&json!(3), &json!("n\u{fffd}")),
        "{answer}"
    );
    let row = site.row(site.point).await;
    assert_eq!(
        row.vendor.as_deref(),
        Some("A\u{fffd}B"),
        "replaced, and only that"
    );
    assert_eq!(row.model.as_deref(), Some("\\u0000"), "this was no NUL");
}

#[tokio::test]
async fn a_charger_that_does_not_read_is_cut_off() {
    let site = Site::with(|settings| {
        settings.ocpp.write_timeout = SignedDuration::from_millis(500);
    })
    .await;
    let knock = Knock {
        small_buffer: true,
        ..Knock::new("CP-1", Some(KEY))
    };
    let mut charger = site.knock("CP-1", &knock).await.expect("it has the key");
    let flood = tokio::spawn(async move {
        let text = format!(r#"[2,"x","{}",{{}}]"#, "No".repeat(100));
        while charger
            .send_message(Message::text(text.clone()))
            .await
            .is_ok()
        {}
    });
    let mut inside = site
        .knock("CP-0", &Knock::new("CP-0", None))
        .await
        .expect("the place is free");
    let cut = wait_until(Duration::from_secs(30), async || {
        site.gateway
            .outbound
            .version(site.point)
            .is_none()
            .then_some(())
    });
    assert!(cut.await.is_some(), "it takes no answers");
    assert_eq!(
        inside.call("Heartbeat", json!({})).await[0],
        3,
        "others are served"
    );
    flood.abort();
}

#[tokio::test]
async fn what_was_read_before_the_stop_is_answered() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    // More than can be worked off before the stop.
    for number in 0..300 {
        let status = json!([2, format!("s-{number}"), "StatusNotification", {
            "connectorId": 1, "errorCode": "NoError", "status": "Preparing",
        }]);
        charger.send(&status.to_string()).await;
    }
    // By then more are read than are worked off.
    for number in 0..50 {
        assert_eq!(charger.next().await[1], format!("s-{number}"), "in order");
    }
    let began = Instant::now();
    let stop = async {
        site.gateway.stop().await;
        began.elapsed()
    };
    let hear_out = async {
        let mut answers = 50;
        loop {
            match charger.receive().await {
                Some(Ok(Message::Text(_))) => answers += 1,
                Some(Ok(Message::Close(frame))) => {
                    return (answers, frame.map(|frame| u16::from(frame.code)));
                }
                Some(Ok(_)) => {}
                other => panic!("the socket ended without a goodbye: {other:?}"),
            }
        }
    };
    let (took, (answers, code)) = tokio::join!(stop, hear_out);
    assert_eq!(code, Some(1001), "going away");
    assert!(took < Duration::from_secs(10), "{took:?}");
    let url = format!("sqlite://{}", site.database().display());
    let store = Store::open(&url).await.expect("the database is sound");
    let mut conn = store.read().await.expect("a reader");
    let all = store::repo::Slice {
        limit: 1_000,
        offset: 0,
    };
    let rows = ocpp_messages::list(&mut conn, None, all).await;
    let rows = rows.expect("they can be read").items;
    let came = rows.iter().filter(|row| row.direction == Direction::In);
    assert_eq!(came.count(), answers, "as many answers as were read");
    assert!(answers < 300, "the stop came in between");
}
