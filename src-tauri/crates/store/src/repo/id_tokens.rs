//! Table `id_token`.

use domain::authorization::{IdToken, IdTokenStatus};
use domain::{CustomerId, Timestamp};

use super::{from_ms_opt, parse, parse_opt, to_ms, word};
use crate::conn::on;
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    status: String,
    expires_at: Option<i64>,
    customer_id: Option<String>,
    parent_token: Option<String>,
}

/// Adds a token.
pub async fn insert(
    conn: &mut Conn,
    token: &IdToken,
    text: &str,
    created_at: Timestamp,
) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query(
        "INSERT INTO id_token (id, token, status, expires_at, created_at, customer_id, parent_token)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(token.id.to_string())
    .bind(text)
    .bind(token.status.as_str())
    .bind(token.expires_at.map(to_ms))
    .bind(to_ms(created_at))
    .bind(token.customer_id.map(|id| id.to_string()))
    .bind(&token.parent)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// The token with this text. OCPP 1.6 §7.15: tokens compare without regard to case; stored in upper case.
pub async fn find(conn: &mut Conn, text: &str) -> Result<Option<IdToken>, StoreError> {
    let row: Option<Row> = on!(conn, |c| sqlx::query_as(
        "SELECT id, status, expires_at, customer_id, parent_token FROM id_token
         WHERE token = $1 AND deleted_at IS NULL"
    )
    .bind(text)
    .fetch_optional(c)
    .await)?;
    row.map(|row| {
        Ok(IdToken {
            id: parse("id_token.id", &row.id)?,
            status: word("id_token.status", &row.status, IdTokenStatus::from_word)?,
            expires_at: from_ms_opt(row.expires_at)?,
            customer_id: parse_opt("id_token.customer_id", row.customer_id.as_deref())?,
            parent: row.parent_token,
        })
    })
    .transpose()
}

/// A customer's cards, as they are written, with their rows.
pub async fn list_of(
    conn: &mut Conn,
    customer: CustomerId,
) -> Result<Vec<(String, IdTokenStatus)>, StoreError> {
    let rows: Vec<(String, String)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT token, status FROM id_token WHERE customer_id = $1 AND deleted_at IS NULL ORDER BY token",
        )
        .bind(customer.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(token, status)| {
            let status = word("id_token.status", &status, IdTokenStatus::from_word)?;
            Ok((token, status))
        })
        .collect()
}

/// Forgets a customer's cards: they are nobody's, unknown to every charger, and their numbers are gone.
pub async fn erase_of(
    conn: &mut Conn,
    customer: CustomerId,
    at: Timestamp,
) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query(
            "UPDATE id_token SET token = id, customer_id = NULL, parent_token = NULL, deleted_at = $2
             WHERE customer_id = $1",
        )
        .bind(customer.to_string())
        .bind(to_ms(at))
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}
