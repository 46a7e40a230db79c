//! What can go wrong with a provider, sorted by what a caller does about it.

use domain::Currency;

use crate::order::Provider;

/// A request that did not give what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// No whole answer came. Whether the request took effect is not known.
    #[error("{provider} did not answer: {reason}")]
    Unreachable {
        /// Who.
        provider: Provider,
        /// How far it came.
        reason: &'static str,
    },
    /// The provider said no.
    #[error("{provider} refused with {status} {code}: {message}")]
    Refused {
        /// Who.
        provider: Provider,
        /// The HTTP status.
        status: u16,
        /// The provider's own word for it; `none` where it gave none.
        code: String,
        /// Its sentence, for the operator's log.
        message: String,
    },
    /// An answer came that is not in the provider's published format. Whether the request took effect is not known.
    #[error("{provider} gave an answer that cannot be read: {what}")]
    Unreadable {
        /// Who.
        provider: Provider,
        /// What was missing or wrong.
        what: &'static str,
    },
    /// This amount cannot be asked for.
    #[error(transparent)]
    NotPayable(#[from] NotPayable),
    /// A text that is no id of this provider's; it was not sent.
    #[error("this is no id of {provider}'s")]
    NoSuchId {
        /// Whose id it was to be.
        provider: Provider,
    },
    /// The key of a refund is not one that the provider takes; it was not sent.
    #[error("the key of a refund has 10 to 200 letters, digits, hyphens and underscores")]
    RefundKey,
}

impl PaymentError {
    /// Whether the same request, with the same reference or key, may succeed later.
    pub fn is_worth_repeating(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Unreadable { .. } => true,
            Self::Refused { status, .. } => matches!(status, 409 | 429 | 500..=599),
            Self::NotPayable(_) | Self::NoSuchId { .. } | Self::RefundKey => false,
        }
    }
}

/// An amount that a provider cannot charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPayable {
    /// Nothing, or less.
    #[error("only an amount above zero can be paid")]
    NotPositive,
    /// The provider knows fewer decimals of this currency than the amount has.
    #[error("an amount in {} must be rounder to be paid by card", .0.code())]
    TooFine(Currency),
    /// More than fits the provider's integer.
    #[error("the amount is too large")]
    TooLarge,
}

/// Why a webhook, or a browser that came back, is not believed. None of them changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefusal {
    /// Longer than [`MAX_WEBHOOK`](crate::MAX_WEBHOOK).
    #[error("the message is too long")]
    TooLong,
    /// No signature.
    #[error("the message is not signed")]
    Unsigned,
    /// A signature that is not in the provider's form, or more than one.
    #[error("the signature is malformed")]
    Malformed,
    /// Signed too long ago, or by a clock that is ahead: perhaps a replay.
    #[error("the message was signed {age_s} s ago by our clock")]
    Stale {
        /// Seconds; negative is in the future.
        age_s: i64,
    },
    /// The signature is not the provider's over these bytes.
    #[error("the signature is not the provider's")]
    Forged,
    /// Signed by the provider, and yet not in its published format.
    #[error("the message cannot be read: {what}")]
    Unreadable {
        /// What was missing or wrong.
        what: &'static str,
    },
}

/// Settings that no provider can be made of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// No key, or not in its form.
    #[error("payments.{0}.secret is missing or malformed")]
    Secret(Provider),
    /// No webhook secret: everybody could sign.
    #[error("payments.{0}.webhook_secret is missing")]
    WebhookSecret(Provider),
    /// Not https, nor loopback; or with more than an address and a path.
    #[error(
        "payments.{0}.base_url must be an https address (http on loopback only) with no query, password or fragment"
    )]
    BaseUrl(Provider),
    /// The HTTP client could not be made; the text says why.
    #[error("no HTTP client for {0}: {1}")]
    Client(Provider, String),
}
