//! Table `suspense`: what chargers say of transactions and fits nowhere, kept whole for a person to look at.

use domain::{ChargePointId, Timestamp};
use uuid::Uuid;

use super::{Page, Slice, from_ms, parse, to_ms};
use crate::conn::{on, run};
use crate::{Conn, StoreError};

/// A message that fits nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspended {
    /// Its row.
    pub id: Uuid,
    /// Who said it.
    pub charge_point_id: ChargePointId,
    /// The OCPP action.
    pub action: String,
    /// Why it does not fit.
    pub reason: String,
    /// The payload as it came.
    pub payload: String,
    /// When it came.
    pub received_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    charge_point_id: String,
    action: String,
    reason: String,
    payload: String,
    received_at: i64,
}

/// Keeps a message aside.
pub async fn insert(conn: &mut Conn, message: &Suspended) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO suspense (id, charge_point_id, action, reason, payload, received_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        message.id.to_string(),
        message.charge_point_id.to_string(),
        &message.action,
        &message.reason,
        &message.payload,
        to_ms(message.received_at)
    )?;
    Ok(())
}

/// Whether the same message of this charger is kept already: it repeats what it thinks was lost.
pub async fn is_kept(
    conn: &mut Conn,
    point: ChargePointId,
    action: &str,
    payload: &str,
) -> Result<bool, StoreError> {
    let kept: i64 = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM suspense WHERE charge_point_id = $1 AND action = $2 AND payload = $3",
        )
        .bind(point.to_string())
        .bind(action)
        .bind(payload)
        .fetch_one(c)
        .await
    })?;
    Ok(kept > 0)
}

/// What is kept, newest first.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Suspended>, StoreError> {
    let rows: Vec<Row> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT * FROM suspense ORDER BY received_at DESC, id DESC LIMIT $1 OFFSET $2",
        )
        .bind(slice.limit)
        .bind(slice.offset)
        .fetch_all(c)
        .await
    })?;
    let total: i64 = on!(conn, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM suspense")
            .fetch_one(c)
            .await
    })?;
    let items = rows
        .into_iter()
        .map(|row| {
            Ok(Suspended {
                id: parse("suspense.id", &row.id)?,
                charge_point_id: parse("suspense.charge_point_id", &row.charge_point_id)?,
                action: row.action,
                reason: row.reason,
                payload: row.payload,
                received_at: from_ms(row.received_at)?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Page { items, total })
}
