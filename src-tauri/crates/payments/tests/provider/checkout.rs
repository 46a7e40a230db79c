//! A checkout from order to refund, asked the way both providers document it.

use std::collections::HashMap;

use payments::{OrderState, PaymentError, Reference, Refund, RefundState};
use testkit::PaymentServer;

use super::{each, money, order, razorpay, stripe};

#[tokio::test]
async fn an_order_is_made_paid_found_and_given_back() {
    for (server, provider) in each().await {
        let who = provider.provider();
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        assert!(checkout.url.starts_with(&server.base_url()), "{who}");

        let found = provider.find_order(&checkout.provider_ref).await;
        let found = found.expect("it is there");
        assert_eq!(found.state, OrderState::Open, "{who}: nobody paid yet");
        assert_eq!(found.amount, order.amount, "{who}");
        assert_eq!(found.reference.as_deref(), Some(order.reference.as_str()));

        server.pay(&checkout.provider_ref);
        let found = provider.find_order(&checkout.provider_ref).await;
        let OrderState::Paid { payment_ref } = found.expect("it is there").state else {
            panic!("{who}: it is paid");
        };
        let refund = Refund {
            reference: order.reference.clone(),
            payment_ref,
            amount: money("10.00", "EUR"),
            key: "refund-019a0000-1".to_owned(),
        };
        let given = provider.refund(&refund).await.expect("it is given back");
        assert_eq!(given.state, RefundState::Pending, "{who}");
        let again = provider.refund(&refund).await;
        assert_eq!(again, Ok(given), "{who}: the same key is the same refund");
        assert_eq!(server.refunded(), 1_000, "{who}: once");

        let more = Refund {
            amount: money("15.01", "EUR"),
            key: "refund-019a0000-2".to_owned(),
            ..refund.clone()
        };
        let refused = provider.refund(&more).await.expect_err("more than is left");
        assert!(!refused.is_worth_repeating(), "{who}: {refused}");
        let other = Refund {
            amount: money("1.00", "EUR"),
            ..refund
        };
        let refused = provider.refund(&other).await.expect_err("a used key");
        assert!(
            matches!(refused, PaymentError::Refused { status: 400, .. }),
            "{who}: {refused}"
        );
    }
}

#[tokio::test]
async fn an_end_that_is_no_payment_is_found_by_asking() {
    for (server, provider) in each().await {
        for (turn, expect) in [
            (PaymentServer::fail as fn(&_, &str) -> _, OrderState::Failed),
            (PaymentServer::expire, OrderState::Expired),
        ] {
            let mut order = order(money("25.00", "EUR"));
            let reference = format!("order-{expect:?}");
            order.reference = Reference::parse(&reference).expect("a reference");
            let checkout = provider.create_checkout(&order).await.expect("a checkout");
            turn(&server, &checkout.provider_ref);
            let found = provider.find_order(&checkout.provider_ref).await;
            assert_eq!(
                found.expect("it is there").state,
                expect,
                "{}",
                provider.provider()
            );
        }
    }
}

#[tokio::test]
async fn a_payment_that_takes_days_is_open_until_it_is_there() {
    let server = PaymentServer::start().await;
    let stripe = stripe(&server);
    let order = order(money("25.00", "EUR"));
    let checkout = super::PaymentProvider::create_checkout(&stripe, &order).await;
    let id = checkout.expect("a checkout").provider_ref;
    let first = server.pay_slowly(&id);
    assert!(
        matches!(
            super::read(&stripe, &first),
            Ok(super::Notice::Unrelated { .. })
        ),
        "completed and not paid is no payment"
    );
    let found = super::PaymentProvider::find_order(&stripe, &id).await;
    assert_eq!(found.expect("it is there").state, OrderState::Open);
    let second = super::event(&stripe, &server.pay(&id));
    assert_eq!(second.kind, payments::EventKind::Paid, "now it is");
}

#[tokio::test]
async fn what_is_sent_is_what_stripe_documents() {
    let server = PaymentServer::start().await;
    let order = order(money("500", "ISK"));
    let stripe = stripe(&server);
    super::PaymentProvider::create_checkout(&stripe, &order)
        .await
        .expect("a checkout");
    let asked = server.asked().pop().expect("it was asked");
    assert_eq!(
        asked.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        asked.header("idempotency-key"),
        "checkout-019a0000-0000-7000-8000-000000000001"
    );
    let form: HashMap<_, _> = url::form_urlencoded::parse(asked.body.as_bytes())
        .into_owned()
        .collect();
    let field = |name: &str| form.get(name).map(String::as_str);
    let item = "line_items[0][price_data]";
    for (name, expect) in [
        ("client_reference_id", order.reference.as_str()),
        (
            "success_url",
            "https://kiosk.example/topups/1?session_id={CHECKOUT_SESSION_ID}",
        ),
        (&format!("{item}[currency]"), "isk"),
        (&format!("{item}[unit_amount]"), "50000"),
        (
            &format!("{item}[product_data][name]"),
            "Top-up at Forecourt North",
        ),
    ] {
        assert_eq!(field(name), Some(expect), "{name}");
    }
}

#[tokio::test]
async fn what_is_sent_is_what_razorpay_documents() {
    let server = PaymentServer::start().await;
    let order = order(money("5.120", "KWD"));
    super::PaymentProvider::create_checkout(&razorpay(&server), &order)
        .await
        .expect("a checkout");
    let asked = server.asked().pop().expect("it was asked");
    let body: serde_json::Value = serde_json::from_str(&asked.body).expect("JSON");
    assert_eq!(body["amount"], 5_120);
    assert_eq!(body["currency"], "KWD");
    assert_eq!(body["accept_partial"], false);
    assert_eq!(body["reference_id"], order.reference.as_str());
    assert_eq!(body["callback_url"], order.return_url);
    assert_eq!(body["expire_by"], order.expires_at.as_second());
}

#[tokio::test]
async fn what_cannot_be_paid_or_is_no_id_is_never_sent() {
    for (server, provider) in each().await {
        for (amount, currency) in [("0.00", "EUR"), ("-5.00", "EUR"), ("5.124", "KWD")] {
            let order = order(money(amount, currency));
            let refused = provider.create_checkout(&order).await;
            assert!(
                matches!(refused, Err(PaymentError::NotPayable(_))),
                "{amount} {currency}: {refused:?}"
            );
        }
        for id in ["", "../refunds", "cs_1?x=1", "cs_1/..", "cs 1", "cs_ü"] {
            let refused = provider.find_order(id).await;
            assert!(
                matches!(refused, Err(PaymentError::NoSuchId { .. })),
                "{id:?}: {refused:?}"
            );
        }
        let refund = Refund {
            reference: Reference::parse("order").expect("a reference"),
            payment_ref: "pi_1".to_owned(),
            amount: money("1.00", "EUR"),
            key: "short".to_owned(),
        };
        assert_eq!(
            provider.refund(&refund).await,
            Err(PaymentError::RefundKey),
            "Razorpay takes ten characters and more"
        );
        assert_eq!(server.asked(), [], "nothing left this machine");
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_in_the_providers_words() {
    let server = PaymentServer::start().await;
    let wrong = super::settings(&server, "sk_test_other");
    let stripe = payments::Stripe::new(&wrong).expect("good settings");
    let refused = super::PaymentProvider::find_order(&stripe, "cs_test_1").await;
    let refused = refused.expect_err("the key is wrong");
    assert_eq!(
        refused.to_string(),
        "stripe refused with 401 invalid_request_error: Invalid API Key provided"
    );
    assert!(!refused.is_worth_repeating(), "it would be wrong again");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    use payments::Provider::{Razorpay as R, Stripe as S};
    use payments::{ProviderSettings, Razorpay, Secret, SettingsFault, Stripe};
    let check = |secret: &str, webhook: &str, base_url: Option<&str>| {
        let settings = ProviderSettings {
            secret: Secret::new(secret),
            webhook_secret: Secret::new(webhook),
            base_url: base_url.map(str::to_owned),
            patience: payments::PATIENCE,
        };
        let shown = format!("{settings:?}");
        assert!(
            secret.is_empty() || !shown.contains(secret),
            "{shown} shows a secret"
        );
        let stripe = Stripe::new(&settings).map(|made| format!("{made:?}"));
        let razorpay = Razorpay::new(&settings).map(|made| format!("{made:?}"));
        for shown in [&stripe, &razorpay].into_iter().flatten() {
            assert!(!shown.contains("hush"), "{shown} shows a secret");
        }
        (stripe.err(), razorpay.err())
    };
    let bad_key = (None, Some(SettingsFault::Secret(R)));
    assert_eq!(check("rzp_1:hush", "hush", None), (None, None));
    assert_eq!(check("hush", "hush", None), bad_key, "no id");
    assert_eq!(check("rzp_1:", "hush", None), bad_key, "no secret");
    assert_eq!(
        check("", "hush", None),
        (
            Some(SettingsFault::Secret(S)),
            Some(SettingsFault::Secret(R))
        )
    );
    assert_eq!(
        check("rzp_1:hush", " ", None),
        (
            Some(SettingsFault::WebhookSecret(S)),
            Some(SettingsFault::WebhookSecret(R))
        ),
        "an empty secret signs for everybody"
    );
    assert_eq!(
        check("rzp_1:hush", "hush", Some("http://api.stripe.com")),
        (
            Some(SettingsFault::BaseUrl(S)),
            Some(SettingsFault::BaseUrl(R))
        ),
        "a key in the clear"
    );
}
