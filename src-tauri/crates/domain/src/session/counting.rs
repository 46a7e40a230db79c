//! What readings make of a session. The result must not depend on the order in which they come.

use jiff::Timestamp;

use super::{Session, SessionStatus};
use crate::charger_clock;
use crate::meter::Reading;
use crate::register::{Count, Mark, Verdict};

/// What a reading did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Whether the session's figures are others now.
    pub moved: bool,
    /// Whether its register cannot be, and was not counted.
    pub refused: bool,
}

impl Session {
    /// Whether a reading can only be taken in with every register read so far at hand: it came late, a register fell, or
    /// the session is over. In a plain charge none of it is so.
    pub fn needs_history(&self, reading: &Reading) -> bool {
        self.counts() && mark_of(reading).is_some_and(|mark| !self.follows(mark))
    }

    /// Takes a reading in. `history` has its register too, where it is needed at all; `max_power_w` is what the charger
    /// gives at most. Power and state of charge are those
    /// of the latest. After the stop a late reading only counts where it tells that the register began again before it.
    pub fn measure(&mut self, reading: &Reading, history: &[Mark], max_power_w: i64) -> Measured {
        if !self.counts() {
            return Measured {
                moved: false,
                refused: false,
            };
        }
        let before = (self.energy, self.meter_last, self.stopped_at);
        let follows = mark_of(reading).is_some_and(|mark| self.follows(mark));
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
        let refused = mark_of(reading).is_some_and(|mark| {
            if !follows {
                return self.recount(history, max_power_w).contains(&mark);
            }
            let mut count = Count::resumed(self.start(), self.meter_last, self.rated(max_power_w));
            let verdict = count.take(mark);
            self.adopt(&count);
            verdict == Verdict::Refused
        });
        let moved = latest || before != (self.energy, self.meter_last, self.stopped_at);
        if moved {
            self.version += 1;
        }
        Measured { moved, refused }
    }

    /// Counts anew from every register that was read; those after the stop say nothing of it. Names what cannot be.
    pub(super) fn recount(&mut self, history: &[Mark], max_power_w: i64) -> Vec<Mark> {
        let mut count = Count::new(self.start(), self.rated(max_power_w));
        let end = self.end();
        let within: Vec<Mark> = history
            .iter()
            .copied()
            .filter(|mark| end.is_none_or(|end| mark.at <= end.at))
            .collect();
        let mut refused = count.all(&within);
        if let Some(end) = end
            && count.finish(end) == Verdict::Refused
        {
            refused.push(end);
        }
        self.adopt(&count);
        if self.inferred {
            self.meter_stop = Some(self.meter_last);
        }
        refused
    }

    /// Whether it ever drew energy: one that was refused did not, whatever its charger measures.
    fn counts(&self) -> bool {
        self.status.is_running() || self.status == SessionStatus::Stopped
    }

    /// Whether a register simply goes on from the last one: the newest so far, no lower, and none has fallen before it.
    fn follows(&self, mark: Mark) -> bool {
        self.status.is_running()
            && mark.wh >= self.meter_last
            && self.measured_at.is_none_or(|at| mark.at >= at)
            && self.meter_last.0 - self.meter_start.0 == self.energy.0
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

fn mark_of(reading: &Reading) -> Option<Mark> {
    reading.meter.map(|wh| Mark {
        at: reading.measured_at,
        wh,
    })
}
