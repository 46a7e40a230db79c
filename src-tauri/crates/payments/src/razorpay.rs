//! Razorpay Payment Links: a page at Razorpay, paid once, in a JSON API. There is no idempotency key for links: the
//! `reference_id` is unique instead, and a link that exists already is found by it.
//!
//! Sources: razorpay.com/docs/api/payments/payment-links, /api/refunds/normal-refunds-idempotent,
//! /payments/payment-links/apis. Not for webhooks: see `webhook`.

mod answers;
mod webhook;

use std::time::Duration;

use ::http::HeaderMap;
use async_trait::async_trait;
use domain::{Money, Timestamp};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::error::{NotPayable, PaymentError, SettingsFault, WebhookRefusal};
use crate::http::Http;
use crate::order::{Checkout, Notice, Order, OrderReport, Provider, Refund, RefundReport, is_id};
use crate::secret::Secret;
use crate::units::to_units;
use crate::{PaymentProvider, ProviderSettings};
use answers::{Link, Links, RefundAnswer};

const PROVIDER: Provider = Provider::Razorpay;
const BASE_URL: &str = "https://api.razorpay.com";

/// `expire_by` must be 15 minutes ahead; a minute more is for clocks that differ.
const SHORTEST: Duration = Duration::from_mins(16);

const JSON: &str = "application/json";

/// Razorpay.
#[derive(Clone, Debug)]
pub struct Razorpay {
    http: Http,
    key_id: String,
    key_secret: Secret,
    webhook_secret: Secret,
}

impl Razorpay {
    /// A provider of these settings. Nothing is sent.
    pub fn new(settings: &ProviderSettings) -> Result<Self, SettingsFault> {
        let key = settings.secret.expose().split_once(':');
        let (key_id, key_secret) = key
            .filter(|(id, secret)| is_id(id) && !secret.is_empty())
            .ok_or(SettingsFault::Secret(PROVIDER))?;
        Ok(Self {
            http: Http::new(PROVIDER, BASE_URL, settings)?,
            key_id: key_id.to_owned(),
            key_secret: Secret::new(key_secret),
            webhook_secret: settings.webhook_secret.clone(),
        })
    }

    fn signed_in(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth(&self.key_id, Some(self.key_secret.expose()))
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.signed_in(self.http.post(path, JSON, body.to_string()))
    }

    /// The link that an earlier, perhaps unanswered request made for this order.
    async fn link_of(&self, order: &Order) -> Result<Option<Link>, PaymentError> {
        let reference = order.reference.as_str();
        let path = format!("/v1/payment_links?reference_id={reference}");
        let links: Links = self.http.ask(self.signed_in(self.http.get(&path))).await?;
        let mut links = links.payment_links.into_iter();
        Ok(links.find(|link| link.reference_id.as_deref() == Some(reference)))
    }
}

#[async_trait]
impl PaymentProvider for Razorpay {
    fn provider(&self) -> Provider {
        PROVIDER
    }

    fn shortest_checkout(&self) -> Duration {
        SHORTEST
    }

    async fn create_checkout(&self, order: &Order) -> Result<Checkout, PaymentError> {
        let reference = order.reference.as_str();
        let body = json!({
            "amount": to_razorpay(order.amount)?,
            "currency": order.amount.currency.code(),
            "accept_partial": false,
            "reference_id": reference,
            "description": order.line(),
            "expire_by": order.expires_at.as_second(),
            "notify": { "sms": false, "email": false },
            "reminder_enable": false,
            "notes": { "reference": reference },
            "callback_url": order.return_url,
            "callback_method": "get",
        });
        let request = self.post("/v1/payment_links/", &body);
        let refused = match self.http.ask::<Link>(request).await {
            Ok(link) => return link.checkout(order, &self.http),
            Err(refused @ PaymentError::Refused { status: 400, .. }) => refused,
            Err(error) => return Err(error),
        };
        // A repeat is refused since the reference is taken. Razorpay has no code of its own for that.
        let link = self.link_of(order).await?;
        link.ok_or(refused)?.checkout(order, &self.http)
    }

    fn read_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        _now: Timestamp,
    ) -> Result<Notice, WebhookRefusal> {
        webhook::read(&self.webhook_secret, headers, body)
    }

    fn read_return(&self, query: &str) -> Result<String, WebhookRefusal> {
        webhook::read_return(&self.key_secret, query)
    }

    async fn find_order(&self, provider_ref: &str) -> Result<OrderReport, PaymentError> {
        if !is_id(provider_ref) {
            return Err(PaymentError::NoSuchId { provider: PROVIDER });
        }
        let path = format!("/v1/payment_links/{provider_ref}");
        let link: Link = self.http.ask(self.signed_in(self.http.get(&path))).await?;
        link.report(provider_ref, &self.http)
    }

    async fn refund(&self, refund: &Refund) -> Result<RefundReport, PaymentError> {
        if !is_id(&refund.payment_ref) {
            return Err(PaymentError::NoSuchId { provider: PROVIDER });
        }
        if !refund.has_a_key() {
            return Err(PaymentError::RefundKey);
        }
        let body = json!({
            "amount": to_razorpay(refund.amount)?,
            "speed": "normal",
            "notes": { "reference": refund.reference.as_str() },
        });
        let path = format!("/v1/payments/{}/refund", refund.payment_ref);
        let request = self
            .post(&path, &body)
            .header("x-refund-idempotency", &refund.key);
        let answer: RefundAnswer = self.http.ask(request).await?;
        answer.report(refund, &self.http)
    }
}

/// Razorpay's decimals are ISO 4217's.
fn to_razorpay(amount: Money) -> Result<i64, NotPayable> {
    to_units(amount, amount.currency.decimals())
}
