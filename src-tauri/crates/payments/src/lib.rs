//! Top-ups through a payment provider's own page, paid on the driver's phone: one trait, two providers. Card data never
//! comes here.
//!
//! Not for the ledger, for storage or for when to ask again: a caller keeps what it asked for before it asks, and asks
//! again with the same reference or key. Nothing here reads a clock or keeps state.

mod base_url;
mod error;
mod http;
mod order;
mod razorpay;
mod secret;
mod signature;
mod stripe;
mod units;

use ::http::HeaderMap;
use async_trait::async_trait;
use domain::{Money, Timestamp};

pub use error::{NotPayable, PaymentError, SettingsFault, WebhookRefusal};
pub use order::{
    Checkout, EventKind, Notice, Order, OrderReport, OrderState, PaymentEvent, Provider, Reference,
    Refund, RefundReport, RefundState,
};
pub use razorpay::Razorpay;
pub use secret::Secret;
pub use stripe::Stripe;

use std::time::Duration;

/// The largest webhook that is read, bytes.
pub const MAX_WEBHOOK: usize = 256 * 1024;

/// How long a provider may take to answer where nothing else is said.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// `payments.stripe.*` or `payments.razorpay.*` (2-contract, Settings).
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// The API key; Razorpay's is `key_id:key_secret`, as its documentation hands it to `curl -u`.
    pub secret: Secret,
    /// What webhooks are signed with.
    pub webhook_secret: Secret,
    /// Another address than the provider's own: https, or loopback.
    pub base_url: Option<String>,
    /// How long a request may take in all; [`PATIENCE`] is a good one.
    pub patience: Duration,
}

/// The largest part of an amount that a provider can carry: it may know fewer digits than the currency has.
pub fn payable(provider: Provider, amount: Money) -> Money {
    match provider {
        Provider::Stripe => stripe::carried(amount),
        Provider::Razorpay => units::carried(amount, amount.currency.decimals()),
    }
}

/// A provider of hosted checkouts.
///
/// Every call may be repeated with the same reference or key: nothing is charged or refunded twice.
/// [`PaymentError::is_worth_repeating`] says when that may help. No call repeats itself.
#[async_trait]
pub trait PaymentProvider: std::fmt::Debug + Send + Sync {
    /// Which one it is.
    fn provider(&self) -> Provider;

    /// The shortest time between making a checkout and its end that the provider takes.
    fn shortest_checkout(&self) -> Duration;

    /// Makes a page on which this order is paid. A repeat of the same order gives the same page.
    async fn create_checkout(&self, order: &Order) -> Result<Checkout, PaymentError>;

    /// Reads what the provider posted to the webhook: `body` byte for byte as it came.
    fn read_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Notice, WebhookRefusal>;

    /// Reads the query string with which the driver's browser came back: the checkout to ask about with
    /// [`find_order`](Self::find_order). It is never proof of a payment.
    fn read_return(&self, query: &str) -> Result<String, WebhookRefusal>;

    /// How an order stands: for webhooks that are late or never come.
    async fn find_order(&self, provider_ref: &str) -> Result<OrderReport, PaymentError>;

    /// Gives money back.
    async fn refund(&self, refund: &Refund) -> Result<RefundReport, PaymentError>;
}
