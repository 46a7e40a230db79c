//! A session: one charge from the wish to the end, as a state machine without I/O. What a charger reports
//! late or twice must not change how it ends.

mod counting;
mod limit;
mod state;
mod usage;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::energy::WattHours;
use crate::ids::{ChargePointId, CustomerId, SessionId, StationId};
use crate::pricing::Bill;
use crate::tariff::{Cost, Terms};
use crate::words::words;

pub use counting::Measured;
pub use limit::{AGAIN, EndsBy, Funding, LEAD, Limit, Pace, WARNING};
pub use state::{End, Ended};
pub use usage::Usage;

words! {
    /// Where a session stands.
    SessionStatus {
        /// Asked for; the charger has not answered yet.
        Requested = "requested",
        /// The charger said yes and waits for the plug.
        Accepted = "accepted",
        /// The charger has begun the transaction.
        Charging = "charging",
        /// Begun, and no energy flows: the car or the charger pauses.
        Suspended = "suspended",
        /// The charger was told to stop and said yes.
        Stopping = "stopping",
        /// Over.
        Stopped = "stopped",
        /// Never came to be.
        Failed = "failed",
    }
}

impl SessionStatus {
    /// Whether it still goes on, or may begin yet.
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Stopped | Self::Failed)
    }

    /// Whether the charger has a transaction open for it.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Charging | Self::Suspended | Self::Stopping)
    }
}

words! {
    /// Who began it.
    StartedBy {
        /// A customer, from a screen.
        Account = "account",
        /// A card at the charger.
        Rfid = "rfid",
        /// Somebody without an account, with a prepaid code.
        Code = "code",
        /// Somebody without an account who paid on a provider's page.
        Checkout = "checkout",
        /// A user of the CMS.
        Operator = "operator",
    }
}

words! {
    /// Why it ended. Source: OCPP 1.6 §7.34, in the words of 2-contract.
    StopReason {
        /// On the driver's request.
        Driver = "driver",
        /// On the operator's request.
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
        /// The charger never said; the next boot or start did.
        Inferred = "inferred",
        /// A limit was reached, or the money.
        Limit = "limit",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// Why a session never came to be.
    FailureCode {
        /// The charger said no.
        Rejected = "charger.rejected",
        /// The charger could not be asked, or answered with an error.
        Error = "charger.error",
        /// The charger did not answer.
        NoAnswer = "charger.no_answer",
        /// Nobody plugged in in time.
        NotPluggedIn = "session.not_plugged_in",
        /// Whoever asked for it took that back.
        Cancelled = "session.cancelled",
        /// The token is blocked.
        Blocked = "id_token.blocked",
        /// The token has ended.
        Expired = "id_token.expired",
        /// The token is not known.
        Invalid = "id_token.invalid",
        /// The token charges elsewhere already.
        Concurrent = "id_token.concurrent",
        /// There is too little money in the account.
        Unfunded = "wallet.insufficient_funds",
    }
}

words! {
    /// Who pauses a charge.
    SuspendedBy {
        /// The car.
        Ev = "ev",
        /// The charger.
        Evse = "evse",
    }
}

/// Why a session never came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For programs.
    pub code: FailureCode,
    /// For people.
    pub detail: String,
}

/// A charge.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Where.
    pub station_id: StationId,
    /// At which box.
    pub charge_point_id: ChargePointId,
    /// At which plug.
    pub connector_id: i64,
    /// The number the charger knows it by; none before it has one.
    pub transaction_id: Option<i64>,
    /// Whose, when an account's.
    pub customer_id: Option<CustomerId>,
    /// The token it charges under, in upper case. A session begun from a screen has one of its own.
    pub id_token: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// Who began it.
    pub started_by: StartedBy,
    /// When it was asked for; for a card at the charger, when its start came in.
    pub requested_at: Timestamp,
    /// When it began, by the charger's clock.
    pub started_at: Option<Timestamp>,
    /// When it began by the clock it is counted by: the charger's, where that can be true.
    pub began_at: Option<Timestamp>,
    /// When it ended, by the same clock.
    pub stopped_at: Option<Timestamp>,
    /// The register at the start.
    pub meter_start: WattHours,
    /// The register that `energy` counts up to.
    pub meter_last: WattHours,
    /// The register at the stop, as the charger said it.
    pub meter_stop: Option<WattHours>,
    /// Energy taken so far, or in all once stopped.
    pub energy: WattHours,
    /// When the figures below were measured.
    pub measured_at: Option<Timestamp>,
    /// Power now, in watts.
    pub power_w: Option<i64>,
    /// The battery's state of charge.
    pub soc_percent: Option<i64>,
    /// The price it holds to the end; none where nothing is charged.
    pub terms: Option<Terms>,
    /// What of it is priced so far.
    pub usage: Usage,
    /// Where the driver wants it to end.
    pub limit: Option<Limit>,
    /// How it is paid for.
    pub funding: Funding,
    /// Who asked for its end, where somebody did.
    pub stop_asked: Option<StopReason>,
    /// Why it ended.
    pub stop_reason: Option<StopReason>,
    /// Why it never came to be.
    pub failure: Option<Failure>,
    /// Whether its end was inferred and not reported.
    pub inferred: bool,
    /// Rises with each change.
    pub version: i64,
}

impl Session {
    /// Energy taken so far, or in all once stopped.
    pub const fn energy(&self) -> WattHours {
        self.energy
    }

    /// How long it lasted up to `now`, or in all once stopped. Never negative, whatever the clocks say.
    pub fn duration_seconds(&self, now: Timestamp) -> i64 {
        let Some(start) = self.began_at.or(self.started_at) else {
            return 0;
        };
        let end = self.stopped_at.unwrap_or(now);
        end.duration_since(start).as_secs().max(0)
    }

    /// What it costs so far, or in all once stopped; `None` where nothing is charged.
    pub fn cost(&self) -> Option<Cost> {
        self.bill().map(|bill| Cost::from(&bill))
    }

    /// The same line by line. A charge that drew no energy costs nothing, whatever its tariff says of time or a fee.
    pub fn bill(&self) -> Option<Bill> {
        let terms = self.terms.as_ref()?;
        if self.energy.0 <= 0 {
            return Some(Bill::nothing(terms.currency()));
        }
        if let Some(tally) = &self.usage.tally {
            return Some(tally.bill(&terms.rates));
        }
        // It was counted before there were tallies: by its energy alone.
        let began = self.began_at.or(self.started_at).unwrap_or_default();
        let ended = self.stopped_at.or(self.measured_at).unwrap_or(began);
        Some(terms.bill_whole(began, ended, self.energy))
    }
}
