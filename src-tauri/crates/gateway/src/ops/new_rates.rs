//! How a tariff's rates come to be and change: by the short form's fields, or by OCPI's elements. What is left out stays.
//! Not for how they are read from a body.

use domain::Currency;
use domain::money::{Percent, UnitPrice};
use domain::pricing::{Element, Limit, Rates, Short, TaxBasis};

use super::change::{Change, set};
use crate::core::OpError;

/// What is to become of a tariff's rates. Each field within its bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct NewRates {
    /// The currency that every price is expected in.
    pub currency: Option<Currency>,
    /// The short form: tax included.
    pub short: NewShort,
    /// OCPI's elements instead: tax on top.
    pub elements: Option<Vec<Element>>,
    /// A charge costs no less.
    pub min_price: Change<Limit>,
    /// A charge costs no more.
    pub max_price: Change<Limit>,
    /// How long each stretch of not charging costs nothing, minutes.
    pub idle_grace_minutes: Option<i64>,
}

/// What is to become of the short form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewShort {
    /// Per kWh.
    pub per_kwh: Option<UnitPrice>,
    /// Per minute of charging.
    pub per_minute: Change<UnitPrice>,
    /// Per session.
    pub session_fee: Change<UnitPrice>,
    /// Per minute of not charging.
    pub idle_per_minute: Change<UnitPrice>,
    /// The tax inside.
    pub tax: Option<Percent>,
}

impl NewRates {
    /// The rates of a new tariff: elements, or a price per kWh and its tax.
    pub fn create(&self) -> Result<Rates, OpError> {
        let plain = match (&self.elements, self.short.per_kwh, self.short.tax) {
            (Some(elements), _, _) => {
                let prices = elements.iter().flat_map(|one| &one.components);
                let first = prices.map(|one| one.price).next();
                let first = first.ok_or_else(|| {
                    invalid(
                        "/elements",
                        "rule",
                        "A tariff has 1 to 40 elements.".to_owned(),
                    )
                })?;
                Rates::per_kwh(first, Percent { milli: 0 })
            }
            (None, Some(per_kwh), Some(tax)) => Rates::per_kwh(per_kwh, tax),
            (None, _, _) => {
                let detail = "A tariff has a price per kWh and its tax, or elements.".to_owned();
                return Err(invalid("/perKwh", "required", detail));
            }
        };
        self.change(&plain)
    }

    /// What rates become.
    pub fn change(&self, before: &Rates) -> Result<Rates, OpError> {
        let mut rates = before.clone();
        if let Some(elements) = &self.elements {
            rates.elements.clone_from(elements);
            rates.basis = TaxBasis::Excluded;
            rates.currency = self.currency.unwrap_or(rates.currency);
        } else if self.short != NewShort::default() {
            let mut short = Short::of(&rates).ok_or_else(|| {
                let detail = "This tariff has elements. Send those.".to_owned();
                invalid("/elements", "required", detail)
            })?;
            let new = self.short.clone();
            set(&mut short.per_kwh, new.per_kwh);
            new.per_minute.apply(&mut short.per_minute);
            new.session_fee.apply(&mut short.session_fee);
            new.idle_per_minute.apply(&mut short.idle_per_minute);
            set(&mut short.tax, new.tax);
            rates.elements = short.elements();
            rates.currency = short.per_kwh.currency;
        }
        self.min_price.clone().apply(&mut rates.min_price);
        self.max_price.clone().apply(&mut rates.max_price);
        set(
            &mut rates.idle_grace_s,
            self.idle_grace_minutes.map(|minutes| minutes * 60),
        );
        self.one_currency(&rates)?;
        rates
            .check()
            .map_err(|fault| invalid(fault.pointer, "rule", fault.what.to_owned()))?;
        Ok(rates)
    }

    /// A price in another currency than the one that was named is a mistake of somebody's.
    fn one_currency(&self, rates: &Rates) -> Result<(), OpError> {
        let named = self.currency.unwrap_or(rates.currency);
        let price = |price: &Change<UnitPrice>| price.set().map(|one| one.currency);
        let short = &self.short;
        let wrong = [
            ("/perKwh/currency", short.per_kwh.map(|one| one.currency)),
            ("/perMinute/currency", price(&short.per_minute)),
            ("/sessionFee/currency", price(&short.session_fee)),
            ("/idlePerMinute/currency", price(&short.idle_per_minute)),
            // Named alone, it must be the one that is there.
            ("/currency", Some(rates.currency)),
        ]
        .into_iter()
        .find(|(_, currency)| currency.is_some_and(|currency| currency != named));
        match wrong {
            None => Ok(()),
            Some((pointer, _)) => {
                let detail = "The price is in another currency than the tariff.".to_owned();
                Err(invalid(pointer, "mismatch", detail))
            }
        }
    }
}

fn invalid(
    pointer: impl Into<std::borrow::Cow<'static, str>>,
    fault: &'static str,
    detail: String,
) -> OpError {
    OpError::Invalid {
        pointer: pointer.into(),
        fault,
        detail: detail.into(),
    }
}
