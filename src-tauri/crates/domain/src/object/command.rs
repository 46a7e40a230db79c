//! Commands and alerts as they are sent.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::objects;
use crate::alert::{Alert, AlertKind, Severity};
use crate::command::{Command, CommandError, CommandStatus, RequesterKind};

objects! {
    /// A command to a charger.
    CommandObject as "Command" {
        /// Its id.
        id: Uuid,
        /// The OCPP action.
        action: String,
        /// For which charge point.
        charge_point_id: Uuid,
        /// What that calls itself.
        identity: String,
        /// Where it stands.
        status: CommandStatus,
        /// Who asked.
        requested_by: RequesterObject,
        /// For which session.
        session_id: Option<Uuid>,
        /// When it was asked for.
        requested_at: Timestamp,
        /// When it went out.
        sent_at: Option<Timestamp>,
        /// When the answer came, or was given up.
        answered_at: Option<Timestamp>,
        /// What the charger answered.
        #[schema(value_type = Option<Object>)]
        response: Option<Value>,
        /// Why it failed.
        error: Option<CommandErrorObject>,
    }

    /// Who asked for a command.
    RequesterObject as "Requester" {
        /// Of which kind.
        kind: RequesterKind,
        /// Its id; null for the gateway itself.
        id: Option<String>,
        /// The name to show.
        name: String,
    }

    /// Why a command failed.
    CommandErrorObject as "CommandError" {
        /// For programs.
        code: String,
        /// For people. May be a charger's text: show it as text only.
        detail: String,
    }

    /// (O) What an operator should look at.
    AlertObject as "Alert" {
        /// Its id.
        id: Uuid,
        /// What it is about.
        kind: AlertKind,
        /// How urgent.
        severity: Severity,
        /// In a few words.
        title: String,
        /// In a sentence. May quote a charger: show it as text only.
        detail: String,
        /// Where.
        station_id: Option<Uuid>,
        /// At which box.
        charge_point_id: Option<Uuid>,
        /// In which session.
        session_id: Option<Uuid>,
        /// Since when.
        raised_at: Timestamp,
        /// When somebody took it on.
        acknowledged_at: Option<Timestamp>,
        /// When it was over.
        cleared_at: Option<Timestamp>,
    }
}

impl From<CommandError> for CommandErrorObject {
    fn from(error: CommandError) -> Self {
        Self {
            code: error.code,
            detail: error.detail,
        }
    }
}

impl From<&Command> for CommandObject {
    fn from(command: &Command) -> Self {
        Self {
            id: command.id.0,
            action: command.action.clone(),
            charge_point_id: command.charge_point_id.0,
            identity: command.identity.clone(),
            status: command.status,
            requested_by: RequesterObject {
                kind: command.requested_by.kind,
                id: command.requested_by.id.clone(),
                name: command.requested_by.name.clone(),
            },
            session_id: command.session_id.map(|id| id.0),
            requested_at: command.requested_at,
            sent_at: command.sent_at,
            answered_at: command.answered_at,
            // It was read as JSON before it was stored.
            response: command
                .response
                .as_deref()
                .and_then(|json| serde_json::from_str(json).ok()),
            error: command.error.clone().map(Into::into),
        }
    }
}

impl From<&Alert> for AlertObject {
    fn from(alert: &Alert) -> Self {
        Self {
            id: alert.id.0,
            kind: alert.kind,
            severity: alert.severity,
            title: alert.title.clone(),
            detail: alert.detail.clone(),
            station_id: alert.station_id.map(|id| id.0),
            charge_point_id: alert.charge_point_id.map(|id| id.0),
            session_id: alert.session_id.map(|id| id.0),
            raised_at: alert.raised_at,
            acknowledged_at: alert.acknowledged_at,
            cleared_at: alert.cleared_at,
        }
    }
}
