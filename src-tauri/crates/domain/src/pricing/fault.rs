//! What is wrong with rates before anybody is charged by them. Not for how they are read from a form.

use super::rates::{Component, Element, Limit, Rates, TaxBasis};
use super::restrictions::Restrictions;

/// The most elements a tariff has.
const MOST_ELEMENTS: usize = 40;

/// The largest step: a day in seconds, and more Wh than a car holds.
const LARGEST_STEP: i64 = 1_000_000;

/// The longest grace and duration: a year.
const LONGEST_S: i64 = 366 * 86_400;

/// The most energy, current and power a restriction names, in thousandths of kWh, A and kW.
const MOST_MILLI: i64 = 1_000_000_000;

/// Why rates do not do: where, and what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Fault {
    /// A JSON pointer into the tariff, as it is sent.
    pub pointer: String,
    /// What is wrong, for people.
    pub what: &'static str,
}

impl Rates {
    /// The first thing that does not do, if there is one.
    pub fn check(&self) -> Result<(), Fault> {
        if self.elements.is_empty() || self.elements.len() > MOST_ELEMENTS {
            return fault("/elements", "A tariff has 1 to 40 elements.");
        }
        if !(0..=LONGEST_S).contains(&self.idle_grace_s) {
            return fault("/idleGraceMinutes", "The grace is at most a year.");
        }
        for (index, element) in self.elements.iter().enumerate() {
            let at = format!("/elements/{index}");
            self.check_components(element, &at)?;
            check_restrictions(&element.restrictions, &format!("{at}/restrictions"))?;
        }
        self.check_limits()
    }

    fn check_components(&self, element: &Element, at: &str) -> Result<(), Fault> {
        let components = &element.components;
        if components.is_empty() {
            return fault(at, "An element has a price component.");
        }
        for (index, component) in components.iter().enumerate() {
            let at = format!("{at}/priceComponents/{index}");
            let earlier = components.iter().take(index);
            if earlier
                .map(|one| one.dimension)
                .any(|one| one == component.dimension)
            {
                return fault(&at, "An element has one price component of a type.");
            }
            self.check_component(component, &at)?;
        }
        Ok(())
    }

    fn check_component(&self, component: &Component, at: &str) -> Result<(), Fault> {
        if component.price.currency != self.currency || component.price.micro < 0 {
            return fault(at, "A price is not negative, and in the tariff's currency.");
        }
        if !(0..=LARGEST_STEP).contains(&component.step_size) {
            return fault(at, "A step is 0 to 1,000,000.");
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Fault> {
        for (at, limit) in [("/minPrice", self.min_price), ("/maxPrice", self.max_price)] {
            let Some(Limit {
                net_minor,
                total_minor,
            }) = limit
            else {
                continue;
            };
            let negative = [net_minor, total_minor]
                .into_iter()
                .flatten()
                .any(|one| one < 0);
            let taxed = net_minor
                .zip(total_minor)
                .is_none_or(|(net, total)| net <= total);
            if negative || !taxed || (net_minor, total_minor) == (None, None) {
                return fault(
                    at,
                    "A limit is not negative, and with tax not below without.",
                );
            }
            if self.basis == TaxBasis::Included && net_minor.is_some() {
                return fault(at, "Where prices hold the tax, so do limits.");
            }
        }
        let both = self.min_price.zip(self.max_price);
        let crossed = both.is_some_and(|(min, max)| {
            let above = |least: Option<i64>, most: Option<i64>| {
                least.zip(most).is_some_and(|(least, most)| least > most)
            };
            above(min.net_minor, max.net_minor) || above(min.total_minor, max.total_minor)
        });
        if crossed {
            return fault("/minPrice", "The least price is not above the highest.");
        }
        Ok(())
    }
}

fn check_restrictions(own: &Restrictions, at: &str) -> Result<(), Fault> {
    let midnight = jiff::civil::Time::midnight();
    let start = own.start_time.unwrap_or(midnight);
    if own.end_time == Some(start) {
        return fault(
            at,
            "A time of day ends after it began, or before: over midnight.",
        );
    }
    if own
        .start_date
        .zip(own.end_date)
        .is_some_and(|(start, end)| start >= end)
    {
        return fault(at, "The last day comes after the first.");
    }
    for (least, most, limit) in [
        (own.min_wh, own.max_wh, MOST_MILLI),
        (own.min_current_ma, own.max_current_ma, MOST_MILLI),
        (own.min_power_w, own.max_power_w, MOST_MILLI),
        (own.min_duration_s, own.max_duration_s, LONGEST_S),
    ] {
        let out = [least, most]
            .into_iter()
            .flatten()
            .any(|one| !(0..=limit).contains(&one));
        if out || least.zip(most).is_some_and(|(least, most)| least >= most) {
            return fault(at, "A least amount is not negative, and below the most.");
        }
    }
    Ok(())
}

fn fault(at: &str, what: &'static str) -> Result<(), Fault> {
    Err(Fault {
        pointer: at.to_owned(),
        what,
    })
}
