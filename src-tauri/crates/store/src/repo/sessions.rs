//! Table `session`, and the counter that transaction ids come from. How a row reads is in `row`, what lists
//! and sums are made of it in `lists`.

mod lists;
mod row;

use std::collections::BTreeSet;

use domain::session::{FailureCode, Session, SessionStatus, StopReason};
use domain::{ChargePointId, Money, SessionId, Timestamp, WattHours};

pub use lists::{
    DayTotal, Filter, SORTS, count_active, count_held_by, count_started, day_total, list,
    list_ended, list_made, list_transactions, search,
};
use row::{Row, columns};
use serde_json::{Value, json};

use super::{folded, to_ms};
use crate::conn::{Engine, all, on, one, run};
use crate::{Conn, StoreError};

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
    let (terms, limit) = (session.terms.as_ref(), session.limit);
    run!(
        conn,
        "INSERT INTO session (id, station_id, charge_point_id, connector_id, customer_id, id_token, status,
           started_by, requested_at, meter_start_wh, meter_last_wh, tariff_id, tariff_version, currency,
           time_zone, version, limit_minor, limit_energy_wh, limit_minutes, limit_soc_percent, on_account)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        session.id.to_string(),
        session.station_id.to_string(),
        session.charge_point_id.to_string(),
        session.connector_id,
        session.customer_id.map(|id| id.to_string()),
        &session.id_token,
        session.status.as_str(),
        session.started_by.as_str(),
        to_ms(session.requested_at),
        session.meter_start.0,
        session.meter_last.0,
        terms.map(|terms| terms.tariff_id.to_string()),
        terms.map(|terms| terms.tariff_version),
        terms.map(|terms| terms.currency().code()),
        terms.map(|terms| terms.zone.iana_name().unwrap_or("UTC").to_owned()),
        session.version,
        limit.and_then(|limit| limit.amount).map(|amount| amount.minor),
        limit.and_then(|limit| limit.energy).map(|energy| energy.0),
        limit.and_then(|limit| limit.minutes),
        limit.and_then(|limit| limit.soc_percent),
        i64::from(session.funding.on_account)
    )?;
    update(conn, session).await
}

/// Stores what a session became.
pub async fn update(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    update_all(conn, [session]).await
}

/// Stores what sessions became. One statement, however many.
pub async fn update_all<'s>(
    conn: &mut Conn,
    sessions: impl IntoIterator<Item = &'s Session> + Send,
) -> Result<(), StoreError> {
    // A row is a list and no tuple: serde's end at sixteen.
    let rows = sessions.into_iter().map(|session| {
        let over = session.status == SessionStatus::Stopped;
        let (failure, funding) = (session.failure.as_ref(), session.funding);
        json!([
            session.id,
            session.status.as_str(),
            session.transaction_id,
            session.started_at.map(to_ms),
            session.stopped_at.map(to_ms),
            session.meter_start.0,
            session.meter_last.0,
            session.meter_stop.map(|meter| meter.0),
            session.measured_at.map(to_ms),
            session.power_w,
            session.soc_percent,
            session.stop_asked.map(StopReason::as_str),
            session.stop_reason.map(StopReason::as_str),
            failure.map(|failure| FailureCode::as_str(failure.code)),
            failure.map(|failure| failure.detail.as_str()),
            i64::from(session.inferred),
            over.then(|| session.cost())
                .flatten()
                .map(|cost| cost.total.minor),
            session.energy().0,
            session.version,
            session.began_at.map(to_ms),
            session.held().map(|held| held.minor),
            session.ends().map(|(at, _)| to_ms(at)),
            session.ends().map(|(_, by)| by.as_str()),
            i64::from(funding.warned),
            funding.bill_due.map(to_ms),
            Some(&session.usage).filter(|usage| !usage.is_empty())
        ])
    });
    let rows: Vec<Value> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "UPDATE session SET status = r.value ->> 1, transaction_id = r.value ->> 2, started_at = r.value ->> 3,
               stopped_at = r.value ->> 4, meter_start_wh = r.value ->> 5, meter_last_wh = r.value ->> 6,
               meter_stop_wh = r.value ->> 7, measured_at = r.value ->> 8, power_w = r.value ->> 9,
               soc_percent = r.value ->> 10, stop_asked = r.value ->> 11, stop_reason = r.value ->> 12,
               failure_code = r.value ->> 13, failure_detail = r.value ->> 14, inferred = r.value ->> 15,
               cost_minor = r.value ->> 16, energy_wh = r.value ->> 17, version = r.value ->> 18,
               began_at = r.value ->> 19, held_minor = r.value ->> 20, ends_at = r.value ->> 21,
               ends_by = r.value ->> 22, ends_warned = r.value ->> 23, bill_due_at = r.value ->> 24,
               usage = r.value ->> 25
             FROM jsonb_each($1) AS r WHERE session.id = r.value ->> 0"
        }
        Engine::Postgres(_) => {
            "UPDATE session SET status = r.value ->> 1, transaction_id = CAST(r.value ->> 2 AS BIGINT),
               started_at = CAST(r.value ->> 3 AS BIGINT), stopped_at = CAST(r.value ->> 4 AS BIGINT),
               meter_start_wh = CAST(r.value ->> 5 AS BIGINT), meter_last_wh = CAST(r.value ->> 6 AS BIGINT),
               meter_stop_wh = CAST(r.value ->> 7 AS BIGINT), measured_at = CAST(r.value ->> 8 AS BIGINT),
               power_w = CAST(r.value ->> 9 AS BIGINT), soc_percent = CAST(r.value ->> 10 AS BIGINT),
               stop_asked = r.value ->> 11, stop_reason = r.value ->> 12, failure_code = r.value ->> 13,
               failure_detail = r.value ->> 14, inferred = CAST(r.value ->> 15 AS BIGINT),
               cost_minor = CAST(r.value ->> 16 AS BIGINT), energy_wh = CAST(r.value ->> 17 AS BIGINT),
               version = CAST(r.value ->> 18 AS BIGINT), began_at = CAST(r.value ->> 19 AS BIGINT),
               held_minor = CAST(r.value ->> 20 AS BIGINT), ends_at = CAST(r.value ->> 21 AS BIGINT),
               ends_by = r.value ->> 22, ends_warned = CAST(r.value ->> 23 AS BIGINT),
               bill_due_at = CAST(r.value ->> 24 AS BIGINT), usage = r.value ->> 25
             FROM jsonb_array_elements(CAST($1 AS JSONB)) AS r (value) WHERE session.id = r.value ->> 0"
        }
    };
    run!(conn, sql, Value::Array(rows).to_string())?;
    Ok(())
}

/// What of a session its readings leave as it was, for as long as it runs. Most of it stands in the table's indexes, each
/// of which would be written anew with every reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    status: SessionStatus,
    transaction_id: Option<i64>,
    started_at: Option<Timestamp>,
    began_at: Option<Timestamp>,
    stopped_at: Option<Timestamp>,
    meter_start: WattHours,
    meter_stop: Option<WattHours>,
    stop_asked: Option<StopReason>,
    stop_reason: Option<StopReason>,
    inferred: bool,
    held: Option<Money>,
}

impl Course {
    /// The course of a session that runs; one that does not has none.
    pub fn of(session: &Session) -> Option<Self> {
        // Named one by one: what is added to a session belongs here, or to what readings write.
        let Session {
            id: _,
            station_id: _,
            charge_point_id: _,
            connector_id: _,
            transaction_id,
            customer_id: _,
            id_token: _,
            status,
            started_by: _,
            requested_at: _,
            started_at,
            began_at,
            stopped_at,
            meter_start,
            meter_last: _,
            meter_stop,
            energy: _,
            measured_at: _,
            power_w: _,
            soc_percent: _,
            terms: _,
            usage: _,
            limit: _,
            funding: _,
            stop_asked,
            stop_reason,
            failure: _,
            inferred,
            version: _,
        } = session;
        status.is_running().then_some(Self {
            status: *status,
            transaction_id: *transaction_id,
            started_at: *started_at,
            began_at: *began_at,
            stopped_at: *stopped_at,
            meter_start: *meter_start,
            meter_stop: *meter_stop,
            stop_asked: *stop_asked,
            stop_reason: *stop_reason,
            inferred: *inferred,
            held: session.held(),
        })
    }
}

/// Stores what sessions became by their readings, each with the course that is stored of it. Two statements at most,
/// however many.
pub async fn update_measured<'s>(
    conn: &mut Conn,
    sessions: impl IntoIterator<Item = (&'s Session, Option<Course>)> + Send,
) -> Result<(), StoreError> {
    let keeps_course = |(session, course): &(&Session, Option<Course>)| {
        course.is_some() && Course::of(session) == *course
    };
    let (measured, changed): (Vec<_>, Vec<_>) = sessions.into_iter().partition(keeps_course);
    update_all(conn, changed.into_iter().map(|(session, _)| session)).await?;
    let rows = measured.iter().map(|(session, _)| {
        (
            session.id,
            session.meter_last.0,
            session.measured_at.map(to_ms),
            session.power_w,
            session.soc_percent,
            session.energy().0,
            session.version,
            session.ends().map(|(at, _)| to_ms(at)),
            session.ends().map(|(_, by)| by.as_str()),
            i64::from(session.funding.warned),
            session.funding.bill_due.map(to_ms),
            Some(&session.usage).filter(|usage| !usage.is_empty()),
        )
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "UPDATE session SET meter_last_wh = r.value ->> 1, measured_at = r.value ->> 2, power_w = r.value ->> 3,
               soc_percent = r.value ->> 4, energy_wh = r.value ->> 5, version = r.value ->> 6,
               ends_at = r.value ->> 7, ends_by = r.value ->> 8, ends_warned = r.value ->> 9,
               bill_due_at = r.value ->> 10, usage = r.value ->> 11
             FROM jsonb_each($1) AS r WHERE session.id = r.value ->> 0"
        }
        Engine::Postgres(_) => {
            "UPDATE session SET meter_last_wh = CAST(r.value ->> 1 AS BIGINT),
               measured_at = CAST(r.value ->> 2 AS BIGINT), power_w = CAST(r.value ->> 3 AS BIGINT),
               soc_percent = CAST(r.value ->> 4 AS BIGINT), energy_wh = CAST(r.value ->> 5 AS BIGINT),
               version = CAST(r.value ->> 6 AS BIGINT), ends_at = CAST(r.value ->> 7 AS BIGINT),
               ends_by = r.value ->> 8, ends_warned = CAST(r.value ->> 9 AS BIGINT),
               bill_due_at = CAST(r.value ->> 10 AS BIGINT), usage = r.value ->> 11
             FROM jsonb_array_elements(CAST($1 AS JSONB)) AS r (value) WHERE session.id = r.value ->> 0"
        }
    };
    run!(conn, sql, folded(rows))?;
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
    one!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM session WHERE charge_point_id = $1 AND connector_id = $2 AND id_token = $3
         AND meter_start_wh = $4 AND started_at = $5"
        ),
        key.charge_point_id.to_string(),
        key.connector_id,
        &key.id_token,
        key.meter_start.0,
        to_ms(key.started_at)
    )
}

/// The session with this id.
pub async fn find(conn: &mut Conn, id: SessionId) -> Result<Option<Session>, StoreError> {
    one!(
        conn,
        Row,
        concat!("SELECT ", columns!(), " FROM session WHERE id = $1"),
        id.to_string()
    )
}

/// A charge point's own session by the number it knows it by. Another box's number finds nothing.
pub async fn find_by_transaction(
    conn: &mut Conn,
    point: ChargePointId,
    transaction_id: i64,
) -> Result<Option<Session>, StoreError> {
    one!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM session WHERE charge_point_id = $1 AND transaction_id = $2"
        ),
        point.to_string(),
        transaction_id
    )
}

/// Sessions by charge point and number; a pair that belongs to none finds nothing.
pub async fn find_by_transactions(
    conn: &mut Conn,
    wanted: &BTreeSet<(ChargePointId, i64)>,
) -> Result<Vec<Session>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            concat!("SELECT ", columns!(), " FROM jsonb_each($1) AS r
             JOIN session ON session.transaction_id = r.value ->> 1 AND session.charge_point_id = r.value ->> 0")
        }
        Engine::Postgres(_) => {
            concat!(
                "SELECT ",
                columns!(),
                " FROM jsonb_array_elements(CAST($1 AS JSONB)) AS r (value)
             JOIN session ON session.transaction_id = CAST(r.value ->> 1 AS BIGINT)
               AND session.charge_point_id = r.value ->> 0"
            )
        }
    };
    all!(conn, Row, sql, folded(wanted))
}

/// A charge point's sessions that go on or may begin yet, oldest first; of one plug or of all.
pub async fn list_active_at(
    conn: &mut Conn,
    point: ChargePointId,
    connector_id: Option<i64>,
) -> Result<Vec<Session>, StoreError> {
    all!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM session WHERE charge_point_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR connector_id = $2)
         AND status IN ('requested', 'accepted', 'charging', 'suspended', 'stopping') ORDER BY id"
        ),
        point.to_string(),
        connector_id
    )
}

/// The sessions under a token that go on or may begin yet, oldest first.
pub async fn list_active_of_token(
    conn: &mut Conn,
    id_token: &str,
) -> Result<Vec<Session>, StoreError> {
    all!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM session WHERE id_token = $1
         AND status IN ('requested', 'accepted', 'charging', 'suspended', 'stopping') ORDER BY id"
        ),
        id_token
    )
}

/// Sessions that were asked for and have not begun, and since when they wait.
pub async fn list_waiting(conn: &mut Conn) -> Result<Vec<(SessionId, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT id, requested_at FROM session WHERE status IN ('requested', 'accepted')
             ORDER BY id LIMIT 1000",
        )
        .fetch_all(c)
        .await
    })?;
    read_times(&rows)
}

/// Running sessions that we have known of since before a moment, oldest first.
pub async fn list_running_since(
    conn: &mut Conn,
    before: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    all!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM session WHERE status IN ('charging', 'suspended', 'stopping') AND requested_at < $1
         ORDER BY requested_at LIMIT 1000"
        ),
        to_ms(before)
    )
}

/// Running sessions that reach a limit soon, as far as can be foreseen, soonest first: those of whom nobody was told by
/// `warn`, all by `stop`.
pub async fn list_ending(
    conn: &mut Conn,
    warn: Timestamp,
    stop: Timestamp,
) -> Result<Vec<(SessionId, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT id, ends_at FROM session WHERE ends_at <= $1 AND (ends_at <= $2 OR ends_warned = 0)
             AND status IN ('charging', 'suspended') ORDER BY ends_at LIMIT 1000",
        )
        .bind(to_ms(warn))
        .bind(to_ms(stop))
        .fetch_all(c)
        .await
    })?;
    read_times(&rows)
}

/// Sessions whose bill is due by a moment, the longest due first.
pub async fn list_bill_due(
    conn: &mut Conn,
    by: Timestamp,
) -> Result<Vec<(SessionId, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT id, bill_due_at FROM session WHERE bill_due_at <= $1 ORDER BY bill_due_at LIMIT 1000",
        )
        .bind(to_ms(by))
        .fetch_all(c)
        .await
    })?;
    read_times(&rows)
}

fn read_times(rows: &[(String, i64)]) -> Result<Vec<(SessionId, Timestamp)>, StoreError> {
    rows.iter()
        .map(|(id, at)| Ok((super::parse("session.id", id)?, super::from_ms(*at)?)))
        .collect()
}
