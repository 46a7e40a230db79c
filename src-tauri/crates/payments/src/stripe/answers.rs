//! Stripe's objects as far as they are read: `checkout.session`, `payment_intent`, `refund`.

use serde::Deserialize;

use super::units::from_stripe;
use crate::error::PaymentError;
use crate::http::Http;
use crate::order::{Checkout, Order, OrderReport, OrderState, Refund, RefundReport, RefundState};
use crate::units::currency;

/// `checkout.session`.
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    url: Option<String>,
    status: Option<String>,
    pub(super) payment_status: Option<String>,
    pub(super) payment_intent: Option<PaymentIntent>,
    amount_total: Option<i64>,
    currency: Option<String>,
    pub(super) client_reference_id: Option<String>,
}

/// `payment_intent`, whole where it was asked for.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum PaymentIntent {
    Id(String),
    Whole { id: String, status: String },
}

/// `refund`.
#[derive(Debug, Deserialize)]
pub(super) struct RefundAnswer {
    pub(super) id: String,
    amount: i64,
    currency: String,
    pub(super) status: Option<String>,
    pub(super) payment_intent: Option<PaymentIntent>,
    pub(super) metadata: Option<RefundMetadata>,
}

/// What we wrote on a refund.
#[derive(Debug, Deserialize)]
pub(super) struct RefundMetadata {
    pub(super) reference: Option<String>,
}

impl PaymentIntent {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Id(id) | Self::Whole { id, .. } => id,
        }
    }

    /// Whether it can no longer succeed: the session is over, so nobody can try again.
    fn is_over(&self) -> bool {
        let over = ["requires_payment_method", "canceled"];
        matches!(self, Self::Whole { status, .. } if over.contains(&status.as_str()))
    }
}

impl Session {
    pub(super) fn amount(&self) -> Option<domain::Money> {
        let code = self.currency.as_deref()?;
        from_stripe(self.amount_total?, currency(code)?)
    }

    /// The page that was made; it must be for what was ordered.
    pub(super) fn checkout(self, order: &Order, http: &Http) -> Result<Checkout, PaymentError> {
        let amount = self.amount();
        http.page(order, (amount, self.url, self.id))
    }

    /// How it stands, if it is the one that was asked about.
    pub(super) fn report(self, asked: &str, http: &Http) -> Result<OrderReport, PaymentError> {
        if self.id != asked {
            return Err(http.unreadable("it is another checkout"));
        }
        let amount = self.amount();
        Ok(OrderReport {
            state: self.state(http)?,
            amount: amount.ok_or_else(|| http.unreadable("no amount"))?,
            reference: self.client_reference_id,
            provider_ref: self.id,
        })
    }

    fn state(&self, http: &Http) -> Result<OrderState, PaymentError> {
        match (self.status.as_deref(), self.payment_status.as_deref()) {
            (Some("open"), _) => Ok(OrderState::Open),
            (Some("expired"), _) => Ok(OrderState::Expired),
            (Some("complete"), Some("paid")) => {
                let payment = self.payment_intent.as_ref();
                let payment = payment.ok_or_else(|| http.unreadable("paid without a payment"))?;
                Ok(OrderState::Paid {
                    payment_ref: payment.id().to_owned(),
                })
            }
            (Some("complete"), Some("unpaid")) => {
                let over = self
                    .payment_intent
                    .as_ref()
                    .is_some_and(PaymentIntent::is_over);
                Ok(if over {
                    OrderState::Failed
                } else {
                    OrderState::Open
                })
            }
            _ => Err(http.unreadable("no status that is known")),
        }
    }
}

impl RefundAnswer {
    pub(super) fn amount(&self) -> Option<domain::Money> {
        from_stripe(self.amount, currency(&self.currency)?)
    }

    pub(super) fn report(self, refund: &Refund, http: &Http) -> Result<RefundReport, PaymentError> {
        if self.amount() != Some(refund.amount) {
            return Err(http.unreadable("the refund is of another amount"));
        }
        let state = match self.status.as_deref() {
            Some("succeeded") => RefundState::Done,
            Some("pending" | "requires_action") => RefundState::Pending,
            Some("failed" | "canceled") => RefundState::Failed,
            _ => return Err(http.unreadable("no status that is known")),
        };
        Ok(RefundReport {
            refund_ref: self.id,
            amount: refund.amount,
            state,
        })
    }
}
