//! Somebody asks a charger to do something. The command is a row before it is a CALL: what was asked, by whom
//! and what became of it is known whatever happens in between.

use domain::charge_point::ChargePoint;
use domain::command::{Command, CommandStatus, Requester};
use domain::event::CommandNews;
use domain::object::CommandObject;
use domain::status::Connectivity;
use domain::{ChargePointId, Code, Event, SessionId};
use store::repo::{charge_points, commands};

use crate::core::{Core, OpError, Unit};
use crate::keep::Keep;

/// What is asked of a charger. The payload fits the action: whoever asks has checked it.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The OCPP action.
    pub action: String,
    /// What is sent, as JSON.
    pub payload: String,
    /// Who asks.
    pub requested_by: Requester,
    /// For which session.
    pub session_id: Option<SessionId>,
}

/// A command that stands in the database, and the gateway that is to send it.
#[derive(Clone, Debug)]
pub struct Requested {
    /// The command.
    pub command: Command,
    /// The gateway that holds the charger's socket.
    pub node: String,
}

/// Asks a connected charger for something; whoever called sends it once this has returned.
pub async fn request_command(
    core: &Core,
    point: ChargePointId,
    ask: Ask,
    keep: Keep<Requested>,
) -> Result<Requested, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let charger = connected(&mut unit, point).await?;
            let requested = request(&mut unit, &charger, ask).await?;
            keep.answer(&mut unit, &requested).await?;
            Ok(requested)
        })
    })
    .await
}

/// The charge point, where it is connected; its row is this unit's from now on.
pub(super) async fn connected(
    unit: &mut Unit<'_>,
    point: ChargePointId,
) -> Result<ChargePoint, OpError> {
    let charger = charge_points::hold(unit.conn, point)
        .await?
        .ok_or_else(|| {
            OpError::refused(Code::ResourceNotFound, "There is no such charge point.")
        })?;
    if charger.connectivity == Connectivity::Offline || charger.node.is_none() {
        return Err(OpError::refused(
            Code::ChargerOffline,
            "The charger is not connected. Try again when it is.",
        ));
    }
    Ok(charger)
}

/// The same inside a unit of work.
pub(super) async fn request(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    ask: Ask,
) -> Result<Requested, OpError> {
    let command = Command {
        id: unit.id(),
        action: ask.action,
        charge_point_id: charger.id,
        identity: charger.identity.to_string(),
        payload: ask.payload,
        status: CommandStatus::Requested,
        requested_by: ask.requested_by,
        session_id: ask.session_id,
        requested_at: unit.now(),
        sent_at: None,
        answered_at: None,
        response: None,
        error: None,
    };
    let node = charger.node.clone().unwrap_or_default();
    commands::insert(unit.conn, &command, &node).await?;
    let news = CommandNews {
        command: CommandObject::from(&command),
    };
    unit.emit(&Event::CommandRequested(news)).await?;
    Ok(Requested { command, node })
}
