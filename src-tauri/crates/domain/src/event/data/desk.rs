//! What the operator's desk follows: commands, raw OCPP, money of the day, alerts, the gateway itself.

use jiff::Timestamp;
use uuid::Uuid;

use super::{PointRef, data};
use crate::energy::WattHours;
use crate::event::Verbatim;
use crate::ids::StationId;
use crate::money::Amount;
use crate::object::{AlertObject, CommandObject};
use crate::words::words;

words! {
    /// Which way a frame went.
    Direction {
        /// From the charger.
        In = "in",
        /// To the charger.
        Out = "out",
    }
}

words! {
    /// What a frame is. Source: OCPP-J 1.6 §4.1.3.
    FrameKind {
        /// CALL.
        Call = "call",
        /// CALLRESULT.
        Result = "result",
        /// CALLERROR.
        Error = "error",
    }
}

words! {
    /// How the database is.
    DatabaseHealth {
        /// It answers.
        Ok = "ok",
        /// It answers late.
        Slow = "slow",
        /// It does not answer.
        Down = "down",
    }
}

data! {
    /// `command.requested`, `.accepted`, `.rejected`, `.failed`, `.timed_out`.
    CommandNews {
        /// The whole command.
        command: CommandObject,
    }

    /// `ocpp.message`.
    OcppMessage {
        /// The charge point.
        #[serde(flatten)]
        point: PointRef,
        /// What it calls itself.
        identity: String,
        /// Which way it went.
        direction: Direction,
        /// What it is.
        kind: FrameKind,
        /// The action; of an answer the action it answers. Null where that is not known.
        action: Option<String>,
        /// The message's own id; an answer has its CALL's.
        message_id: Option<String>,
        /// The payload, keys and passwords as `***`; null where it is too large.
        payload: Option<Verbatim>,
        /// Of a CALLERROR: which.
        error: Option<FrameError>,
        /// When it came or went.
        received_at: Timestamp,
        /// How long the whole frame is.
        bytes: i64,
        /// Whether the payload was too large to be kept.
        truncated: bool,
        /// Finds it in the gateway's log.
        trace_id: Uuid,
    }

    /// Which CALLERROR.
    FrameError {
        /// The error code as it was on the wire.
        code: String,
        /// Its description. From a charger: hostile.
        description: String,
    }

    /// `revenue.updated`.
    RevenueUpdated {
        /// The station; null: all together.
        station_id: Option<StationId>,
        /// The day, in the station's time zone; all together in that of most stations: `2026-11-22`.
        date: String,
        /// What was earned.
        revenue: Amount,
        /// What was charged, Wh.
        energy_wh: WattHours,
        /// How many charges ended.
        sessions: i64,
    }

    /// `alert.raised` and `alert.cleared`.
    AlertNews {
        /// The whole alert.
        alert: AlertObject,
    }

    /// `gateway.status.changed`.
    GatewayStatusChanged {
        /// Which gateway.
        node: String,
        /// `connected`, `down`, `blocked` or `in_process`.
        broker: String,
        /// How the database is.
        database: DatabaseHealth,
        /// What waits for the broker.
        outbox: OutboxHealth,
        /// Chargers connected here.
        chargers: i64,
        /// Live readers.
        readers: i64,
        /// The update that waits; null where none does.
        update: Option<String>,
    }

    /// What waits for the broker.
    OutboxHealth {
        /// How many events.
        depth: i64,
        /// How old the oldest is.
        oldest_seconds: i64,
        /// How much room they take.
        bytes: i64,
    }
}
