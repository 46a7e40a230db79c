//! What may follow what. Each step says whether it changed anything; a step that is too late changes nothing.

use jiff::Timestamp;

use super::{Failure, Session, SessionStatus, StopReason};
use crate::energy::WattHours;
use crate::meter::Reading;

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// When, by the charger's clock.
    pub at: Timestamp,
    /// The register; none where the charger never said: the highest reading counts.
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

    /// The charger began the transaction that was asked for.
    pub fn begin(&mut self, transaction_id: i64, at: Timestamp, meter: WattHours) -> bool {
        let may = matches!(
            self.status,
            SessionStatus::Requested | SessionStatus::Accepted
        );
        if may {
            self.transaction_id = Some(transaction_id);
            self.started_at = Some(at);
            self.meter_start = meter;
            self.meter_last = meter;
        }
        self.step(may, SessionStatus::Charging)
    }

    /// The car or the charger pauses.
    pub fn suspend(&mut self) -> bool {
        let paused = self.step(
            self.status == SessionStatus::Charging,
            SessionStatus::Suspended,
        );
        if paused {
            self.power_w = None;
        }
        paused
    }

    /// Energy flows again.
    pub fn resume(&mut self) -> bool {
        self.step(
            self.status == SessionStatus::Suspended,
            SessionStatus::Charging,
        )
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

    /// Takes a reading in. The highest register counts, whatever the clock beside it says; power and state of charge are
    /// those of the latest: the result must not depend on the order of arrival. After the stop nothing changes, but
    /// where that was only inferred, more energy still counts.
    pub fn measure(&mut self, reading: &Reading) -> bool {
        if !self.status.is_running() && !self.inferred {
            return false;
        }
        let higher = reading.meter.filter(|meter| *meter > self.meter_last);
        if self.inferred {
            let Some(meter) = higher else { return false };
            self.meter_last = meter;
            self.meter_stop = Some(meter);
            self.version += 1;
            return true;
        }
        let late = self
            .measured_at
            .is_some_and(|last| reading.measured_at < last);
        if late && higher.is_none() {
            return false;
        }
        self.meter_last = higher.unwrap_or(self.meter_last);
        self.version += 1;
        if late {
            return true;
        }
        self.measured_at = Some(reading.measured_at);
        self.power_w = reading.power_w.or(self.power_w);
        self.soc_percent = reading.soc_percent.or(self.soc_percent);
        true
    }

    /// Ends it. The first report counts; one that follows an inferred end corrects it; a repeat changes nothing.
    pub fn stop(&mut self, end: End) -> Ended {
        let ended = match self.status {
            status if status.is_running() => Ended::Stopped,
            SessionStatus::Stopped if self.inferred => Ended::Corrected,
            _ => return Ended::Unchanged,
        };
        let reported = end.meter.unwrap_or(self.meter_last);
        self.status = SessionStatus::Stopped;
        self.stopped_at = Some(end.at);
        self.meter_stop = Some(reported.max(self.meter_start));
        self.stop_reason = Some(self.reason(end.reason));
        self.inferred = end.reason == StopReason::Inferred;
        self.power_w = None;
        self.version += 1;
        ended
    }

    /// Ends a session of whose end the charger never told: with the last it said of it.
    pub fn infer_end(&mut self, now: Timestamp) -> bool {
        if !self.status.is_running() {
            return false;
        }
        let at = self.measured_at.or(self.started_at).unwrap_or(now);
        self.stop(End {
            at,
            meter: None,
            reason: StopReason::Inferred,
        }) == Ended::Stopped
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
