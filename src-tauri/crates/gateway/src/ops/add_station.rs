//! The operator registers a station.

use domain::StationId;
use domain::station::Station;
use store::repo::stations;

use super::refusal::{refused, taken};
use crate::core::{Core, OpError};

/// Adds a station.
pub async fn add_station(core: &Core, name: &str) -> Result<StationId, OpError> {
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(refused("A station's name has 1 to 100 characters."));
    }
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            let station = Station {
                id: unit.id(),
                name,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            stations::insert(unit.conn, &station)
                .await
                .map_err(|error| taken(error, "that station name"))?;
            Ok(station.id)
        })
    })
    .await
}
