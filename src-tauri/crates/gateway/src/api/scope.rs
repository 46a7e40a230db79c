//! What somebody at the desk finds by its id: only what its organisation has. What is another's is not there (404), so that
//! nobody learns which ids there are. Not for lists: their queries take the scope themselves.

use domain::charge_point::ChargePoint;
use domain::session::Session;
use domain::station::Station;
use domain::{ChargePointId, Code, Scope, SessionId, StationId, TariffId};
use store::Conn;
use store::repo::{charge_points, organizations, sessions, stations, tariffs};

use super::problem::Problem;
use crate::core::OpError;
use crate::ops::change::Change;
use crate::ops::refusal::unknown;

/// The station with this id, where it is in the scope.
pub(super) async fn station(
    conn: &mut Conn,
    scope: Scope,
    id: StationId,
) -> Result<Station, Problem> {
    let found = stations::find(conn, &id.to_string()).await?;
    found
        .filter(|station| station.id == id && scope.covers(station.organization_id))
        .ok_or_else(|| Code::ResourceNotFound.into())
}

/// The charge point with this id, where its station is in the scope.
pub(super) async fn point(
    conn: &mut Conn,
    scope: Scope,
    id: ChargePointId,
) -> Result<ChargePoint, Problem> {
    let found = charge_points::find(conn, id).await?;
    let point = found.ok_or(Code::ResourceNotFound)?;
    if organizations::has_station(conn, scope, point.station_id).await? {
        return Ok(point);
    }
    Err(Code::ResourceNotFound.into())
}

/// The session with this id, where its station is in the scope.
pub(super) async fn session(
    conn: &mut Conn,
    scope: Scope,
    id: SessionId,
) -> Result<Session, Problem> {
    let found = sessions::find(conn, id).await?;
    let session = found.ok_or(Code::ResourceNotFound)?;
    if organizations::has_station(conn, scope, session.station_id).await? {
        return Ok(session);
    }
    Err(Code::ResourceNotFound.into())
}

/// Refuses a station that a body names and the scope has not, as if it were not there.
pub(super) async fn known_station(
    conn: &mut Conn,
    scope: Scope,
    station: Option<StationId>,
) -> Result<(), Problem> {
    let Some(id) = station else {
        return Ok(());
    };
    if organizations::has_station(conn, scope, id).await? {
        return Ok(());
    }
    Err(unknown("/stationId", "station").into())
}

/// The same of a tariff: within an organisation, one that holds at one of its places already.
pub(super) async fn known_tariff(
    conn: &mut Conn,
    scope: Scope,
    tariff: &Change<TariffId>,
) -> Result<(), Problem> {
    let Some(id) = tariff.set() else {
        return Ok(());
    };
    // Whether there is one at all is the op's to say, in its own unit.
    if scope == Scope::All || tariffs::find_within(conn, scope, *id).await?.is_some() {
        return Ok(());
    }
    Err(unknown("/tariffId", "tariff").into())
}

/// To whom something belongs only the whole site decides: what an organisation says of it is refused.
pub(super) fn may_give(scope: Scope, names_owner: bool) -> Result<(), OpError> {
    if scope == Scope::All || !names_owner {
        return Ok(());
    }
    Err(OpError::refused(
        Code::AuthForbidden,
        "Whose a station is only users of the whole site say.",
    ))
}
