//! From what was used to money, line by line. The one rounding is half to even, to the minor unit, once per line (and
//! once for the tax in it); every sum is a sum of lines (MON-02).

use serde::{Deserialize, Serialize};

use super::limits;
use super::rates::{Component, Dimension, Rates, TaxBasis};
use super::tally::Tally;
use crate::money::{Currency, Money, Percent, UnitPrice};

/// What a line of a bill is for, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// What a charge costs whatever it takes.
    Flat,
    /// Energy, Wh.
    Energy,
    /// Time charged, ms.
    Time,
    /// Time idled, ms.
    Idle,
    /// What was missing to the least price.
    MinPrice,
    /// What went beyond the highest price, below zero.
    MaxPrice,
}

/// A line of a bill: total = net + tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is for.
    pub kind: LineKind,
    /// Wh, ms, or 1.
    pub quantity: i64,
    /// Per kWh, per hour or once, on the tariff's tax basis; below zero for what a highest price takes off.
    pub price: UnitPrice,
    /// The tax; none where none applies.
    pub tax_percent: Option<Percent>,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
}

/// A bill: net, tax and total are the sums of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Line by line.
    pub lines: Vec<Line>,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
}

impl LineKind {
    const fn of(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Energy => Self::Energy,
            Dimension::Time => Self::Time,
            Dimension::ParkingTime => Self::Idle,
            Dimension::Flat => Self::Flat,
        }
    }
}

impl Dimension {
    /// How many of a quantity's unit its price is for: Wh of a kWh, ms of an hour.
    pub(super) const fn per(self) -> i64 {
        match self {
            Self::Energy => 1_000,
            Self::Time | Self::ParkingTime => 3_600_000,
            Self::Flat => 1,
        }
    }
}

impl Tally {
    /// What it costs so far, or in all.
    pub fn bill(&self, rates: &Rates) -> Bill {
        let mut amounts: Vec<(Component, i64)> = Vec::new();
        for used in self.billed(rates) {
            let Some(component) = rates.component(used.element, used.dimension) else {
                continue;
            };
            let same = |one: &&mut (Component, i64)| {
                let key = |c: &Component| (c.dimension, c.price, c.tax);
                key(&one.0) == key(component)
            };
            match amounts.iter_mut().find(same) {
                Some((_, quantity)) => *quantity += used.quantity,
                None => amounts.push((*component, used.quantity)),
            }
        }
        let mut lines: Vec<Line> = amounts
            .iter()
            .map(|(component, quantity)| line(rates.basis, component, *quantity))
            .collect();
        lines.sort_by_key(|line| line.kind);
        limits::apply(rates, &mut lines);
        Bill::of(rates.currency, lines)
    }
}

fn line(basis: TaxBasis, component: &Component, quantity: i64) -> Line {
    let amount = component.price.times(quantity, component.dimension.per());
    let (net, tax, total) = taxed(basis, component.tax, amount);
    Line {
        kind: LineKind::of(component.dimension),
        quantity,
        price: component.price,
        tax_percent: component.tax,
        net,
        tax,
        total,
    }
}

/// Net, tax and total of an amount on a tax basis.
pub(super) fn taxed(
    basis: TaxBasis,
    percent: Option<Percent>,
    amount: Money,
) -> (Money, Money, Money) {
    let percent = percent.unwrap_or(Percent { milli: 0 });
    match basis {
        TaxBasis::Included => {
            let tax = percent.within(amount);
            (amount - tax, tax, amount)
        }
        TaxBasis::Excluded => {
            let tax = percent.on_top(amount);
            (amount, tax, amount + tax)
        }
    }
}

impl Bill {
    /// Nothing, line by line.
    pub const fn nothing(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self {
            lines: Vec::new(),
            net: zero,
            tax: zero,
            total: zero,
        }
    }

    fn of(currency: Currency, lines: Vec<Line>) -> Self {
        let sum = |part: fn(&Line) -> Money| {
            let zero = Money::zero(currency);
            lines.iter().map(part).fold(zero, |sum, one| sum + one)
        };
        Self {
            net: sum(|line| line.net),
            tax: sum(|line| line.tax),
            total: sum(|line| line.total),
            lines,
        }
    }
}
