//! Table `meter_reading`: every reading once, whatever the session made of it.

use domain::ChargePointId;
use domain::meter::Reading;

use super::to_ms;
use crate::conn::run;
use crate::{Conn, StoreError};

/// Stores a reading. `false` when the same one is there already: a charger repeats what was not answered.
pub async fn insert(
    conn: &mut Conn,
    point: ChargePointId,
    connector_id: i64,
    transaction_id: Option<i64>,
    reading: &Reading,
) -> Result<bool, StoreError> {
    // NULLs never conflict; 0 is no transaction's number.
    let transaction_id = transaction_id.unwrap_or(0);
    let added = run!(
        conn,
        "INSERT INTO meter_reading (charge_point_id, connector_id, transaction_id, measured_at, context, meter_wh,
           power_w, soc_percent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        point.to_string(),
        connector_id,
        transaction_id,
        to_ms(reading.measured_at),
        &reading.context,
        reading.meter.map(|meter| meter.0),
        reading.power_w,
        reading.soc_percent
    )?;
    Ok(added == 1)
}
