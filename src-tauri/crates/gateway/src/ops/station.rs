//! What a station's parts amount to, counted anew where one of them changed. Shared by the ops that change one.

use domain::event::StationStatusChanged;
use domain::{Event, StationId};
use store::repo::stations;

use crate::core::{OpError, Unit};

/// Counts a station's parts; `station.status.changed` follows where the sums are others now.
pub(super) async fn recount(unit: &mut Unit<'_>, id: StationId) -> Result<(), OpError> {
    let Some(mut station) = stations::hold(unit.conn, id).await? else {
        return Ok(());
    };
    let figures = stations::count(unit.conn, id).await?;
    if figures == station.figures {
        return Ok(());
    }
    station.figures = figures;
    station.version += 1;
    station.updated_at = unit.now();
    stations::update(unit.conn, &station).await?;
    let changed = StationStatusChanged {
        station_id: id,
        version: station.version,
        status: figures.status(),
        points_online: figures.points_online,
        points_total: figures.points_total,
        connectors_available: figures.connectors_available,
        connectors_total: figures.connectors_total,
    };
    Ok(unit.emit(&Event::StationStatusChanged(changed)).await?)
}
