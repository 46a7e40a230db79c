//! The desk's files: every row of the time once, figures as the books have them, and nobody's text a formula.
//!
//! Planted once and seen red: a file that ends with its first piece.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::adjustment::Method as Paid;
use domain::ledger::AccountKind;
use domain::{Currency, Money};
use gateway::keep::Keep;
use gateway::ops::adjust_wallet::{Wish, adjust_wallet};
use http_body_util::BodyExt as _;
use serde_json::json;
use store::repo::{ledger, operators};
use testkit::Postgres;
use tower::ServiceExt as _;

use super::till::{Till, accept_start, start, station, stop};
use crate::house::EMAIL;
use crate::user::{Driver, charger};

type Rows = Vec<BTreeMap<String, String>>;

/// A file as a spreadsheet reads it.
async fn file(till: &Till, path: &str, token: &str) -> (StatusCode, HeaderMap, Rows) {
    let request = Request::get(path)
        .header(header::HOST, "kiosk.example")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .expect("well formed");
    let Ok(answer) = till.house.gateway.router.clone().oneshot(request).await;
    let (head, body) = answer.into_parts();
    let bytes = body.collect().await.expect("it is sent whole").to_bytes();
    let text = std::str::from_utf8(&bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map_while(Result::ok)
        .collect();
    (head.status, head.headers, rows)
}

/// More gifts than are read at once.
async fn give_often(till: &Till, anna: &Driver, times: i64) {
    let core = &till.house.gateway.core;
    let by = {
        let mut conn = core.store.read().await.expect("a reader");
        let found = operators::find_by_email(&mut conn, EMAIL).await;
        found.expect("a sound store").expect("it is there").id
    };
    let currency = Currency::from_code("EUR").expect("a currency");
    for number in 1..=times {
        let wish = Wish {
            customer: anna.customer(),
            amount: Money {
                minor: number % 7 + 1,
                currency,
            },
            method: Paid::Cash,
            reason: "-1+1|calc".to_owned(),
            by,
        };
        adjust_wallet(core, wish, Keep::nothing())
            .await
            .expect("it is given");
    }
}

async fn every_row_is_there_once_and_the_sums_are_those_of_the_books(till: Till) {
    let desk = till.house.token().await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let id = station(&till.house).await;
    let name = json!({ "name": "=HYPERLINK(\"http://x\",\"Näh, \"\"ok\"\"\")" });
    let path = format!("/api/cms/stations/{id}");
    let named = till
        .house
        .ask(Method::PUT, &path, Some(&desk), Some(name))
        .await;
    assert_eq!(named.status, StatusCode::OK, "{}", named.body);
    let mut charger = charger(&till.house).await;
    for round in 0..2 {
        anna.start(
            &till.house,
            &format!("k{round}"),
            json!({ "connectorId": 1 }),
        )
        .await;
        let tag = accept_start(&mut charger).await;
        let (transaction, _) = start(&mut charger, &tag, till.ago(3_600)).await;
        stop(&mut charger, transaction, 7_000 + round, till.ago(1_800)).await;
    }
    give_often(&till, &anna, 510).await;
    let (status, headers, rows) = file(&till, "/api/cms/ledger.csv", &desk).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    let mut ids: Vec<&String> = rows.iter().map(|row| &row["id"]).collect();
    ids.dedup();
    assert!(
        ids.len() == rows.len() && ids.is_sorted(),
        "each once, in order"
    );
    assert!(rows.len() > 515, "{} rows", rows.len());
    let given = rows
        .iter()
        .find(|row| row["from"] == "cash")
        .expect("one of them");
    assert_eq!(given["reason"], "'-1+1|calc", "text, and no formula");
    // The file's own sums, account by account.
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        let amount = domain::object::Amount {
            amount: row["amount"].clone(),
            currency: row["currency"].clone(),
        };
        let minor = Money::read(&amount).expect("an amount").minor;
        *sums.entry(row["from"].clone()).or_default() -= minor;
        *sums.entry(row["to"].clone()).or_default() += minor;
    }
    let core = &till.house.gateway.core;
    let currency = core.money().currency;
    let mut conn = core.store.read().await.expect("a reader");
    for kind in [AccountKind::Revenue, AccountKind::Tax, AccountKind::Cash] {
        let account = ledger::find(&mut conn, kind, None, currency).await;
        let balance = account.expect("asked").expect("it is there").balance.minor;
        assert_eq!(sums[kind.as_str()], balance, "{}", kind.as_str());
    }
    drop(conn);
    let (_, headers, rows) = file(&till, "/api/cms/sessions.csv", &desk).await;
    assert_eq!(
        headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"sessions.csv\""
    );
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (&*row["energy Wh"], &*row["total"], &*row["status"]))
        .collect();
    assert_eq!(
        shown,
        [("7000", "3.50", "stopped"), ("7001", "3.50", "stopped")]
    );
    assert_eq!(
        rows[0]["station"],
        "'=HYPERLINK(\"http://x\",\"Näh, \"\"ok\"\"\")"
    );
    assert!(rows[1]["receipt"].ends_with("-000002"), "{:?}", rows[1]);
    let (status, _, rows) = file(&till, "/api/cms/settlements.csv", &desk).await;
    assert_eq!(
        (status, rows.len()),
        (StatusCode::OK, 0),
        "nobody paid in through a provider"
    );
    let later = "/api/cms/sessions.csv?from=2099-01-01T00:00:00Z&to=2099-02-01T00:00:00Z";
    assert_eq!(file(&till, later, &desk).await.2.len(), 0);
    for wrong in [
        "?from=yesterday",
        "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
        "?from=1900-01-01T00:00:00Z&to=1900-02-01T00:00:00Z",
    ] {
        let path = format!("/api/cms/ledger.csv{wrong}");
        let answer = till.house.get(&path, Some(&desk)).await;
        assert_eq!(
            answer.code(),
            "request.invalid_parameter",
            "{wrong}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn every_row_is_there_once_and_the_sums_are_those_of_the_books_on_sqlite() {
    let till =
        Till::with(|settings| settings.allowed_hosts = vec!["kiosk.example".to_owned()]).await;
    every_row_is_there_once_and_the_sums_are_those_of_the_books(till).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_is_there_once_and_the_sums_are_those_of_the_books_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("exports").await;
    let till = Till::with(|settings| {
        settings.database_url = Some(url);
        settings.allowed_hosts = vec!["kiosk.example".to_owned()];
    })
    .await;
    every_row_is_there_once_and_the_sums_are_those_of_the_books(till).await;
}
