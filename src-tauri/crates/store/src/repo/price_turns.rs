//! Table `price_turn`: when the price at a station, or at a charge point with one of its own, next turns by the clock.

use domain::{ChargePointId, StationId, Timestamp};

use super::{from_ms, parse, parse_opt, to_ms};
use crate::conn::{all, run};
use crate::{Conn, StoreError};

/// A price that is to turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceTurn {
    /// Where.
    pub station_id: StationId,
    /// At which charge point; none: at the station as a whole.
    pub charge_point_id: Option<ChargePointId>,
    /// When.
    pub turns_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    station_id: String,
    charge_point_id: Option<String>,
    turns_at: i64,
}

impl Row {
    fn read(self) -> Result<PriceTurn, StoreError> {
        Ok(PriceTurn {
            station_id: parse("price_turn.station_id", &self.station_id)?,
            charge_point_id: parse_opt(
                "price_turn.charge_point_id",
                self.charge_point_id.as_deref(),
            )?,
            turns_at: from_ms(self.turns_at)?,
        })
    }
}

/// Says when the price at a place next turns; none: it never does.
pub async fn set(
    conn: &mut Conn,
    station: StationId,
    point: Option<ChargePointId>,
    turns_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let (station, point) = (station.to_string(), point.map(|id| id.to_string()));
    match &point {
        // Wherever it stood before.
        Some(point) => run!(
            conn,
            "DELETE FROM price_turn WHERE charge_point_id = $1",
            point
        )?,
        None => run!(
            conn,
            "DELETE FROM price_turn WHERE station_id = $1 AND charge_point_id IS NULL",
            &station
        )?,
    };
    if let Some(turns_at) = turns_at {
        run!(
            conn,
            "INSERT INTO price_turn (station_id, charge_point_id, turns_at) VALUES ($1, $2, $3)",
            &station,
            &point,
            to_ms(turns_at)
        )?;
    }
    Ok(())
}

/// Takes a turn for this unit of work; false: another took it, or it is another one now.
pub async fn take(conn: &mut Conn, turn: &PriceTurn) -> Result<bool, StoreError> {
    let taken = run!(
        conn,
        "DELETE FROM price_turn WHERE station_id = $1 AND COALESCE(charge_point_id, '') = COALESCE($2, '')
           AND turns_at = $3",
        turn.station_id.to_string(),
        turn.charge_point_id.map(|id| id.to_string()),
        to_ms(turn.turns_at)
    )?;
    Ok(taken > 0)
}

/// Turns whose moment has come, the oldest first.
pub async fn list_due(conn: &mut Conn, now: Timestamp) -> Result<Vec<PriceTurn>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT station_id, charge_point_id, turns_at FROM price_turn WHERE turns_at <= $1
         ORDER BY turns_at, station_id, charge_point_id LIMIT 100",
        to_ms(now)
    )
}
