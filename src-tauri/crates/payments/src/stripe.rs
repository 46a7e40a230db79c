//! Stripe Checkout Sessions: a page at Stripe, paid once, in a form-encoded API with one idempotency key per request.
//!
//! Sources: docs.stripe.com/api/checkout/sessions, /api/refunds, `/api/idempotent_requests`, /api/errors, /currencies.
//! Not for webhooks: see `webhook`.

mod answers;
mod units;
mod webhook;

use std::time::Duration;

use ::http::HeaderMap;
use async_trait::async_trait;
use domain::Timestamp;
use reqwest::RequestBuilder;
use url::form_urlencoded;

use crate::error::{PaymentError, SettingsFault, WebhookRefusal};
use crate::http::Http;
use crate::order::{Checkout, Notice, Order, OrderReport, Provider, Refund, RefundReport, is_id};
use crate::secret::Secret;
use crate::{PaymentProvider, ProviderSettings};
use answers::{RefundAnswer, Session};
pub(crate) use units::carried;

const PROVIDER: Provider = Provider::Stripe;
const BASE_URL: &str = "https://api.stripe.com";

/// The version of the API whose answers are read here.
const VERSION: &str = "2024-10-28.acacia";

/// `expires_at` is "anywhere from 30 minutes to 24 hours" ahead; a minute more is for clocks that differ.
const SHORTEST: Duration = Duration::from_mins(31);

const FORM: &str = "application/x-www-form-urlencoded";

/// Stripe.
#[derive(Clone, Debug)]
pub struct Stripe {
    http: Http,
    secret: Secret,
    webhook_secret: Secret,
}

impl Stripe {
    /// A provider of these settings. Nothing is sent.
    pub fn new(settings: &ProviderSettings) -> Result<Self, SettingsFault> {
        if settings.secret.is_empty() {
            return Err(SettingsFault::Secret(PROVIDER));
        }
        Ok(Self {
            http: Http::new(PROVIDER, BASE_URL, settings)?,
            secret: settings.secret.clone(),
            webhook_secret: settings.webhook_secret.clone(),
        })
    }

    fn signed_in(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .basic_auth(self.secret.expose(), Some(""))
            .header("stripe-version", VERSION)
    }

    fn post(&self, path: &str, form: &[(&str, &str)], key: &str) -> RequestBuilder {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.signed_in(self.http.post(path, FORM, body))
            .header("idempotency-key", key)
    }
}

#[async_trait]
impl PaymentProvider for Stripe {
    fn provider(&self) -> Provider {
        PROVIDER
    }

    fn shortest_checkout(&self) -> Duration {
        SHORTEST
    }

    async fn create_checkout(&self, order: &Order) -> Result<Checkout, PaymentError> {
        let reference = order.reference.as_str();
        let amount = units::to_stripe(order.amount)?.to_string();
        let currency = order.amount.currency.code().to_ascii_lowercase();
        let expires_at = order.expires_at.as_second().to_string();
        // Stripe fills the braces in; they must reach it unescaped in the address itself.
        let mark = if order.return_url.contains('?') {
            '&'
        } else {
            '?'
        };
        let success_url = format!(
            "{}{mark}session_id={{CHECKOUT_SESSION_ID}}",
            order.return_url
        );
        let line = order.line();
        let form = [
            ("mode", "payment"),
            ("client_reference_id", reference),
            ("metadata[reference]", reference),
            ("payment_intent_data[metadata][reference]", reference),
            ("success_url", success_url.as_str()),
            ("cancel_url", order.cancel_url.as_str()),
            ("expires_at", expires_at.as_str()),
            // Paid in the currency that was asked for: what arrives is what the ledger holds.
            ("adaptive_pricing[enabled]", "false"),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", currency.as_str()),
            ("line_items[0][price_data][unit_amount]", amount.as_str()),
            (
                "line_items[0][price_data][product_data][name]",
                line.as_str(),
            ),
        ];
        let key = format!("checkout-{reference}");
        let request = self.post("/v1/checkout/sessions", &form, &key);
        let session: Session = self.http.ask(request).await?;
        session.checkout(order, &self.http)
    }

    fn read_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Notice, WebhookRefusal> {
        webhook::read(&self.webhook_secret, headers, body, now)
    }

    /// Unsigned: Stripe puts nothing but the session's id there.
    fn read_return(&self, query: &str) -> Result<String, WebhookRefusal> {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(name, value)| name == "session_id" && is_session(value))
            .map(|(_, value)| value.into_owned())
            .ok_or(WebhookRefusal::Malformed)
    }

    async fn find_order(&self, provider_ref: &str) -> Result<OrderReport, PaymentError> {
        if !is_session(provider_ref) {
            return Err(PaymentError::NoSuchId { provider: PROVIDER });
        }
        // With the payment itself: of one that takes days, only it tells that it failed.
        let path = format!("/v1/checkout/sessions/{provider_ref}?expand%5B%5D=payment_intent");
        let request = self.signed_in(self.http.get(&path));
        let session: Session = self.http.ask(request).await?;
        session.report(provider_ref, &self.http)
    }

    async fn refund(&self, refund: &Refund) -> Result<RefundReport, PaymentError> {
        if !is_id(&refund.payment_ref) {
            return Err(PaymentError::NoSuchId { provider: PROVIDER });
        }
        if !refund.has_a_key() {
            return Err(PaymentError::RefundKey);
        }
        let amount = units::to_stripe(refund.amount)?.to_string();
        let form = [
            ("payment_intent", refund.payment_ref.as_str()),
            ("amount", amount.as_str()),
            ("metadata[reference]", refund.reference.as_str()),
        ];
        let request = self.post("/v1/refunds", &form, &refund.key);
        let answer: RefundAnswer = self.http.ask(request).await?;
        answer.report(refund, &self.http)
    }
}

fn is_session(text: &str) -> bool {
    text.starts_with("cs_") && is_id(text)
}
