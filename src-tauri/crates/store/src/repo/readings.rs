//! Table `meter_reading`: every reading once, whatever the session made of it.

use domain::meter::Reading;
use domain::register::Mark;
use domain::{ChargePointId, Timestamp, WattHours};

use super::{from_ms, to_ms};
use crate::conn::{on, run};
use crate::{Conn, StoreError};

/// Stores a reading under the time the charger gave it, and beside that when it counts. `false` when the same one is
/// there already: a charger repeats what was not answered.
pub async fn insert(
    conn: &mut Conn,
    point: ChargePointId,
    connector_id: i64,
    transaction_id: Option<i64>,
    reading: &Reading,
    counted_at: Timestamp,
) -> Result<bool, StoreError> {
    // NULLs never conflict; 0 is no transaction's number.
    let transaction_id = transaction_id.unwrap_or(0);
    let added = run!(
        conn,
        "INSERT INTO meter_reading (charge_point_id, connector_id, transaction_id, measured_at, context, meter_wh,
           power_w, soc_percent, counted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        point.to_string(),
        connector_id,
        transaction_id,
        to_ms(reading.measured_at),
        &reading.context,
        reading.meter.map(|meter| meter.0),
        reading.power_w,
        reading.soc_percent,
        to_ms(counted_at)
    )?;
    Ok(added == 1)
}

/// Every register that was read in a transaction, when it counts.
pub async fn list_registers(
    conn: &mut Conn,
    point: ChargePointId,
    transaction_id: i64,
) -> Result<Vec<Mark>, StoreError> {
    let rows: Vec<(i64, i64)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT COALESCE(counted_at, measured_at), meter_wh FROM meter_reading
             WHERE charge_point_id = $1 AND transaction_id = $2 AND meter_wh IS NOT NULL",
        )
        .bind(point.to_string())
        .bind(transaction_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(at, wh)| {
            Ok(Mark {
                at: from_ms(at)?,
                wh: WattHours(wh),
            })
        })
        .collect()
}

/// Whether a reading of this moment is there.
pub async fn is_stored(
    conn: &mut Conn,
    point: ChargePointId,
    transaction_id: i64,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let found: i64 = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM meter_reading
             WHERE charge_point_id = $1 AND transaction_id = $2 AND measured_at = $3",
        )
        .bind(point.to_string())
        .bind(transaction_id)
        .bind(to_ms(at))
        .fetch_one(c)
        .await
    })?;
    Ok(found > 0)
}
