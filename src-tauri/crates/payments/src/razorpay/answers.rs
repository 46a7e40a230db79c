//! Razorpay's objects as far as they are read: payment link, refund.

use domain::Money;
use serde::Deserialize;
use serde_json::Value;

use crate::error::PaymentError;
use crate::http::Http;
use crate::order::{Checkout, Order, OrderReport, OrderState, Refund, RefundReport, RefundState};
use crate::units::{currency, from_units};

/// A list of payment links.
#[derive(Debug, Deserialize)]
pub(super) struct Links {
    pub(super) payment_links: Vec<Link>,
}

/// A payment link.
#[derive(Debug, Deserialize)]
pub(super) struct Link {
    pub(super) id: String,
    short_url: Option<String>,
    status: String,
    amount: i64,
    #[serde(default)]
    amount_paid: i64,
    currency: String,
    pub(super) reference_id: Option<String>,
    /// A list, `null`, or not there.
    #[serde(default)]
    payments: Value,
}

/// A refund. `notes` is an object, or an empty list where there are none.
#[derive(Debug, Deserialize)]
pub(super) struct RefundAnswer {
    pub(super) id: String,
    amount: i64,
    currency: String,
    pub(super) payment_id: Option<String>,
    status: Option<String>,
    #[serde(default)]
    notes: Value,
}

impl Link {
    /// What it is for.
    pub(super) fn amount(&self) -> Option<Money> {
        money(self.amount, &self.currency)
    }

    /// What was paid on it.
    pub(super) fn paid(&self) -> Option<Money> {
        money(self.amount_paid, &self.currency)
    }

    /// The page that was made; it must be for what was ordered.
    pub(super) fn checkout(self, order: &Order, http: &Http) -> Result<Checkout, PaymentError> {
        let amount = self.amount();
        http.page(order, (amount, self.short_url, self.id))
    }

    /// How it stands, if it is the one that was asked about.
    pub(super) fn report(self, asked: &str, http: &Http) -> Result<OrderReport, PaymentError> {
        if self.id != asked {
            return Err(http.unreadable("it is another checkout"));
        }
        let (state, amount) = match self.status.as_str() {
            "created" | "partially_paid" => (OrderState::Open, self.amount()),
            "expired" => (OrderState::Expired, self.amount()),
            "cancelled" => (OrderState::Failed, self.amount()),
            "paid" => (self.paid_state(http)?, self.paid()),
            _ => return Err(http.unreadable("no status that is known")),
        };
        Ok(OrderReport {
            state,
            amount: amount.ok_or_else(|| http.unreadable("no amount"))?,
            reference: self.reference_id,
            provider_ref: self.id,
        })
    }

    fn paid_state(&self, http: &Http) -> Result<OrderState, PaymentError> {
        let payments = self.payments.as_array().map_or(&[][..], Vec::as_slice);
        let captured = payments
            .iter()
            .find(|payment| payment["status"] == "captured");
        let id = captured.and_then(|payment| payment["payment_id"].as_str());
        Ok(OrderState::Paid {
            payment_ref: id
                .ok_or_else(|| http.unreadable("paid without a payment"))?
                .to_owned(),
        })
    }
}

impl RefundAnswer {
    pub(super) fn amount(&self) -> Option<Money> {
        money(self.amount, &self.currency)
    }

    /// What we wrote on it.
    pub(super) fn reference(&self) -> Option<String> {
        self.notes["reference"].as_str().map(str::to_owned)
    }

    pub(super) fn report(self, refund: &Refund, http: &Http) -> Result<RefundReport, PaymentError> {
        if self.amount() != Some(refund.amount) {
            return Err(http.unreadable("the refund is of another amount"));
        }
        let state = match self.status.as_deref() {
            Some("processed") => RefundState::Done,
            Some("pending") => RefundState::Pending,
            Some("failed") => RefundState::Failed,
            _ => return Err(http.unreadable("no status that is known")),
        };
        Ok(RefundReport {
            refund_ref: self.id,
            amount: refund.amount,
            state,
        })
    }
}

fn money(units: i64, code: &str) -> Option<Money> {
    let currency = currency(code)?;
    from_units(units, currency, currency.decimals())
}
