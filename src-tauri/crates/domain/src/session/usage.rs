//! What of a charge is priced: its marks and its pauses, folded into a tally as they come. One fold for the running cost
//! and for the bill, so that a charge priced reading by reading costs what it costs priced whole (ADR 0015).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::energy::WattHours;
use crate::pricing::{Activity, Period, Tally};
use crate::tariff::Terms;

/// More pauses than a charge has: what a charger that flaps says beyond them counts as charging.
const MOST_TURNS: usize = 1_000;

/// What of a charge is priced so far, small enough to be kept with the session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// What was used at which price; none: nothing is charged, or it must be counted anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tally: Option<Tally>,
    /// When the car began to idle and to charge again, by turns, ms since the epoch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    turns: Vec<i64>,
}

/// The energy of a charge at a moment, and how it flowed up to then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// When.
    pub at: Timestamp,
    /// Since the charge began.
    pub energy: WattHours,
    /// Power, W; none: not measured.
    pub power_w: Option<i64>,
    /// Current over all phases, mA; none: not measured.
    pub current_ma: Option<i64>,
}

impl Usage {
    /// Whether there is nothing to be kept.
    pub fn is_empty(&self) -> bool {
        self.tally.is_none() && self.turns.is_empty()
    }

    /// Begins to tally, where something is charged.
    pub(super) fn begin(&mut self, terms: Option<&Terms>, began: Timestamp) {
        self.tally = terms.map(|_| Tally::new(began));
    }

    /// The car turns to idling or to charging. One that was told late turns when the one before it did. What is tallied
    /// beyond it must be counted anew.
    pub(super) fn turn(&mut self, idle: bool, at: Timestamp) {
        let idles = self.turns.len() % 2 == 1;
        if idle == idles || (idle && self.turns.len() >= MOST_TURNS) {
            return;
        }
        let at = at.as_millisecond();
        match self.turns.last() {
            // A stretch that took no time was none.
            Some(last) if *last >= at => {
                self.turns.pop();
            }
            _ => self.turns.push(at),
        }
        if self
            .tally
            .as_ref()
            .is_some_and(|tally| at < tally.until_ms())
        {
            self.tally = None;
        }
    }

    /// Takes in the next mark.
    pub(super) fn advance(&mut self, terms: Option<&Terms>, flow: Flow) {
        let Some((mut tally, terms)) = self.tally.take().zip(terms) else {
            return;
        };
        let from = (tally.until_ms(), tally.energy());
        // A word that says nothing new of a moment that is priced.
        let nothing_new = flow.at.as_millisecond() <= from.0 && flow.energy <= from.1;
        if !nothing_new {
            for period in self.periods(from, flow) {
                tally.advance(&terms.rates, &terms.zone, &period);
            }
        }
        self.tally = Some(tally);
    }

    /// Counts anew from every mark, in the order of their times.
    pub(super) fn retell(&mut self, terms: Option<&Terms>, began: Timestamp, flows: &[Flow]) {
        self.begin(terms, began);
        for flow in flows {
            self.advance(terms, *flow);
        }
    }

    /// The same marks as periods, for other prices than its own.
    pub(super) fn all_periods(&self, began: Timestamp, flows: &[Flow]) -> Vec<Period> {
        let mut from = (began.as_millisecond(), WattHours(0));
        let mut periods = Vec::new();
        for flow in flows {
            periods.extend(self.periods(from, *flow));
            from = (
                flow.at.as_millisecond().max(from.0),
                flow.energy.max(from.1),
            );
        }
        periods
    }

    /// From one mark to the next, divided where the car turned. Energy flows evenly while it charges, and while it idles
    /// only where it does nothing else.
    fn periods(&self, (start, before): (i64, WattHours), flow: Flow) -> Vec<Period> {
        let end = flow.at.as_millisecond().max(start);
        let past = self.turns.partition_point(|turn| *turn <= start);
        let within = self.turns[past..].iter().take_while(|turn| **turn < end);
        let mut idle = past % 2 == 1;
        let mut stretches = Vec::new();
        let mut from = start;
        for turn in within.copied().chain([end]) {
            stretches.push((turn, turn - from, idle));
            idle = !idle;
            from = turn;
        }
        let charging = |stretches: &[(i64, i64, bool)]| -> i64 {
            let own = stretches.iter().filter(|(_, _, idle)| !idle);
            own.map(|(_, ms, _)| ms).sum()
        };
        let whole = i128::from(charging(&stretches));
        let flowed = i128::from(flow.energy.0 - before.0);
        // Unmeasured, it was what the energy takes in the time.
        let mean = || i64::try_from(flowed * 3_600_000 / Some(whole).filter(|ms| *ms > 0)?).ok();
        let power_w = flow.power_w.or_else(mean);
        let last = stretches.len() - 1;
        let ended = |index: usize| {
            if index == last {
                return flow.energy;
            }
            let share = flowed * i128::from(charging(&stretches[..=index])) / whole.max(1);
            WattHours(before.0 + i64::try_from(share).unwrap_or_default())
        };
        let period = |(index, (until, _, idle)): (usize, &(i64, i64, bool))| Period {
            until: Timestamp::from_millisecond(*until).unwrap_or(flow.at),
            energy: ended(index),
            activity: if *idle {
                Activity::Idle
            } else {
                Activity::Charging
            },
            power_w,
            current_ma: flow.current_ma,
        };
        stretches.iter().enumerate().map(period).collect()
    }
}
