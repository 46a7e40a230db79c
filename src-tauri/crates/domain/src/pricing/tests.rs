//! Prices against what others say they are: the specification's worked examples (`spec`), exact rational arithmetic over
//! a model that walks the charge quarter by quarter (`exact`), clocks that are turned (`clock`), and what a price card says
//! of it (`now`).
//!
//! Planted once and seen red: a step taken on the last element's quantity instead of the charge's total; charging
//! rounded up although idling has a price; the second passing of a time of day missed where the clock is turned back;
//! a tie rounded up; the rest of a split limit lost; a window over midnight that never holds; a grace that a mark
//! begins anew.

mod clock;
mod exact;
mod now;
mod rules;
mod spec;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::*;
use crate::energy::WattHours;
use crate::money::{Amount, Currency, Percent, UnitPrice};

fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a known currency")
}

fn micro(price: &str, code: &str) -> UnitPrice {
    UnitPrice::read(&Amount {
        amount: price.to_owned(),
        currency: code.to_owned(),
    })
    .expect("a valid price")
}

fn percent(text: &str) -> Percent {
    Percent::read(text).expect("a valid percentage")
}

/// A component of a tariff in KWD: three decimals.
fn component(dimension: Dimension, price: &str, tax: &str, step_size: i64) -> Component {
    Component {
        dimension,
        price: micro(price, "KWD"),
        tax: (!tax.is_empty()).then(|| percent(tax)),
        step_size,
    }
}

fn element(components: &[Component], restrictions: Restrictions) -> Element {
    Element {
        components: components.to_vec(),
        restrictions,
    }
}

fn always(components: &[Component]) -> Element {
    element(components, Restrictions::default())
}

/// OCPI's way: tax on top.
fn rates(elements: Vec<Element>) -> Rates {
    Rates {
        currency: currency("KWD"),
        basis: TaxBasis::Excluded,
        elements,
        min_price: None,
        max_price: None,
        idle_grace_s: 0,
    }
}

fn time(text: &str) -> Time {
    text.parse().expect("a time of day")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn period(until: Timestamp, wh: i64, activity: Activity) -> Period {
    Period {
        until,
        energy: WattHours(wh),
        activity,
        power_w: None,
        current_ma: None,
    }
}

/// Berlin's rules, without a database of time zones.
fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a POSIX time zone")
}

/// Net and total, as they are printed.
fn sums(bill: &Bill) -> (String, String) {
    (bill.net.print().amount, bill.total.print().amount)
}
