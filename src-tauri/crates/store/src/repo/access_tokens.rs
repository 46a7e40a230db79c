//! Table `access_token`: sign-ins of operators and customers. A token itself is never stored, only its hash.

use std::time::Duration;

use domain::{AccessTokenId, CustomerId, OperatorId, Timestamp};

use super::{corrupt, from_ms, parse, to_ms};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

/// Who signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A user of the CMS.
    Operator(OperatorId),
    /// A driver with an account.
    Customer(CustomerId),
}

/// A sign-in.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// Its row.
    pub id: AccessTokenId,
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    /// Whose.
    pub holder: Holder,
    /// When it was last used.
    pub last_used_at: Timestamp,
    /// How long it may lie unused.
    pub idle: Duration,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    token_hash: String,
    operator_id: Option<String>,
    customer_id: Option<String>,
    last_used_at: i64,
    idle_ms: i64,
    expires_at: i64,
}

impl Row {
    fn read(self) -> Result<AccessToken, StoreError> {
        let holder = match (self.operator_id, self.customer_id) {
            (Some(id), None) => Holder::Operator(parse("access_token.operator_id", &id)?),
            (None, Some(id)) => Holder::Customer(parse("access_token.customer_id", &id)?),
            _ => return Err(corrupt("access_token holder", &self.id)),
        };
        Ok(AccessToken {
            id: parse("access_token.id", &self.id)?,
            token_hash: self.token_hash,
            holder,
            last_used_at: from_ms(self.last_used_at)?,
            idle: Duration::from_millis(u64::try_from(self.idle_ms).unwrap_or_default()),
            expires_at: from_ms(self.expires_at)?,
        })
    }
}

impl Holder {
    fn operator(self) -> Option<String> {
        match self {
            Self::Operator(id) => Some(id.to_string()),
            Self::Customer(_) => None,
        }
    }

    fn customer(self) -> Option<String> {
        match self {
            Self::Operator(_) => None,
            Self::Customer(id) => Some(id.to_string()),
        }
    }
}

/// Stores a sign-in.
pub async fn insert(conn: &mut Conn, token: &AccessToken) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO access_token (id, token_hash, operator_id, customer_id, created_at, last_used_at, expires_at,
           idle_ms)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
        token.id.to_string(),
        &token.token_hash,
        token.holder.operator(),
        token.holder.customer(),
        to_ms(token.last_used_at),
        to_ms(token.expires_at),
        i64::try_from(token.idle.as_millis()).unwrap_or(i64::MAX)
    )?;
    Ok(())
}

/// The sign-in whose token hashes to this.
pub async fn find(conn: &mut Conn, token_hash: &str) -> Result<Option<AccessToken>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM access_token WHERE token_hash = $1",
        token_hash
    )
}

/// Notes that a sign-in was used.
pub async fn touch(conn: &mut Conn, id: AccessTokenId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE access_token SET last_used_at = $2 WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// Every sign-in that has not ended by its age.
pub async fn list_ids(conn: &mut Conn, now: Timestamp) -> Result<Vec<AccessTokenId>, StoreError> {
    let ids: Vec<String> = on!(conn, |c| {
        sqlx::query_scalar("SELECT id FROM access_token WHERE expires_at > $1")
            .bind(to_ms(now))
            .fetch_all(c)
            .await
    })?;
    ids.iter().map(|id| parse("access_token.id", id)).collect()
}

/// Ends a sign-in.
pub async fn delete(conn: &mut Conn, id: AccessTokenId) -> Result<(), StoreError> {
    run!(
        conn,
        "DELETE FROM access_token WHERE id = $1",
        id.to_string()
    )?;
    Ok(())
}

/// Ends every sign-in of somebody, and says which they were: their live connections must go too.
pub async fn delete_of(conn: &mut Conn, holder: Holder) -> Result<Vec<AccessTokenId>, StoreError> {
    let ids: Vec<String> = on!(conn, |c| {
        sqlx::query_scalar(
            "DELETE FROM access_token WHERE operator_id = $1 OR customer_id = $2 RETURNING id",
        )
        .bind(holder.operator())
        .bind(holder.customer())
        .fetch_all(c)
        .await
    })?;
    ids.iter().map(|id| parse("access_token.id", id)).collect()
}

/// Ends every sign-in of somebody but this one, and says which they were.
pub async fn delete_others(
    conn: &mut Conn,
    holder: Holder,
    keep: AccessTokenId,
) -> Result<Vec<AccessTokenId>, StoreError> {
    let ids: Vec<String> = on!(conn, |c| {
        sqlx::query_scalar(
            "DELETE FROM access_token WHERE (operator_id = $1 OR customer_id = $2) AND id <> $3 RETURNING id",
        )
        .bind(holder.operator())
        .bind(holder.customer())
        .bind(keep.to_string())
        .fetch_all(c)
        .await
    })?;
    ids.iter().map(|id| parse("access_token.id", id)).collect()
}

/// Forgets sign-ins that have ended.
pub async fn delete_expired(conn: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    Ok(run!(
        conn,
        "DELETE FROM access_token WHERE expires_at <= $1",
        to_ms(now)
    )?)
}
