//! Table `operator`.

use domain::operator::{Operator, Role};
use domain::{OperatorId, Timestamp};

use super::{parse, to_ms, word};
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
