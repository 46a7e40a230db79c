//! Table `session`, and the counter that transaction ids come from.

use domain::session::{Session, SessionStatus, StartedBy, StopReason};
use domain::{ChargePointId, Timestamp, WattHours};

use super::{Page, Slice, from_ms, from_ms_opt, parse, to_ms, word};
use crate::conn::on;
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    station_id: String,
    charge_point_id: String,
    connector_id: i64,
    transaction_id: i64,
    customer_id: Option<String>,
    id_token: String,
    status: String,
    started_by: String,
    started_at: i64,
    stopped_at: Option<i64>,
    meter_start_wh: i64,
    meter_last_wh: i64,
    meter_stop_wh: Option<i64>,
    measured_at: Option<i64>,
    power_w: Option<i64>,
    soc_percent: Option<i64>,
    stop_reason: Option<String>,
    version: i64,
}

impl Row {
    fn read(self) -> Result<Session, StoreError> {
        Ok(Session {
            id: parse("session.id", &self.id)?,
            station_id: parse("session.station_id", &self.station_id)?,
            charge_point_id: parse("session.charge_point_id", &self.charge_point_id)?,
            connector_id: self.connector_id,
            transaction_id: self.transaction_id,
            customer_id: self
                .customer_id
                .map(|id| parse("session.customer_id", &id))
                .transpose()?,
            id_token: self.id_token,
            status: word("session.status", &self.status, SessionStatus::from_word)?,
            started_by: word("session.started_by", &self.started_by, StartedBy::from_word)?,
            started_at: from_ms(self.started_at)?,
            stopped_at: from_ms_opt(self.stopped_at)?,
            meter_start: WattHours(self.meter_start_wh),
            meter_last: WattHours(self.meter_last_wh),
            meter_stop: self.meter_stop_wh.map(WattHours),
            measured_at: from_ms_opt(self.measured_at)?,
            power_w: self.power_w,
            soc_percent: self.soc_percent,
            stop_reason: self
                .stop_reason
                .map(|reason| word("session.stop_reason", &reason, StopReason::from_word))
                .transpose()?,
            version: self.version,
        })
    }
}

/// The next transaction id: above zero, never given twice.
pub async fn next_transaction_id(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| sqlx::query_scalar(
        "INSERT INTO counter (name, value) VALUES ('transaction_id', 1)
         ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
    )
    .fetch_one(c)
    .await)?)
}

/// Adds a session.
pub async fn insert(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query(
        "INSERT INTO session (id, station_id, charge_point_id, connector_id, transaction_id, customer_id, id_token,
           status, started_by, started_at, meter_start_wh, meter_last_wh, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    )
    .bind(session.id.to_string())
    .bind(session.station_id.to_string())
    .bind(session.charge_point_id.to_string())
    .bind(session.connector_id)
    .bind(session.transaction_id)
    .bind(session.customer_id.map(|id| id.to_string()))
    .bind(&session.id_token)
    .bind(session.status.as_str())
    .bind(session.started_by.as_str())
    .bind(to_ms(session.started_at))
    .bind(session.meter_start.0)
    .bind(session.meter_last.0)
    .bind(session.version)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// Stores what a session became.
pub async fn update(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query(
        "UPDATE session SET status = $2, stopped_at = $3, meter_last_wh = $4, meter_stop_wh = $5, measured_at = $6,
           power_w = $7, soc_percent = $8, stop_reason = $9, version = $10
         WHERE id = $1"
    )
    .bind(session.id.to_string())
    .bind(session.status.as_str())
    .bind(session.stopped_at.map(to_ms))
    .bind(session.meter_last.0)
    .bind(session.meter_stop.map(|meter| meter.0))
    .bind(session.measured_at.map(to_ms))
    .bind(session.power_w)
    .bind(session.soc_percent)
    .bind(session.stop_reason.map(StopReason::as_str))
    .bind(session.version)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// What makes two `StartTransactions` the same one (OCPP 1.6 §4.8): a charger repeats it under a new message id.
#[derive(Clone, Debug)]
pub struct StartKey {
    /// The box.
    pub charge_point_id: ChargePointId,
    /// The plug.
    pub connector_id: i64,
    /// The token.
    pub id_token: String,
    /// The register.
    pub meter_start: WattHours,
    /// The charger's time of the start.
    pub started_at: Timestamp,
}

/// The session an earlier copy of this StartTransaction began.
pub async fn find_by_start(conn: &mut Conn, key: &StartKey) -> Result<Option<Session>, StoreError> {
    let row: Option<Row> = on!(conn, |c| {
        sqlx::query_as(
        "SELECT * FROM session WHERE charge_point_id = $1 AND connector_id = $2 AND id_token = $3
           AND meter_start_wh = $4 AND started_at = $5"
    )
    .bind(key.charge_point_id.to_string())
    .bind(key.connector_id)
    .bind(&key.id_token)
    .bind(key.meter_start.0)
    .bind(to_ms(key.started_at))
    .fetch_optional(c)
    .await
    })?;
    row.map(Row::read).transpose()
}

/// A charge point's own session by the number it knows it by. Another box's number finds nothing.
pub async fn find_by_transaction(
    conn: &mut Conn,
    point: ChargePointId,
    transaction_id: i64,
) -> Result<Option<Session>, StoreError> {
    let row: Option<Row> = on!(conn, |c| sqlx::query_as(
        "SELECT * FROM session WHERE charge_point_id = $1 AND transaction_id = $2"
    )
    .bind(point.to_string())
    .bind(transaction_id)
    .fetch_optional(c)
    .await)?;
    row.map(Row::read).transpose()
}

/// Running sessions, newest first.
pub async fn list_active(conn: &mut Conn, slice: Slice) -> Result<Page<Session>, StoreError> {
    let stopped = SessionStatus::Stopped.as_str();
    let rows: Vec<Row> = on!(conn, |c| {
        sqlx::query_as(
        "SELECT * FROM session WHERE status <> $1 ORDER BY started_at DESC, id DESC LIMIT $2 OFFSET $3"
    )
    .bind(stopped)
    .bind(slice.limit)
    .bind(slice.offset)
    .fetch_all(c)
    .await
    })?;
    let total: i64 = on!(conn, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM session WHERE status <> $1"
    )
    .bind(stopped)
    .fetch_one(c)
    .await)?;
    Ok(Page {
        items: rows.into_iter().map(Row::read).collect::<Result<_, _>>()?,
        total,
    })
}
