//! Where a period must be divided: wherever another element may begin to hold. Between two marks energy is taken to
//! flow evenly, so that a cut in time has an energy and a cut in energy a time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::rates::Rates;
use super::restrictions::Restrictions;

/// A day of an even clock, ms.
const DAY_MS: i64 = 86_400_000;

/// A moment and the energy up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    /// Milliseconds since the epoch.
    pub at: i64,
    /// Wh since the charge began.
    pub wh: i64,
}

/// A stretch of a charge that is to be divided.
pub(super) struct Stretch<'r> {
    /// By which prices.
    pub rates: &'r Rates,
    /// The station's clock.
    pub zone: &'r TimeZone,
    /// When the charge began, ms since the epoch.
    pub began: i64,
    /// When its present idling began, ms since the epoch; none: it charges.
    pub idle_from: Option<i64>,
    /// From where.
    pub from: Point,
    /// To where.
    pub to: Point,
}

impl Stretch<'_> {
    /// The ends of its parts, the last being its own. A cut too many divides what costs the same and changes nothing.
    pub(super) fn ends(&self) -> Vec<Point> {
        let mut ends = Vec::new();
        if !self.rates.are_steady() {
            ends.extend(self.clock_cuts());
            ends.extend(self.duration_cuts());
            ends.extend(self.energy_cuts());
            ends.sort_unstable();
            ends.dedup();
        }
        ends.push(self.to);
        ends
    }

    fn clock_cuts(&self) -> Vec<Point> {
        let restrictions = self.rates.elements.iter().map(|one| &one.restrictions);
        let mut edges: Vec<i64> = restrictions
            .flat_map(Restrictions::clock_edges_ms)
            .collect();
        edges.sort_unstable();
        edges.dedup();
        if edges.is_empty() || self.from.at == self.to.at {
            return Vec::new();
        }
        instants(self.zone, &edges, self.from.at, self.to.at)
            .into_iter()
            .filter_map(|at| self.at_time(at))
            .collect()
    }

    fn duration_cuts(&self) -> impl Iterator<Item = Point> {
        let lasted = self.rates.elements.iter().flat_map(|element| {
            let own = &element.restrictions;
            [own.min_duration_s, own.max_duration_s]
        });
        let grace = self.idle_from.map(|from| (from, self.rates.idle_grace_s));
        lasted
            .flatten()
            .map(|seconds| (self.began, seconds))
            .chain(grace)
            .filter_map(|(from, seconds)| {
                self.at_time(from.saturating_add(seconds.saturating_mul(1000)))
            })
    }

    fn energy_cuts(&self) -> impl Iterator<Item = Point> {
        let limits = self.rates.elements.iter().flat_map(|element| {
            let own = &element.restrictions;
            [own.min_wh, own.max_wh]
        });
        limits.flatten().filter_map(|wh| self.at_energy(wh))
    }

    /// A moment strictly inside, with the whole Wh reached by then.
    fn at_time(&self, at: i64) -> Option<Point> {
        let (from, to) = (self.from, self.to);
        (from.at < at && at < to.at).then(|| {
            let share = i128::from(to.wh - from.wh) * i128::from(at - from.at);
            let wh = from.wh + narrow(share / i128::from(to.at - from.at));
            Point { at, wh }
        })
    }

    /// An energy strictly inside, with the first millisecond by which it is reached.
    fn at_energy(&self, wh: i64) -> Option<Point> {
        let (from, to) = (self.from, self.to);
        (from.wh < wh && wh < to.wh).then(|| {
            let share = i128::from(to.at - from.at) * i128::from(wh - from.wh);
            let flowed = i128::from(to.wh - from.wh);
            let at = from.at + narrow((share + flowed - 1) / flowed);
            Point { at, wh }
        })
    }
}

/// Every instant between two at which a clock may pass one of these times of day, or is turned. Between two turns the
/// clock runs evenly; so a time of day that comes twice is found twice, and one that never comes is not.
pub(super) fn instants(zone: &TimeZone, edges: &[i64], from: i64, to: i64) -> Vec<i64> {
    let Ok(first) = Timestamp::from_millisecond(from) else {
        return Vec::new();
    };
    let mut found: Vec<i64> = zone
        .following(first)
        .map(|turn| turn.timestamp().as_millisecond())
        .take_while(|turn| *turn < to)
        .collect();
    let starts: Vec<i64> = [from].into_iter().chain(found.iter().copied()).collect();
    let ends: Vec<i64> = found.iter().copied().chain([to]).collect();
    for (start, end) in starts.into_iter().zip(ends) {
        let Ok(at) = Timestamp::from_millisecond(start) else {
            continue;
        };
        let ahead = i64::from(zone.to_offset(at).seconds()) * 1000;
        let days = (start + ahead).div_euclid(DAY_MS)..=(end + ahead).div_euclid(DAY_MS);
        for midnight in days.map(|day| day * DAY_MS - ahead) {
            found.extend(edges.iter().map(|edge| midnight + edge));
        }
    }
    found
}

fn narrow(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
