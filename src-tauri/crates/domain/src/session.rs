//! A session: one charge from start to stop. Pure state; what it costs follows with tariffs.

use jiff::Timestamp;

use crate::energy::WattHours;
use crate::ids::{ChargePointId, CustomerId, SessionId, StationId};
use crate::meter::Reading;
use crate::words::words;

words! {
    /// Where a session stands.
    SessionStatus {
        /// The charger has begun the transaction.
        Charging = "charging",
        /// Over.
        Stopped = "stopped",
    }
}

words! {
    /// Who began it.
    StartedBy {
        /// An RFID card at the charger.
        Rfid = "rfid",
    }
}

words! {
    /// Why it ended. Source: OCPP 1.6 §7.34, in the words of 2-contract.
    StopReason {
        /// On request of the gateway.
        Operator = "operator",
        /// At the charger.
        Local = "local",
        /// The cable was pulled.
        EvDisconnected = "ev_disconnected",
        /// The token lost its right.
        DeAuthorized = "de_authorized",
        /// No mains.
        PowerLoss = "power_loss",
        /// The red button.
        EmergencyStop = "emergency_stop",
        /// A hard reset was ordered.
        HardReset = "hard_reset",
        /// A soft reset was ordered.
        SoftReset = "soft_reset",
        /// The charger restarted by itself.
        Reboot = "reboot",
        /// The connector was unlocked.
        UnlockCommand = "unlock_command",
        /// Anything else.
        Other = "other",
    }
}

/// A charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Where.
    pub station_id: StationId,
    /// At which box.
    pub charge_point_id: ChargePointId,
    /// At which plug.
    pub connector_id: i64,
    /// The number the charger knows it by.
    pub transaction_id: i64,
    /// Whose, when an account's.
    pub customer_id: Option<CustomerId>,
    /// The token that began it.
    pub id_token: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// Who began it.
    pub started_by: StartedBy,
    /// When it began, by the charger's clock.
    pub started_at: Timestamp,
    /// When it ended, by the charger's clock.
    pub stopped_at: Option<Timestamp>,
    /// The register at the start.
    pub meter_start: WattHours,
    /// The highest register reading so far.
    pub meter_last: WattHours,
    /// The register at the stop.
    pub meter_stop: Option<WattHours>,
    /// When the figures below were measured.
    pub measured_at: Option<Timestamp>,
    /// Power now, in watts.
    pub power_w: Option<i64>,
    /// The battery's state of charge.
    pub soc_percent: Option<i64>,
    /// Why it ended.
    pub stop_reason: Option<StopReason>,
    /// Rises with each change.
    pub version: i64,
}

impl Session {
    /// Energy taken so far, or in all once stopped.
    pub fn energy(&self) -> WattHours {
        self.meter_stop
            .unwrap_or(self.meter_last)
            .since(self.meter_start)
    }

    /// How long it lasted up to `now`, or in all once stopped. Never negative, whatever the clocks say.
    pub fn duration_seconds(&self, now: Timestamp) -> i64 {
        let end = self.stopped_at.unwrap_or(now);
        (end.as_second() - self.started_at.as_second()).max(0)
    }

    /// Takes a reading in. A late one, and any after the stop, leaves the figures as they are:
    /// the result must not depend on the order of arrival.
    pub fn measure(&mut self, reading: &Reading) {
        let late = self
            .measured_at
            .is_some_and(|last| reading.measured_at < last);
        if self.status == SessionStatus::Stopped || late {
            return;
        }
        self.measured_at = Some(reading.measured_at);
        if let Some(meter) = reading.meter {
            self.meter_last = self.meter_last.max(meter);
        }
        self.power_w = reading.power_w.or(self.power_w);
        self.soc_percent = reading.soc_percent.or(self.soc_percent);
        self.version += 1;
    }

    /// Ends it. The first stop counts; a repeat changes nothing and says so with `false`.
    pub fn stop(&mut self, at: Timestamp, meter: WattHours, reason: StopReason) -> bool {
        if self.status == SessionStatus::Stopped {
            return false;
        }
        self.status = SessionStatus::Stopped;
        self.stopped_at = Some(at);
        self.meter_stop = Some(meter.max(self.meter_start));
        self.stop_reason = Some(reason);
        self.power_w = None;
        self.version += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a small number of seconds is a time")
    }

    fn session() -> Session {
        Session {
            id: SessionId(Uuid::nil()),
            station_id: StationId(Uuid::nil()),
            charge_point_id: ChargePointId(Uuid::nil()),
            connector_id: 1,
            transaction_id: 7,
            customer_id: None,
            id_token: "A1".to_owned(),
            status: SessionStatus::Charging,
            started_by: StartedBy::Rfid,
            started_at: at(1000),
            stopped_at: None,
            meter_start: WattHours(500),
            meter_last: WattHours(500),
            meter_stop: None,
            measured_at: None,
            power_w: None,
            soc_percent: None,
            stop_reason: None,
            version: 1,
        }
    }

    fn reading(second: i64, wh: i64) -> Reading {
        Reading {
            measured_at: at(second),
            meter: Some(WattHours(wh)),
            power_w: Some(wh),
            soc_percent: None,
            voltage_v: None,
            current_a: None,
            context: "Sample.Periodic".to_owned(),
        }
    }

    #[test]
    fn readings_in_any_order_and_after_the_stop_give_the_same_session() {
        let readings = [reading(1010, 600), reading(1020, 700), reading(1030, 800)];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
            let mut session = session();
            for index in order {
                session.measure(&readings[index]);
            }
            assert_eq!(
                session.energy(),
                WattHours(300),
                "{order:?}: the newest reading decides"
            );
            assert_eq!(
                session.power_w,
                Some(800),
                "{order:?}: late power is not power now"
            );
            assert!(session.stop(at(1040), WattHours(820), StopReason::Local));
            session.measure(&reading(1050, 9000));
            assert_eq!(
                session.energy(),
                WattHours(320),
                "{order:?}: a stopped session stays stopped"
            );
        }
    }

    #[test]
    fn a_second_stop_changes_nothing() {
        let mut session = session();
        assert!(session.stop(at(1100), WattHours(900), StopReason::Local));
        let stopped = session.clone();
        assert!(!session.stop(at(1200), WattHours(5000), StopReason::Other));
        assert_eq!(session, stopped);
        assert_eq!(session.duration_seconds(at(9999)), 100);
    }

    #[test]
    fn a_register_that_ran_backwards_costs_nobody_anything() {
        let mut session = session();
        session.measure(&reading(1010, 3));
        assert_eq!(session.energy(), WattHours(0));
        session.stop(at(900), WattHours(2), StopReason::Reboot);
        assert_eq!(session.energy(), WattHours(0));
        assert_eq!(
            session.duration_seconds(at(0)),
            0,
            "a clock that fell back gives no negative time"
        );
    }
}
