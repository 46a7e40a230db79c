//! Authentic webhooks: what they say, twice, late, out of order, and wrong.

use domain::Timestamp;
use payments::{EventKind, Notice, Refund, WebhookRefusal};
use testkit::PaymentServer;
use testkit::payments::now_s;

use super::{PaymentProvider, each, event, headers, money, order, read, stripe};

#[tokio::test]
async fn every_turn_of_an_order_is_told_with_both_references_and_the_amount() {
    type Turn = fn(&PaymentServer, &str) -> testkit::payments::Delivery;
    let turns: [(Turn, EventKind); 3] = [
        (PaymentServer::pay, EventKind::Paid),
        (PaymentServer::fail, EventKind::Failed),
        (PaymentServer::expire, EventKind::Expired),
    ];
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        for (turn, kind) in &turns {
            let told = event(&*provider, &turn(&server, &checkout.provider_ref));
            let who = provider.provider();
            assert_eq!(told.kind, *kind, "{who}");
            assert_eq!(told.amount, order.amount, "{who} {kind:?}");
            assert_eq!(told.reference.as_deref(), Some(order.reference.as_str()));
            assert_eq!(told.provider_ref, Some(checkout.provider_ref.clone()));
            let paid = *kind == EventKind::Paid;
            assert!(!paid || told.payment_ref.is_some(), "{who}: for a refund");
        }
    }
}

#[tokio::test]
async fn a_refund_is_told_by_its_payment_and_our_reference() {
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        let paid = event(&*provider, &server.pay(&checkout.provider_ref));
        let refund = Refund {
            reference: order.reference.clone(),
            payment_ref: paid.payment_ref.clone().expect("a payment"),
            amount: money("7.50", "EUR"),
            key: "refund-019a0000-1".to_owned(),
        };
        let given = provider.refund(&refund).await.expect("it is given back");
        let done = server.finish_refund(&given.refund_ref);
        let told = event(&*provider, &done);
        let refund_ref = given.refund_ref.clone();
        assert_eq!(told.kind, EventKind::Refunded { refund_ref });
        assert_eq!(told.amount, refund.amount);
        assert_eq!(told.payment_ref, paid.payment_ref);
        assert_eq!(told.reference.as_deref(), Some(order.reference.as_str()));

        let (from, to) = match provider.provider() {
            payments::Provider::Stripe => ("\"succeeded\"", "\"failed\""),
            payments::Provider::Razorpay => ("refund.processed", "refund.failed"),
        };
        let told = event(&*provider, &done.saying(from, to));
        let refund_ref = given.refund_ref;
        assert_eq!(told.kind, EventKind::RefundFailed { refund_ref });
    }
}

#[tokio::test]
async fn a_repeat_has_the_same_event_id_and_order_does_not_matter() {
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        let (paid, expired) = (
            server.pay(&checkout.provider_ref),
            server.expire(&checkout.provider_ref),
        );
        let later = event(&*provider, &expired);
        let first = event(&*provider, &paid);
        let twice = event(&*provider, &paid.signed_at(now_s() + 1));
        assert_eq!(first, twice, "a repeat is told by its id");
        assert_ne!(first.event_id, later.event_id, "another event is not");
    }
}

#[tokio::test]
async fn a_stripe_signature_is_good_for_five_minutes_on_either_side() {
    let server = PaymentServer::start().await;
    let stripe = stripe(&server);
    let order = order(money("25.00", "EUR"));
    let checkout = stripe.create_checkout(&order).await.expect("a checkout");
    let paid = server.pay(&checkout.provider_ref);
    let now_s = 1_800_000_000;
    let now = Timestamp::from_second(now_s).expect("a time");
    for (age_s, good) in [
        (0, true),
        (300, true),
        (301, false),
        (-300, true),
        (-301, false),
        (86_400, false),
        (now_s, false),
    ] {
        let delivery = paid.signed_at(now_s - age_s);
        let read = stripe.read_webhook(&headers(&delivery), &delivery.body, now);
        if good {
            assert!(read.is_ok(), "{age_s} s: {read:?}");
        } else {
            assert_eq!(read, Err(WebhookRefusal::Stale { age_s }));
        }
    }
}

#[tokio::test]
async fn what_has_nothing_to_do_with_us_is_authentic_and_changes_nothing() {
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        let paid = server.pay(&checkout.provider_ref);
        let (from, to) = match provider.provider() {
            payments::Provider::Stripe => ("checkout.session.completed", "customer.created"),
            payments::Provider::Razorpay => ("payment_link.paid", "payment.failed"),
        };
        let other = read(&*provider, &paid.saying(from, to));
        let kind = to.to_owned();
        assert_eq!(other, Ok(Notice::Unrelated { kind }));
    }
}

#[tokio::test]
async fn what_the_provider_signs_and_nobody_can_read_is_an_error_and_never_a_payment() {
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        let paid = server.pay(&checkout.provider_ref);
        let body = String::from_utf8_lossy(&paid.body).into_owned();
        let eur = if body.contains("\"eur\"") {
            "\"eur\""
        } else {
            "\"EUR\""
        };
        for (from, to) in [
            (eur, "\"xxx\""),
            (": 2500", ": \"2500\""),
            (": 2500", ": -2500"),
            (": 2500", ": 2500.5"),
            (": 2500", ": 99999999999999999999"),
            ("\"id\"", "\"di\""),
            ("{", "["),
        ] {
            let read = read(&*provider, &paid.saying(from, to));
            assert!(
                matches!(read, Err(WebhookRefusal::Unreadable { .. })),
                "{} {from} {to}: {read:?}",
                provider.provider()
            );
        }
        // A wrong amount is read as it is: whoever holds the order compares.
        let other = event(&*provider, &paid.saying(": 2500", ": 2600"));
        assert_eq!(other.amount, money("26.00", "EUR"));
        let other = event(&*provider, &paid.saying(eur, "\"usd\""));
        assert_eq!(other.amount, money("25.00", "USD"));
        if provider.provider() == payments::Provider::Razorpay {
            let less = paid.saying("\"amount_paid\": 2500", "\"amount_paid\": 2400");
            let told = event(&*provider, &less);
            assert_eq!(
                told.amount,
                money("24.00", "EUR"),
                "what came, not what was asked"
            );
        }
    }
}
