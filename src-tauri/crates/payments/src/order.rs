//! What is asked of a provider and what it answers, in our words.

pub use domain::topup::{Checkout, Provider};
use domain::{Money, Timestamp};

/// Our name for an order, such as a top-up's id: 1–40 letters, digits, hyphens and underscores, which both providers
/// take. It makes an order unique: what is repeated under it is the same order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference(String);

impl Reference {
    /// Checks and wraps a text.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=40).contains(&text.len()) && text.bytes().all(is_plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is to be paid. A repeat must be the same in every field: keep it with the top-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Ours.
    pub reference: Reference,
    /// Above zero.
    pub amount: Money,
    /// One line for the driver, such as "Top-up at Forecourt North".
    pub description: String,
    /// Where the driver's browser goes afterwards.
    pub return_url: String,
    /// Where it goes from the checkout's "back".
    pub cancel_url: String,
    /// When the checkout ends: at least [`shortest_checkout`](crate::PaymentProvider::shortest_checkout) ahead.
    pub expires_at: Timestamp,
}

impl Order {
    /// The description as providers take it: one line, 200 characters at most, never empty.
    pub(crate) fn line(&self) -> String {
        let clean: String = self
            .description
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect();
        let clean = clean.trim();
        if clean.is_empty() {
            self.reference.as_str().to_owned()
        } else {
            clean.to_owned()
        }
    }
}

/// How an order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderReport {
    /// The provider's id of the checkout.
    pub provider_ref: String,
    /// Our reference, where the provider has it.
    pub reference: Option<String>,
    /// What it was made for; once paid, what was paid.
    pub amount: Money,
    /// How it stands.
    pub state: OrderState,
}

/// How an order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// Nobody paid yet, or the money is on its way.
    Open,
    /// The money is ours.
    Paid {
        /// The provider's id of the payment: what a refund names.
        payment_ref: String,
    },
    /// It can no longer be paid.
    Failed,
    /// Its time ran out.
    Expired,
}

/// Money to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Ours, of the order.
    pub reference: Reference,
    /// The payment, from [`OrderState::Paid`] or [`PaymentEvent::payment_ref`].
    pub payment_ref: String,
    /// All of it or a part.
    pub amount: Money,
    /// One key per refund: 10–200 letters, digits, hyphens and underscores.
    pub key: String,
}

impl Refund {
    pub(crate) fn has_a_key(&self) -> bool {
        (10..=200).contains(&self.key.len()) && self.key.bytes().all(is_plain)
    }
}

/// A refund that the provider took on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundReport {
    /// The provider's id of it.
    pub refund_ref: String,
    /// How much.
    pub amount: Money,
    /// How it stands.
    pub state: RefundState,
}

/// How a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// On its way.
    Pending,
    /// Done.
    Done,
    /// The money stays ours.
    Failed,
}

/// What an authentic webhook says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It is about a payment.
    Payment(PaymentEvent),
    /// Something that changes nothing here. Answer 200, or it comes again.
    Unrelated {
        /// The provider's word for it.
        kind: String,
    },
}

/// News of a payment. It may come twice, late and in any order: `event_id` tells repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentEvent {
    /// Unique at the provider; the same in a repeat.
    pub event_id: String,
    /// What happened.
    pub kind: EventKind,
    /// The provider's id of the checkout; none on a refund that was not made through us.
    pub provider_ref: Option<String>,
    /// The provider's id of the payment, where there is one.
    pub payment_ref: Option<String>,
    /// Our reference, where the provider has it.
    pub reference: Option<String>,
    /// What was paid, given back, or not paid. To be compared with the order.
    pub amount: Money,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The money is ours.
    Paid,
    /// It will not come.
    Failed,
    /// Nobody paid in time.
    Expired,
    /// Money went back. Several events may tell of one refund.
    Refunded {
        /// The provider's id of the refund.
        refund_ref: String,
    },
    /// A refund did not work: the money stays ours.
    RefundFailed {
        /// The provider's id of the refund.
        refund_ref: String,
    },
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Whether a text may stand in a provider's URL as an id.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(is_plain)
}
