//! When an element holds. Every beginning is inclusive and every end exclusive, as OCPI 2.2.1 has it; what was not
//! measured restricts nothing. Not for dividing a period where that changes: see `cuts`.

use jiff::civil::{Date, DateTime, Time, Weekday};

/// When an element holds; all that is given must be so. Source: OCPI 2.2.1 `TariffRestrictions`, without reservations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// From this time of day, by the station's clock. Later than `end_time`: over midnight.
    pub start_time: Option<Time>,
    /// To this time of day.
    pub end_time: Option<Time>,
    /// From this day, by the station's calendar.
    pub start_date: Option<Date>,
    /// Before this day.
    pub end_date: Option<Date>,
    /// From this energy of the charge, Wh.
    pub min_wh: Option<i64>,
    /// Before this energy, Wh.
    pub max_wh: Option<i64>,
    /// From this current over all phases, mA.
    pub min_current_ma: Option<i64>,
    /// Below this current, mA.
    pub max_current_ma: Option<i64>,
    /// From this power, W.
    pub min_power_w: Option<i64>,
    /// Below this power, W.
    pub max_power_w: Option<i64>,
    /// Once the charge has lasted so long, charging or not, seconds.
    pub min_duration_s: Option<i64>,
    /// While it has not lasted so long, seconds.
    pub max_duration_s: Option<i64>,
    /// On these days of the week, by the station's calendar; none: on all.
    pub days: Vec<Weekday>,
}

/// Where a charge stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// By the station's clock; any time where no restriction reads it.
    pub local: DateTime,
    /// Energy so far, Wh.
    pub wh: i64,
    /// How long it has lasted, ms.
    pub lasted_ms: i64,
    /// Power, W; none: not measured.
    pub power_w: Option<i64>,
    /// Current over all phases, mA; none: not measured.
    pub current_ma: Option<i64>,
}

impl Restrictions {
    /// Whether they hold.
    pub(super) fn hold(&self, moment: &Moment) -> bool {
        let seconds = |limit: Option<i64>| limit.map(|s| s.saturating_mul(1000));
        self.hold_on_clock(moment.local)
            && within(moment.wh, self.min_wh, self.max_wh)
            && within(
                moment.lasted_ms,
                seconds(self.min_duration_s),
                seconds(self.max_duration_s),
            )
            && moment
                .current_ma
                .is_none_or(|ma| within(ma, self.min_current_ma, self.max_current_ma))
            && moment
                .power_w
                .is_none_or(|w| within(w, self.min_power_w, self.max_power_w))
    }

    /// Whether those of them hold that look at the clock and the calendar.
    pub(super) fn hold_on_clock(&self, local: DateTime) -> bool {
        let (time, date) = (local.time(), local.date());
        let in_hours = match (self.start_time, self.end_time) {
            (Some(start), Some(end)) if end < start => time >= start || time < end,
            (start, end) => within(time, start, end),
        };
        in_hours
            && within(date, self.start_date, self.end_date)
            && (self.days.is_empty() || self.days.contains(&date.weekday()))
    }

    /// Whether they look at the station's clock or calendar.
    pub(super) fn read_the_clock(&self) -> bool {
        self.clock_edges_ms().next().is_some()
    }

    /// Whether they look at power or current.
    pub(super) fn measure_flow(&self) -> bool {
        [
            self.min_power_w,
            self.max_power_w,
            self.min_current_ma,
            self.max_current_ma,
        ]
        .iter()
        .any(Option::is_some)
    }

    /// The times of day at which they may begin or end to hold, ms after midnight.
    pub(super) fn clock_edges_ms(&self) -> impl Iterator<Item = i64> {
        let by_day = self.start_date.is_some() || self.end_date.is_some() || !self.days.is_empty();
        let midnight = by_day.then(Time::midnight);
        [self.start_time, self.end_time, midnight]
            .into_iter()
            .flatten()
            .map(|time| {
                let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60;
                (seconds + i64::from(time.second())) * 1000 + i64::from(time.millisecond())
            })
    }
}

fn within<T: PartialOrd>(value: T, from: Option<T>, before: Option<T>) -> bool {
    from.is_none_or(|from| value >= from) && before.is_none_or(|before| value < before)
}
