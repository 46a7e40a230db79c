//! The least and the highest price of a charge, as lines of the bill: one per tax rate, so that the taxes of the bill
//! stay what they are. Source: OCPI 2.2.1 `Tariff`, the notes on `min_price` and `max_price`.

use super::bill::{Line, LineKind, taxed};
use super::rates::{Limit, Rates, TaxBasis};
use crate::money::{Money, Percent, UnitPrice, half_even};

/// What the lines must change by, with and without tax; where one is not told it follows from the other.
#[derive(Clone, Copy)]
enum Change {
    Net(i64),
    Total(i64),
    Both { net: i64, total: i64 },
}

/// Adds what is missing to the least price, or takes off what goes beyond the highest.
pub(super) fn apply(rates: &Rates, lines: &mut Vec<Line>) {
    let limits = [
        (LineKind::MinPrice, rates.min_price),
        (LineKind::MaxPrice, rates.max_price),
    ];
    for (kind, limit) in limits {
        let change = limit.and_then(|limit| change(kind, limit, lines));
        if let Some(change) = change {
            add(rates, kind, change, lines);
        }
    }
}

fn change(kind: LineKind, limit: Limit, lines: &[Line]) -> Option<Change> {
    let sum = |part: fn(&Line) -> Money| lines.iter().map(|line| part(line).minor).sum::<i64>();
    let by = |limit: i64, now: i64| match kind {
        LineKind::MinPrice => (limit - now).max(0),
        _ => (limit - now).min(0),
    };
    let net = limit.net_minor.map(|limit| by(limit, sum(|line| line.net)));
    let total = limit
        .total_minor
        .map(|limit| by(limit, sum(|line| line.total)));
    let change = match (net, total) {
        (None, None) => return None,
        (Some(net), None) => Change::Net(net),
        (None, Some(total)) => Change::Total(total),
        (Some(net), Some(total)) => Change::Both { net, total },
    };
    let nothing = net.unwrap_or(0) == 0 && total.unwrap_or(0) == 0;
    (!nothing).then_some(change)
}

fn add(rates: &Rates, kind: LineKind, change: Change, lines: &mut Vec<Line>) {
    let shares = shares(rates, lines);
    let weights: Vec<i64> = shares.iter().map(|(_, weight)| *weight).collect();
    let split = |amount: i64| split(amount, &weights);
    let money = |minor: i64| Money {
        minor,
        currency: rates.currency,
    };
    let parts: Vec<(Money, Money, Money)> = match change {
        Change::Net(net) => alone(&shares, &split(net), TaxBasis::Excluded, money),
        Change::Total(total) => alone(&shares, &split(total), TaxBasis::Included, money),
        Change::Both { net, total } => split(net)
            .into_iter()
            .zip(split(total))
            .map(|(net, total)| (money(net), money(total - net), money(total)))
            .collect(),
    };
    let added = shares
        .iter()
        .zip(parts)
        .map(|((percent, _), (net, tax, total))| {
            let amount = match rates.basis {
                TaxBasis::Included => total,
                TaxBasis::Excluded => net,
            };
            Line {
                kind,
                quantity: 1,
                price: UnitPrice::of(amount),
                tax_percent: *percent,
                net,
                tax,
                total,
            }
        });
    let told = added.filter(|line| line.net.minor != 0 || line.total.minor != 0);
    lines.extend(told);
}

fn alone(
    shares: &[(Option<Percent>, i64)],
    amounts: &[i64],
    basis: TaxBasis,
    money: impl Fn(i64) -> Money,
) -> Vec<(Money, Money, Money)> {
    shares
        .iter()
        .zip(amounts)
        .map(|((percent, _), amount)| taxed(basis, *percent, money(*amount)))
        .collect()
}

/// The tax rates of the lines and what was paid at each; where nothing was, the tariff's first rate has it all.
fn shares(rates: &Rates, lines: &[Line]) -> Vec<(Option<Percent>, i64)> {
    let mut shares: Vec<(Option<Percent>, i64)> = Vec::new();
    for line in lines {
        match shares.iter_mut().find(|one| one.0 == line.tax_percent) {
            Some((_, weight)) => *weight += line.total.minor,
            None => shares.push((line.tax_percent, line.total.minor)),
        }
    }
    shares.retain(|(_, weight)| *weight > 0);
    if shares.is_empty() {
        let first = rates
            .elements
            .first()
            .and_then(|one| one.components.first());
        shares.push((first.and_then(|component| component.tax), 1));
    }
    shares
}

/// Splits an amount by weights to the minor unit; the parts are the whole. Weights are above zero.
fn split(amount: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    let (mut seen, mut given) = (0_i128, 0_i128);
    weights
        .iter()
        .map(|weight| {
            seen += i128::from(*weight);
            let upto = half_even(i128::from(amount) * seen, whole.max(1));
            let part = upto - given;
            given = upto;
            i64::try_from(part).unwrap_or_default()
        })
        .collect()
}
