//! What of a charge was used at which price: grows period by period, small enough to be kept with the session. The only
//! state pricing has. Not for rounding and sums: see `bill`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::cuts::{Point, Stretch};
use super::rates::{Dimension, Rates};
use super::restrictions::Moment;
use crate::energy::WattHours;

/// What a car did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// It charged: `TIME`.
    Charging,
    /// It stood: `PARKING_TIME`.
    Idle,
}

/// A charge from where the period before ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// To when. Before the end of the one before: it takes no time.
    pub until: Timestamp,
    /// The energy of the whole charge by then. Lower than before: it takes none.
    pub energy: WattHours,
    /// What the car did.
    pub activity: Activity,
    /// At what power, W; none: not measured.
    pub power_w: Option<i64>,
    /// At what current over all phases, mA; none: not measured.
    pub current_ma: Option<i64>,
}

/// What of a charge was used at which price so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// When the charge began, ms since the epoch.
    began: i64,
    /// Up to when it is tallied, ms since the epoch.
    at: i64,
    /// Its energy by then, Wh.
    wh: i64,
    /// When the present idling began, ms since the epoch.
    idle_from: Option<i64>,
    /// Time charged, at a price or not, ms.
    charging_ms: i64,
    /// Time idled beyond the grace, at a price or not, ms.
    idle_ms: i64,
    /// What had a price, in the order of first use.
    pub(super) used: Vec<Used>,
    /// The elements that priced energy, charging and idling last: their steps count.
    last: [Option<usize>; 3],
}

/// So much of a dimension at the price of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Used {
    /// Of what.
    pub dimension: Dimension,
    /// Which element's price.
    pub element: usize,
    /// Wh, ms, or 1.
    pub quantity: i64,
}

/// A part of a period in which the same elements hold.
struct Part {
    /// When it begins, by the station's clock.
    local: DateTime,
    from: Point,
    to: Point,
    idle: bool,
    /// Whether the grace is over, or there is none to wait for.
    idle_counts: bool,
}

impl Tally {
    /// A charge that begins.
    pub fn new(began: Timestamp) -> Self {
        let began = began.as_millisecond();
        Self {
            began,
            at: began,
            wh: 0,
            idle_from: None,
            charging_ms: 0,
            idle_ms: 0,
            used: Vec::new(),
            last: [None; 3],
        }
    }

    /// Up to when it is tallied, ms since the epoch.
    pub const fn until_ms(&self) -> i64 {
        self.at
    }

    /// Its energy by then.
    pub const fn energy(&self) -> WattHours {
        WattHours(self.wh)
    }

    /// Takes in what came next.
    pub fn advance(&mut self, rates: &Rates, zone: &TimeZone, period: &Period) {
        let idle = period.activity == Activity::Idle;
        self.idle_from = idle.then(|| self.idle_from.unwrap_or(self.at));
        let from = Point {
            at: self.at,
            wh: self.wh,
        };
        let to = Point {
            at: period.until.as_millisecond().max(self.at),
            wh: period.energy.0.max(self.wh),
        };
        let stretch = Stretch {
            rates,
            zone,
            began: self.began,
            idle_from: self.idle_from,
            from,
            to,
        };
        let grace_ends = self
            .idle_from
            .map(|from| from.saturating_add(rates.idle_grace_s.saturating_mul(1000)));
        let clock = rates.read_the_clock().then_some(zone);
        let mut from = from;
        for to in stretch.ends() {
            let part = Part {
                local: local(clock, from.at),
                from,
                to,
                idle,
                idle_counts: grace_ends.is_some_and(|end| from.at >= end),
            };
            self.take(rates, period, &part);
            from = to;
        }
        self.at = to.at;
        self.wh = to.wh;
    }

    fn take(&mut self, rates: &Rates, period: &Period, part: &Part) {
        let ms = part.to.at - part.from.at;
        let charging = if part.idle { 0 } else { ms };
        let idle = if part.idle_counts { ms } else { 0 };
        self.charging_ms += charging;
        self.idle_ms += idle;
        let flat = i64::from(self.used.iter().all(|one| one.dimension != Dimension::Flat));
        let moment = Moment {
            local: part.local,
            wh: part.from.wh,
            lasted_ms: part.from.at - self.began,
            power_w: period.power_w,
            current_ma: period.current_ma,
        };
        for (dimension, quantity) in [
            (Dimension::Flat, flat),
            (Dimension::Energy, part.to.wh - part.from.wh),
            (Dimension::Time, charging),
            (Dimension::ParkingTime, idle),
        ] {
            if quantity > 0 {
                self.add(rates, &moment, dimension, quantity);
            }
        }
    }

    /// Adds to what was used at the price that holds, if one does.
    fn add(&mut self, rates: &Rates, moment: &Moment, dimension: Dimension, quantity: i64) {
        let holds = rates.elements.iter().position(|element| {
            element.component(dimension).is_some() && element.restrictions.hold(moment)
        });
        let Some(element) = holds else {
            return;
        };
        if let Some(last) = place(dimension).and_then(|place| self.last.get_mut(place)) {
            *last = Some(element);
        }
        let before = self
            .used
            .iter_mut()
            .find(|one| one.dimension == dimension && one.element == element);
        match before {
            Some(one) => one.quantity += quantity,
            None => self.used.push(Used {
                dimension,
                element,
                quantity,
            }),
        }
    }

    /// What was used, and what the steps add to it. Steps count once for energy and once for time, on the total of the
    /// charge, at the price and with the step that came last; where idling has a price, charging is not rounded.
    /// Source: OCPI 2.2.1 `mod_cdrs`, on `step_size`.
    pub(super) fn billed(&self, rates: &Rates) -> Vec<Used> {
        let mut billed = self.used.clone();
        let idled = self.last_of(Dimension::ParkingTime).is_some();
        for (dimension, total, unit) in [
            (Dimension::Energy, self.wh, 1),
            (Dimension::ParkingTime, self.idle_ms, 1000),
            (Dimension::Time, self.charging_ms, 1000),
        ] {
            let Some(element) = self.last_of(dimension) else {
                continue;
            };
            if dimension == Dimension::Time && idled {
                continue;
            }
            let step = rates
                .component(element, dimension)
                .map_or(1, |component| component.step_size.max(1))
                .saturating_mul(unit);
            let added = (step - total % step) % step;
            let used = billed
                .iter_mut()
                .find(|one| one.dimension == dimension && one.element == element);
            if let Some(used) = used {
                used.quantity += added;
            }
        }
        billed
    }

    fn last_of(&self, dimension: Dimension) -> Option<usize> {
        place(dimension).and_then(|place| self.last.get(place).copied().flatten())
    }
}

fn local(clock: Option<&TimeZone>, at: i64) -> DateTime {
    clock
        .zip(Timestamp::from_millisecond(at).ok())
        .map_or_else(DateTime::default, |(zone, at)| zone.to_datetime(at))
}

const fn place(dimension: Dimension) -> Option<usize> {
    match dimension {
        Dimension::Energy => Some(0),
        Dimension::Time => Some(1),
        Dimension::ParkingTime => Some(2),
        Dimension::Flat => None,
    }
}
