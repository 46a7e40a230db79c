//! Between our minor units and a provider's. They are the same but for a few currencies.
//!
//! Both providers want the last digit of a three-decimal currency to be 0
//! (docs.stripe.com/currencies#three-decimal; razorpay.com/docs/api/payments/payment-links/entity).

use domain::{Currency, Money};

use crate::error::NotPayable;

/// An amount above zero, in units of which the provider has `decimals`.
pub(crate) fn to_units(amount: Money, decimals: u32) -> Result<i64, NotPayable> {
    if amount.minor <= 0 {
        return Err(NotPayable::NotPositive);
    }
    let ours = amount.currency.decimals();
    let units = if decimals >= ours {
        let factor = 10_i64.pow(decimals - ours);
        amount
            .minor
            .checked_mul(factor)
            .ok_or(NotPayable::TooLarge)?
    } else {
        let factor = 10_i64.pow(ours - decimals);
        exactly(amount.minor, factor).ok_or(NotPayable::TooFine(amount.currency))?
    };
    if decimals >= 3 && units % 10 != 0 {
        return Err(NotPayable::TooFine(amount.currency));
    }
    Ok(units)
}

/// The largest part of an amount that the provider can carry.
pub(crate) fn carried(amount: Money, decimals: u32) -> Money {
    let ours = amount.currency.decimals();
    let coarser = 10_i64.pow(ours.saturating_sub(decimals));
    let last = if decimals >= 3 && ours >= 3 { 10 } else { 1 };
    let step = coarser * last;
    Money {
        minor: amount.minor - amount.minor % step,
        ..amount
    }
}

/// What a provider says, in our minor units; none where they cannot hold it or it is below zero.
pub(crate) fn from_units(units: i64, currency: Currency, decimals: u32) -> Option<Money> {
    let ours = currency.decimals();
    let minor = if decimals >= ours {
        exactly(units, 10_i64.pow(decimals - ours))?
    } else {
        units.checked_mul(10_i64.pow(ours - decimals))?
    };
    (minor >= 0).then_some(Money { minor, currency })
}

/// The currency of a provider's code, in either case.
pub(crate) fn currency(code: &str) -> Option<Currency> {
    Currency::from_code(&code.to_ascii_uppercase())
}

fn exactly(value: i64, factor: i64) -> Option<i64> {
    (value % factor == 0).then(|| value / factor)
}
