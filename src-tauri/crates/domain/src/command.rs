//! Commands to chargers: what was asked, by whom, and what became of it. Once decided, a command stays so.

use jiff::Timestamp;

use crate::ids::{ChargePointId, CommandId, CustomerId, SessionId};
use crate::words::words;

words! {
    /// Where a command stands.
    CommandStatus {
        /// On its way.
        Requested = "requested",
        /// The charger did it, or will.
        Accepted = "accepted",
        /// The charger said no; its word is in the response.
        Rejected = "rejected",
        /// A CALLERROR, or it was never sent.
        Failed = "failed",
        /// No answer in time.
        TimedOut = "timed_out",
    }
}

words! {
    /// Who asked for a command.
    RequesterKind {
        /// A user of the CMS.
        Operator = "operator",
        /// A driver.
        Customer = "customer",
        /// The gateway itself.
        System = "system",
    }
}

words! {
    /// Why a command failed, where the charger itself gave no reason.
    CommandFault {
        /// It has no socket.
        Offline = "charger_offline",
        /// Too many commands wait for it.
        QueueFull = "queue_full",
        /// It could not be sent before its time was over.
        Expired = "expired",
        /// Sent, and no answer came.
        NoAnswer = "no_answer",
        /// The socket closed before the answer.
        Disconnected = "disconnected",
        /// A CALLERROR.
        CallError = "call_error",
        /// The answer does not read.
        BadAnswer = "bad_answer",
        /// The gateway was restarted meanwhile.
        Interrupted = "interrupted",
    }
}

/// Who asked for a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requester {
    /// Of which kind.
    pub kind: RequesterKind,
    /// Its id; none for the gateway itself.
    pub id: Option<String>,
    /// The name to show.
    pub name: String,
}

impl Requester {
    /// A driver. By id alone: commands and their events are kept, and a driver may want to be forgotten.
    pub fn driver(id: CustomerId) -> Self {
        Self {
            kind: RequesterKind::Customer,
            id: Some(id.to_string()),
            name: "Driver".to_owned(),
        }
    }
}

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError {
    /// For programs: a [`CommandFault`]'s word, or the code of a CALLERROR behind `call_error.`.
    pub code: String,
    /// For people. May be a charger's text: hostile.
    pub detail: String,
}

/// The actions that begin and end a session.
pub mod action {
    /// Begins one.
    pub const REMOTE_START: &str = "RemoteStartTransaction";
    /// Ends one.
    pub const REMOTE_STOP: &str = "RemoteStopTransaction";
}

/// A command to a charger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its id.
    pub id: CommandId,
    /// The OCPP action.
    pub action: String,
    /// For which charger.
    pub charge_point_id: ChargePointId,
    /// What that calls itself.
    pub identity: String,
    /// What is sent, as JSON.
    pub payload: String,
    /// Where it stands.
    pub status: CommandStatus,
    /// Who asked.
    pub requested_by: Requester,
    /// For which session.
    pub session_id: Option<SessionId>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it went out.
    pub sent_at: Option<Timestamp>,
    /// When the answer came, or was given up.
    pub answered_at: Option<Timestamp>,
    /// What the charger answered, as JSON.
    pub response: Option<String>,
    /// Why it failed.
    pub error: Option<CommandError>,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The charger answered; whether that is a yes, its own word says.
    Answered {
        /// The response, as JSON.
        response: String,
        /// Whether it is a yes.
        accepted: bool,
    },
    /// It failed.
    Failed(CommandError),
    /// No answer came.
    TimedOut,
}

impl Command {
    /// Takes the outcome in. The first one counts; `false`: it was decided before.
    pub fn settle(&mut self, outcome: Outcome, at: Timestamp) -> bool {
        if self.status != CommandStatus::Requested {
            return false;
        }
        self.answered_at = Some(at);
        match outcome {
            Outcome::Answered { response, accepted } => {
                self.status = if accepted {
                    CommandStatus::Accepted
                } else {
                    CommandStatus::Rejected
                };
                self.response = Some(response);
            }
            Outcome::Failed(error) => {
                self.status = CommandStatus::Failed;
                self.error = Some(error);
            }
            Outcome::TimedOut => {
                self.status = CommandStatus::TimedOut;
                self.error = Some(CommandError {
                    code: CommandFault::NoAnswer.as_str().to_owned(),
                    detail: "The charger did not answer in time.".to_owned(),
                });
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn command() -> Command {
        Command {
            id: CommandId(Uuid::nil()),
            action: "Reset".to_owned(),
            charge_point_id: ChargePointId(Uuid::nil()),
            identity: "CP-1".to_owned(),
            payload: "{}".to_owned(),
            status: CommandStatus::Requested,
            requested_by: Requester {
                kind: RequesterKind::System,
                id: None,
                name: "gateway".to_owned(),
            },
            session_id: None,
            requested_at: Timestamp::UNIX_EPOCH,
            sent_at: None,
            answered_at: None,
            response: None,
            error: None,
        }
    }

    #[test]
    fn the_first_outcome_counts_and_a_late_answer_changes_nothing() {
        let answered = |accepted| Outcome::Answered {
            response: "{}".to_owned(),
            accepted,
        };
        let failed = Outcome::Failed(CommandError {
            code: "charger_offline".to_owned(),
            detail: String::new(),
        });
        for (outcome, expect) in [
            (answered(true), CommandStatus::Accepted),
            (answered(false), CommandStatus::Rejected),
            (failed, CommandStatus::Failed),
            (Outcome::TimedOut, CommandStatus::TimedOut),
        ] {
            let mut command = command();
            assert!(command.settle(outcome, Timestamp::UNIX_EPOCH));
            assert_eq!(command.status, expect);
            let settled = command.clone();
            assert!(
                !command.settle(answered(true), Timestamp::MAX),
                "{expect:?}"
            );
            assert_eq!(command, settled, "a late answer changes nothing");
        }
    }
}
