//! A command has its answer, or will never have one. What it was for follows in the same unit of work: the
//! session that was to begin or to end.

use std::time::Duration;

use domain::command::{Command, CommandError, CommandFault, CommandStatus, Outcome, action};
use domain::event::{CommandNews, RemoteAnswered, SessionRef, UpdateReason};
use domain::object::{CommandErrorObject, CommandObject};
use domain::session::{Failure, FailureCode, Session, StopReason};
use domain::{CommandId, Event, Timestamp};
use store::repo::{charge_points, commands, sessions};
use tokio::time::Instant;

use super::session;
use crate::core::{Core, OpError, Unit};
use crate::waits::Waits;

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// When it was sent; none: it never was.
    pub sent_at: Option<Timestamp>,
    /// What came of it.
    pub outcome: Outcome,
}

/// Stores how a command ended and tells of it. What was settled before stays.
pub async fn settle_command(
    core: &Core,
    id: CommandId,
    settlement: Settlement,
) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let Some(command) = commands::find(unit.conn, id).await? else {
                return Ok(());
            };
            settle(&mut unit, command, settlement).await
        })
    })
    .await
}

/// Settles every command this gateway was to send when it last ran: whether the chargers got them nobody knows.
pub async fn settle_interrupted(core: &Core) -> Result<usize, OpError> {
    let node = core.node.to_string();
    core.write(move |mut unit| {
        Box::pin(async move {
            let open = commands::list_open(unit.conn, &node).await?;
            let count = open.len();
            for command in open {
                let settlement = Settlement {
                    sent_at: command.sent_at,
                    outcome: Outcome::Failed(CommandError {
                        code: CommandFault::Interrupted.as_str().to_owned(),
                        detail: "The gateway restarted before the charger answered.".to_owned(),
                    }),
                };
                settle(&mut unit, command, settlement).await?;
            }
            Ok(count)
        })
    })
    .await
}

/// Settles what a gateway that has gone took with it: nobody waits longer than this for an answer.
pub async fn settle_forgotten(
    core: &Core,
    wait: Duration,
    waits: &mut Waits<CommandId>,
) -> Result<usize, OpError> {
    let open = {
        let mut conn = core.store.read().await?;
        commands::list_waiting(&mut conn).await?
    };
    let open = waits.over(&open, wait, core.clock.now(), Instant::now());
    for id in &open {
        let settlement = Settlement {
            sent_at: None,
            outcome: Outcome::TimedOut,
        };
        settle_command(core, *id, settlement).await?;
    }
    Ok(open.len())
}

async fn settle(
    unit: &mut Unit<'_>,
    mut command: Command,
    settlement: Settlement,
) -> Result<(), OpError> {
    // The charger may speak of the same session at this very moment.
    charge_points::hold(unit.conn, command.charge_point_id).await?;
    command.sent_at = settlement.sent_at.or(command.sent_at);
    if !command.settle(settlement.outcome, unit.now()) {
        return Ok(());
    }
    commands::update(unit.conn, &command).await?;
    unit.emit(&news(&command)).await?;
    let Some(session) = command.session_id else {
        return Ok(());
    };
    let Some(session) = sessions::find(unit.conn, session).await? else {
        return Ok(());
    };
    match command.action.as_str() {
        action::REMOTE_START => start_answered(unit, &command, session).await,
        action::REMOTE_STOP => stop_answered(unit, &command, session).await,
        _ => Ok(()),
    }
}

fn news(command: &Command) -> Event {
    let news = CommandNews {
        command: CommandObject::from(command),
    };
    match command.status {
        CommandStatus::Requested => Event::CommandRequested(news),
        CommandStatus::Accepted => Event::CommandAccepted(news),
        CommandStatus::Rejected => Event::CommandRejected(news),
        CommandStatus::Failed => Event::CommandFailed(news),
        CommandStatus::TimedOut => Event::CommandTimedOut(news),
    }
}

/// A start that was not taken is a session that never comes to be. One that the charger began all the same,
/// whatever it answered, goes on.
async fn start_answered(
    unit: &mut Unit<'_>,
    command: &Command,
    mut session: Session,
) -> Result<(), OpError> {
    if command.status == CommandStatus::Accepted {
        if session.accept() {
            sessions::update(unit.conn, &session).await?;
        }
        let answered = Event::RemoteStartAccepted(answered(command, &session));
        return Ok(unit.emit(&answered).await?);
    }
    let rejected = Event::RemoteStartRejected(answered(command, &session));
    unit.emit(&rejected).await?;
    session::fail(unit, &mut session, failure(command)).await
}

async fn stop_answered(
    unit: &mut Unit<'_>,
    command: &Command,
    mut session: Session,
) -> Result<(), OpError> {
    if command.status != CommandStatus::Accepted {
        let rejected = Event::RemoteStopRejected(answered(command, &session));
        return Ok(unit.emit(&rejected).await?);
    }
    let asked = session.stop_asked.unwrap_or(StopReason::Operator);
    let stopping = session.stopping(asked);
    if stopping {
        sessions::update(unit.conn, &session).await?;
    }
    let accepted = Event::RemoteStopAccepted(answered(command, &session));
    unit.emit(&accepted).await?;
    if stopping {
        session::tell_updated(unit, &session, Some(UpdateReason::Stopping)).await?;
    }
    Ok(())
}

fn answered(command: &Command, session: &Session) -> RemoteAnswered {
    let object = CommandObject::from(command);
    RemoteAnswered {
        session: SessionRef::of(session),
        command_id: command.id,
        response: object.response,
        error: command.error.clone().map(CommandErrorObject::from),
    }
}

/// Why the session failed, in words for the driver.
fn failure(command: &Command) -> Failure {
    let (code, detail) = match command.status {
        CommandStatus::Rejected => (
            FailureCode::Rejected,
            "The charger did not take the start. Try another connector.",
        ),
        CommandStatus::TimedOut => (
            FailureCode::NoAnswer,
            "The charger did not answer. Try again or call the helpline.",
        ),
        _ => (
            FailureCode::Error,
            "The charger could not be reached. Try again or call the helpline.",
        ),
    };
    Failure {
        code,
        detail: detail.to_owned(),
    }
}
