//! What a charge costs, after the tariff model of OCPI 2.2.1: elements with price components and restrictions, step
//! sizes, tax, a least and a highest price, and the house's own grace before idling costs. Pure and exact: integers
//! only. The running cost and the bill come from one [`Tally`]; a charge priced reading by reading costs what it costs
//! priced whole. Not for who pays, nor for which tariff holds where.

mod bill;
mod cuts;
mod fault;
mod limits;
mod now;
mod rates;
mod restrictions;
mod short;
mod tally;

#[cfg(test)]
mod tests;

pub use bill::{Bill, Line, LineKind};
pub use fault::Fault;
pub use now::Now;
pub use rates::{Component, Dimension, Element, Limit, Rates, TaxBasis};
pub use restrictions::Restrictions;
pub use short::Short;
pub use tally::{Activity, Period, Tally};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The bill of a whole charge: periods in the order of their time, each from where the one before ended.
pub fn price(rates: &Rates, zone: &TimeZone, began: Timestamp, periods: &[Period]) -> Bill {
    let mut tally = Tally::new(began);
    for period in periods {
        tally.advance(rates, zone, period);
    }
    tally.bill(rates)
}
