//! What readings make of a session: its energy, and what of it is priced. The result must not depend on the order in which
//! they come.

use jiff::Timestamp;

use super::usage::Flow;
use super::{Session, SessionStatus};
use crate::charger_clock;
use crate::energy::WattHours;
use crate::meter::{Metered, Reading};
use crate::pricing::Period;
use crate::register::{Count, Mark, Verdict};

/// What a reading did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Whether the session's figures are others now.
    pub moved: bool,
    /// Whether its register cannot be, and was not counted.
    pub refused: bool,
}

/// A charge counted anew.
struct Recounted {
    count: Count,
    refused: Vec<Mark>,
    flows: Vec<Flow>,
}

impl Session {
    /// Whether a reading can only be taken in with every register read so far at hand: it came late, a register fell, or
    /// the session is over. In a plain charge none of it is so.
    pub fn needs_history(&self, reading: &Reading) -> bool {
        let late = |mark| !self.follows(mark) || self.needs_recount() || self.ties(mark);
        // One whose end was inferred lasted until its last word, register or not.
        self.counts() && (Metered::of(reading).is_some_and(late) || self.inferred)
    }

    /// Whether what is priced must be counted anew: the car turned before what is tallied already.
    pub const fn needs_recount(&self) -> bool {
        self.terms.is_some() && self.usage.tally.is_none() && self.began_at.is_some()
    }

    /// Takes a reading in. `history` has its register too, where it is needed at all; `max_power_w` is what the charger
    /// gives at most. Power and state of charge are those
    /// of the latest. After the stop a late reading only counts where it tells that the register began again before it.
    pub fn measure(
        &mut self,
        reading: &Reading,
        history: &[Metered],
        max_power_w: i64,
    ) -> Measured {
        if !self.counts() {
            return Measured {
                moved: false,
                refused: false,
            };
        }
        let before = (self.energy, self.meter_last, self.stopped_at);
        let anew = self.needs_history(reading);
        let latest =
            self.status.is_running() && self.measured_at.is_none_or(|at| reading.measured_at >= at);
        if latest {
            self.measured_at = Some(reading.measured_at);
            self.power_w = reading.power_w.or(self.power_w);
            self.soc_percent = reading.soc_percent.or(self.soc_percent);
        }
        if self.inferred {
            // It lasted at least until the last it said.
            self.stopped_at = self.stopped_at.max(Some(reading.measured_at));
        }
        let metered = Metered::of(reading);
        let refused = if anew {
            let refused = self.recount(history, max_power_w);
            metered.is_some_and(|metered| refused.contains(&metered.mark))
        } else {
            metered.is_some_and(|metered| !self.go_on(metered, max_power_w))
        };
        let moved = latest || before != (self.energy, self.meter_last, self.stopped_at);
        if moved {
            self.version += 1;
        }
        Measured { moved, refused }
    }

    /// Counts a register that simply goes on from the last one. Whether it can be.
    fn go_on(&mut self, metered: Metered, max_power_w: i64) -> bool {
        let mut count = Count::resumed(self.start(), self.meter_last, self.rated(max_power_w));
        let verdict = count.take(metered.mark);
        self.adopt(&count);
        if verdict == Verdict::Counted {
            let flow = flow(&metered, count.energy());
            self.usage.advance(self.terms.as_ref(), flow);
        }
        verdict != Verdict::Refused
    }

    /// Counts anew from every register that was read; those after the stop say nothing of it. Names what cannot be.
    pub fn recount(&mut self, history: &[Metered], max_power_w: i64) -> Vec<Mark> {
        let recounted = self.retrace(history, max_power_w);
        self.adopt(&recounted.count);
        self.usage
            .retell(self.terms.as_ref(), self.start().at, &recounted.flows);
        if self.inferred {
            self.meter_stop = Some(self.meter_last);
        }
        recounted.refused
    }

    /// The charge as it went, for other prices than its own: when it began, and period by period.
    pub fn periods(&self, history: &[Metered], max_power_w: i64) -> (Timestamp, Vec<Period>) {
        let recounted = self.retrace(history, max_power_w);
        let began = self.start().at;
        (began, self.usage.all_periods(began, &recounted.flows))
    }

    fn retrace(&self, history: &[Metered], max_power_w: i64) -> Recounted {
        let mut count = Count::new(self.start(), self.rated(max_power_w));
        let end = self.end();
        let mut within: Vec<Metered> = history
            .iter()
            .copied()
            .filter(|one| end.is_none_or(|end| one.mark.at <= end.at))
            .collect();
        within.sort_unstable();
        let (mut refused, mut flows) = (Vec::new(), Vec::new());
        for one in within {
            match count.take(one.mark) {
                Verdict::Counted => flows.push(flow(&one, count.energy())),
                Verdict::Low => {}
                Verdict::Refused => refused.push(one.mark),
            }
        }
        if let Some(end) = end
            && count.finish(end) == Verdict::Refused
        {
            refused.push(end);
        }
        if let Some(at) = self.stopped_at {
            flows.push(Flow {
                at,
                energy: count.energy(),
                power_w: None,
                current_ma: None,
            });
        }
        Recounted {
            refused,
            flows: rising(flows, count.energy()),
            count,
        }
    }

    /// Closes what is priced at the session's end, where no register was read then.
    pub(super) fn close_usage(&mut self) {
        if let Some(at) = self.stopped_at {
            let flow = Flow {
                at,
                energy: self.energy,
                power_w: None,
                current_ma: None,
            };
            self.usage.advance(self.terms.as_ref(), flow);
        }
    }

    /// Whether it ever drew energy: one that was refused did not, whatever its charger measures.
    fn counts(&self) -> bool {
        self.status.is_running() || self.status == SessionStatus::Stopped
    }

    /// Whether a register simply goes on from the last one: the newest so far, no lower, and none has fallen before it.
    fn follows(&self, metered: Metered) -> bool {
        let mark = metered.mark;
        self.status.is_running()
            && mark.wh >= self.meter_last
            && self.measured_at.is_none_or(|at| mark.at >= at)
            && self.meter_last.0 - self.meter_start.0 == self.energy.0
    }

    /// Whether what flowed up to this very moment is priced already, and this says more of it.
    fn ties(&self, metered: Metered) -> bool {
        let (Some(terms), Some(tally)) = (&self.terms, &self.usage.tally) else {
            return false;
        };
        metered.mark.at.as_millisecond() <= tally.until_ms()
            && (metered.mark.wh != self.meter_last || terms.rates.measure_flow())
    }

    /// The power to measure by, where the clock of the start could be true.
    fn rated(&self, max_power_w: i64) -> Option<i64> {
        let (told, began) = self.started_at.zip(self.began_at)?;
        charger_clock::keeps_time(told, began).then_some(max_power_w)
    }

    fn start(&self) -> Mark {
        Mark {
            at: self
                .began_at
                .or(self.started_at)
                .unwrap_or(Timestamp::UNIX_EPOCH),
            wh: self.meter_start,
        }
    }

    /// The mark of the charger's own stop.
    fn end(&self) -> Option<Mark> {
        let (at, wh) = self.stopped_at.zip(self.meter_stop)?;
        (!self.inferred).then_some(Mark { at, wh })
    }

    fn adopt(&mut self, count: &Count) {
        self.energy = count.energy();
        self.meter_last = count.top();
    }
}

fn flow(metered: &Metered, energy: WattHours) -> Flow {
    Flow {
        at: metered.mark.at,
        energy,
        power_w: metered.power_w,
        current_ma: metered.current_ma,
    }
}

/// Flows as they stand once all is known: what was counted and taken back is not among them, and of one moment the last
/// counts, at the highest power that was measured then.
fn rising(flows: Vec<Flow>, energy: WattHours) -> Vec<Flow> {
    let mut least = energy;
    let mut kept: Vec<Flow> = Vec::with_capacity(flows.len());
    for flow in flows.into_iter().rev() {
        if flow.energy > least {
            continue;
        }
        least = flow.energy;
        match kept.last_mut() {
            Some(later) if later.at.as_millisecond() == flow.at.as_millisecond() => {
                later.power_w = later.power_w.max(flow.power_w);
                later.current_ma = later.current_ma.max(flow.current_ma);
            }
            _ => kept.push(flow),
        }
    }
    kept.reverse();
    kept
}
