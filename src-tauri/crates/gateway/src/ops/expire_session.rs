//! Nobody plugged in: a session that was asked for and did not begin in time never comes to be. Survives a
//! restart, for the wait is counted from the row, and a clock that is set: see `waits`.

use std::time::Duration;

use domain::SessionId;
use domain::session::{Failure, FailureCode};
use store::repo::{charge_points, sessions};
use tokio::time::Instant;

use super::session;
use crate::core::{Core, OpError};
use crate::waits::Waits;

/// Fails every session that has waited longer than this.
pub async fn expire_sessions(
    core: &Core,
    wait: Duration,
    waits: &mut Waits<SessionId>,
) -> Result<usize, OpError> {
    let waiting = {
        let mut conn = core.store.read().await?;
        sessions::list_waiting(&mut conn).await?
    };
    let late = waits.over(&waiting, wait, core.clock.now(), Instant::now());
    for id in &late {
        expire(core, *id).await?;
    }
    Ok(late.len())
}

async fn expire(core: &Core, id: SessionId) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let Some(known) = sessions::find(unit.conn, id).await? else {
                return Ok(());
            };
            charge_points::hold(unit.conn, known.charge_point_id).await?;
            // It may have begun just before the row was ours.
            let mut session = sessions::find(unit.conn, id).await?.unwrap_or(known);
            let failure = Failure {
                code: FailureCode::NotPluggedIn,
                detail: "Nobody plugged in in time. Start again when the cable is in.".to_owned(),
            };
            session::fail(&mut unit, &mut session, failure).await
        })
    })
    .await
}
