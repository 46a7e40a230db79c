//! Closing the day: what was sold since the last time, which money moved, and what should lie in the till. The figures are
//! whole minor units of the shift's currency. Not for how far a shift goes: that is the store's (`shift_mark`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{OperatorId, ShiftId};
use crate::ledger::{AccountKind, TransferKind};
use crate::money::{Currency, Money};
use crate::topup::Provider;

/// A day that was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Its id.
    pub id: ShiftId,
    /// 1, 2, 3, … without a hole: the Z number.
    pub number: i64,
    /// Of every figure in it.
    pub currency: Currency,
    /// When the one before was closed; none: it is the first.
    pub opened_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// Who closed it.
    pub closed_by: OperatorId,
    /// The cash that was counted; none: nobody counted.
    pub counted: Option<Money>,
    /// What the operator wrote to it.
    pub note: Option<String>,
    /// What it came to.
    pub report: Report,
}

/// What a shift comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// What was sold, as the receipts say it.
    pub sales: Sales,
    /// Which money moved, as the books say it.
    pub flows: Flows,
}

/// What was sold: invoices less reversals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sales {
    /// How many invoices.
    pub invoices: i64,
    /// How many reversals.
    pub reversals: i64,
    /// The energy.
    pub energy_wh: i64,
    /// Without tax.
    pub net: i64,
    /// The tax.
    pub tax: i64,
    /// What was paid or is owed.
    pub total: i64,
    /// The tax of each rate, the highest first.
    pub taxes: Vec<RateOfTax>,
    /// The first and the last number of each series.
    pub numbers: Vec<(String, String)>,
}

/// The tax of one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateOfTax {
    /// Thousandths of a percent; none: no tax applies.
    pub milli: Option<i64>,
    /// What it is on.
    pub net: i64,
    /// The tax.
    pub tax: i64,
}

/// Money that moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flows {
    /// Paid back for charges.
    pub refunds: i64,
    /// Charged and not covered by any money: customers owe it.
    pub owed: i64,
    /// Paid in through providers.
    pub topups: Vec<TopupsOf>,
    /// What of such money went back, less what the provider refused.
    pub topup_refunds: i64,
    /// How many prepaid codes were redeemed.
    pub codes: i64,
    /// What they were worth.
    pub prepaid: i64,
    /// What should have lain in the till when the shift began.
    pub cash_before: i64,
    /// Taken in cash at the desk.
    pub cash_in: i64,
    /// Given in cash at the desk.
    pub cash_out: i64,
    /// Given to customers by hand, and paid by nobody.
    pub given: i64,
    /// Taken from customers by hand.
    pub taken: i64,
}

/// Paid in through one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopupsOf {
    /// Which.
    pub provider: Provider,
    /// How often.
    pub count: i64,
    /// How much.
    pub amount: i64,
}

/// Transfers of one kind on one side of one account of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The account.
    pub account: AccountKind,
    /// Whether it came to the account.
    pub came: bool,
    /// Why.
    pub kind: TransferKind,
    /// Through whom, where a top-up says it.
    pub provider: Option<Provider>,
    /// How many.
    pub count: i64,
    /// How much.
    pub amount: i64,
}

impl Flows {
    /// Takes in what moved. What only moves within the books (tax out of revenue) is no flow.
    pub fn add(&mut self, moved: &Moved) {
        let amount = moved.amount;
        match (moved.account, moved.came, moved.kind) {
            (AccountKind::Revenue, false, TransferKind::Refund) => self.refunds += amount,
            (AccountKind::Revenue, true, TransferKind::Owed) => self.owed += amount,
            (AccountKind::Clearing, false, TransferKind::Topup) => self.top_up(moved),
            (AccountKind::Clearing, true, _) => self.topup_refunds += amount,
            (AccountKind::Clearing, false, _) => self.topup_refunds -= amount,
            (AccountKind::Prepaid, false, _) => {
                self.codes += moved.count;
                self.prepaid += amount;
            }
            (AccountKind::Cash, false, _) => self.cash_in += amount,
            (AccountKind::Cash, true, _) => self.cash_out += amount,
            (AccountKind::Adjustments, false, _) => self.given += amount,
            (AccountKind::Adjustments, true, _) => self.taken += amount,
            _ => {}
        }
    }

    fn top_up(&mut self, moved: &Moved) {
        let Some(provider) = moved.provider else {
            return;
        };
        self.topups.push(TopupsOf {
            provider,
            count: moved.count,
            amount: moved.amount,
        });
        self.topups.sort_by_key(|one| one.provider.as_str());
    }

    /// What should lie in the till.
    pub const fn cash_expected(&self) -> i64 {
        self.cash_before + self.cash_in - self.cash_out
    }
}

impl Sales {
    /// Takes in the tax of one rate.
    pub fn add_tax(&mut self, milli: Option<i64>, net: i64, tax: i64) {
        match self.taxes.iter_mut().find(|one| one.milli == milli) {
            Some(one) => {
                one.net += net;
                one.tax += tax;
            }
            None => self.taxes.push(RateOfTax { milli, net, tax }),
        }
        self.taxes.sort_by_key(|one| std::cmp::Reverse(one.milli));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_movement_is_counted_where_an_operator_looks_for_it_and_nowhere_else() {
        let mut flows = Flows {
            cash_before: 1_000,
            ..Flows::default()
        };
        for (number, (account, came, kind, provider)) in [
            (AccountKind::Revenue, true, TransferKind::Charge, None),
            (AccountKind::Revenue, false, TransferKind::Tax, None),
            (AccountKind::Tax, true, TransferKind::Tax, None),
            (AccountKind::Revenue, false, TransferKind::Reversal, None),
            (AccountKind::Revenue, false, TransferKind::Refund, None),
            (AccountKind::Revenue, true, TransferKind::Owed, None),
            (
                AccountKind::Clearing,
                false,
                TransferKind::Topup,
                Some(Provider::Stripe),
            ),
            (
                AccountKind::Clearing,
                false,
                TransferKind::Topup,
                Some(Provider::Razorpay),
            ),
            (AccountKind::Clearing, true, TransferKind::Refund, None),
            (AccountKind::Clearing, true, TransferKind::Owed, None),
            (AccountKind::Clearing, false, TransferKind::Reversal, None),
            (AccountKind::Prepaid, false, TransferKind::Topup, None),
            (AccountKind::Cash, false, TransferKind::Adjustment, None),
            (AccountKind::Cash, true, TransferKind::Adjustment, None),
            (
                AccountKind::Adjustments,
                false,
                TransferKind::Adjustment,
                None,
            ),
            (
                AccountKind::Adjustments,
                true,
                TransferKind::Adjustment,
                None,
            ),
        ]
        .into_iter()
        .enumerate()
        {
            flows.add(&Moved {
                account,
                came,
                kind,
                provider,
                count: 1,
                amount: 1 << number,
            });
        }
        let topup = |provider, amount| TopupsOf {
            provider,
            count: 1,
            amount,
        };
        let expect = Flows {
            refunds: 1 << 4,
            owed: 1 << 5,
            topups: vec![
                topup(Provider::Razorpay, 1 << 7),
                topup(Provider::Stripe, 1 << 6),
            ],
            topup_refunds: (1 << 8) + (1 << 9) - (1 << 10),
            codes: 1,
            prepaid: 1 << 11,
            cash_before: 1_000,
            cash_in: 1 << 12,
            cash_out: 1 << 13,
            given: 1 << 14,
            taken: 1 << 15,
        };
        assert_eq!(flows, expect);
        assert_eq!(flows.cash_expected(), 1_000 + (1 << 12) - (1 << 13));
    }
}
