//! What is noted of each kind: which it was, what it was, and what it became.
//!
//! Planted once and seen red: a change in a task of its own, not carried there; what it became not told, and what was asked kept instead; a
//! card removed without a word of what it was (`audit.rs`); a tariff told without the rates a body has (`change_tariff.rs`).

use std::collections::BTreeSet;

use axum::http::Method;
use domain::audit::AuditKind;
use serde_json::json;

use super::{admin, newest, noted};
use crate::desk::{eur, tariff, text};
use crate::house::PASSWORD;

#[tokio::test]
async fn a_price_is_noted_as_it_was_and_as_it_became_and_what_is_only_written_otherwise_is_no_change()
 {
    let desk = admin().await;
    let price = text(&desk.post("tariffs", tariff("Day", &[])).await["id"]);
    let path = format!("tariffs/{price}");
    desk.put(
        &path,
        json!({ "name": " Day ", "perKwh": eur("0.50"), "taxPercent": "19.0", "currency": "EUR" }),
    )
    .await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["changes"]),
        (
            "changed tariff",
            &json!({ "perKwh": { "from": eur("0.45"), "to": eur("0.50") } })
        )
    );
    let element = |price: &str| json!([{ "priceComponents": [{ "type": "ENERGY", "price": price, "vat": "19", "stepSize": 1 }] }]);
    let now = json!({ "currency": "EUR", "elements": element("0.3"), "maxPrice": { "inclVat": eur("30") } });
    desk.put(&path, now).await;
    let (_, entry) = newest(&desk).await;
    let of = |side: &str| &entry["changes"]["elements"][side][0]["priceComponents"][0];
    assert_eq!(
        (&of("to")["price"], &of("to")["vat"]),
        (&json!("0.3"), &json!("19.0"))
    );
    assert!(
        of("from")["price"]
            .as_str()
            .is_some_and(|was| was.starts_with("0.42")),
        "{entry}"
    );
    assert_eq!(
        entry["changes"]["maxPrice"],
        json!({ "from": null, "to": { "exclVat": null, "inclVat": eur("30.00") } })
    );
    assert_eq!(noted(&desk).await.len(), 3, "made, and two changes");
    // The same, written otherwise.
    desk.put(
        &path,
        json!({ "currency": "EUR", "elements": element("0.300") }),
    )
    .await;
    let station = desk.station().await;
    desk.put(&format!("stations/{station}"), json!({ "name": " Test" }))
        .await;
    let card =
        json!({ "token": "card1", "status": "accepted", "expiresAt": "2099-01-01T02:00:00+02:00" });
    let card = format!(
        "id-tokens/{}",
        text(&desk.post("id-tokens", card).await["id"])
    );
    desk.put(
        &card,
        json!({ "token": "CARD1", "expiresAt": "2099-01-01T00:00:00Z" }),
    )
    .await;
    let user = json!({ "email": "New@example.org", "password": PASSWORD, "role": "viewer" });
    let user = format!("users/{}", text(&desk.post("users", user).await["id"]));
    let (_, entry) = newest(&desk).await;
    assert_eq!(
        entry["changes"]["email"],
        json!({ "to": "new@example.org" })
    );
    desk.put(&user, json!({ "email": "NEW@example.org" })).await;
    assert_eq!(noted(&desk).await.len(), 5, "a card and a user were made");
}

/// One real call of each; of money paid back elsewhere (`topups`, `money`) the id is the path's, and a change without a row fails
/// whatever test makes it (`watched.rs`).
#[tokio::test]
async fn of_every_kind_a_row_says_which_it_was() {
    let desk = admin().await;
    let operator = desk.house.token().await;
    let station = text(&desk.post("stations", json!({ "name": "Harbour" })).await["id"]);
    let point =
        json!({ "identity": "CP-9", "stationId": station, "connectors": 1, "maxPowerW": 11_000 });
    let point = text(&desk.post("charging-points", point).await["id"]);
    desk.put(
        &format!("charging-points/{point}"),
        json!({ "name": "Bay" }),
    )
    .await;
    let rekey = format!("charging-points/{point}/rotate-key");
    desk.ask(Method::POST, &rekey, Some(json!({})), 200).await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["objectId"], &entry["objectName"]),
        ("rekeyed charging_point", &json!(point), &json!("Bay"))
    );
    desk.delete(&format!("charging-points/{point}")).await;
    desk.delete(&format!("stations/{station}")).await;
    assert_eq!(newest(&desk).await.1["objectName"], "Harbour");
    let price = text(&desk.post("tariffs", tariff("Day", &[])).await["id"]);
    assert_eq!(newest(&desk).await.1["objectId"], json!(price));
    desk.delete(&format!("tariffs/{price}")).await;
    assert_eq!(newest(&desk).await.1["objectName"], "Day");
    let card = json!({ "token": "CARD9", "status": "blocked" });
    let card = text(&desk.post("id-tokens", card).await["id"]);
    desk.delete(&format!("id-tokens/{card}")).await;
    let removed = newest(&desk).await.1;
    assert_eq!(
        removed["changes"],
        json!({ "status": { "from": "blocked" }, "expiresAt": { "from": null }, "customerId": { "from": null } })
    );
    let port = text(&desk.post("organizations", json!({ "name": "Port" })).await["id"]);
    desk.delete(&format!("organizations/{port}")).await;
    assert_eq!(newest(&desk).await.1["objectName"], "Port");
    let user = json!({ "email": "new@example.org", "password": PASSWORD, "role": "viewer" });
    let user = text(&desk.post("users", user).await["id"]);
    desk.delete(&format!("users/{user}")).await;
    let driver = json!({ "email": "d@example.org", "password": PASSWORD });
    let driver = text(&desk.post("customers", driver).await["id"]);
    let wallet = format!("customers/{driver}/wallet/adjustments");
    for (amount, end) in [("500", "approve"), ("600", "reject")] {
        let wish = json!({ "amount": eur(amount), "reason": "a fair" });
        let asked = text(&desk.post(&wallet, wish).await["id"]);
        let alert = text(&desk.get("alerts").await["items"][0]["id"]);
        desk.ask(
            Method::POST,
            &format!("alerts/{alert}/acknowledge"),
            Some(json!({})),
            200,
        )
        .await;
        let (what, entry) = newest(&desk).await;
        assert_eq!(
            (&*what, &entry["objectId"]),
            ("acknowledged alert", &json!(alert))
        );
        let path = format!("/api/cms/{wallet}/{asked}/{end}");
        let told = desk
            .house
            .ask(Method::POST, &path, Some(&operator), Some(json!({})))
            .await;
        assert!(told.status.is_success(), "{}", told.body);
        assert_eq!(newest(&desk).await.1["objectId"], json!(asked));
    }
    let codes = json!({ "name": "Fair", "amount": eur("10"), "count": 2 });
    let codes = text(&desk.post("prepaid-codes", codes).await["id"]);
    assert_eq!(newest(&desk).await.1["objectId"], json!(codes));
    desk.delete(&format!("prepaid-codes/{codes}")).await;
    assert_eq!(newest(&desk).await.1["objectName"], "Fair");
    let shift = text(&desk.post("shifts", json!({})).await["id"]);
    assert_eq!(newest(&desk).await.1["objectId"], json!(shift));
    desk.delete(&format!("customers/{driver}")).await;
    desk.put("settings", json!({ "site": { "name": "Hafen" } }))
        .await;
    let own = json!({ "currentPassword": PASSWORD, "newPassword": "another long password" });
    desk.ask(Method::PUT, "auth/change-password", Some(own), 204)
        .await;
    let all = noted(&desk).await;
    let mut seen = BTreeSet::new();
    for entry in &all {
        let kind = text(&entry["kind"]);
        let one = !["settings", "password"].contains(&&*kind);
        assert!(!one || entry["objectId"].is_string(), "which one? {entry}");
        seen.insert(kind);
    }
    // Where there is a payment, a charge, an update.
    let elsewhere = [AuditKind::Topup, AuditKind::Session, AuditKind::Gateway];
    let kinds = AuditKind::ALL
        .iter()
        .filter(|kind| !elsewhere.contains(kind));
    assert_eq!(seen, kinds.map(|kind| kind.as_str().to_owned()).collect());
}
