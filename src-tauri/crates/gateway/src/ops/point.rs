//! A charge point inside a unit of work: loaded, and stored with the events its change causes.
//! Shared by the ops that change one.

use domain::charge_point::ChargePoint;
use domain::event::{ChargerStatusChanged, PointRef};
use domain::status::ChargePointStatus;
use domain::{ChargePointId, Code, Event};
use store::repo::{charge_points, connectors};

use super::station;
use crate::core::{OpError, Unit};

/// Loads the charge point that speaks. Its row is this unit's until the commit, so that what one charger
/// says is worked off one by one, whatever the database.
pub(super) async fn load(unit: &mut Unit<'_>, id: ChargePointId) -> Result<ChargePoint, OpError> {
    let now = unit.now();
    charge_points::hear(unit.conn, id, now)
        .await?
        .ok_or_else(|| OpError::refused(Code::ResourceNotFound, "There is no such charge point."))
}

/// Stores a charge point under its next version; `news` are the events of the change itself, and
/// `charger.status.changed` and `station.status.changed` follow where the whole looks different now.
pub(super) async fn save(
    unit: &mut Unit<'_>,
    mut point: ChargePoint,
    news: impl FnOnce(&ChargePoint) -> Option<Event> + Send,
) -> Result<ChargePoint, OpError> {
    let now = unit.now();
    let connectors = connectors::list(unit.conn, point.id).await?;
    let previous = point.status;
    point.status =
        ChargePointStatus::derive(point.connectivity, connectors.iter().map(|c| c.status));
    if point.status != previous {
        point.since = now;
    }
    point.version += 1;
    point.updated_at = now;
    charge_points::update(unit.conn, &point).await?;
    if let Some(event) = news(&point) {
        unit.emit(&event).await?;
    }
    if point.status != previous {
        let changed = ChargerStatusChanged {
            point: PointRef::of(&point),
            status: point.status,
            previous_status: previous,
            connectivity: point.connectivity,
            since: point.since,
        };
        unit.emit(&Event::ChargerStatusChanged(changed)).await?;
    }
    station::recount(unit, point.station_id).await?;
    Ok(point)
}
