//! How many decimals Stripe gives a currency (docs.stripe.com/currencies): not always ISO 4217's.

use domain::{Currency, Money};

use crate::error::NotPayable;
use crate::units::{from_units, to_units};

/// Zero-decimal currencies.
const NONE: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
];

/// Three-decimal currencies.
const THREE: &[&str] = &["BHD", "JOD", "KWD", "OMR", "TND"];

/// ISK and UGX have no decimals and are sent with two all the same ("special cases").
fn decimals(currency: Currency) -> u32 {
    let code = currency.code();
    match code {
        _ if NONE.contains(&code) => 0,
        _ if THREE.contains(&code) => 3,
        _ => 2,
    }
}

/// An amount in Stripe's units.
pub(super) fn to_stripe(amount: Money) -> Result<i64, NotPayable> {
    to_units(amount, decimals(amount.currency))
}

/// The largest part of an amount that Stripe can carry.
pub(crate) fn carried(amount: Money) -> Money {
    crate::units::carried(amount, decimals(amount.currency))
}

/// What Stripe says, in ours.
pub(super) fn from_stripe(units: i64, currency: Currency) -> Option<Money> {
    from_units(units, currency, decimals(currency))
}

#[cfg(test)]
mod tests {
    use domain::money::Amount;

    use super::*;

    fn money(amount: &str, currency: &str) -> Money {
        Money::read(&Amount {
            amount: amount.to_owned(),
            currency: currency.to_owned(),
        })
        .expect("an amount")
    }

    #[test]
    fn amounts_are_in_the_units_that_stripe_documents() {
        let check = |amount: &str, currency: &str, expect: Result<i64, NotPayable>| {
            let amount = money(amount, currency);
            let units = to_stripe(amount);
            assert_eq!(units, expect, "{amount:?}");
            if let Ok(units) = units {
                let back = from_stripe(units, amount.currency);
                assert_eq!(back, Some(amount), "there and back is the same money");
            }
        };
        let fine = |code| {
            let currency = Currency::from_code(code).expect("a currency");
            Err(NotPayable::TooFine(currency))
        };
        check("10.00", "USD", Ok(1_000));
        check("500", "JPY", Ok(500));
        check("5", "ISK", Ok(500));
        check("7000", "UGX", Ok(700_000));
        check("100.00", "HUF", Ok(10_000));
        check("100.00", "MGA", Ok(100));
        check("0.50", "MGA", fine("MGA"));
        check("5.120", "KWD", Ok(5_120));
        check("5.124", "KWD", fine("KWD"));
        check("0.00", "EUR", Err(NotPayable::NotPositive));
        check("-1.00", "EUR", Err(NotPayable::NotPositive));
    }

    #[test]
    fn what_is_carried_of_an_amount_is_never_too_fine_and_little_less() {
        let check = |amount: &str, currency: &str, expect: &str| {
            let part = carried(money(amount, currency));
            assert_eq!(part, money(expect, currency), "{amount} {currency}");
            assert!(part.minor == 0 || to_stripe(part).is_ok(), "{part:?}");
        };
        check("8.83", "EUR", "8.83");
        check("883", "JPY", "883");
        check("5", "ISK", "5");
        check("3.766", "KWD", "3.760");
        check("0.009", "KWD", "0.000");
        check("12.34", "MGA", "12.00");
    }

    #[test]
    fn what_our_units_cannot_hold_is_not_rounded() {
        let isk = Currency::from_code("ISK").expect("a currency");
        assert_eq!(from_stripe(550, isk), None, "5.50 ISK is no ISK");
        assert_eq!(
            from_stripe(-100, isk),
            None,
            "nobody pays less than nothing"
        );
        let mga = Currency::from_code("MGA").expect("a currency");
        assert_eq!(from_stripe(i64::MAX, mga), None, "it does not fit");
    }
}
