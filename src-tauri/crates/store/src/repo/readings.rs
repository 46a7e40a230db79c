//! Table `meter_reading`: every reading once, whatever the session made of it.

use domain::ChargePointId;
use domain::meter::Reading;

use super::to_ms;
use crate::conn::on;
use crate::{Conn, StoreError};

/// Stores a reading. `false` when the same one is there already: a charger repeats what was not answered.
pub async fn insert(
    conn: &mut Conn,
    point: ChargePointId,
    connector_id: i64,
    transaction_id: Option<i64>,
    reading: &Reading,
) -> Result<bool, StoreError> {
    let added = on!(conn, |c| {
        sqlx::query(
        "INSERT INTO meter_reading (charge_point_id, connector_id, transaction_id, measured_at, context, meter_wh,
           power_w, soc_percent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
    )
    .bind(point.to_string())
    .bind(connector_id)
    // NULLs never conflict; 0 is no transaction's number.
    .bind(transaction_id.unwrap_or(0))
    .bind(to_ms(reading.measured_at))
    .bind(&reading.context)
    .bind(reading.meter.map(|meter| meter.0))
    .bind(reading.power_w)
    .bind(reading.soc_percent)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(added == 1)
}
