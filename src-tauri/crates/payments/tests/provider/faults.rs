//! What the road and the provider do wrong: each ends in an error that says what is known, and a repeat mends it.

use payments::PaymentError;
use testkit::PaymentServer;
use testkit::payments::Fault;

use super::{PaymentProvider, each, money, order};

/// What the first request ends in, and how many checkouts there are after a repeat.
async fn check(fault: fn(&PaymentServer) -> Fault, expect: fn(&PaymentError) -> bool) {
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let fault = fault(&server);
        server.fail_next(fault.clone());
        let first = provider.create_checkout(&order).await;
        let error = first.expect_err("it went wrong");
        let who = provider.provider();
        assert!(expect(&error), "{who} {fault:?}: {error:?}");
        assert!(
            !error.to_string().contains("sk_test"),
            "{error} tells the key"
        );

        let repeated = provider.create_checkout(&order).await;
        let repeated = repeated.unwrap_or_else(|error| panic!("{who} {fault:?}: {error}"));
        let again = provider.create_checkout(&order).await;
        assert_eq!(again, Ok(repeated), "{who} {fault:?}: the same page");
        assert_eq!(server.checkouts(), 1, "{who} {fault:?}: one checkout");
    }
}

const fn unreachable(error: &PaymentError) -> bool {
    matches!(error, PaymentError::Unreachable { .. })
}

const fn unreadable(error: &PaymentError) -> bool {
    matches!(error, PaymentError::Unreadable { .. })
}

#[tokio::test]
async fn a_provider_that_is_silent_is_given_up_and_a_repeat_works() {
    check(|_| Fault::Silence, unreachable).await;
}

#[tokio::test]
async fn a_connection_that_ends_is_no_answer_and_a_repeat_works() {
    check(|_| Fault::HangUp, unreachable).await;
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_checkout() {
    check(|_| Fault::LostAnswer, unreachable).await;
}

#[tokio::test]
async fn half_an_answer_is_none_and_makes_no_second_checkout() {
    check(|_| Fault::CutBody, unreachable).await;
}

#[tokio::test]
async fn an_answer_without_end_is_not_read() {
    check(|_| Fault::Huge, unreadable).await;
}

#[tokio::test]
async fn an_answer_for_another_amount_or_currency_is_not_believed() {
    check(|_| Fault::WrongAmount, unreadable).await;
    check(|_| Fault::WrongCurrency, unreadable).await;
}

#[tokio::test]
async fn a_page_that_is_not_safe_is_never_shown() {
    check(|_| Fault::Page("javascript:alert(1)"), unreadable).await;
    check(|_| Fault::Page("http://pay.example/1"), unreadable).await;
}

#[tokio::test]
async fn an_overload_or_an_accident_over_there_is_worth_a_repeat() {
    let html = "<html>502 Bad Gateway</html>";
    for status in [500, 502, 503, 429, 409] {
        for (server, provider) in each().await {
            server.fail_next(Fault::Status(status, html));
            let order = order(money("25.00", "EUR"));
            let error = provider.create_checkout(&order).await.expect_err("refused");
            assert!(
                matches!(&error, PaymentError::Refused { status: said, code, .. }
                    if *said == status && code == "none"),
                "{error:?}"
            );
            assert!(error.is_worth_repeating(), "{error}");
            provider.create_checkout(&order).await.expect("it is over");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = PaymentServer::start().await;
    for (server, provider) in each().await {
        server.fail_next(Fault::Redirect(format!("{}/v1/x", elsewhere.base_url())));
        let refused = provider
            .create_checkout(&order(money("25.00", "EUR")))
            .await;
        assert!(
            matches!(refused, Err(PaymentError::Refused { status: 307, .. })),
            "{refused:?}"
        );
    }
    assert_eq!(elsewhere.asked(), [], "no key went anywhere else");
}

#[tokio::test]
async fn nobody_there_is_no_answer() {
    for (server, provider) in each().await {
        drop(server);
        let error = provider.find_order("cs_test_1").await.expect_err("gone");
        assert!(unreachable(&error), "{error:?}");
        assert!(error.is_worth_repeating(), "{error}");
    }
}

#[tokio::test]
async fn a_report_of_another_order_is_not_believed() {
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        server.fail_next(Fault::OtherObject);
        let other = provider.find_order(&checkout.provider_ref).await;
        let error = other.expect_err("another order");
        assert!(unreadable(&error), "{error:?}");
    }
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_given_once() {
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        let paid = super::event(&*provider, &server.pay(&checkout.provider_ref));
        let refund = payments::Refund {
            reference: order.reference.clone(),
            payment_ref: paid.payment_ref.expect("a payment"),
            amount: order.amount,
            key: "refund-019a0000-1".to_owned(),
        };
        server.fail_next(Fault::LostAnswer);
        let lost = provider
            .refund(&refund)
            .await
            .expect_err("the answer is lost");
        assert!(unreachable(&lost), "{lost:?}");
        server.fail_next(Fault::WrongAmount);
        let wrong = provider.refund(&refund).await.expect_err("another amount");
        assert!(unreadable(&wrong), "{wrong:?}");
        let given = provider.refund(&refund).await.expect("it is given back");
        assert_eq!(given.amount, order.amount);
        assert_eq!(server.refunded(), 2_500, "once");
    }
}

#[tokio::test]
async fn a_razorpay_order_that_changed_is_not_the_one_that_exists() {
    let server = PaymentServer::start().await;
    let razorpay = super::razorpay(&server);
    let mut order = order(money("25.00", "EUR"));
    razorpay.create_checkout(&order).await.expect("a checkout");
    order.amount = money("30.00", "EUR");
    let refused = razorpay.create_checkout(&order).await;
    let error = refused.expect_err("one reference, two amounts");
    assert!(unreadable(&error), "{error:?}");
    order.reference = payments::Reference::parse("other").expect("a reference");
    order.expires_at = super::now();
    let refused = razorpay.create_checkout(&order).await;
    assert!(
        matches!(refused, Err(PaymentError::Refused { status: 400, .. })),
        "a refusal for another reason stays one: {refused:?}"
    );
}
