//! The desk changes and removes a charge point. Registering one is `add_charge_point`, a new key is `rotate_key`.

use domain::charge_point::ChargePoint;
use domain::event::PointDeleted;
use domain::object::ChargingPointObject;
use domain::{ChargePointId, Event, StationId, TariffId};
use serde_json::json;
use store::repo::{charge_points, price_turns, sessions};

use super::change::{Change, set};
use super::change_station::{known_station, known_tariff};
use super::refusal::{conflict, missing};
use super::{news, station};
use crate::core::{Core, OpError, Unit};

/// What is to become of a charge point. Within its bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct PointChange {
    /// The name people read.
    pub name: Option<String>,
    /// Where it stands.
    pub station_id: Option<StationId>,
    /// Rated power, W.
    pub max_power_w: Option<i64>,
    /// What it charges instead of its station's tariff.
    pub tariff_id: Change<TariffId>,
}

/// Changes a charge point. Where nothing would be different, nothing is told.
pub async fn change_point(
    core: &Core,
    id: ChargePointId,
    change: PointChange,
) -> Result<ChargingPointObject, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let before = held_point(&mut unit, id).await?;
            if unit.is_watched() {
                let now = unit.now();
                let was = news::point(unit.conn, &before, now).await?;
                unit.before(&was);
            }
            known_tariff(&mut unit, &change.tariff_id).await?;
            let mut point = before.clone();
            set(&mut point.name, change.name);
            set(&mut point.max_power_w, change.max_power_w);
            set(&mut point.station_id, change.station_id);
            change.tariff_id.apply(&mut point.tariff_id);
            if point == before {
                let now = unit.now();
                let object = news::point(unit.conn, &point, now).await?;
                unit.after(&object);
                return Ok(object);
            }
            let moved = point.station_id != before.station_id;
            if moved {
                refuse_busy(&mut unit, id, "moved").await?;
                known_station(&mut unit, point.station_id).await?;
            }
            let object = save(&mut unit, &mut point).await?;
            unit.after(&object);
            if moved || point.tariff_id != before.tariff_id {
                news::tell_point_price(&mut unit, &point).await?;
            }
            if moved {
                station::recount(&mut unit, before.station_id).await?;
                station::recount(&mut unit, point.station_id).await?;
            }
            Ok(object)
        })
    })
    .await
}

/// Removes a charge point at which nobody charges. Its socket finds no charge point any more.
pub async fn remove_point(core: &Core, id: ChargePointId) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let point = held_point(&mut unit, id).await?;
            unit.before(&json!({ "name": point.name }));
            refuse_busy(&mut unit, id, "removed").await?;
            let now = unit.now();
            charge_points::delete(unit.conn, id, now).await?;
            price_turns::set(unit.conn, point.station_id, Some(id), None).await?;
            let gone = PointDeleted {
                id: id.0,
                station_id: point.station_id,
            };
            unit.emit(&Event::PointDeleted(gone)).await?;
            station::recount(&mut unit, point.station_id).await
        })
    })
    .await
}

pub(super) async fn save(
    unit: &mut Unit<'_>,
    point: &mut ChargePoint,
) -> Result<ChargingPointObject, OpError> {
    point.version += 1;
    point.updated_at = unit.now();
    charge_points::update(unit.conn, point).await?;
    news::tell_point(unit, point).await
}

pub(super) async fn held_point(
    unit: &mut Unit<'_>,
    id: ChargePointId,
) -> Result<ChargePoint, OpError> {
    let found = charge_points::hold(unit.conn, id).await?;
    found.ok_or_else(|| missing("charge point"))
}

/// A charge keeps its charge point until it is over.
async fn refuse_busy(unit: &mut Unit<'_>, id: ChargePointId, what: &str) -> Result<(), OpError> {
    let active = sessions::list_active_at(unit.conn, id, None).await?;
    if active.is_empty() {
        return Ok(());
    }
    Err(conflict(&format!(
        "Somebody charges there. It can be {what} when that is over."
    )))
}
