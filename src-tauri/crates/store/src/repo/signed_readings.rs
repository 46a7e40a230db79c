//! Table `signed_reading`: meter data as a charger signed it, byte for byte, once.

use domain::meter::Signed;
use domain::{ChargePointId, Timestamp};

use super::{from_ms, to_ms};
use crate::conn::{all, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    measured_at: i64,
    context: String,
    format: String,
    data: String,
    public_key: String,
}

impl Row {
    fn read(self) -> Result<Signed, StoreError> {
        let measured_at: Timestamp = from_ms(self.measured_at)?;
        Ok(Signed {
            measured_at,
            context: self.context,
            format: self.format,
            data: self.data,
            public_key: self.public_key,
        })
    }
}

/// Keeps what was signed at a moment of a transaction; what is kept already stays. `place` tells apart what came together.
pub async fn insert(
    conn: &mut Conn,
    (point, transaction): (ChargePointId, i64),
    place: i64,
    signed: &Signed,
) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO signed_reading (charge_point_id, transaction_id, measured_at, context, place, format, data, public_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        point.to_string(),
        transaction,
        to_ms(signed.measured_at),
        &signed.context,
        place,
        &signed.format,
        &signed.data,
        &signed.public_key
    )?;
    Ok(())
}

/// All of a transaction, in the order they were measured.
pub async fn list(
    conn: &mut Conn,
    (point, transaction): (ChargePointId, i64),
) -> Result<Vec<Signed>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT measured_at, context, format, data, public_key FROM signed_reading
         WHERE charge_point_id = $1 AND transaction_id = $2 ORDER BY measured_at, context, place",
        point.to_string(),
        transaction
    )
}
