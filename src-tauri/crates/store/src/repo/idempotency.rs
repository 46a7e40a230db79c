//! Table `idempotency`: the answer to a request that may be repeated, kept in the unit of work of its effect.

use domain::Timestamp;

use super::to_ms;
use crate::conn::on;
use crate::{Conn, StoreError};

/// A request that was made before.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// Hash of what was asked: another request under the same key is refused.
    pub request_hash: String,
    /// The HTTP status it was answered with; none while it is worked on.
    pub status: Option<i64>,
    /// The body it was answered with, as JSON.
    pub body: Option<String>,
}

/// What was kept under a key.
pub async fn find(conn: &mut Conn, scope: &str, key: &str) -> Result<Option<Kept>, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT request_hash, status, body FROM idempotency WHERE scope = $1 AND key = $2",
        )
        .bind(scope)
        .bind(key)
        .fetch_optional(c)
        .await
    })?)
}

/// Claims a key. `false`: somebody did before.
pub async fn claim(
    conn: &mut Conn,
    scope: &str,
    key: &str,
    request_hash: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let added = on!(conn, |c| {
        sqlx::query(
            "INSERT INTO idempotency (scope, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(scope)
        .bind(key)
        .bind(request_hash)
        .bind(to_ms(at))
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(added == 1)
}

/// Keeps the answer under a claimed key.
pub async fn keep(
    conn: &mut Conn,
    scope: &str,
    key: &str,
    status: i64,
    body: &str,
) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query("UPDATE idempotency SET status = $3, body = $4 WHERE scope = $1 AND key = $2")
            .bind(scope)
            .bind(key)
            .bind(status)
            .bind(body)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Gives a claimed key back: nothing was done under it.
pub async fn release(conn: &mut Conn, scope: &str, key: &str) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query("DELETE FROM idempotency WHERE scope = $1 AND key = $2 AND status IS NULL")
            .bind(scope)
            .bind(key)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Forgets answers kept before a moment.
pub async fn delete_before(conn: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query("DELETE FROM idempotency WHERE created_at < $1")
            .bind(to_ms(before))
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?)
}
