//! What may follow what. Each step says whether it changed anything; a step that is too late changes nothing.

use jiff::Timestamp;

use super::{Failure, Session, SessionStatus, StopReason, Usage};
use crate::energy::WattHours;
use crate::meter::Metered;
use crate::register::Mark;

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// When, by the clock the session is counted by.
    pub at: Timestamp,
    /// The register; none where the charger never said: the last reading counts.
    pub meter: Option<WattHours>,
    /// Why.
    pub reason: StopReason,
}

/// What a report of the end changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The session ended with it.
    Stopped,
    /// It had been inferred to have ended; now the charger's own figures stand.
    Corrected,
    /// Nothing: it is known, or there is nothing to end.
    Unchanged,
}

impl Session {
    /// The charger said yes.
    pub fn accept(&mut self) -> bool {
        self.step(
            self.status == SessionStatus::Requested,
            SessionStatus::Accepted,
        )
    }

    /// It never comes to be.
    pub fn fail(&mut self, failure: Failure) -> bool {
        let may = matches!(
            self.status,
            SessionStatus::Requested | SessionStatus::Accepted
        );
        if may {
            self.failure = Some(failure);
        }
        self.step(may, SessionStatus::Failed)
    }

    /// The charger began the transaction that was asked for: when by its own word, and by the clock that counts.
    pub fn begin(
        &mut self,
        transaction_id: i64,
        (at, began): (Timestamp, Timestamp),
        meter: WattHours,
    ) -> bool {
        let may = matches!(
            self.status,
            SessionStatus::Requested | SessionStatus::Accepted
        );
        if may {
            self.transaction_id = Some(transaction_id);
            self.started_at = Some(at);
            self.began_at = Some(began);
            self.meter_start = meter;
            self.meter_last = meter;
            self.energy = WattHours(0);
            self.usage = Usage::default();
            self.usage.begin(self.terms.as_ref(), began);
        }
        self.step(may, SessionStatus::Charging)
    }

    /// The car or the charger pauses: when, by the clock the session is counted by. See `needs_recount`.
    pub fn suspend(&mut self, at: Timestamp) -> bool {
        let paused = self.step(
            self.status == SessionStatus::Charging,
            SessionStatus::Suspended,
        );
        if paused {
            self.power_w = None;
            self.usage.turn(true, at);
        }
        paused
    }

    /// Energy flows again: since when, by the same clock. See `needs_recount`.
    pub fn resume(&mut self, at: Timestamp) -> bool {
        let may = self.status == SessionStatus::Suspended;
        if may {
            self.usage.turn(false, at);
        }
        self.step(may, SessionStatus::Charging)
    }

    /// The charger said that it will stop; `asked` is who wanted it.
    pub fn stopping(&mut self, asked: StopReason) -> bool {
        let may = matches!(
            self.status,
            SessionStatus::Charging | SessionStatus::Suspended
        );
        if may {
            self.stop_asked = Some(asked);
        }
        self.step(may, SessionStatus::Stopping)
    }

    /// Ends it. The first report counts; one that follows an inferred end corrects it; a repeat changes nothing.
    /// `history` is every register that was read in it, `max_power_w` what its charger gives at most: see `Count`. The
    /// second value is false where the register of the stop cannot be: then what was counted before it stands.
    pub fn stop(&mut self, end: End, history: &[Metered], max_power_w: i64) -> (Ended, bool) {
        let ended = match self.status {
            status if status.is_running() => Ended::Stopped,
            SessionStatus::Stopped if self.inferred => Ended::Corrected,
            _ => return (Ended::Unchanged, true),
        };
        self.inferred = end.reason == StopReason::Inferred;
        self.close(end);
        let refused = self.recount(history, max_power_w);
        let own = end.meter.map(|wh| Mark { at: end.at, wh });
        (ended, own.is_none_or(|own| !refused.contains(&own)))
    }

    /// Ends a session of whose end the charger never told: with the last it said of it, and not before it began.
    pub fn infer_end(&mut self, now: Timestamp) -> bool {
        if !self.status.is_running() {
            return false;
        }
        let at = self.measured_at.max(self.began_at).unwrap_or(now);
        self.inferred = true;
        self.close(End {
            at,
            meter: None,
            reason: StopReason::Inferred,
        });
        self.close_usage();
        true
    }

    fn close(&mut self, end: End) {
        self.status = SessionStatus::Stopped;
        self.stopped_at = Some(end.at);
        self.meter_stop = Some(end.meter.unwrap_or(self.meter_last));
        self.stop_reason = Some(self.reason(end.reason));
        self.power_w = None;
        self.version += 1;
    }

    /// A charger that was told to stop says only "remote": who told it to is known here.
    fn reason(&self, reported: StopReason) -> StopReason {
        match (reported, self.stop_asked) {
            (StopReason::Operator, Some(asked)) => asked,
            (reported, _) => reported,
        }
    }

    fn step(&mut self, may: bool, next: SessionStatus) -> bool {
        if may {
            self.status = next;
            self.version += 1;
        }
        may
    }
}
