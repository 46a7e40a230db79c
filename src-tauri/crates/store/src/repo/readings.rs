//! Table `meter_reading`: every reading once, whatever the session made of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::meter::{Metered, Reading};
use domain::register::Mark;
use domain::{ChargePointId, Timestamp, WattHours};

use super::{folded, from_ms, parse, to_ms};
use crate::conn::{Engine, on};
use crate::{Conn, StoreError};

/// A reading of one connector, as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct NewReading<'r> {
    /// Whose.
    pub charge_point_id: ChargePointId,
    /// Which plug.
    pub connector_id: i64,
    /// Of which transaction, if of any.
    pub transaction_id: Option<i64>,
    /// What was read, under the time the charger gave it.
    pub reading: &'r Reading,
    /// When it counts.
    pub counted_at: Timestamp,
}

/// A row's natural key: charge point, connector, transaction, time and context.
type Key = (String, i64, i64, i64, String);

impl NewReading<'_> {
    fn key(&self) -> Key {
        (
            self.charge_point_id.to_string(),
            self.connector_id,
            // NULLs never conflict; 0 is no transaction's number.
            self.transaction_id.unwrap_or(0),
            to_ms(self.reading.measured_at),
            self.reading.context.clone(),
        )
    }
}

/// Stores readings, and says of each whether it is new: a charger repeats what was not answered. One statement, however
/// many.
pub async fn insert(conn: &mut Conn, readings: &[NewReading<'_>]) -> Result<Vec<bool>, StoreError> {
    if readings.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<Key> = readings.iter().map(NewReading::key).collect();
    let rows = readings.iter().zip(&keys).map(|(new, key)| {
        let (point, connector, transaction, measured_at, context) = key;
        (
            point,
            connector,
            transaction,
            measured_at,
            context,
            new.reading.meter.map(|meter| meter.0),
            new.reading.power_w,
            new.reading.soc_percent,
            to_ms(new.counted_at),
            new.reading.current_ma(),
        )
    });
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "INSERT INTO meter_reading (charge_point_id, connector_id, transaction_id, measured_at, context, meter_wh,
               power_w, soc_percent, counted_at, current_ma)
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
               value ->> 7, value ->> 8, value ->> 9
             FROM jsonb_each($1) WHERE true ON CONFLICT DO NOTHING
             RETURNING charge_point_id, connector_id, transaction_id, measured_at, context"
        }
        Engine::Postgres(_) => {
            "INSERT INTO meter_reading (charge_point_id, connector_id, transaction_id, measured_at, context, meter_wh,
               power_w, soc_percent, counted_at, current_ma)
             SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT),
               CAST(value ->> 3 AS BIGINT), value ->> 4, CAST(value ->> 5 AS BIGINT), CAST(value ->> 6 AS BIGINT),
               CAST(value ->> 7 AS BIGINT), CAST(value ->> 8 AS BIGINT), CAST(value ->> 9 AS BIGINT)
             FROM jsonb_array_elements(CAST($1 AS JSONB)) ON CONFLICT DO NOTHING
             RETURNING charge_point_id, connector_id, transaction_id, measured_at, context"
        }
    };
    let rows = folded(rows.collect::<Vec<_>>());
    let added: Vec<Key> = on!(conn, |c| sqlx::query_as(sql).bind(&rows).fetch_all(c).await)?;
    let mut added: BTreeSet<Key> = added.into_iter().collect();
    // Of two alike the first is the new one.
    Ok(keys.iter().map(|key| added.remove(key)).collect())
}

/// A register's time, Wh, W and mA.
type Register = (i64, i64, Option<i64>, Option<i64>);

fn metered((at, wh, power_w, current_ma): Register) -> Result<Metered, StoreError> {
    Ok(Metered {
        mark: Mark {
            at: from_ms(at)?,
            wh: WattHours(wh),
        },
        power_w,
        current_ma,
    })
}

/// Every register that was read in a transaction, when it counts.
pub async fn list_registers(
    conn: &mut Conn,
    point: ChargePointId,
    transaction_id: i64,
) -> Result<Vec<Metered>, StoreError> {
    let rows: Vec<Register> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT COALESCE(counted_at, measured_at), meter_wh, power_w, current_ma FROM meter_reading
             WHERE charge_point_id = $1 AND transaction_id = $2 AND meter_wh IS NOT NULL",
        )
        .bind(point.to_string())
        .bind(transaction_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(metered).collect()
}

/// Of which charge point and transaction, and the register.
type NamedRegister = (String, i64, i64, i64, Option<i64>, Option<i64>);

/// The same of several transactions, by charge point and number. One statement, however many.
pub async fn list_all_registers(
    conn: &mut Conn,
    wanted: &BTreeSet<(ChargePointId, i64)>,
) -> Result<BTreeMap<(ChargePointId, i64), Vec<Metered>>, StoreError> {
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "SELECT m.charge_point_id, m.transaction_id, COALESCE(m.counted_at, m.measured_at), m.meter_wh, m.power_w,
               m.current_ma
             FROM jsonb_each($1) AS r JOIN meter_reading m
               ON m.charge_point_id = r.value ->> 0 AND m.transaction_id = r.value ->> 1
             WHERE m.meter_wh IS NOT NULL"
        }
        Engine::Postgres(_) => {
            "SELECT m.charge_point_id, m.transaction_id, COALESCE(m.counted_at, m.measured_at), m.meter_wh, m.power_w,
               m.current_ma
             FROM jsonb_array_elements(CAST($1 AS JSONB)) AS r (value) JOIN meter_reading m
               ON m.charge_point_id = r.value ->> 0 AND m.transaction_id = CAST(r.value ->> 1 AS BIGINT)
             WHERE m.meter_wh IS NOT NULL"
        }
    };
    let rows: Vec<NamedRegister> = on!(conn, |c| {
        sqlx::query_as(sql).bind(folded(wanted)).fetch_all(c).await
    })?;
    let mut found: BTreeMap<_, Vec<Metered>> = BTreeMap::new();
    for (point, number, at, wh, power_w, current_ma) in rows {
        let key = (parse("meter_reading.charge_point_id", &point)?, number);
        found
            .entry(key)
            .or_default()
            .push(metered((at, wh, power_w, current_ma))?);
    }
    Ok(found)
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
