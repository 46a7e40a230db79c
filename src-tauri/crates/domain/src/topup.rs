//! Money that a driver pays in on a payment provider's page. The provider's news may be late, twice and out of order: what
//! was paid is credited once. Not for asking the provider, nor for the transfers: those are the books'.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::ids::{CustomerId, OperatorId, TopupId, TopupRefundId};
use crate::money::Money;
use crate::words::words;

#[cfg(test)]
mod tests;

/// How long after its end an order is still asked after: money may be on its way for days.
const LONGEST_LOOK: SignedDuration = SignedDuration::from_hours(7 * 24);

words! {
    /// Who takes the money in.
    Provider {
        /// Stripe Checkout.
        Stripe = "stripe",
        /// Razorpay Payment Links.
        Razorpay = "razorpay",
    }
}

impl Provider {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stripe => "Stripe",
            Self::Razorpay => "Razorpay",
        }
    }
}

/// As it stands in settings, routes and logs.
impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

words! {
    /// Where a top-up stands.
    TopupStatus {
        /// Nobody paid yet, or the provider did not say so yet.
        Pending = "pending",
        /// The money is in the wallet.
        Completed = "completed",
        /// The provider says that it will not come.
        Failed = "failed",
        /// Nobody paid in time.
        Abandoned = "abandoned",
    }
}

words! {
    /// Where a refund stands.
    RefundStatus {
        /// The money left the wallet; the provider has not given it back yet.
        Pending = "pending",
        /// The provider has given it back.
        Completed = "completed",
        /// The provider did not, and the money is in the wallet again.
        Failed = "failed",
    }
}

/// Money that is paid in through a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topup {
    /// Its id: the provider's reference for it too.
    pub id: TopupId,
    /// Whose wallet.
    pub customer_id: CustomerId,
    /// Who takes the money in.
    pub provider: Provider,
    /// How much: above zero.
    pub amount: Money,
    /// Where the driver's browser goes afterwards.
    pub return_url: String,
    /// Where it stands.
    pub status: TopupStatus,
    /// The page to pay on; none: the provider has not made it yet.
    pub checkout: Option<Checkout>,
    /// The provider's id of the payment.
    pub payment_ref: Option<String>,
    /// What of it went back.
    pub refunded: Money,
    /// When the page ends.
    pub expires_at: Timestamp,
    /// When the provider is asked next; none: there is nothing to ask.
    pub look_at: Option<Timestamp>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A page at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The provider's id of it.
    pub provider_ref: String,
    /// Where it is, for the QR code and the driver's phone: https.
    pub url: String,
}

/// What a provider says of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Nobody paid yet, or the money is on its way.
    Open,
    /// The money is there.
    Paid {
        /// How much.
        amount: Money,
        /// The provider's id of the payment.
        payment_ref: String,
    },
    /// It will not come.
    Failed,
    /// Nobody paid in time.
    Expired,
}

/// What is to be done because of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// The wallet gets the amount.
    Credit,
    /// Something else was paid than was ordered: somebody must look.
    Mismatch(Money),
}

impl Topup {
    /// Takes in what the provider says. What was paid stays paid, whatever is told later; what was given up is credited
    /// all the same once it is paid.
    pub fn settle(&mut self, news: News, now: Timestamp) -> Effect {
        if self.status == TopupStatus::Completed {
            return Effect::None;
        }
        let (status, effect) = match news {
            News::Open => (self.status, Effect::None),
            News::Paid { amount, .. } if amount != self.amount => {
                (TopupStatus::Failed, Effect::Mismatch(amount))
            }
            News::Paid { payment_ref, .. } => {
                self.payment_ref = Some(payment_ref);
                (TopupStatus::Completed, Effect::Credit)
            }
            News::Failed => (TopupStatus::Failed, Effect::None),
            // An order that failed has failed, even if its time ran out after that.
            News::Expired if self.status == TopupStatus::Failed => (self.status, Effect::None),
            News::Expired => (TopupStatus::Abandoned, Effect::None),
        };
        if status != self.status {
            self.status = status;
            self.updated_at = now;
        }
        self.look_at = self.next_look(now);
        effect
    }

    /// When the provider is to be asked again: soon while the driver stands there, seldom later, and no more once nothing
    /// can come.
    fn next_look(&self, now: Timestamp) -> Option<Timestamp> {
        if self.status != TopupStatus::Pending || now > self.expires_at + LONGEST_LOOK {
            return None;
        }
        let age = now.duration_since(self.created_at);
        let pause = if age < SignedDuration::from_mins(5) {
            SignedDuration::from_secs(10)
        } else if now < self.expires_at {
            SignedDuration::from_mins(1)
        } else {
            SignedDuration::from_hours(1)
        };
        Some(now + pause)
    }

    /// What may still be given back.
    pub fn refundable(&self) -> Money {
        match self.status {
            TopupStatus::Completed => self.amount - self.refunded,
            _ => Money::zero(self.amount.currency),
        }
    }
}

/// Money of a top-up that goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopupRefund {
    /// Its id: the provider's key for it too.
    pub id: TopupRefundId,
    /// Of which top-up.
    pub topup_id: TopupId,
    /// How much: above zero.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub status: RefundStatus,
    /// The provider's id of it.
    pub refund_ref: Option<String>,
    /// Which operator asked; none: it was made at the provider.
    pub requested_by: Option<OperatorId>,
    /// When the provider is asked next.
    pub look_at: Option<Timestamp>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the provider had said.
    pub resolved_at: Option<Timestamp>,
}

impl TopupRefund {
    /// Ends it. Whether it did: it ends once.
    pub fn resolve(&mut self, status: RefundStatus, now: Timestamp) -> bool {
        let may = self.status == RefundStatus::Pending && status != RefundStatus::Pending;
        if may {
            self.status = status;
            self.resolved_at = Some(now);
            self.look_at = None;
        }
        may
    }
}
