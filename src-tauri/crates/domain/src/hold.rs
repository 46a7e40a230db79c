//! Money kept back for a charge: placed before the charger hears of it, extended while it charges, and resolved once:
//! captured for the bill, released, or expired. Not for the transfers that go with it: those are the books'.

use jiff::Timestamp;

use crate::ids::{CustomerId, SessionId};
use crate::money::Money;
use crate::words::words;

mod tests;

words! {
    /// Where a hold stands.
    HoldStatus {
        /// The money is kept back.
        Placed = "placed",
        /// Some of it, or all, paid the bill; the rest was given back.
        Captured = "captured",
        /// All of it was given back: nothing was charged.
        Released = "released",
        /// The same, because nothing else had resolved it.
        Expired = "expired",
    }
}

/// Money kept back for a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// For which charge: it has one.
    pub session_id: SessionId,
    /// Whose money.
    pub customer_id: CustomerId,
    /// How much, with all extensions.
    pub amount: Money,
    /// What of it paid the bill.
    pub captured: Money,
    /// How often it was extended.
    pub extensions: i64,
    /// Where it stands.
    pub status: HoldStatus,
    /// Since when.
    pub placed_at: Timestamp,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
}

impl Hold {
    /// Keeps an amount above zero.
    pub fn place(
        session_id: SessionId,
        customer_id: CustomerId,
        amount: Money,
        now: Timestamp,
    ) -> Option<Self> {
        (amount.minor > 0).then_some(Self {
            session_id,
            customer_id,
            amount,
            captured: Money::zero(amount.currency),
            extensions: 0,
            status: HoldStatus::Placed,
            placed_at: now,
            resolved_at: None,
        })
    }

    /// Keeps more. Whether it did: not once it is resolved.
    pub fn extend(&mut self, by: Money) -> bool {
        let may = self.status == HoldStatus::Placed && by.minor > 0;
        if may {
            self.amount = self.amount + by;
            self.extensions += 1;
        }
        may
    }

    /// Pays a bill of at most the hold, and says what is left to be given back. `None`: it is resolved already, or the bill
    /// is larger than it.
    pub fn capture(&mut self, bill: Money, now: Timestamp) -> Option<Money> {
        if self.status != HoldStatus::Placed || bill.minor < 0 || bill.minor > self.amount.minor {
            return None;
        }
        self.captured = bill;
        let status = if bill.minor == 0 {
            HoldStatus::Released
        } else {
            HoldStatus::Captured
        };
        self.resolve(status, now);
        Some(self.amount - bill)
    }

    /// Gives all of it back, and says how much that is. `None`: it is resolved already.
    pub fn release(&mut self, now: Timestamp) -> Option<Money> {
        self.give_back(HoldStatus::Released, now)
    }

    /// The same, because nothing else did.
    pub fn expire(&mut self, now: Timestamp) -> Option<Money> {
        self.give_back(HoldStatus::Expired, now)
    }

    fn give_back(&mut self, status: HoldStatus, now: Timestamp) -> Option<Money> {
        let may = self.status == HoldStatus::Placed;
        may.then(|| {
            self.resolve(status, now);
            self.amount
        })
    }

    const fn resolve(&mut self, status: HoldStatus, now: Timestamp) {
        self.status = status;
        self.resolved_at = Some(now);
    }
}

/// How much is held for a charge.
#[derive(Clone, Copy, Debug)]
pub struct HoldRule {
    /// For a charge without a limit in money, and for each extension.
    pub usual: Money,
    /// With less than this no charge begins.
    pub least: Money,
}

impl HoldRule {
    /// What is held for a charge that ends at this amount, or at energy of this worth, or when the driver likes. Never more
    /// than there is. An amount that a driver named must be there whole. `Err`: what is missing.
    pub fn amount(
        &self,
        limit: Option<Money>,
        worth: Option<Money>,
        available: Money,
    ) -> Result<Money, Money> {
        let (wish, needed) = if let Some(limit) = limit {
            (limit, limit)
        } else {
            let worth = worth.unwrap_or(self.usual).minor.max(self.least.minor);
            let wish = Money {
                minor: worth.min(self.usual.minor.max(self.least.minor)),
                ..self.usual
            };
            (wish, self.least)
        };
        if available.minor < needed.minor {
            return Err(needed - available);
        }
        Ok(if wish.minor < available.minor {
            wish
        } else {
            available
        })
    }

    /// How much more is held when a hold is used up: nothing beyond the driver's limit, and never more than there is.
    pub fn extension(&self, held: Money, limit: Option<Money>, available: Money) -> Money {
        let room = limit.map_or(i64::MAX, |limit| (limit - held).minor);
        Money {
            minor: self.usual.minor.min(room).min(available.minor).max(0),
            ..held
        }
    }
}
