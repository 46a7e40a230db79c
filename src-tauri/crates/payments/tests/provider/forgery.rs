//! What is not the provider's: no byte of body or signature can be another.

use http::{HeaderMap, HeaderValue};
use payments::{MAX_WEBHOOK, WebhookRefusal};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use testkit::payments::Delivery;

use super::{PaymentProvider, each, headers, money, order, read};

/// A paid order's webhook of each provider.
async fn paid() -> Vec<(Box<dyn PaymentProvider>, Delivery, String)> {
    let mut all = Vec::new();
    for (server, provider) in each().await {
        let order = order(money("25.00", "EUR"));
        let checkout = provider.create_checkout(&order).await.expect("a checkout");
        let paid = server.pay(&checkout.provider_ref);
        all.push((provider, paid, server.return_query(&checkout.provider_ref)));
    }
    all
}

fn signature(headers: &mut HeaderMap) -> &mut HeaderValue {
    let name = ["stripe-signature", "x-razorpay-signature"]
        .into_iter()
        .find(|name| headers.contains_key(*name))
        .expect("it is signed");
    headers.get_mut(name).expect("it is there")
}

#[tokio::test]
async fn no_signature_another_secret_or_two_signatures_are_refused() {
    for (provider, paid, _) in paid().await {
        assert!(read(&*provider, &paid).is_ok(), "it is the provider's");
        assert_eq!(
            read(&*provider, &paid.forged()),
            Err(WebhookRefusal::Forged),
            "another secret"
        );
        let body = &paid.body;
        let check = |headers: &HeaderMap, expect: WebhookRefusal| {
            let read = provider.read_webhook(headers, body, super::now());
            assert_eq!(read, Err(expect), "{headers:?}");
        };
        check(&HeaderMap::new(), WebhookRefusal::Unsigned);
        let mut twice = headers(&paid);
        let (name, value) = {
            let first = twice.iter().next().expect("the signature comes first");
            (first.0.clone(), first.1.clone())
        };
        twice.append(name, value);
        check(&twice, WebhookRefusal::Malformed);
        let long = vec![b' '; MAX_WEBHOOK + 1];
        let read = provider.read_webhook(&headers(&paid), &long, super::now());
        assert_eq!(read, Err(WebhookRefusal::TooLong), "not even hashed");
    }
}

#[tokio::test]
async fn a_stripe_header_is_taken_in_its_form_only() {
    let (stripe, paid, _) = paid().await.remove(0);
    let whole = paid.headers[0].1.clone();
    let (time, v1) = whole.split_once(',').expect("t and v1");
    let check = |header: String, expect: Result<(), WebhookRefusal>| {
        let mut all = headers(&paid);
        *signature(&mut all) = HeaderValue::from_str(&header).expect("a value");
        let read = stripe.read_webhook(&all, &paid.body, super::now());
        assert_eq!(read.map(|_| ()), expect, "{header}");
    };
    let other = format!("v1={}", "0".repeat(64));
    check(whole.clone(), Ok(()));
    check(format!("{v1},{time}"), Ok(()));
    // While a secret is being changed there are two; `v0` is of test events.
    check(format!("{time},{other},{v1}"), Ok(()));
    check(format!("{time},{v1},v0={}", "1".repeat(64)), Ok(()));
    check(format!("{time},{other}"), Err(WebhookRefusal::Forged));
    let v0 = v1.replace("v1=", "v0=");
    check(format!("{time},{v0}"), Err(WebhookRefusal::Malformed));
    check(
        format!("{time},{time},{v1}"),
        Err(WebhookRefusal::Malformed),
    );
    check(v1.to_owned(), Err(WebhookRefusal::Malformed));
    check(time.to_owned(), Err(WebhookRefusal::Malformed));
    check(format!("{time};{v1}"), Err(WebhookRefusal::Malformed));
    check(format!("{time}0,{v1}"), Err(WebhookRefusal::Forged));
    check(String::new(), Err(WebhookRefusal::Malformed));
    let many = format!("{other},").repeat(8);
    check(format!("{time},{many}{v1}"), Err(WebhookRefusal::Forged));
}

#[tokio::test]
async fn a_mutated_body_or_signature_never_verifies() {
    for (provider, paid, _) in paid().await {
        let mut runner = TestRunner::new(Config::with_cases(4_000));
        let change = (
            any::<bool>(),
            any::<prop::sample::Index>(),
            0x20_u8..0x7f,
            0..3,
        );
        let result = runner.run(&change, |(of_body, at, byte, how)| {
            let (mut body, mut all) = (paid.body.clone(), headers(&paid));
            let signature = signature(&mut all);
            let mut bytes = if of_body {
                body.clone()
            } else {
                signature.as_bytes().to_vec()
            };
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
            if of_body {
                prop_assume!(bytes != body);
                body = bytes;
            } else {
                prop_assume!(bytes != signature.as_bytes());
                // White space around a header's value is no part of it (RFC 9110 §5.5).
                prop_assume!(bytes.trim_ascii() != signature.as_bytes());
                *signature = HeaderValue::from_bytes(&bytes).expect("printable");
            }
            let read = provider.read_webhook(&all, &body, super::now());
            prop_assert!(read.is_err(), "{} {:?}", provider.provider(), all);
            Ok(())
        });
        assert!(result.is_ok(), "{}: {result:?}", provider.provider());
    }
}

#[tokio::test]
async fn a_browser_that_comes_back_names_its_checkout_and_razorpays_is_signed() {
    let all = paid().await;
    for (provider, _, query) in &all {
        let checkout = provider.read_return(query).expect("it is the provider's");
        assert!(query.contains(&checkout), "{query}");
        let refused = provider.read_return("x=1&y=2").expect_err("names nothing");
        assert!(
            matches!(
                refused,
                WebhookRefusal::Unsigned | WebhookRefusal::Malformed
            ),
            "{refused}"
        );
    }
    let (razorpay, _, query) = &all[1];
    for (from, to, expect) in [
        ("status=paid", "status=created", WebhookRefusal::Forged),
        ("id=pay_", "id=pay_0", WebhookRefusal::Forged),
        ("signature=", "signature=0", WebhookRefusal::Forged),
        ("razorpay_signature", "signature", WebhookRefusal::Unsigned),
        (
            "payment_link_id=",
            "payment_link_id=a%7C",
            WebhookRefusal::Malformed,
        ),
        (
            "razorpay_payment_link_status=paid",
            "razorpay_payment_link_status=paid&razorpay_payment_link_status=paid",
            WebhookRefusal::Malformed,
        ),
    ] {
        let other = query.replace(from, to);
        assert_ne!(&other, query, "{from} is there");
        assert_eq!(razorpay.read_return(&other), Err(expect), "{other}");
    }
}
