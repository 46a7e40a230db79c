//! The operator registers a station.

use domain::event::StationNews;
use domain::object::StationObject;
use domain::station::{Address, Station, StationFigures};
use domain::{Event, StationId};
use store::repo::stations;

use super::refusal::{refused, taken};
use crate::core::{Core, OpError};

/// Adds a station.
pub async fn add_station(core: &Core, name: &str) -> Result<StationId, OpError> {
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(refused("A station's name has 1 to 100 characters."));
    }
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            let station = Station {
                id: unit.id(),
                name,
                address: Address::default(),
                location: None,
                time_zone: "UTC".to_owned(),
                helpline: None,
                tariff_id: None,
                figures: StationFigures::default(),
                version: 1,
                created_at: now,
                updated_at: now,
            };
            stations::insert(unit.conn, &station)
                .await
                .map_err(|error| taken(error, "that station name"))?;
            let news = StationNews {
                station: StationObject::operator(&station, None),
            };
            unit.emit(&Event::StationCreated(news)).await?;
            Ok(station.id)
        })
    })
    .await
}
