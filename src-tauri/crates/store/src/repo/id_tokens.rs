//! Table `id_token`.

use domain::authorization::{IdToken, IdTokenStatus};
use domain::{CustomerId, IdTokenId, Timestamp};

use super::{Page, Sorts, Wanted, from_ms, from_ms_opt, page, parse, parse_opt, to_ms, word};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

/// A token with its text, as the desk lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The token.
    pub token: IdToken,
    /// What stands on the card, in upper case.
    pub text: String,
    /// When it was added.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    token: String,
    status: String,
    expires_at: Option<i64>,
    customer_id: Option<String>,
    parent_token: Option<String>,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<Named, StoreError> {
        let token = IdToken {
            id: parse("id_token.id", &self.id)?,
            status: word("id_token.status", &self.status, IdTokenStatus::from_word)?,
            expires_at: from_ms_opt(self.expires_at)?,
            customer_id: parse_opt("id_token.customer_id", self.customer_id.as_deref())?,
            parent: self.parent_token,
        };
        Ok(Named {
            token,
            text: self.token,
            created_at: from_ms(self.created_at)?,
        })
    }
}

/// Adds a token.
pub async fn insert(
    conn: &mut Conn,
    token: &IdToken,
    text: &str,
    created_at: Timestamp,
) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO id_token (id, token, status, expires_at, created_at, customer_id, parent_token)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        token.id.to_string(),
        text,
        token.status.as_str(),
        token.expires_at.map(to_ms),
        to_ms(created_at),
        token.customer_id.map(|id| id.to_string()),
        &token.parent
    )?;
    Ok(())
}

/// The token with this text. OCPP 1.6 §7.15: tokens compare without regard to case; stored in upper case.
pub async fn find(conn: &mut Conn, text: &str) -> Result<Option<IdToken>, StoreError> {
    let row: Option<Row> = on!(conn, |c| {
        sqlx::query_as("SELECT * FROM id_token WHERE token = $1 AND deleted_at IS NULL")
            .bind(text)
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(Row::read).transpose()?.map(|named| named.token))
}

/// The token with this id.
pub async fn find_by_id(conn: &mut Conn, id: IdTokenId) -> Result<Option<Named>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM id_token WHERE id = $1 AND deleted_at IS NULL",
        id.to_string()
    )
}

/// Keeps a token's row until the unit of work ends.
pub async fn hold(conn: &mut Conn, id: IdTokenId) -> Result<Option<Named>, StoreError> {
    run!(
        conn,
        "UPDATE id_token SET status = status WHERE id = $1",
        id.to_string()
    )?;
    find_by_id(conn, id).await
}

/// Stores what a token became.
pub async fn update(conn: &mut Conn, named: &Named) -> Result<(), StoreError> {
    let token = &named.token;
    run!(
        conn,
        "UPDATE id_token SET token = $2, status = $3, expires_at = $4, customer_id = $5, parent_token = $6
         WHERE id = $1",
        token.id.to_string(),
        &named.text,
        token.status.as_str(),
        token.expires_at.map(to_ms),
        token.customer_id.map(|id| id.to_string()),
        &token.parent
    )?;
    Ok(())
}

/// Takes a token out of every list: it charges no more. Its text can be used again.
pub async fn delete(conn: &mut Conn, id: IdTokenId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE id_token SET deleted_at = $2, token = token || ' ' || id WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// Blocks every token of a customer.
pub async fn block_of(conn: &mut Conn, customer: CustomerId) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE id_token SET status = 'blocked' WHERE customer_id = $1",
        customer.to_string()
    )?;
    Ok(())
}

/// The orders a list of tokens can come in.
pub const SORTS: Sorts = &[
    ("token", "token"),
    ("status", "status"),
    ("expiresAt", "expires_at"),
    ("createdAt", "created_at"),
];

/// Tokens by text as a screen asks for them, of one customer or of all; a search looks into tokens and their
/// groups.
pub async fn search(
    conn: &mut Conn,
    customer: Option<CustomerId>,
    wanted: &Wanted,
) -> Result<Page<Named>, StoreError> {
    let (customer, pattern) = (customer.map(|id| id.to_string()), wanted.pattern());
    Ok(page!(
        conn,
        Row,
        "id_token",
        "deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR customer_id = $1)
           AND (CAST($2 AS TEXT) IS NULL OR LOWER(token) LIKE $2 ESCAPE '!'
             OR LOWER(COALESCE(parent_token, '')) LIKE $2 ESCAPE '!')",
        wanted,
        "token",
        [&customer, &pattern]
    ))
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
    run!(
        conn,
        "UPDATE id_token SET token = id, customer_id = NULL, parent_token = NULL, deleted_at = $2
         WHERE customer_id = $1",
        customer.to_string(),
        to_ms(at)
    )?;
    Ok(())
}
