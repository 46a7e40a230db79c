//! Table `idempotency`: the answer to a request that may be repeated, kept in the unit of work of its effect.
//! A row without an answer never commits; who works on a request right now is the gateway's to know.

use domain::Timestamp;

use super::to_ms;
use crate::conn::{on, run};
use crate::{Conn, StoreError};

/// Under what an answer is found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Who asked, and which route.
    pub scope: String,
    /// The key they gave their request.
    pub key: String,
}

/// What a request was answered.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// Hash of what was asked: another request under the same name is refused.
    pub request_hash: String,
    /// The HTTP status.
    pub status: i64,
    /// The body, as JSON.
    pub body: String,
}

/// What was answered under a name.
pub async fn find(conn: &mut Conn, name: &Name) -> Result<Option<Kept>, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT request_hash, status, body FROM idempotency
             WHERE scope = $1 AND key = $2 AND status IS NOT NULL",
        )
        .bind(&name.scope)
        .bind(&name.key)
        .fetch_optional(c)
        .await
    })?)
}

/// Keeps an answer. `false`: there is one already. Waits for another unit that keeps one under the same name
/// right now, until that has committed or not.
pub async fn keep(
    conn: &mut Conn,
    name: &Name,
    kept: &Kept,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let added = run!(
        conn,
        "INSERT INTO idempotency (scope, key, request_hash, status, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        &name.scope,
        &name.key,
        &kept.request_hash,
        kept.status,
        &kept.body,
        to_ms(at)
    )?;
    Ok(added == 1)
}

/// Forgets answers kept before a moment.
pub async fn delete_before(conn: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(run!(
        conn,
        "DELETE FROM idempotency WHERE created_at < $1",
        to_ms(before)
    )?)
}
