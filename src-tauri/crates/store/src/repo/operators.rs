//! Table `operator`.

use domain::operator::{Operator, Role};
use domain::{OperatorId, Timestamp};

use super::{Page, Sorts, Wanted, from_ms, page, parse, parse_opt, settings, to_ms, word};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

/// An operator and since when it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Who.
    pub operator: Operator,
    /// Since when.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    organization_id: Option<String>,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<Registered, StoreError> {
        let operator = Operator {
            id: parse("operator.id", &self.id)?,
            role: word("operator.role", &self.role, Role::from_word)?,
            email: self.email,
            name: self.name,
            password_hash: self.password_hash,
            organization_id: parse_opt(
                "operator.organization_id",
                self.organization_id.as_deref(),
            )?,
        };
        Ok(Registered {
            operator,
            created_at: from_ms(self.created_at)?,
        })
    }
}

/// Adds an operator. From the first one on nobody sets the site up by a code.
pub async fn insert(
    conn: &mut Conn,
    operator: &Operator,
    created_at: Timestamp,
) -> Result<(), StoreError> {
    settings::end_setup(conn, created_at).await?;
    run!(
        conn,
        "INSERT INTO operator (id, email, name, role, password_hash, created_at, organization_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        operator.id.to_string(),
        &operator.email,
        &operator.name,
        operator.role.as_str(),
        &operator.password_hash,
        to_ms(created_at),
        operator.organization_id.map(|id| id.to_string())
    )?;
    Ok(())
}

/// Stores what an operator became.
pub async fn update(conn: &mut Conn, operator: &Operator) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE operator SET email = $2, name = $3, role = $4, password_hash = $5, organization_id = $6 WHERE id = $1",
        operator.id.to_string(),
        &operator.email,
        &operator.name,
        operator.role.as_str(),
        &operator.password_hash,
        operator.organization_id.map(|id| id.to_string())
    )?;
    Ok(())
}

/// Takes an operator out of every list: it signs in no more. The address can be used again.
pub async fn delete(conn: &mut Conn, id: OperatorId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE operator SET deleted_at = $2, email = email || ' ' || id WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// Keeps all operators' rows until the unit of work ends: who is the last admin is decided by one at a time.
pub async fn hold_all(conn: &mut Conn) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE operator SET role = role WHERE deleted_at IS NULL"
    )?;
    Ok(())
}

/// How many admins of the whole site there are.
pub async fn count_admins(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM operator
             WHERE role = 'admin' AND organization_id IS NULL AND deleted_at IS NULL",
        )
        .fetch_one(c)
        .await
    })?)
}

/// The operator with this address (in lower case).
pub async fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<Operator>, StoreError> {
    let row: Option<Row> = on!(conn, |c| {
        sqlx::query_as("SELECT * FROM operator WHERE email = $1 AND deleted_at IS NULL")
            .bind(email)
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(Row::read).transpose()?.map(|known| known.operator))
}

/// The operator with this id.
pub async fn find(conn: &mut Conn, id: OperatorId) -> Result<Option<Operator>, StoreError> {
    Ok(find_registered(conn, id).await?.map(|known| known.operator))
}

/// The same with the time it was added.
pub async fn find_registered(
    conn: &mut Conn,
    id: OperatorId,
) -> Result<Option<Registered>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM operator WHERE id = $1 AND deleted_at IS NULL",
        id.to_string()
    )
}

/// The orders a list of operators can come in.
pub const SORTS: Sorts = &[
    ("email", "email"),
    ("name", "name"),
    ("role", "role"),
    ("createdAt", "created_at"),
];

/// Operators by address as a screen asks for them; a search looks into addresses and names.
pub async fn search(conn: &mut Conn, wanted: &Wanted) -> Result<Page<Registered>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        "operator",
        "deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR LOWER(email) LIKE $1 ESCAPE '!'
           OR LOWER(name) LIKE $1 ESCAPE '!')",
        wanted,
        "email",
        [&pattern]
    ))
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
