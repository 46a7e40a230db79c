//! A charge nears its end: what is held is extended where there is more money, else the driver is told and then the charger.
//! Once a second, from what the readings foresaw; not with each reading, so that most of them cost nothing here.

use domain::command::{Requester, RequesterKind, action};
use domain::event::UpdateReason;
use domain::session::{AGAIN, EndsBy, LEAD, Session, SessionStatus, StopReason, WARNING};
use domain::{Code, SessionId};
use store::repo::{charge_points, sessions};

use super::request_command::{self, Ask, Requested};
use super::{hold, session};
use crate::central_system::remote;
use crate::core::{Core, MoneyRules, OpError, Unit};

/// Looks at every charge that reaches a limit soon. Whoever called sends the commands.
pub async fn look_at_limits(core: &Core) -> Result<Vec<Requested>, OpError> {
    let now = core.clock.now();
    let ending = {
        let mut conn = core.store.read().await?;
        sessions::list_ending(&mut conn, now + WARNING, now + LEAD).await?
    };
    let mut commands = Vec::new();
    for (id, _) in ending {
        commands.extend(look(core, id).await?);
    }
    Ok(commands)
}

async fn look(core: &Core, id: SessionId) -> Result<Option<Requested>, OpError> {
    let rules = core.money();
    core.write(move |mut unit| {
        Box::pin(async move {
            let Some(known) = sessions::find(unit.conn, id).await? else {
                return Ok(None);
            };
            // Its charger may speak of it at this very moment, and so may another gateway look at it.
            charge_points::hold(unit.conn, known.charge_point_id).await?;
            let session = sessions::find(unit.conn, id).await?.unwrap_or(known);
            look_at(&mut unit, &rules, session).await
        })
    })
    .await
}

async fn look_at(
    unit: &mut Unit<'_>,
    rules: &MoneyRules,
    mut session: Session,
) -> Result<Option<Requested>, OpError> {
    let now = unit.now();
    let runs = matches!(
        session.status,
        SessionStatus::Charging | SessionStatus::Suspended
    );
    let Some((at, by)) = session.funding.ends.filter(|_| runs) else {
        return Ok(None);
    };
    if by == EndsBy::Held && hold::extend(unit, rules, &mut session).await? {
        session.funding.ends = None;
        session.funding.warned = false;
        session.version += 1;
        sessions::update(unit.conn, &session).await?;
        return Ok(None);
    }
    let warn = !session.funding.warned && at <= now + WARNING;
    session.funding.warned |= warn;
    let stop = at <= now + LEAD;
    if stop {
        // Told again where the charger says no, or nothing.
        session.funding.ends = Some((now + AGAIN, by));
        session.stop_asked = session.stop_asked.or(Some(StopReason::Limit));
    }
    if !(warn || stop) {
        return Ok(None);
    }
    session.version += 1;
    sessions::update(unit.conn, &session).await?;
    if warn {
        session::tell_updated(unit, &session, Some(UpdateReason::Limit)).await?;
    }
    if stop {
        request_stop(unit, &session).await
    } else {
        Ok(None)
    }
}

async fn request_stop(
    unit: &mut Unit<'_>,
    session: &Session,
) -> Result<Option<Requested>, OpError> {
    let Some(transaction) = session.transaction_id else {
        return Ok(None);
    };
    let charger = match request_command::connected(unit, session.charge_point_id).await {
        Ok(charger) => charger,
        // It is tried again; what is charged meanwhile beyond the money is owed.
        Err(OpError::Refused {
            code: Code::ChargerOffline,
            ..
        }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let ask = Ask {
        action: action::REMOTE_STOP.to_owned(),
        payload: remote::stop(transaction),
        requested_by: Requester {
            kind: RequesterKind::System,
            id: None,
            name: "Limit".to_owned(),
        },
        session_id: Some(session.id),
    };
    let command = request_command::request(unit, &charger, ask).await?;
    Ok(Some(command))
}
