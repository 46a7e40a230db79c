//! A station by its name alone, for the command line and the demo site.

use domain::StationId;

use super::change_station::{StationChange, create_station};
use super::refusal::refused;
use crate::core::{Core, OpError};

/// Adds a station.
pub async fn add_station(core: &Core, name: &str) -> Result<StationId, OpError> {
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(refused("A station's name has 1 to 100 characters."));
    }
    let new = StationChange {
        name: Some(name),
        ..StationChange::default()
    };
    Ok(StationId(create_station(core, new).await?.id))
}
