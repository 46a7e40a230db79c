//! Somebody at a screen or a desk wants a charge to end. The session goes on until the charger says so.

use domain::command::{Requester, RequesterKind, action};
use domain::session::{Failure, FailureCode, Session, StopReason};
use domain::{Code, CustomerId, SessionId};
use store::repo::{charge_points, sessions};

use super::request_command::{self, Ask, Requested};
use super::session;
use crate::central_system::remote;
use crate::core::{Core, OpError, Unit};
use crate::keep::Keep;

/// What comes of the wish.
#[derive(Clone, Debug)]
pub struct StopRequested {
    /// The session as it is now.
    pub session: Session,
    /// What is to be sent; none where there is nothing to be ended at the charger, or it was told before.
    pub command: Option<Requested>,
}

/// Asks the charger to end a charge; one that has not begun is cancelled at once. `owner` may end its own only.
/// Whoever called sends the command once this has returned.
pub async fn request_stop(
    core: &Core,
    id: SessionId,
    owner: Option<CustomerId>,
    requested_by: Requester,
    keep: Keep<StopRequested>,
) -> Result<StopRequested, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let found = sessions::find(unit.conn, id).await?;
            let known = found
                .filter(|session| owner.is_none() || session.customer_id == owner)
                .ok_or_else(|| {
                    OpError::refused(Code::ResourceNotFound, "There is no such session.")
                })?;
            // The charger may speak of it at this very moment.
            charge_points::hold(unit.conn, known.charge_point_id).await?;
            let session = sessions::find(unit.conn, id).await?.unwrap_or(known);
            let requested = stop(&mut unit, session, requested_by).await?;
            keep.answer(&mut unit, &requested).await?;
            Ok(requested)
        })
    })
    .await
}

async fn stop(
    unit: &mut Unit<'_>,
    mut session: Session,
    requested_by: Requester,
) -> Result<StopRequested, OpError> {
    if !session.status.is_active() {
        return Err(OpError::refused(
            Code::NotActive,
            "That charge is over already.",
        ));
    }
    let Some(transaction) = session
        .transaction_id
        .filter(|_| session.status.is_running())
    else {
        let failure = Failure {
            code: FailureCode::Cancelled,
            detail: "Cancelled before it began.".to_owned(),
        };
        session::fail(unit, &mut session, failure).await?;
        return Ok(StopRequested {
            session,
            command: None,
        });
    };
    let charger = request_command::connected(unit, session.charge_point_id).await?;
    session.stop_asked = Some(match requested_by.kind {
        RequesterKind::Customer => StopReason::Driver,
        RequesterKind::Operator | RequesterKind::System => StopReason::Operator,
    });
    sessions::update(unit.conn, &session).await?;
    let ask = Ask {
        action: action::REMOTE_STOP.to_owned(),
        payload: remote::stop(transaction),
        requested_by,
        session_id: Some(session.id),
    };
    let command = request_command::request(unit, &charger, ask).await?;
    Ok(StopRequested {
        session,
        command: Some(command),
    })
}
