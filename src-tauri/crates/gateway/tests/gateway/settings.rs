//! Settings while the gateway runs: who may, what holds at once, what stays, and what is shown to nobody.
//!
//! Planted once and seen red: a change that holds after a restart only; a currency that changes though money has moved; a change looked
//! at beside what holds and not beside what is stored by now, an amount cleared that stays, one in another currency taken
//! (`change_settings.rs`); another gateway's changes not looked for, a version that is always the same (`standing.rs`); money that waits for
//! a yes not counted (`repo/settings.rs`); an alert that is never cleared (`alarm_misfits.rs`).

use std::time::Duration;

use axum::http::Method;
use domain::operator::Role;
use gateway::notify::{Full, Pushed, Sink, View};
use gateway::ops::staff_pin::staff_pin;
use gateway::settings::Keys;
use serde_json::{Value, json};
use store::repo::settings as rows;
use testkit::Postgres;

use crate::desk::{Desk, eur, text};
use crate::house::House;

/// A desk with an admin at it.
async fn admin() -> Desk {
    of(House::new().await).await
}

async fn of(house: House) -> Desk {
    let token = house.token_of(Role::Admin).await;
    Desk { house, token }
}

#[tokio::test]
async fn what_an_admin_changes_holds_at_once_and_what_is_left_out_stays() {
    let desk = admin().await;
    let before = desk.get("settings").await;
    assert_eq!(before["wallet"]["hold"], eur("20.00"));
    let changed = desk
        .put(
            "settings",
            json!({
                "site": { "name": "Hafen", "language": "de", "timeZone": "Europe/Berlin", "helpline": "+49 40 1" },
                "wallet": { "hold": eur("7.50"), "approvalAbove": eur("0") },
                "payments": { "smallest": eur("10") },
                "seller": { "name": "Strom GmbH", "address": "Am Kai 1\n 20457 Hamburg ", "taxId": "DE1" },
            }),
        )
        .await;
    assert_eq!(changed, desk.get("settings").await);
    assert_eq!(
        (&changed["wallet"]["hold"], &changed["wallet"]["minimum"]),
        (&eur("7.50"), &before["wallet"]["minimum"])
    );
    assert_eq!(changed["seller"]["address"], "Am Kai 1\n20457 Hamburg");
    let rules = desk.house.gateway.core.rules();
    assert_eq!(rules.receipts.seller.name, "Strom GmbH");
    let site = desk.house.get("/api/user/site", None).await.body;
    assert_eq!(
        (&site["name"], &site["helpline"]),
        (&json!("Hafen"), &json!("+49 40 1"))
    );
    let made = desk.post("stations", json!({ "name": "New" })).await;
    assert_eq!(made["timeZone"], "Europe/Berlin");
    let driver = desk.house.customer_token().await;
    let options = desk
        .house
        .get("/api/user/wallet/topup-options", Some(&driver))
        .await;
    assert_eq!(options.body["smallest"], eur("10.00"));
    let who = desk.house.get("/api/user/auth/me", Some(&driver)).await;
    assert_eq!(
        who.body["user"]["language"], "de",
        "the site's, where nobody chose one"
    );
    let back = desk
        .put(
            "settings",
            json!({ "site": { "name": null, "helpline": null }, "seller": { "name": null } }),
        )
        .await;
    assert_eq!(
        (
            &back["site"]["name"],
            &back["seller"]["name"],
            &back["site"]["language"]
        ),
        (&Value::Null, &Value::Null, &json!("de"))
    );
    assert_ne!(
        back["site"]["version"], changed["site"]["version"],
        "another site"
    );
}

#[tokio::test]
async fn null_is_the_default_of_every_setting() {
    let desk = admin().await;
    let mut default = desk.get("settings").await;
    let inr = |amount: &str| json!({ "amount": amount, "currency": "INR" });
    let other = json!({
        "site": { "name": "Hafen", "currency": "INR", "taxPercent": "18", "timeZone": "Asia/Kolkata", "language": "hi", "helpline": "1" },
        "wallet": { "hold": inr("500"), "minimum": inr("50"), "approvalAbove": inr("900") },
        "payments": { "smallest": inr("100"), "largest": inr("9000") },
        "seller": { "name": "N", "address": "A", "taxId": "T" },
    });
    let changed = desk.put("settings", other.clone()).await;
    let mut nothing = other;
    for area in nothing.as_object_mut().expect("areas").values_mut() {
        for (field, value) in area.as_object_mut().expect("fields") {
            assert_ne!(*value, Value::Null, "{field}");
            *value = Value::Null;
        }
    }
    let back = desk.put("settings", nothing).await;
    for area in ["site", "wallet", "payments", "seller"] {
        assert_ne!(changed[area], default[area].take(), "{area}");
    }
    let fresh = admin().await.get("settings").await;
    for area in ["site", "wallet", "payments", "seller"] {
        assert_eq!(back[area], fresh[area], "{area}");
    }
    assert!(desk.house.gateway.core.rules().stored().is_empty());
}

#[tokio::test]
async fn two_who_change_at_once_never_store_what_does_not_go_together_on_sqlite() {
    two_at_once(admin().await).await;
}

#[tokio::test]
async fn two_who_change_at_once_never_store_what_does_not_go_together_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("settings").await;
    two_at_once(of(House::with(|settings| settings.database_url = Some(url)).await).await).await;
}

async fn two_at_once(desk: Desk) {
    let say = |body: Value| {
        desk.house.ask(
            Method::PUT,
            "/api/cms/settings",
            Some(&desk.token),
            Some(body),
        )
    };
    let largest = json!({ "payments": { "largest": eur("300") } });
    let smallest = json!({ "payments": { "smallest": eur("400") } });
    let told = tokio::join!(say(largest), say(smallest));
    let mut status = [told.0.status.as_u16(), told.1.status.as_u16()];
    status.sort_unstable();
    assert_eq!(status, [200, 422], "{} {}", told.0.body, told.1.body);
    let refused = if told.0.status == 422 {
        &told.0
    } else {
        &told.1
    };
    assert_eq!(refused.code(), "request.validation");
    assert!(
        desk.get("settings").await["misfits"]
            .as_array()
            .is_some_and(Vec::is_empty)
    );
    // An amount is of the currency that holds when it is stored.
    let inr = json!({ "amount": "50", "currency": "INR" });
    let currency = json!({ "site": { "currency": "INR" }, "wallet": { "hold": inr } });
    let hold = json!({ "wallet": { "hold": eur("7") } });
    let told = tokio::join!(say(currency), say(hold));
    assert_eq!(told.0.status, 200, "{}", told.0.body);
    let now = desk.get("settings").await;
    assert_eq!(
        now["wallet"]["hold"],
        json!({ "amount": "50.00", "currency": "INR" }),
        "{}",
        told.1.body
    );
}

#[tokio::test]
async fn readers_hear_with_each_tick_which_site_holds() {
    let house = House::with(|settings| {
        settings.live.tick = "50ms".parse().expect("a duration");
    })
    .await;
    let desk = of(house).await;
    let (heard, mut ticks) = tokio::sync::mpsc::channel(64);
    let hub = &desk.house.gateway.hub;
    hub.enter(View::Public, None, Box::new(Heard(heard)));
    let before = desk.house.get("/api/user/site", None).await.body["version"].clone();
    let first = ticks.recv().await.expect("it ticks");
    assert_eq!(first["data"]["site"], before, "{first}");
    let changed = desk
        .put("settings", json!({ "site": { "helpline": "110" } }))
        .await;
    let now = &changed["site"]["version"];
    assert_ne!(*now, before);
    let told = testkit::wait_until(Duration::from_secs(10), async || {
        (ticks.recv().await?["data"]["site"] == *now).then_some(())
    });
    told.await.expect("the next ticks say so");
}

/// A reader that keeps what it is pushed, as long as there is room.
struct Heard(tokio::sync::mpsc::Sender<Value>);

impl Sink for Heard {
    fn push(&self, envelope: &Pushed) -> Result<(), Full> {
        let envelope = serde_json::from_str(envelope.get()).expect("an envelope is JSON");
        let _ = self.0.try_send(envelope);
        Ok(())
    }

    fn close(&self) {}
}

#[tokio::test]
async fn the_currency_changes_until_money_has_moved_and_never_after() {
    let desk = admin().await;
    let inr = |amount: &str| json!({ "amount": amount, "currency": "INR" });
    let changed = desk
        .put(
            "settings",
            json!({ "site": { "currency": "INR" }, "wallet": { "hold": inr("500") } }),
        )
        .await;
    assert_eq!(
        (&changed["wallet"]["hold"], &changed["moneyMoved"]),
        (&inr("500.00"), &json!(false))
    );
    let new = json!({ "email": "rich@example.org", "password": "a long enough password" });
    let customer = desk.post("customers", new).await["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let given = json!({ "amount": inr("5"), "reason": "a start" });
    desk.post(&format!("customers/{customer}/wallet/adjustments"), given)
        .await;
    desk.conflict(
        Method::PUT,
        "settings",
        json!({ "site": { "currency": "EUR" } }),
    )
    .await;
    let same = desk
        .put(
            "settings",
            json!({ "site": { "currency": "INR", "name": "Still" } }),
        )
        .await;
    assert_eq!(
        (
            &same["site"]["currency"],
            &same["site"]["name"],
            &same["moneyMoved"]
        ),
        (&json!("INR"), &json!("Still"), &json!(true)),
        "the same again is no change"
    );
}

#[tokio::test]
async fn money_that_a_second_one_has_not_agreed_to_holds_the_currency_too() {
    let desk = admin().await;
    let new = json!({ "email": "rich@example.org", "password": "a long enough password" });
    let customer = text(&desk.post("customers", new).await["id"]);
    let wish = json!({ "amount": eur("500"), "reason": "a fair" });
    let path = format!("customers/{customer}/wallet/adjustments");
    let asked = text(&desk.post(&path, wish).await["id"]);
    assert_eq!(desk.get("settings").await["moneyMoved"], true);
    let other = json!({ "site": { "currency": "INR" } });
    desk.conflict(Method::PUT, "settings", other.clone()).await;
    let second = desk.house.token().await;
    let path = format!("/api/cms/{path}/{asked}/reject");
    let told = desk
        .house
        .ask(Method::POST, &path, Some(&second), Some(json!({})))
        .await;
    assert!(told.status.is_success(), "{}", told.body);
    desk.put("settings", other).await;
}

#[tokio::test]
async fn what_does_not_do_is_named_and_nothing_of_it_holds() {
    let desk = admin().await;
    let before = desk.get("settings").await;
    for (body, pointer) in [
        (json!({ "site": { "currency": "XXY" } }), "/site/currency"),
        (json!({ "site": { "language": "tlh" } }), "/site/language"),
        (json!({ "site": { "timeZone": "" } }), "/site/timeZone"),
        (json!({ "site": { "name": "a\u{7}b" } }), "/site/name"),
        (json!({ "site": { "demo": true } }), "/site/demo"),
        (
            json!({ "wallet": { "hold": { "amount": "1", "currency": "USD" } } }),
            "/wallet/hold",
        ),
        (
            json!({ "wallet": { "hold": { "amount": "0.001", "currency": "EUR" } } }),
            "/wallet/hold/amount",
        ),
        (json!({ "payments": { "secret": "x" } }), "/payments/secret"),
        (
            json!({ "database_url": "sqlite://elsewhere" }),
            "/database_url",
        ),
    ] {
        let told = desk
            .ask(Method::PUT, "settings", Some(body.clone()), 422)
            .await;
        assert_eq!(told["errors"][0]["pointer"], pointer, "{body}: {told}");
    }
    // What goes together is looked at together.
    for body in [
        json!({ "wallet": { "hold": eur("0") } }),
        json!({ "payments": { "smallest": eur("900") } }),
        json!({ "seller": { "address": "1\n2\n3\n4\n5\n6\n7" } }),
        json!({ "site": { "name": "Half" }, "wallet": { "minimum": eur("-1") } }),
    ] {
        desk.ask(Method::PUT, "settings", Some(body), 422).await;
    }
    assert_eq!(desk.get("settings").await, before);
}

#[tokio::test]
async fn no_secret_is_shown_and_what_needs_the_file_is_told() {
    let keys = |name: &str| Keys {
        secret: format!("sk_test_{name}_SECRET"),
        webhook_secret: format!("whsec_{name}_SECRET"),
        base_url: Some("http://127.0.0.1:9".to_owned()),
    };
    let house = House::with(|settings| {
        settings.payments.stripe = Some(keys("stripe"));
        settings.public_url = Some("https://kiosk.example".to_owned());
    })
    .await;
    let desk = of(house).await;
    let shown = desk.get("settings").await;
    assert!(!shown.to_string().contains("SECRET"), "{shown}");
    assert!(!shown.to_string().contains("whsec"), "{shown}");
    assert_eq!(shown["payments"]["providers"], json!(["stripe"]));
    assert_eq!(shown["gateway"]["publicUrl"], "https://kiosk.example");
    assert_eq!(shown["gateway"]["database"], "sqlite");
}

/// As another gateway on the same database would.
#[tokio::test]
async fn what_another_stores_holds_here_within_a_second_and_what_does_not_do_is_told() {
    let desk = admin().await;
    let core = &desk.house.gateway.core;
    let store = async |name: &'static str, value: &'static str| {
        core.write(move |unit| {
            Box::pin(async move {
                let now = unit.now();
                Ok(rows::put(unit.conn, name, value, now).await?)
            })
        })
        .await
        .expect("a row can be stored");
    };
    let holds = async |name: &str| {
        let seen = testkit::wait_until(Duration::from_secs(10), async || {
            (core.rules().site().name == name).then_some(())
        });
        seen.await.unwrap_or_else(|| panic!("{name} does not hold"));
    };
    store("site.name", "Elsewhere").await;
    holds("Elsewhere").await;
    store("site.currency", "no currency").await;
    store("site.name", "Together with a fault").await;
    holds("Together with a fault").await;
    assert_eq!(
        core.money().currency.code(),
        "EUR",
        "without it the rest holds"
    );
    let alerts = async |expect: usize| {
        let told = testkit::wait_until(Duration::from_secs(10), async || {
            let page = desk.get("alerts?status=open").await;
            let items = page["items"].as_array().expect("a list").clone();
            (items.len() == expect).then_some(items)
        });
        let told = told.await;
        told.unwrap_or_else(|| panic!("no {expect} alerts"))
    };
    let raised = alerts(1).await;
    assert_eq!(raised[0]["kind"], "setting_misfit");
    let detail = text(&raised[0]["detail"]);
    assert!(detail.contains("site.currency"), "{detail}");
    let shown = desk.get("settings").await;
    assert_eq!(shown["misfits"], json!(["site.currency"]));
    // It is in nobody's way, and goes with the next word on it.
    desk.put("settings", json!({ "site": { "name": "On" } }))
        .await;
    let mended = desk
        .put("settings", json!({ "site": { "currency": "EUR" } }))
        .await;
    assert_eq!(mended["misfits"], json!([]));
    alerts(0).await;
}

#[tokio::test]
async fn the_pin_of_the_kiosks_is_stored_as_a_hash_and_told_to_nobody() {
    let desk = admin().await;
    let core = &desk.house.gateway.core;
    assert_eq!(
        desk.get("settings").await["kiosk"],
        json!({ "pinSet": false })
    );
    assert_eq!(
        staff_pin(core, "123456".to_owned()).await,
        None,
        "there is none of its own"
    );
    for pin in ["12345", "1234567890123", "12345a", "١٢٣٤٥٦", "123 456", ""] {
        let body = json!({ "kiosk": { "pin": pin } });
        let told = desk.ask(Method::PUT, "settings", Some(body), 422).await;
        assert_eq!(told["errors"][0]["pointer"], "/kiosk/pin", "{pin:?}");
    }
    let changed = desk
        .put("settings", json!({ "kiosk": { "pin": "012345" } }))
        .await;
    assert_eq!(changed["kiosk"], json!({ "pinSet": true }));
    assert_eq!(staff_pin(core, "012345".to_owned()).await, Some(true));
    assert_eq!(staff_pin(core, "12345".to_owned()).await, Some(false));
    let stored = core.rules().settings().kiosk.pin.clone();
    assert!(stored.starts_with("$argon2id$"), "it is stored as a hash");
    // Neither it nor its hash is in what an admin reads, the trail of changes included.
    desk.put("settings", json!({ "kiosk": { "pin": "98765432" } }))
        .await;
    for path in ["settings", "audit"] {
        let said = desk.get(path).await.to_string();
        for secret in ["012345", "98765432", "argon2"] {
            assert!(!said.contains(secret), "{path} says {secret}: {said}");
        }
    }
    let trail = desk.get("audit").await.to_string();
    assert!(
        trail.contains("kiosk.pin"),
        "that it changed is said: {trail}"
    );
    desk.put("settings", json!({ "kiosk": { "pin": null } }))
        .await;
    assert_eq!(staff_pin(core, "98765432".to_owned()).await, None);
}
