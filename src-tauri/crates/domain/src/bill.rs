//! What a charge on account came to, and where the money for it is taken. One bill stands per charge; other figures make a
//! reversal of it and the next revision. Not for receipts, which people read.

use jiff::Timestamp;

use crate::energy::WattHours;
use crate::ids::{BillId, CustomerId, SessionId};
use crate::money::Money;
use crate::tariff::Cost;
use crate::words::words;

mod tests;

words! {
    /// Which of the two a row is.
    BillKind {
        /// What a charge came to.
        Bill = "bill",
        /// It does not stand any more.
        Reversal = "reversal",
    }
}

/// What a charge came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Its id.
    pub id: BillId,
    /// Of which charge.
    pub session_id: SessionId,
    /// Who pays.
    pub customer_id: CustomerId,
    /// 1 for the first; each other figure is one more.
    pub revision: i64,
    /// A bill, or its reversal.
    pub kind: BillKind,
    /// The energy it is for.
    pub energy: WattHours,
    /// What it comes to.
    pub cost: Cost,
    /// What of that the customer's money paid.
    pub paid: Money,
    /// What of that the customer owed then.
    pub owed: Money,
    /// When.
    pub created_at: Timestamp,
}

/// Where the money for a bill comes from: `captured + spent + owed` is its total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Of what is held.
    pub captured: Money,
    /// Of what can be spent, where the hold is too small.
    pub spent: Money,
    /// What there is no money for.
    pub owed: Money,
}

impl Cover {
    /// Covers a total, by what is held first. Neither may be below zero, and neither is afterwards.
    pub fn of(total: Money, held: Money, available: Money) -> Self {
        let captured = least(total, held);
        let spent = least(total - captured, available);
        Self {
            captured,
            spent,
            owed: total - captured - spent,
        }
    }

    /// What the customer's money pays.
    pub fn paid(&self) -> Money {
        self.captured + self.spent
    }
}

impl Bill {
    /// Whether it still says what the charge came to.
    pub fn stands_for(&self, energy: WattHours, cost: Cost) -> bool {
        self.energy == energy && self.cost == cost
    }

    /// The tax in a part of it, after a part was taken before: however it is divided, the parts' tax is its own.
    pub fn tax_within(&self, before: Money, part: Money) -> Money {
        let upto = |amount: i64| {
            let total = i128::from(self.cost.total.minor).max(1);
            let tax = i128::from(self.cost.tax.minor) * i128::from(amount) / total;
            i64::try_from(tax).unwrap_or_default()
        };
        Money {
            minor: upto(before.minor.saturating_add(part.minor)) - upto(before.minor),
            ..part
        }
    }

    /// Takes it back.
    pub fn reversal(&self, id: BillId, now: Timestamp) -> Self {
        Self {
            id,
            kind: BillKind::Reversal,
            created_at: now,
            ..self.clone()
        }
    }
}

/// The smaller of two amounts of one currency.
pub fn least(one: Money, other: Money) -> Money {
    if one.minor <= other.minor { one } else { other }
}
