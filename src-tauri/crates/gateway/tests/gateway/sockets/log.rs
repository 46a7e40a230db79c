//! The message log: every frame a row and an event, secrets left out, nothing lost at a stop.

use std::time::Duration;

use domain::event::{Direction, FrameKind};
use ocpp::RawValue;
use serde_json::{Value, json};
use store::Store;
use store::repo::ocpp_messages::{self, OcppMessageRow};
use store::repo::{Slice, live_log};
use testkit::{Postgres, wait_until};

use super::site::Site;

const ALL: Slice = Slice {
    limit: 10_000,
    offset: 0,
};

/// The frames kept so far, in their order.
async fn kept(store: &Store) -> Vec<OcppMessageRow> {
    let mut conn = store.read().await.expect("a reader");
    let page = ocpp_messages::list(&mut conn, None, ALL).await;
    let mut rows = page.expect("they can be read").items;
    rows.reverse();
    rows
}

/// The `ocpp.message` events this gateway pushed, in their order: their data.
async fn pushed(site: &Site) -> Vec<Value> {
    let head = site.gateway.hub.head();
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let logged = live_log::between(&mut conn, head.stream, 0, head.seq).await;
    let envelopes = logged
        .expect("it can be read")
        .expect("nothing was trimmed");
    let envelopes = envelopes.iter().map(|logged| {
        serde_json::from_str::<Value>(&logged.envelope).expect("an envelope is JSON")
    });
    envelopes
        .filter(|envelope| envelope["type"] == "ocpp.message")
        .map(|envelope| envelope["data"].clone())
        .collect()
}

/// Twelve frames of every kind.
async fn converse(site: &Site) {
    let mut charger = site.charger().await;
    charger.call("Heartbeat", json!({})).await;
    charger.call("FormatHardDisk", json!({})).await;
    charger.send("no frame at all: 00ff-secret").await;
    charger.call("Heartbeat", json!({})).await;
    let outbound = site.gateway.outbound.clone();
    let point = site.point;
    let asked = tokio::spawn(async move {
        let payload = r#"{"key":"AuthorizationKey","value":"00ff-secret"}"#.to_owned();
        let payload = RawValue::from_string(payload).expect("JSON");
        let ttl = Duration::from_secs(20);
        outbound
            .call(point, "ChangeConfiguration", payload, ttl, |_| {})
            .await
    });
    let (id, _, payload) = charger.next_call().await;
    assert_eq!(
        payload["value"], "00ff-secret",
        "the charger itself gets it"
    );
    charger.answer(&id, json!({ "status": "Accepted" })).await;
    asked
        .await
        .expect("no panic")
        .outcome
        .expect("it was answered");
    charger.answer("never-asked", json!({})).await;
    let large = json!({ "vendorId": "x", "data": "y".repeat(20_000) });
    charger.call("DataTransfer", large).await;
}

#[tokio::test]
async fn every_frame_is_kept_and_told_in_its_order_and_secrets_are_not() {
    let site = Site::new().await;
    converse(&site).await;
    let rows = wait_until(Duration::from_secs(10), async || {
        let rows = kept(&site.gateway.core.store).await;
        (rows.len() == 12).then_some(rows)
    });
    let rows = rows.await.expect("twelve frames went to and fro");
    let seen: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.direction,
                row.kind,
                row.action.as_deref(),
                row.truncated,
            )
        })
        .collect();
    let (call, result, error) = (FrameKind::Call, FrameKind::Result, FrameKind::Error);
    let (came, went) = (Direction::In, Direction::Out);
    let expect = [
        (came, call, Some("Heartbeat"), false),
        (went, result, Some("Heartbeat"), false),
        (came, call, Some("FormatHardDisk"), false),
        (went, error, Some("FormatHardDisk"), false),
        (came, call, None, false),
        (came, call, Some("Heartbeat"), false),
        (went, result, Some("Heartbeat"), false),
        (went, call, Some("ChangeConfiguration"), false),
        (came, result, Some("ChangeConfiguration"), false),
        (came, result, None, false),
        (came, call, Some("DataTransfer"), true),
        (went, result, Some("DataTransfer"), false),
    ];
    assert_eq!(seen, expect, "in their order");
    let code = |row: &OcppMessageRow| row.error.as_ref().map(|error| error.code.clone());
    assert_eq!(code(&rows[3]).as_deref(), Some("NotImplemented"));
    assert_eq!(
        code(&rows[4]).as_deref(),
        Some("unreadable"),
        "and its text is not kept"
    );
    assert_eq!(
        rows[7].payload.as_deref(),
        Some(r#"{"key":"AuthorizationKey","value":"***"}"#)
    );
    for (one, other) in [(0, 1), (2, 3), (5, 6), (7, 8), (10, 11)] {
        let pair = (rows[one].trace_id, &rows[one].message_id);
        assert_eq!(
            pair,
            (rows[other].trace_id, &rows[other].message_id),
            "{one} and its answer"
        );
    }
    assert_ne!(
        rows[0].trace_id, rows[2].trace_id,
        "each exchange has a trace of its own"
    );

    let events = wait_until(Duration::from_secs(10), async || {
        let events = pushed(&site).await;
        (events.len() == 12).then_some(events)
    });
    for (row, event) in rows.iter().zip(events.await.expect("each was told")) {
        assert_eq!(event["traceId"], row.trace_id.to_string(), "{event}");
        assert_eq!(event["kind"], row.kind.as_str(), "{event}");
        assert_eq!(event["identity"], "CP-1", "{event}");
        assert_eq!(event["bytes"], row.bytes, "{event}");
        let payload = row.payload.as_deref().map(serde_json::from_str::<Value>);
        let payload = payload.transpose().expect("JSON").unwrap_or_default();
        assert_eq!(event["payload"], payload, "{event}");
        assert!(!event.to_string().contains("00ff-secret"), "{event}");
    }
}

#[tokio::test]
async fn what_was_said_before_a_stop_is_kept_to_the_last_frame() {
    let site = Site::new().await;
    let url = format!("sqlite://{}", site.database().display());
    let mut charger = site.charger().await;
    for number in 0..200 {
        charger
            .send(&format!(
                r#"[2,"m-{number}","DataTransfer",{{"vendorId":"x"}}]"#
            ))
            .await;
    }
    for number in 0..200 {
        assert_eq!(charger.next().await[1], format!("m-{number}"), "in order");
    }
    site.gateway.stop().await;
    let store = Store::open(&url).await.expect("the database is sound");
    let rows = kept(&store).await;
    assert_eq!(rows.len(), 400, "each frame and its answer");
    store.close().await;
}

#[tokio::test]
async fn what_chargers_say_is_kept_on_postgresql_too() {
    let server = Postgres::start().await;
    let url = server.database_url("sockets").await;
    let site = Site::with(|settings| settings.database_url = Some(url)).await;
    let mut charger = site.charger().await;
    charger
        .send(r#"[2,"n\u0000","BootNotification",{"chargePointVendor":"A\u0000B","chargePointModel":"x"}]"#)
        .await;
    let answer = charger.next().await;
    assert_eq!(answer[0], 3, "PostgreSQL stores no NUL: {answer}");
    let row = site.row(site.point).await;
    assert_eq!(
        row.vendor.as_deref(),
        Some("A\u{fffd}B"),
        "so there is none"
    );
    let unreadable = r#"[2,"x","Data\u0000Transfer",{"vendorId":"\ud800"}]"#;
    charger.send(unreadable).await;
    assert_eq!(
        charger.next().await[0],
        4,
        "half a character, under a strange name"
    );
    let kept = wait_until(Duration::from_secs(10), async || {
        let rows = kept(&site.gateway.core.store).await;
        (rows.len() == 4).then_some(rows)
    });
    let kept = kept.await.expect("four frames went to and fro");
    assert_eq!(kept[0].message_id.as_deref(), Some("n\u{fffd}"), "{kept:?}");
    site.gateway.stop().await;
}
