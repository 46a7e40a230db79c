//! What rates charge at a moment, and when that changes: for price cards. Not for what a charge costs: that takes all of
//! the charge, see `tally`.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::cuts::instants;
use super::rates::{Component, Dimension, Element, Rates, TaxBasis};
use super::restrictions::{Moment, Restrictions};
use crate::money::{Percent, UnitPrice};

/// What repeats by the clock does so within a week, and a day for a clock that is turned.
const WEEK: SignedDuration = SignedDuration::from_hours(8 * 24);

/// The components that hold for a charge that begins at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Of energy.
    pub energy: Option<Component>,
    /// Of time charged.
    pub time: Option<Component>,
    /// Of time idled, however long after the charge began that is taken.
    pub idle: Option<Component>,
    /// Of the charge itself.
    pub flat: Option<Component>,
}

impl Rates {
    /// What holds for a charge that begins at a moment.
    pub fn now(&self, zone: &TimeZone, at: Timestamp) -> Now {
        let moment = Moment {
            local: zone.to_datetime(at),
            wh: 0,
            lasted_ms: 0,
            power_w: None,
            current_ma: None,
        };
        let first = |dimension, holds: &dyn Fn(&Restrictions) -> bool| {
            let element = self.elements.iter().find(|element: &&Element| {
                element.component(dimension).is_some() && holds(&element.restrictions)
            });
            element.and_then(|element| element.component(dimension).copied())
        };
        let hold = |restrictions: &Restrictions| restrictions.hold(&moment);
        let on_clock = |restrictions: &Restrictions| restrictions.hold_on_clock(moment.local);
        Now {
            energy: first(Dimension::Energy, &hold),
            time: first(Dimension::Time, &hold),
            idle: first(Dimension::ParkingTime, &hold)
                .or_else(|| first(Dimension::ParkingTime, &on_clock)),
            flat: first(Dimension::Flat, &hold),
        }
    }

    /// The first moment after another at which something else holds; none: nothing ever does.
    pub fn next_turn(&self, zone: &TimeZone, after: Timestamp) -> Option<Timestamp> {
        let mut edges: Vec<i64> = self
            .elements
            .iter()
            .flat_map(|element| element.restrictions.clock_edges_ms())
            .collect();
        if edges.is_empty() {
            return None;
        }
        edges.sort_unstable();
        edges.dedup();
        let now = self.now(zone, after);
        let mut starts: Vec<Timestamp> = self
            .dates()
            .filter_map(|date| Some(date.to_zoned(zone.clone()).ok()?.timestamp()))
            .filter(|start| *start > after)
            .collect();
        starts.push(after);
        starts.sort_unstable();
        starts.into_iter().find_map(|start| {
            let end = start.saturating_add(WEEK).ok()?;
            let (from, to) = (start.as_millisecond(), end.as_millisecond());
            let mut turns = instants(zone, &edges, from, to);
            turns.push(from);
            turns.sort_unstable();
            turns
                .into_iter()
                .filter_map(|turn| Timestamp::from_millisecond(turn).ok())
                .find(|turn| *turn > after && self.now(zone, *turn) != now)
        })
    }

    fn dates(&self) -> impl Iterator<Item = jiff::civil::Date> {
        self.elements.iter().flat_map(|element| {
            let own = &element.restrictions;
            [own.start_date, own.end_date].into_iter().flatten()
        })
    }
}

impl Component {
    /// Its price with the tax inside, as a tariff of this basis has it.
    pub fn gross(&self, basis: TaxBasis) -> UnitPrice {
        match basis {
            TaxBasis::Included => self.price,
            TaxBasis::Excluded => self.tax.unwrap_or(Percent { milli: 0 }).upon(self.price),
        }
    }
}
