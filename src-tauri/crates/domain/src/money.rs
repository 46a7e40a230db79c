//! Money in whole minor units and unit prices in millionths. Exact integers only; the one rounding is
//! half to even, to the minor unit, once per line of a bill (MON-02).

use std::ops::{Add, Sub};
use std::str::FromStr as _;

use iso_currency::Currency as Iso;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many millionths make one.
const MICRO: i128 = 1_000_000;

/// No amount that is read has as many minor units: sums of them stay exact.
const LARGEST: i64 = 1_000_000_000_000;

/// A currency of ISO 4217, with the decimals it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(Iso);

impl Currency {
    /// The currency of this code, in upper case.
    pub fn from_code(code: &str) -> Option<Self> {
        Iso::from_code(code)
            .filter(|iso| iso.exponent().is_some())
            .map(Self)
    }

    /// The code, such as `EUR`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals an amount has: 0 for JPY, 2 for EUR, 3 for KWD.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }
}

/// An amount in minor units. Negative is owed the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units: cents of EUR.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// A price per unit (kWh, minute, session) in millionths of the major unit, tax included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPrice {
    /// Millionths of the major unit.
    pub micro: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// A share in thousandths of a percent: 19 % is 19,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent {
    /// Thousandths of a percent.
    pub milli: i64,
}

/// Money on the wire: `{"amount":"12.34","currency":"EUR"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Money)]
#[schemars(rename = "Money")]
pub struct Amount {
    /// A decimal string, negative with "-".
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// A text that is no amount of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// No currency of ISO 4217.
    #[error("the currency is an ISO 4217 code such as EUR")]
    Currency,
    /// Not a decimal number, too large, or with more decimals than allowed.
    #[error("the amount is a decimal string such as \"12.34\", with no more decimals than allowed")]
    Number,
}

impl Money {
    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads an amount: no more decimals than the currency has.
    pub fn read(amount: &Amount) -> Result<Self, AmountError> {
        let currency = Currency::from_code(&amount.currency).ok_or(AmountError::Currency)?;
        let minor = Decimal::from_str(&amount.amount)
            .ok()
            .and_then(|value| value.checked_mul(Decimal::from(10_i64.pow(currency.decimals()))))
            .filter(|minor| minor.fract().is_zero())
            .and_then(|minor| minor.to_i64())
            .filter(|minor| minor.abs() < LARGEST)
            .ok_or(AmountError::Number)?;
        Ok(Self { minor, currency })
    }

    /// As it is sent: exactly the currency's decimals.
    pub fn print(self) -> Amount {
        let amount = Decimal::from_i128_with_scale(self.minor.into(), self.currency.decimals());
        amount_of(amount, self.currency)
    }
}

impl Add for Money {
    type Output = Self;

    /// Of one currency.
    fn add(self, other: Self) -> Self {
        debug_assert_eq!(self.currency, other.currency, "a sum of two currencies");
        Self {
            minor: self.minor.saturating_add(other.minor),
            ..self
        }
    }
}

impl Sub for Money {
    type Output = Self;

    /// Of one currency.
    fn sub(self, other: Self) -> Self {
        debug_assert_eq!(
            self.currency, other.currency,
            "a difference of two currencies"
        );
        Self {
            minor: self.minor.saturating_sub(other.minor),
            ..self
        }
    }
}

impl UnitPrice {
    /// The price of something that costs this amount once.
    pub fn of(amount: Money) -> Self {
        let micro = i128::from(amount.minor) * MICRO / 10_i128.pow(amount.currency.decimals());
        Self {
            micro: i64::try_from(micro).unwrap_or_default(),
            currency: amount.currency,
        }
    }

    /// Reads a price: not negative, six decimals at most, below a million.
    pub fn read(amount: &Amount) -> Result<Self, AmountError> {
        let currency = Currency::from_code(&amount.currency).ok_or(AmountError::Currency)?;
        let micro = Decimal::from_str(&amount.amount)
            .ok()
            .filter(|value| !value.is_sign_negative() && *value < Decimal::from(1_000_000))
            .and_then(|value| value.checked_mul(Decimal::from(1_000_000)))
            .filter(|micro| micro.fract().is_zero())
            .and_then(|micro| micro.to_i64())
            .ok_or(AmountError::Number)?;
        Ok(Self { micro, currency })
    }

    /// As it is sent: at least the currency's decimals, six at most.
    pub fn print(self) -> Amount {
        let mut amount = Decimal::from_i128_with_scale(self.micro.into(), 6).normalize();
        if amount.scale() < self.currency.decimals() {
            amount.rescale(self.currency.decimals());
        }
        amount_of(amount, self.currency)
    }

    /// The same for a part of the unit: of an hour for a minute by 60. To the nearest millionth, a tie to the even one.
    pub fn part(self, parts: i64) -> Self {
        let micro = half_even(self.micro.into(), parts.max(1).into());
        Self {
            micro: i64::try_from(micro).unwrap_or_default(),
            ..self
        }
    }

    /// What a quantity costs, where `per` of it is one unit: 1,000 for Wh at a price per kWh.
    pub fn times(self, quantity: i64, per: i64) -> Money {
        let minor_per_major = 10_i128.pow(self.currency.decimals());
        let minor = half_even(
            i128::from(self.micro) * i128::from(quantity) * minor_per_major,
            MICRO * i128::from(per.max(1)),
        );
        Money {
            minor: i64::try_from(minor).unwrap_or(i64::MAX),
            currency: self.currency,
        }
    }
}

impl Percent {
    /// Reads a decimal string from 0 to 100 with three decimals at most.
    pub fn read(text: &str) -> Option<Self> {
        let value = Decimal::from_str(text).ok()?;
        let milli = value.checked_mul(Decimal::ONE_THOUSAND)?;
        let milli = Some(milli)
            .filter(|milli| milli.fract().is_zero())?
            .to_i64()?;
        (0..=100_000).contains(&milli).then_some(Self { milli })
    }

    /// As it is sent: one decimal at least, `19.0`.
    pub fn print(self) -> String {
        let mut value = Decimal::from_i128_with_scale(self.milli.into(), 3).normalize();
        if value.scale() < 1 {
            value.rescale(1);
        }
        value.to_string()
    }

    /// A price without the tax inside, as a decimal string with six decimals at most, for OCPI.
    pub fn net_price(self, gross: UnitPrice) -> String {
        let micro = half_even(
            i128::from(gross.micro) * 100_000,
            100_000 + i128::from(self.milli),
        );
        Decimal::from_i128_with_scale(micro, 6)
            .normalize()
            .to_string()
    }

    /// A price with the tax put on, to the nearest millionth.
    pub fn upon(self, net: UnitPrice) -> UnitPrice {
        let micro = half_even(
            i128::from(net.micro) * (100_000 + i128::from(self.milli)),
            100_000,
        );
        UnitPrice {
            micro: i64::try_from(micro).unwrap_or(i64::MAX),
            ..net
        }
    }

    /// The tax on an amount that does not include it.
    pub fn on_top(self, net: Money) -> Money {
        let minor = half_even(i128::from(net.minor) * i128::from(self.milli), 100_000);
        Money {
            minor: i64::try_from(minor).unwrap_or_default(),
            ..net
        }
    }

    /// The tax inside an amount that includes it.
    pub fn within(self, gross: Money) -> Money {
        let milli = i128::from(self.milli);
        let minor = half_even(i128::from(gross.minor) * milli, 100_000 + milli);
        Money {
            minor: i64::try_from(minor).unwrap_or_default(),
            ..gross
        }
    }
}

fn amount_of(amount: Decimal, currency: Currency) -> Amount {
    Amount {
        amount: amount.to_string(),
        currency: currency.code().to_owned(),
    }
}

/// Divides to the nearest whole number, a tie to the even one. The divisor is above zero.
pub(crate) fn half_even(dividend: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    match (rest * 2).cmp(&divisor) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + quotient.rem_euclid(2),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn price(amount: &str, currency: &str) -> Result<UnitPrice, AmountError> {
        UnitPrice::read(&Amount {
            amount: amount.to_owned(),
            currency: currency.to_owned(),
        })
    }

    #[test]
    fn a_price_reads_and_prints_with_the_decimals_of_its_currency() {
        for (given, currency, printed) in [
            ("0.45", "EUR", "0.45"),
            ("0.4", "EUR", "0.40"),
            ("0.123456", "EUR", "0.123456"),
            ("55", "JPY", "55"),
            ("0.1", "KWD", "0.100"),
        ] {
            let read = price(given, currency).expect("a valid price");
            assert_eq!(read.print().amount, printed, "{given} {currency}");
        }
        for (given, currency, error) in [
            ("-1", "EUR", AmountError::Number),
            ("0.1234567", "EUR", AmountError::Number),
            ("1000000", "EUR", AmountError::Number),
            ("1,5", "EUR", AmountError::Number),
            ("NaN", "EUR", AmountError::Number),
            ("", "EUR", AmountError::Number),
            ("1", "eur", AmountError::Currency),
            ("1", "XXXX", AmountError::Currency),
            ("1", "XAU", AmountError::Currency),
        ] {
            assert_eq!(price(given, currency), Err(error), "{given} {currency}");
        }
    }

    #[test]
    fn an_amount_reads_with_the_decimals_of_its_currency_and_no_more() {
        let read = |amount: &str, currency: &str| {
            let amount = Amount {
                amount: amount.to_owned(),
                currency: currency.to_owned(),
            };
            Money::read(&amount).map(|money| money.minor)
        };
        for (amount, currency, minor) in [
            ("50.00", "EUR", 5_000),
            ("50", "EUR", 5_000),
            ("-0.05", "EUR", -5),
            ("50", "JPY", 50),
            ("0.001", "KWD", 1),
        ] {
            assert_eq!(read(amount, currency), Ok(minor), "{amount} {currency}");
        }
        for (amount, currency) in [
            ("0.005", "EUR"),
            ("0.5", "JPY"),
            ("1,5", "EUR"),
            ("NaN", "EUR"),
            ("", "EUR"),
            ("10000000000", "EUR"),
            ("99999999999999999999999999999", "EUR"),
        ] {
            let refused = read(amount, currency);
            assert_eq!(refused, Err(AmountError::Number), "{amount} {currency}");
        }
        assert_eq!(read("1", "EURO"), Err(AmountError::Currency));
    }

    #[test]
    fn energy_costs_what_paper_and_pencil_say() {
        let check = |amount: &str, currency: &str, wh: i64, expect: &str| {
            let cost = price(amount, currency)
                .expect("a valid price")
                .times(wh, 1000);
            assert_eq!(
                cost.print().amount,
                expect,
                "{wh} Wh at {amount} {currency}"
            );
        };
        check("0.45", "EUR", 1520, "0.68"); // 0.684
        check("0.45", "EUR", 100, "0.04"); // 0.045 is a tie: to the even 4
        check("0.55", "EUR", 100, "0.06"); // 0.055 is a tie: to the even 6
        check("55", "JPY", 10, "1"); // 0.55
        check("0.1234", "KWD", 1000, "0.123");
        check("0.45", "EUR", 0, "0.00");
    }

    #[test]
    fn tax_is_found_inside_and_percentages_print_exactly() {
        let eur = Currency::from_code("EUR").expect("a known currency");
        let tax = |text: &str, minor| {
            let percent = Percent::read(text).expect("a valid percentage");
            (
                percent.print(),
                percent
                    .within(Money {
                        minor,
                        currency: eur,
                    })
                    .minor,
            )
        };
        assert_eq!(tax("19", 11_900), ("19.0".to_owned(), 1_900));
        assert_eq!(tax("7.7", 10_770), ("7.7".to_owned(), 770));
        assert_eq!(tax("0", 500), ("0.0".to_owned(), 0));
        for text in ["-1", "100.5", "19.0001", "x", ""] {
            assert_eq!(Percent::read(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_cost_is_never_further_than_half_a_minor_unit_from_the_exact_one(micro in 0..999_999_999_999_i64, wh in 0..10_000_000_i64) {
            let eur = Currency::from_code("EUR").expect("a known currency");
            let minor = i128::from(UnitPrice { micro, currency: eur }.times(wh, 1000).minor);
            // Both sides times 10^9 · 10^-2 · 1000: exact rational arithmetic.
            let exact = i128::from(micro) * i128::from(wh) * 100;
            prop_assert!((minor * MICRO * 1000 - exact).abs() * 2 <= MICRO * 1000);
        }
    }
}
