//! Money that is paid in: through a provider that is late, silent, forged or says things twice, and with prepaid codes.
//! The provider is a local server that speaks Stripe's and Razorpay's published formats.
//!
//! Planted once and seen red: a payment credited per webhook; a top-up not looked for by its request; a refund that leaves
//! the wallet alone; a code that was used taken again; an amount that is not compared; an answer of the provider's that is
//! paid and not believed.

mod codes;
mod guests;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::operator::Role;
use gateway::settings::{Keys, Settings};
use serde_json::{Value, json};
use testkit::payments::{Delivery, Fault, RAZORPAY_SECRET, STRIPE_SECRET, WEBHOOK_SECRET};
use testkit::{PaymentServer, Postgres, wait_until};

use crate::house::{Answer, House, answer};
use crate::user::Driver;

/// Long enough for two looks of the cashier.
const PATIENCE: Duration = Duration::from_secs(20);

/// A site that takes money through both providers.
pub struct Shop {
    pub house: House,
    pub provider: PaymentServer,
}

impl Shop {
    async fn new() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let provider = PaymentServer::start().await;
        let keys = |secret: &str| Keys {
            secret: secret.to_owned(),
            webhook_secret: WEBHOOK_SECRET.to_owned(),
            base_url: Some(provider.base_url()),
        };
        let house = House::with(|settings| {
            settings.public_url = Some("https://kiosk.example".to_owned());
            settings.payments.stripe = Some(keys(STRIPE_SECRET));
            settings.payments.razorpay = Some(keys(RAZORPAY_SECRET));
            change(settings);
        })
        .await;
        Self { house, provider }
    }

    async fn ask(&self, driver: &Driver, provider: &str, key: &str) -> Answer {
        let body = json!({ "amount": euros("20.00"), "provider": provider });
        let path = "/api/user/wallet/topup";
        driver.once(&self.house, path, key, body).await
    }

    /// A top-up that waits for its payment: its id, and the provider's id of the page.
    async fn page(&self, driver: &Driver, provider: &str, key: &str) -> (String, String) {
        let answer = self.ask(driver, provider, key).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
        let topup = &answer.body["topup"];
        let url = topup["checkoutUrl"].as_str().expect("a page to pay on");
        let page = url.rsplit('/').next().unwrap_or_default().to_owned();
        (text(&topup["id"]), page)
    }

    /// What the provider posts, as it arrives.
    async fn post(&self, provider: &str, delivery: &Delivery) -> StatusCode {
        let path = format!("/api/payments/{provider}/webhook");
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in &delivery.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(delivery.body.clone()));
        let request = request.expect("a webhook is well formed");
        answer(&self.house.gateway.router, request).await.status
    }

    pub async fn balance(&self, driver: &Driver) -> String {
        let wallet = driver.get(&self.house, "/api/user/wallet/balance").await;
        text(&wallet.body["balance"]["amount"])
    }

    async fn came_in(&self, driver: &Driver) -> Vec<Value> {
        let path = "/api/user/wallet/transactions";
        let list = driver.get(&self.house, path).await;
        list.body["items"].as_array().expect("a list").clone()
    }

    async fn status(&self, driver: &Driver, topup: &str) -> String {
        let path = format!("/api/user/wallet/topups/{topup}");
        text(&driver.get(&self.house, &path).await.body["status"])
    }

    async fn alerts(&self, desk: &str) -> Vec<Value> {
        let list = self.house.get("/api/cms/alerts", Some(desk)).await;
        let items = list.body["items"].as_array().expect("a list").clone();
        let odd = items.into_iter().filter(|one| one["kind"] == "payment_odd");
        odd.collect()
    }

    /// Whatever happened, the books add up.
    async fn adds_up(&self) {
        let core = &self.house.gateway.core;
        let checked = gateway::ops::check_books::check_books(core).await;
        checked.expect("the books can be checked");
        let mut conn = core.store.read().await.expect("a reader");
        let frozen = store::repo::ledger::frozen(&mut conn).await;
        assert_eq!(frozen.expect("it reads"), None, "the books add up");
    }
}

pub fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn what_is_paid_comes_in_once_however_often_and_in_whatever_order_it_is_told() {
    pays_once(&Shop::new().await).await;
}

#[tokio::test]
async fn the_same_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("topups").await;
    pays_once(&Shop::with(|settings| settings.database_url = Some(url)).await).await;
}

async fn pays_once(shop: &Shop) {
    let driver = Driver::new(&shop.house, "rich@example.org").await;
    for (place, provider) in ["stripe", "razorpay"].into_iter().enumerate() {
        let (topup, page) = shop.page(&driver, provider, &format!("once-{place}")).await;
        assert_eq!(shop.status(&driver, &topup).await, "pending");
        let paid = shop.provider.pay(&page);
        assert_eq!(
            shop.post(provider, &paid.forged()).await,
            StatusCode::UNAUTHORIZED,
            "{provider}: anybody could say so"
        );
        assert_eq!(shop.status(&driver, &topup).await, "pending", "{provider}");
        let copies = (0..8).map(|_| shop.post(provider, &paid));
        for status in futures_util::future::join_all(copies).await {
            assert!(
                status == StatusCode::NO_CONTENT || status == StatusCode::SERVICE_UNAVAILABLE,
                "{provider}: {status}"
            );
        }
        assert_eq!(shop.post(provider, &paid).await, StatusCode::NO_CONTENT);
        let late = shop.provider.expire(&page);
        assert_eq!(shop.post(provider, &late).await, StatusCode::NO_CONTENT);
        assert_eq!(
            shop.status(&driver, &topup).await,
            "completed",
            "{provider}"
        );
        let expect = ["20.00", "40.00"][place];
        assert_eq!(shop.balance(&driver).await, expect, "{provider}");
        let came_in = shop.came_in(&driver).await;
        assert_eq!(came_in.len(), place + 1, "{provider}: once");
        let newest = &came_in[0];
        assert_eq!(newest["kind"], "topup");
        assert_eq!(newest["topupId"], *topup);
        assert_eq!(newest["amount"], euros("20.00"));
    }
    shop.adds_up().await;
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_and_there_is_one_page() {
    let shop = Shop::new().await;
    let driver = Driver::new(&shop.house, "unlucky@example.org").await;
    for (place, provider) in ["stripe", "razorpay"].into_iter().enumerate() {
        shop.provider.fail_next(Fault::LostAnswer);
        let answer = shop.ask(&driver, provider, provider).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.code(), "server.unavailable", "{}", answer.body);
        let (topup, page) = shop.page(&driver, provider, provider).await;
        let again = shop.page(&driver, provider, provider).await;
        assert_eq!(
            again,
            (topup, page),
            "{provider}: the same page for the same key"
        );
        assert_eq!(shop.provider.checkouts(), place + 1, "{provider}");
    }
}

#[tokio::test]
async fn a_provider_that_is_away_leaves_room_for_another_try() {
    let shop = Shop::new().await;
    let driver = Driver::new(&shop.house, "again@example.org").await;
    for number in 0..6 {
        shop.provider.fail_next(Fault::HangUp);
        let answer = shop.ask(&driver, "stripe", &format!("away-{number}")).await;
        assert_eq!(
            answer.code(),
            "server.unavailable",
            "try {number}: {}",
            answer.body
        );
    }
    shop.page(&driver, "stripe", "back").await;
}

#[tokio::test]
async fn a_webhook_that_never_comes_is_asked_for() {
    let shop = Shop::new().await;
    let driver = Driver::new(&shop.house, "patient@example.org").await;
    let (topup, page) = shop.page(&driver, "stripe", "late").await;
    shop.provider.pay(&page);
    let path = format!(
        "/api/payments/stripe/return?{}",
        shop.provider.return_query(&page)
    );
    let back = shop.house.get(&path, None).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let came = wait_until(PATIENCE, async || {
        (shop.status(&driver, &topup).await == "completed").then_some(())
    });
    came.await.expect("the provider is asked after it");
    assert_eq!(shop.balance(&driver).await, "20.00");
    let odd = shop
        .house
        .get("/api/payments/stripe/return?session_id=x", None)
        .await;
    assert_eq!(odd.status, StatusCode::UNAUTHORIZED);
    let none = shop.house.get("/api/payments/paypal/return", None).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn another_amount_than_was_ordered_is_somebodys_to_look_at() {
    let shop = Shop::new().await;
    let desk = shop.house.token_of(Role::Viewer).await;
    let driver = Driver::new(&shop.house, "odd@example.org").await;
    let (topup, page) = shop.page(&driver, "stripe", "odd").await;
    let paid = shop.provider.pay(&page).saying("2000", "2001");
    assert_eq!(shop.post("stripe", &paid).await, StatusCode::NO_CONTENT);
    assert_eq!(shop.status(&driver, &topup).await, "failed");
    assert_eq!(shop.balance(&driver).await, "0.00", "nothing is credited");
    let alerts = shop.alerts(&desk).await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(text(&alerts[0]["detail"]).contains("20.01"), "{alerts:?}");
    shop.adds_up().await;
}

#[tokio::test]
async fn what_is_not_offered_is_refused_and_too_many_pages_are_too_many() {
    let shop = Shop::new().await;
    let driver = Driver::new(&shop.house, "greedy@example.org").await;
    let path = "/api/user/wallet/topup";
    for (amount, provider, pointer) in [
        ("4.99", "stripe", "/amount"),
        ("500.01", "stripe", "/amount"),
        ("-20.00", "stripe", "/amount"),
        ("20.001", "stripe", "/amount"),
        ("20.00", "paypal", "/provider"),
    ] {
        let body = json!({ "amount": euros(amount), "provider": provider });
        let answer = driver.send(&shop.house, Method::POST, path, body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{amount}");
    }
    for number in 0..5 {
        shop.page(&driver, "stripe", &format!("page-{number}"))
            .await;
    }
    let answer = shop.ask(&driver, "stripe", "page-5").await;
    assert_eq!(answer.code(), "resource.conflict", "{}", answer.body);
    let options = driver
        .get(&shop.house, "/api/user/wallet/topup-options")
        .await;
    assert_eq!(options.body["providers"], json!(["stripe", "razorpay"]));

    let plain = House::new().await;
    let driver = Driver::new(&plain, "poor@example.org").await;
    let options = driver.get(&plain, "/api/user/wallet/topup-options").await;
    assert_eq!(options.body["providers"], json!([]), "nothing is set");
    let body = json!({ "amount": euros("20.00"), "provider": "stripe" });
    let answer = driver.send(&plain, Method::POST, path, body).await;
    assert_eq!(answer.body["errors"][0]["pointer"], "/provider");
}

#[tokio::test]
async fn an_operator_gives_a_top_up_back_and_never_more_than_there_is() {
    let shop = Shop::new().await;
    let desk = shop.house.token().await;
    let driver = Driver::new(&shop.house, "back@example.org").await;
    let (topup, page) = shop.page(&driver, "stripe", "back").await;
    let path = format!("/api/cms/topups/{topup}/refund");
    let refund = async |amount: Value| {
        let body = json!({ "amount": amount, "reason": "It was asked for" });
        let post = Method::POST;
        shop.house.ask(post, &path, Some(&desk), Some(body)).await
    };
    let early = refund(Value::Null).await;
    assert_eq!(early.code(), "resource.conflict", "nobody paid yet");
    shop.post("stripe", &shop.provider.pay(&page)).await;

    let taken = refund(euros("5.00")).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", taken.body);
    assert_eq!(shop.balance(&driver).await, "15.00", "it is gone at once");
    let given = wait_until(PATIENCE, async || {
        (shop.provider.refunded() == 500).then_some(())
    });
    given.await.expect("the provider is asked to give it back");

    assert_eq!(refund(euros("15.01")).await.code(), "request.validation");
    shop.provider.fail_next(Fault::Status(
        400,
        r#"{"error":{"code":"charge_disputed","message":"No","type":"invalid_request_error"}}"#,
    ));
    assert_eq!(refund(euros("10.00")).await.status, StatusCode::ACCEPTED);
    let back = wait_until(PATIENCE, async || {
        (shop.balance(&driver).await == "15.00").then_some(())
    });
    back.await
        .expect("what is not given back is in the wallet again");
    let list = format!("/api/cms/topups/{topup}/refunds");
    let list = shop.house.get(&list, Some(&desk)).await.body;
    assert_eq!(list[1]["status"], "failed", "{list}");
    assert_eq!(shop.alerts(&desk).await.len(), 1, "and somebody is told");
    shop.adds_up().await;
}

#[tokio::test]
async fn a_refund_made_at_the_provider_is_booked_once() {
    let shop = Shop::new().await;
    let desk = shop.house.token().await;
    let driver = Driver::new(&shop.house, "there@example.org").await;
    let (topup, page) = shop.page(&driver, "stripe", "there").await;
    shop.post("stripe", &shop.provider.pay(&page)).await;
    let path = format!("/api/cms/topups/{topup}/refund");
    let body = json!({ "amount": euros("8.00"), "reason": "It was asked for" });
    shop.house
        .ask(Method::POST, &path, Some(&desk), Some(body))
        .await;
    let given = wait_until(PATIENCE, async || {
        (shop.provider.refunded() == 800).then_some(())
    });
    given.await.expect("it is given back");
    let asked = shop.provider.asked();
    assert!(asked.iter().any(|one| one.path == "/v1/refunds"));
    let told = shop.provider.finish_refund(&shop.provider.last_refund());
    for _ in 0..3 {
        assert_eq!(shop.post("stripe", &told).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(
        shop.balance(&driver).await,
        "12.00",
        "ours, told three times"
    );
    // One that nobody here asked for, of all that is left.
    let there = told
        .saying(&shop.provider.last_refund(), "re_made_at_the_desk")
        .saying("800", "1200");
    for _ in 0..2 {
        assert_eq!(shop.post("stripe", &there).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(shop.balance(&driver).await, "0.00");
    shop.adds_up().await;
}
