//! Where a charge is to end, and when that will be as far as can be foreseen: from the last two readings, so that the
//! charger is told in time and not one reading too late. Not for what happens then: that is an op's.

use jiff::{SignedDuration, Timestamp};

use super::{Session, StopReason};
use crate::energy::WattHours;
use crate::money::Money;
use crate::words::words;

/// How early a driver is told that the charge will end.
pub const WARNING: SignedDuration = SignedDuration::from_secs(60);
/// How early the charger is told: the CALL and the contactor take their time.
pub const LEAD: SignedDuration = SignedDuration::from_secs(2);
/// How many intervals ahead is looked: further, and the figure would move with each reading.
const AHEAD: i32 = 3;
/// A reading that is older says nothing of now: the charger kept it while it was away (FLT-05).
const STALE: SignedDuration = SignedDuration::from_mins(5);
/// How long a charger that was told to stop may take to say yes before it is told again.
pub const AGAIN: SignedDuration = SignedDuration::from_secs(35);

/// Where a driver wants the charge to end: at the first of these. At least one is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// When it costs so much.
    pub amount: Option<Money>,
    /// When it has taken so much energy.
    pub energy: Option<WattHours>,
    /// After so many minutes.
    pub minutes: Option<i64>,
    /// When the battery is so full.
    pub soc_percent: Option<i64>,
}

words! {
    /// What ends a charge.
    EndsBy {
        /// The driver's amount.
        Amount = "amount",
        /// What is held, where nothing more can be.
        Held = "held",
        /// The driver's energy.
        Energy = "energy",
        /// The driver's minutes.
        Minutes = "minutes",
        /// The driver's state of charge.
        Soc = "soc",
    }
}

/// How a charge is paid for, and when it will have to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funding {
    /// Whether its customer's wallet pays for it.
    pub on_account: bool,
    /// What is held for it now.
    pub held: Option<Money>,
    /// When a limit is reached, and which: by our clock, as far as can be foreseen.
    pub ends: Option<(Timestamp, EndsBy)>,
    /// Whether the driver was told.
    pub warned: bool,
    /// When its bill is to be made, or made anew.
    pub bill_due: Option<Timestamp>,
}

/// A charge's figures before a reading, to measure by how fast they rise.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    at: Option<Timestamp>,
    energy: WattHours,
    cost: Option<Money>,
}

impl Session {
    /// What it costs so far, in all.
    pub fn total(&self) -> Option<Money> {
        self.cost().map(|cost| cost.total)
    }

    /// What is held for it; nothing once it is over.
    pub fn held(&self) -> Option<Money> {
        self.funding.held.filter(|_| self.status.is_active())
    }

    /// When a limit is reached, and which; nothing once it is over.
    pub fn ends(&self) -> Option<(Timestamp, EndsBy)> {
        self.funding.ends.filter(|_| self.status.is_active())
    }

    /// What of the hold is left; nothing where none is.
    pub fn remaining(&self) -> Option<Money> {
        let (held, total) = self.funding.held.zip(self.total())?;
        let left = (held - total).minor.max(0);
        Some(Money {
            minor: left,
            ..held
        })
    }

    /// Whether it must ever be looked at for its end. Nothing is reckoned where not.
    pub const fn is_limited(&self) -> bool {
        self.limit.is_some() || self.funding.held.is_some()
    }

    /// Its figures as they are, before a reading.
    pub fn pace(&self) -> Pace {
        Pace {
            at: self.measured_at.or(self.began_at),
            energy: self.energy,
            cost: self.total(),
        }
    }

    /// When the driver's minutes are over; a charge that is told late gets another one, for its stop may be on its way.
    pub fn limit_minutes(&mut self, now: Timestamp) {
        let Some(minutes) = self.limit.and_then(|limit| limit.minutes) else {
            return;
        };
        let began = self.began_at.unwrap_or(now);
        let end = began + SignedDuration::from_mins(minutes);
        let end = if end > now { end } else { now + WARNING };
        self.funding.ends = Some((end, EndsBy::Minutes));
    }

    /// Foresees the end from a reading that moved it.
    pub fn foresee(&mut self, before: &Pace, now: Timestamp) {
        let asked = self.stop_asked == Some(StopReason::Limit);
        if !self.is_limited() || !self.status.is_running() || asked {
            return;
        }
        let kept = self.funding.ends.filter(|(_, by)| *by == EndsBy::Minutes);
        let kept = kept.or_else(|| self.minutes_end());
        let near = self.nearest(before, now);
        let next = match (kept, near) {
            (Some(kept), Some(near)) => Some(if near.0 < kept.0 { near } else { kept }),
            (kept, near) => kept.or(near),
        };
        self.funding.ends = next;
        if next.is_none_or(|(at, _)| at > now + WARNING + WARNING) {
            // More money, or slower: what was told is not true any more.
            self.funding.warned = false;
        }
    }

    fn minutes_end(&self) -> Option<(Timestamp, EndsBy)> {
        let minutes = self.limit?.minutes?;
        let end = self.began_at? + SignedDuration::from_mins(minutes);
        Some((end, EndsBy::Minutes))
    }

    /// The next limit by money, energy or state of charge, where it is near enough to be told.
    fn nearest(&self, before: &Pace, now: Timestamp) -> Option<(Timestamp, EndsBy)> {
        let at = self.measured_at?;
        if now.duration_since(at) > STALE {
            return None;
        }
        let took = at.duration_since(before.at?).as_millis();
        let rise = Rise { took, now };
        let limit = self.limit;
        let minor = |money: Money| money.minor;
        let total = self.total().map(minor);
        let grown = total.zip(before.cost.map(minor));
        let money = |ceiling: Option<Money>| {
            let (total, before) = grown?;
            rise.until(total, total - before, minor(ceiling?))
        };
        let energy = || {
            let ceiling = limit?.energy?.0;
            rise.until(self.energy.0, self.energy.0 - before.energy.0, ceiling)
        };
        let soc = || {
            let full = self.soc_percent? >= limit?.soc_percent?;
            full.then_some(now)
        };
        let found = [
            (money(limit.and_then(|limit| limit.amount)), EndsBy::Amount),
            (money(self.funding.held), EndsBy::Held),
            (energy(), EndsBy::Energy),
            (soc(), EndsBy::Soc),
        ];
        let found = found.into_iter().filter_map(|(at, by)| Some((at?, by)));
        // Of two at once the first: an amount that is all held ends the charge, and is not extended.
        found.min_by_key(|(at, _)| *at)
    }
}

/// How a figure rose between two readings.
#[derive(Clone, Copy)]
struct Rise {
    /// Milliseconds between them.
    took: i128,
    now: Timestamp,
}

impl Rise {
    /// When a figure that rose by so much will be there; `None`: not soon.
    fn until(self, figure: i64, rose: i64, ceiling: i64) -> Option<Timestamp> {
        let left = i128::from(ceiling.saturating_sub(figure));
        if left <= 0 {
            return Some(self.now);
        }
        if rose <= 0 || self.took <= 0 {
            return None;
        }
        let wait = left.saturating_mul(self.took) / i128::from(rose);
        let far = (self.took * i128::from(AHEAD)).max(WARNING.as_millis() * 2);
        if wait > far {
            return None;
        }
        let wait = SignedDuration::from_millis(i64::try_from(wait).ok()?);
        self.now.checked_add(wait).ok()
    }
}
