//! What happens in a session: from the wish to the bill.

use jiff::Timestamp;
use serde_json::Value;

use super::{SessionRef, data};
use crate::energy::WattHours;
use crate::ids::CommandId;
use crate::meter::PhaseValues;
use crate::money::Amount;
use crate::object::{CommandErrorObject, CostObject, LimitObject, MoneyLine, Price};
use crate::session::{Failure, FailureCode, SessionStatus, StartedBy, StopReason, SuspendedBy};
use crate::words::words;

words! {
    /// Why a running session was told of again.
    UpdateReason {
        /// A limit will be reached soon, or the money will be used up: the charge ends then.
        Limit = "limit",
        /// The charger was told to stop and said yes.
        Stopping = "stopping",
        /// The charger's own figures came after its end had been inferred.
        LateCorrection = "late_correction",
    }
}

data! {
    /// `charging.requested`.
    ChargingRequested {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// `requested`.
        status: SessionStatus,
        /// Who asked.
        started_by: StartedBy,
        /// Where the driver wants it to end; null: at the stop button.
        limit: Option<LimitObject>,
        /// When it was asked for.
        requested_at: Timestamp,
    }

    /// `charging.remote.start.accepted` and its three brothers.
    RemoteAnswered {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// The command that was answered.
        command_id: CommandId,
        /// What the charger answered.
        response: Option<Value>,
        /// Why it failed.
        error: Option<CommandErrorObject>,
    }

    /// `charging.started`.
    ChargingStarted {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// `charging`.
        status: SessionStatus,
        /// Who began it.
        started_by: StartedBy,
        /// When, by the charger's clock.
        started_at: Timestamp,
        /// The register at the start.
        meter_start_wh: WattHours,
        /// The price it holds to the end; null where nothing is charged.
        price: Option<Price>,
    }

    /// `charging.updated`.
    ChargingUpdated {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// Where it stands.
        status: SessionStatus,
        /// Energy taken so far, Wh.
        energy_wh: WattHours,
        /// How long it lasted so far.
        duration_seconds: i64,
        /// Why it is told.
        reason: Option<UpdateReason>,
    }

    /// `charging.suspended`.
    ChargingSuspended {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// `suspended`.
        status: SessionStatus,
        /// Who pauses.
        by: SuspendedBy,
        /// Why, in the charger's words.
        reason: Option<String>,
    }

    /// `charging.resumed`.
    ChargingSwitched {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// `charging`.
        status: SessionStatus,
    }

    /// `charging.stopped`.
    ChargingStopped {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// `stopped`.
        status: SessionStatus,
        /// When, by the charger's clock.
        stopped_at: Timestamp,
        /// Why.
        stop_reason: StopReason,
        /// The register at the stop.
        meter_stop_wh: WattHours,
        /// Energy taken, Wh.
        energy_wh: WattHours,
        /// Energy taken, kWh.
        energy_consumed: f64,
        /// How long it lasted.
        duration_seconds: i64,
        /// What it costs; null where nothing is charged.
        cost: Option<CostObject>,
        /// Whether the end was inferred and not reported.
        inferred: bool,
        /// Where the receipt is; null where there is none.
        receipt_url: Option<String>,
    }

    /// `charging.failed`.
    ChargingFailed {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// `failed`.
        status: SessionStatus,
        /// Why.
        failure: FailureObject,
    }

    /// Why a session never came to be.
    FailureObject {
        /// For programs.
        code: FailureCode,
        /// For people.
        detail: String,
    }

    /// `cost.updated`.
    CostUpdated {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// Up to when.
        as_of: Timestamp,
        /// Without tax.
        net: Amount,
        /// The tax.
        tax: Amount,
        /// What would be paid now.
        total: Amount,
        /// Line by line.
        lines: Vec<MoneyLine>,
        /// What is held for it; null where nothing is.
        held: Option<Amount>,
        /// What of that is left; null where nothing is held.
        remaining: Option<Amount>,
    }

    /// `meter.values`.
    MeterValues {
        /// The session; its id is null outside one.
        #[serde(flatten)]
        session: SessionRef,
        /// When, by the charger's clock.
        measured_at: Timestamp,
        /// Energy taken in the session so far, Wh; 0 outside one.
        energy_wh: WattHours,
        /// The same in kWh.
        energy_consumed: f64,
        /// The register itself, Wh.
        meter_wh: Option<WattHours>,
        /// Power drawn, W.
        power_w: Option<i64>,
        /// The battery's state of charge.
        soc_percent: Option<i64>,
        /// Voltage per phase, V.
        voltage_v: Option<PhaseValues>,
        /// Current per phase, A.
        current_a: Option<PhaseValues>,
        /// Why it was measured. Source: OCPP 1.6 §7.33 `ReadingContext`.
        context: String,
    }
}

impl From<&Failure> for FailureObject {
    fn from(failure: &Failure) -> Self {
        Self {
            code: failure.code,
            detail: failure.detail.clone(),
        }
    }
}
