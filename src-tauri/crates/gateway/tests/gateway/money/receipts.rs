//! Receipts: one per bill with energy, numbered without holes in the bill's own unit of work, shown to whoever may see the
//! charge and to whoever has the link, with what the charger signed byte for byte.
//!
//! Planted once and seen red: another link than the one that was told; a number for a charge that cost nothing; a reversal
//! with the old signs; signed data a byte short; a link without an end.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use domain::pricing::TaxBasis;
use domain::{SessionId, Timestamp};
use gateway::ops::bill::settle_due;
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use receipts::Receipt;
use serde_json::{Value, json};
use store::repo::{receipts as rows, signed_readings};
use testkit::{Charger, Postgres, pdf};
use tower::ServiceExt as _;

use super::bills::later;
use super::till::{Till, accept_start, begin, boot, meter, start, stop};

use crate::user::{Driver, charger, text};

/// As a charger signs it, with what no page may take for its own.
const OCMF: &str =
    "OCMF|{\"FV\":\"1.0\",\"GI\":\"<script>alert(1)</script>\"}|{\"SD\":\"30\u{e9}\"}";

/// A house that phones find, too.
async fn with_an_address_outside() -> Till {
    Till::with(|settings| settings.public_url = Some("https://kiosk.example/".to_owned())).await
}

/// What a phone gets that opens an address.
async fn open(till: &Till, path: &str, token: Option<&str>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::get(path).header(header::HOST, "kiosk.example");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("well formed");
    let Ok(answer) = till.house.gateway.router.clone().oneshot(request).await;
    let (head, body) = answer.into_parts();
    let bytes = body.collect().await.expect("a body in memory").to_bytes();
    (head.status, head.headers, bytes.to_vec())
}

/// The path of an address outside.
fn outside(url: &str) -> &str {
    let path = url.strip_prefix("https://kiosk.example");
    path.expect("the address of the outside")
}

async fn numbers(till: &Till, charge: SessionId) -> Vec<(String, &'static str, i64)> {
    let store = &till.house.gateway.core.store;
    let mut conn = store.read().await.expect("a reader");
    let all = rows::list_of(&mut conn, charge).await.expect("a list");
    let row = |one: &domain::receipt::Issued| {
        (one.number.clone(), one.kind.as_str(), one.sums.total.minor)
    };
    all.iter().map(row).collect()
}

/// This year's number at a place.
fn numbered(till: &Till, place: i64) -> String {
    let now = till.house.gateway.core.clock.now();
    let year = now.to_zoned(jiff::tz::TimeZone::UTC).year();
    format!("{year}-{place:06}")
}

/// A charge of so many Wh, an hour ago; its id.
async fn charge(till: &Till, charger: &mut Charger, driver: &Driver, wh: i64) -> SessionId {
    driver
        .start(&till.house, &format!("k{wh}"), json!({ "connectorId": 1 }))
        .await;
    let tag = accept_start(charger).await;
    let (transaction, _) = start(charger, &tag, till.ago(3_600)).await;
    stop(charger, transaction, wh, till.ago(1_800)).await;
    till.session().await.id
}

#[tokio::test]
async fn a_charge_has_a_receipt_whose_lines_add_up_for_its_driver_and_nobody_else() {
    let till = with_an_address_outside().await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let mallory = till.driver("mallory@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    let head = till.house.drained().await;
    let id = charge(&till, &mut charger, &anna, 7_001).await;
    let path = format!("/api/user/sessions/{id}/receipt");
    let answer = anna.get(&till.house, &path).await;
    let receipt = &answer.body;
    assert_eq!(answer.status, StatusCode::OK, "{receipt}");
    assert_eq!(receipt["number"], numbered(&till, 1));
    assert_eq!(receipt["kind"], "invoice");
    assert_eq!(
        receipt["total"],
        json!({ "amount": "3.50", "currency": "EUR" })
    );
    assert_eq!(receipt["net"]["amount"], "2.94");
    assert_eq!(receipt["tax"]["amount"], "0.56");
    assert_eq!(receipt["taxes"][0]["percent"], "19.0");
    assert_eq!(receipt["lines"][0]["quantity"], "7.001");
    assert_eq!(receipt["lines"][0]["amount"]["amount"], "3.50");
    assert_eq!(receipt["meterStartWh"], 1_000);
    assert_eq!(receipt["meterStopWh"], 8_001);
    assert_eq!(receipt["seller"]["name"], "Test", "the station's own name");
    assert_eq!(receipt["session"]["id"], id.to_string());
    let url = text(&receipt["url"]);
    assert_eq!(receipt["session"]["receiptUrl"], json!(url));
    let token = till.house.token().await;
    let told = till.house.told(&token, head).await;
    let stopped = told
        .iter()
        .find(|event| event["type"] == "charging.stopped");
    assert_eq!(
        stopped.expect("it ended")["data"]["receiptUrl"],
        json!(url),
        "told before it was written"
    );
    let (status, headers, file) = open(&till, &format!("{path}.pdf"), Some(&anna.token)).await;
    assert_eq!(
        (status, &headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"application/pdf".parse().expect("a kind"))
    );
    let pages = pdf::text(&file).join("\n");
    assert!(pages.contains(&numbered(&till, 1)), "{pages}");
    // Another driver's is not there; without a sign-in nothing is.
    for path in [path.clone(), format!("{path}.pdf")] {
        let others = mallory.get(&till.house, &path).await;
        assert_eq!(others.code(), "resource.not_found", "{path}");
        let nobody = till.house.get(&path, None).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let all = till
        .house
        .get(&format!("/api/cms/sessions/{id}/receipts"), Some(&token))
        .await;
    assert_eq!(all.body[0]["number"], receipt["number"], "{}", all.body);
    till.is_sound().await;
}

#[tokio::test]
async fn whoever_has_the_link_has_the_receipt_until_it_ends() {
    let till = Till::with(|settings| {
        settings.public_url = Some("https://kiosk.example/".to_owned());
        settings.seller.name = "Stadtwerke <b>Nord</b>".to_owned();
        settings.seller.number_prefix = "NORD-".to_owned();
        settings.seller.link_days = 1;
    })
    .await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    let id = charge(&till, &mut charger, &anna, 2_000).await;
    let session = anna
        .get(&till.house, &format!("/api/user/sessions/{id}"))
        .await;
    let url = text(&session.body["receiptUrl"]);
    let path = outside(&url);
    assert_eq!(
        path.len(),
        "/r/".len() + 40,
        "160 bits that nobody guesses: {path}"
    );
    let (status, headers, page) = open(&till, path, None).await;
    let page = String::from_utf8(page).expect("text");
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
    assert!(page.contains("NORD-"), "{page}");
    assert!(
        page.contains("Stadtwerke &lt;b&gt;Nord"),
        "text, no tag: {page}"
    );
    let (status, _, file) = open(&till, &format!("{path}.pdf"), None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(file.starts_with(b"%PDF"), "a file");
    for wrong in [
        "/r/",
        "/r/abc",
        "/r/abc.pdf",
        "/r/%25",
        &path[..path.len() - 1],
    ] {
        let (status, _, page) = open(&till, wrong, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{wrong}");
        let page = String::from_utf8_lossy(&page).into_owned();
        assert!(!page.contains("NORD-"), "{wrong}");
    }
    // The day after, the page is gone, and the receipt is not.
    let tomorrow = later(&till.house.gateway.core, SignedDuration::from_hours(25));
    let link = path.trim_start_matches("/r/");
    let mut conn = tomorrow.store.read().await.expect("a reader");
    for (at, there) in [(till.ago(0), true), (tomorrow.clock.now(), false)] {
        let found = rows::find_by_link(&mut conn, link, at)
            .await
            .expect("asked");
        assert_eq!(found.is_some(), there, "at {at}");
    }
}

/// Byte for byte, told twice, too much, and of a transaction that is not this charger's.
#[tokio::test]
async fn what_the_charger_signed_is_in_the_receipt_as_it_came() {
    let till = with_an_address_outside().await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    let transaction = begin(&till, &anna, &mut charger).await;
    let wrapped = json!({ "signedMeterData": "T0NNRg==", "encodingMethod": "OCMF", "publicKey": "oca:base16:asn1:30" })
        .to_string();
    let sample = |context: &str, data: &str, at: Timestamp| {
        json!({ "timestamp": at.to_string(), "sampledValue": [
            { "value": data, "format": "SignedData", "context": context },
            { "value": "3000", "unit": "Wh", "context": context }] })
    };
    let begin = till.ago(3_600);
    for transaction in [transaction, transaction, 999] {
        let values = json!({ "connectorId": 1, "transactionId": transaction,
            "meterValue": [sample("Transaction.Begin", OCMF, begin)] });
        charger.call("MeterValues", values).await;
    }
    let end = json!({ "transactionId": transaction, "meterStop": 3_000, "timestamp": till.ago(1_800).to_string(),
        "transactionData": [sample("Transaction.End", &wrapped, till.ago(1_800))] });
    charger.call("StopTransaction", end).await;
    let id = till.session().await.id;
    let path = format!("/api/user/sessions/{id}/receipt");
    let receipt = anna.get(&till.house, &path).await.body;
    assert_eq!(
        receipt["signedMeterData"],
        json!([
            { "format": "OCMF", "data": OCMF, "publicKey": "" },
            { "format": "OCMF", "data": wrapped, "publicKey": "oca:base16:asn1:30" },
        ])
    );
    let (_, _, file) = open(&till, &format!("{path}.pdf"), Some(&anna.token)).await;
    let attached = pdf::attachments(&file);
    let contents: Vec<_> = attached.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    assert_eq!(contents, [OCMF.as_bytes(), wrapped.as_bytes()]);
    let (_, _, page) = open(&till, outside(&text(&receipt["url"])), None).await;
    let page = String::from_utf8(page).expect("text");
    assert!(page.contains("&lt;script&gt;"), "shown as text: {page}");
    assert!(!page.contains("<script"), "{page}");
    // More than a receipt holds stays out, and is kept aside with its message.
    let many: Vec<Value> = (0..20)
        .map(|number| {
            sample(
                "Sample.Periodic",
                &format!("OCMF|{number}"),
                till.ago(1_700 - number),
            )
        })
        .collect();
    let values = json!({ "connectorId": 1, "transactionId": transaction, "meterValue": many });
    charger.call("MeterValues", values).await;
    let mut conn = till
        .house
        .gateway
        .core
        .store
        .read()
        .await
        .expect("a reader");
    let of = (till.house.point, transaction);
    let kept = signed_readings::list(&mut conn, of).await.expect("a list");
    assert_eq!(kept.len(), domain::meter::Signed::MOST);
    let receipt = anna.get(&till.house, &path).await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.body);
    till.is_sound().await;
}

#[tokio::test]
async fn a_charge_without_energy_has_none_and_one_that_runs_has_none_yet() {
    let till = Till::new().await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    let transaction = begin(&till, &anna, &mut charger).await;
    meter(&mut charger, transaction, 0, till.ago(3_000)).await;
    let id = till.session().await.id;
    for _ in 0..2 {
        let path = format!("/api/user/sessions/{id}/receipt");
        let answer = anna.get(&till.house, &path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.code(), "receipt.not_ready");
        let session = anna
            .get(&till.house, &format!("/api/user/sessions/{id}"))
            .await;
        assert_eq!(session.body["receiptUrl"], Value::Null);
        stop(&mut charger, transaction, 0, till.ago(1_800)).await;
    }
    let next = charge(&till, &mut charger, &anna, 500).await;
    let expect = [(numbered(&till, 1), "invoice", 25)];
    assert_eq!(
        numbers(&till, next).await,
        expect,
        "no number went to nothing"
    );
    till.is_sound().await;
}

/// Corrected bills, stops side by side, and the numbers are 1, 2, 3, … all the same.
async fn corrections_and_races_leave_no_hole_and_reverse_line_by_line(till: Till) {
    let anna = till.driver("anna@example.org", "500.00").await;
    let mut first = charger(&till.house).await;
    let transaction = begin(&till, &anna, &mut first).await;
    meter(&mut first, transaction, 4_000, till.ago(1_800)).await;
    boot(&mut first).await;
    let id = till.session().await.id;
    let before = anna
        .get(&till.house, &format!("/api/user/sessions/{id}/receipt"))
        .await
        .body;
    stop(&mut first, transaction, 7_000, till.ago(900)).await;
    stop(&mut first, transaction, 7_000, till.ago(900)).await;
    let number = |place| numbered(&till, place);
    let expect = [
        (number(1), "invoice", 200),
        (number(2), "reversal", -200),
        (number(3), "invoice", 350),
    ];
    assert_eq!(numbers(&till, id).await, expect);
    let token = till.house.token().await;
    let all = till
        .house
        .get(&format!("/api/cms/sessions/{id}/receipts"), Some(&token))
        .await
        .body;
    assert_eq!(all[1]["reverses"], all[0]["number"]);
    assert_eq!(all[1]["lines"][0]["amount"]["amount"], "-2.00");
    assert_eq!(all[1]["tax"]["amount"], "-0.32");
    let unchanged = ["number", "issuedAt", "lines", "total", "url", "meterStopWh"];
    for field in unchanged {
        assert_eq!(all[0][field], before[field], "{field} is as it was issued");
    }
    // What is kept reads as a receipt, for good.
    let store = &till.house.gateway.core.store;
    let mut conn = store.read().await.expect("a reader");
    for issued in rows::list_of(&mut conn, id).await.expect("a list") {
        let receipt = Receipt::from_text(&issued.document).expect("a receipt");
        assert_eq!(receipt.number, issued.number);
        assert_eq!(receipt.tax_basis, TaxBasis::Included);
        let totals = receipt.totals().expect("it adds up");
        assert_eq!(totals.total, issued.sums.total);
    }
    drop(conn);
    // Ten drivers at ten boxes stop at once.
    let mut rows_before = 3;
    let mut waiting = Vec::new();
    for box_number in 0..6 {
        let identity = format!("BOX-{box_number}");
        till.house.another_point(&identity).await;
        let driver = till
            .driver(&format!("d{box_number}@example.org"), "50.00")
            .await;
        till.card(driver.customer(), &format!("CARD{box_number}"))
            .await;
        let url = format!("ws://{}/ocpp", till.house.gateway.ocpp);
        let mut charger = Charger::connect(&url, &identity, None).await;
        let (transaction, _) =
            start(&mut charger, &format!("CARD{box_number}"), till.ago(3_600)).await;
        waiting.push((charger, transaction, till.ago(1_800)));
    }
    let stops = waiting.iter_mut().map(|(charger, transaction, at)| {
        let (transaction, at) = (*transaction, *at);
        async move { stop(charger, transaction, 1_000, at).await }
    });
    futures_util::future::join_all(stops).await;
    rows_before += 6;
    settle_due(&till.house.gateway.core)
        .await
        .expect("it looks");
    let last = charge(&till, &mut first, &anna, 100).await;
    assert_eq!(
        numbers(&till, last).await,
        [(number(rows_before + 1), "invoice", 5)],
        "each has had one"
    );
    till.is_sound().await;
}

#[tokio::test]
async fn corrections_and_races_leave_no_hole_and_reverse_line_by_line_on_sqlite() {
    corrections_and_races_leave_no_hole_and_reverse_line_by_line(Till::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn corrections_and_races_leave_no_hole_and_reverse_line_by_line_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("receipts").await;
    let till = Till::with(|settings| settings.database_url = Some(url)).await;
    corrections_and_races_leave_no_hole_and_reverse_line_by_line(till).await;
}
