//! Tables `operator` and `access_token`.

use domain::operator::{Operator, Role};
use domain::{AccessTokenId, OperatorId, Timestamp};

use super::{from_ms, parse, to_ms, word};
use crate::conn::on;
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    email: String,
    name: String,
    role: String,
    password_hash: String,
}

impl Row {
    fn read(self) -> Result<Operator, StoreError> {
        Ok(Operator {
            id: parse("operator.id", &self.id)?,
            role: word("operator.role", &self.role, Role::from_word)?,
            email: self.email,
            name: self.name,
            password_hash: self.password_hash,
        })
    }
}

/// A sign-in.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// Its row.
    pub id: AccessTokenId,
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    /// Whose.
    pub operator_id: OperatorId,
    /// When it was last used.
    pub last_used_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    token_hash: String,
    operator_id: String,
    last_used_at: i64,
    expires_at: i64,
}

/// Adds an operator.
pub async fn insert(
    conn: &mut Conn,
    operator: &Operator,
    created_at: Timestamp,
) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query(
        "INSERT INTO operator (id, email, name, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(operator.id.to_string())
    .bind(&operator.email)
    .bind(&operator.name)
    .bind(operator.role.as_str())
    .bind(&operator.password_hash)
    .bind(to_ms(created_at))
    .execute(c)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// The operator with this address (in lower case).
pub async fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<Operator>, StoreError> {
    let row: Option<Row> = on!(conn, |c| sqlx::query_as(
        "SELECT id, email, name, role, password_hash FROM operator WHERE email = $1"
    )
    .bind(email)
    .fetch_optional(c)
    .await)?;
    row.map(Row::read).transpose()
}

/// The operator with this id.
pub async fn find(conn: &mut Conn, id: OperatorId) -> Result<Option<Operator>, StoreError> {
    let row: Option<Row> = on!(conn, |c| sqlx::query_as(
        "SELECT id, email, name, role, password_hash FROM operator WHERE id = $1"
    )
    .bind(id.to_string())
    .fetch_optional(c)
    .await)?;
    row.map(Row::read).transpose()
}

/// Whether there is nobody yet and nothing was set up: no operator, no station.
pub async fn is_fresh(conn: &mut Conn) -> Result<bool, StoreError> {
    let rows: i64 = on!(conn, |c| sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM operator) + (SELECT COUNT(*) FROM station)"
    )
    .fetch_one(c)
    .await)?;
    Ok(rows == 0)
}

/// Stores a sign-in.
pub async fn insert_token(conn: &mut Conn, token: &AccessToken) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query(
        "INSERT INTO access_token (id, token_hash, operator_id, created_at, last_used_at, expires_at)
         VALUES ($1, $2, $3, $4, $4, $5)"
    )
    .bind(token.id.to_string())
    .bind(&token.token_hash)
    .bind(token.operator_id.to_string())
    .bind(to_ms(token.last_used_at))
    .bind(to_ms(token.expires_at))
    .execute(c)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// The sign-in whose token hashes to this.
pub async fn find_token(
    conn: &mut Conn,
    token_hash: &str,
) -> Result<Option<AccessToken>, StoreError> {
    let row: Option<TokenRow> = on!(conn, |c| {
        sqlx::query_as(
        "SELECT id, token_hash, operator_id, last_used_at, expires_at FROM access_token WHERE token_hash = $1"
    )
    .bind(token_hash)
    .fetch_optional(c)
    .await
    })?;
    row.map(|row| {
        Ok(AccessToken {
            id: parse("access_token.id", &row.id)?,
            token_hash: row.token_hash,
            operator_id: parse("access_token.operator_id", &row.operator_id)?,
            last_used_at: from_ms(row.last_used_at)?,
            expires_at: from_ms(row.expires_at)?,
        })
    })
    .transpose()
}

/// Notes that a sign-in was used.
pub async fn touch_token(
    conn: &mut Conn,
    id: AccessTokenId,
    at: Timestamp,
) -> Result<(), StoreError> {
    on!(conn, |c| sqlx::query(
        "UPDATE access_token SET last_used_at = $2 WHERE id = $1"
    )
    .bind(id.to_string())
    .bind(to_ms(at))
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Ends a sign-in.
pub async fn delete_token(conn: &mut Conn, id: AccessTokenId) -> Result<(), StoreError> {
    on!(conn, |c| sqlx::query(
        "DELETE FROM access_token WHERE id = $1"
    )
    .bind(id.to_string())
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets sign-ins that have ended.
pub async fn delete_expired_tokens(conn: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    Ok(on!(conn, |c| sqlx::query(
        "DELETE FROM access_token WHERE expires_at <= $1"
    )
    .bind(to_ms(now))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?)
}
