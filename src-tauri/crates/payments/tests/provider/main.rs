//! Both providers against a server that speaks their published formats, with its faults.
//!
//! Seen red with these bugs planted: a signature compared over the parsed body; the tolerance not looked at, or only
//! for the past; the first `v1` alone tried; a redirect followed; an answer read without a bound; an answer for another
//! amount taken; ISK sent without its two decimals; a repeated Razorpay order given up instead of found; an idempotency
//! key made new for each request.

mod checkout;
mod faults;
mod forgery;
mod news;

use std::time::Duration;

use domain::money::Amount;
use domain::{Money, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use payments::{
    Notice, Order, PaymentEvent, PaymentProvider, ProviderSettings, Razorpay, Reference, Secret,
    Stripe, WebhookRefusal,
};
use testkit::PaymentServer;
use testkit::payments::{Delivery, RAZORPAY_SECRET, STRIPE_SECRET, WEBHOOK_SECRET, now_s};

/// Long enough for a server of this machine, short enough for one that is silent.
const PATIENCE: Duration = Duration::from_secs(3);

fn settings(server: &PaymentServer, secret: &str) -> ProviderSettings {
    ProviderSettings {
        secret: Secret::new(secret),
        webhook_secret: Secret::new(WEBHOOK_SECRET),
        base_url: Some(server.base_url()),
        patience: PATIENCE,
    }
}

fn stripe(server: &PaymentServer) -> Stripe {
    Stripe::new(&settings(server, STRIPE_SECRET)).expect("good settings")
}

fn razorpay(server: &PaymentServer) -> Razorpay {
    Razorpay::new(&settings(server, RAZORPAY_SECRET)).expect("good settings")
}

/// Each provider with a server of its own.
async fn each() -> Vec<(PaymentServer, Box<dyn PaymentProvider>)> {
    let (first, second) = (PaymentServer::start().await, PaymentServer::start().await);
    let (stripe, razorpay) = (stripe(&first), razorpay(&second));
    vec![
        (first, Box::new(stripe) as Box<dyn PaymentProvider>),
        (second, Box::new(razorpay)),
    ]
}

fn money(amount: &str, currency: &str) -> Money {
    Money::read(&Amount {
        amount: amount.to_owned(),
        currency: currency.to_owned(),
    })
    .expect("an amount")
}

fn order(amount: Money) -> Order {
    Order {
        reference: Reference::parse("019a0000-0000-7000-8000-000000000001").expect("a reference"),
        amount,
        description: "Top-up at Forecourt North".to_owned(),
        return_url: "https://kiosk.example/topups/1".to_owned(),
        cancel_url: "https://kiosk.example/topups".to_owned(),
        expires_at: Timestamp::from_second(now_s() + 3_600).expect("a time"),
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(now_s()).expect("a time")
}

fn headers(delivery: &Delivery) -> HeaderMap {
    let pair = |(name, value): &(String, String)| {
        let name: HeaderName = name.parse().expect("a name");
        (name, HeaderValue::from_str(value).expect("a value"))
    };
    delivery.headers.iter().map(pair).collect()
}

fn read(provider: &dyn PaymentProvider, delivery: &Delivery) -> Result<Notice, WebhookRefusal> {
    provider.read_webhook(&headers(delivery), &delivery.body, now())
}

fn event(provider: &dyn PaymentProvider, delivery: &Delivery) -> PaymentEvent {
    match read(provider, delivery) {
        Ok(Notice::Payment(event)) => event,
        other => panic!("no event of a payment: {other:?}"),
    }
}
