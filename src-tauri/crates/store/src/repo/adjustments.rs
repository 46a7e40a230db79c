//! Table `adjustment`: what operators give and take by hand, and who said yes. Decided once; then it never changes.

use domain::adjustment::{Adjustment, AdjustmentStatus, Method};
use domain::{AdjustmentId, CustomerId, Money};

use super::ledger::currency;
use super::{Page, Slice, from_ms, from_ms_opt, page, parse, parse_opt, to_ms, word};
use crate::conn::{Engine, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    customer_id: String,
    currency: String,
    amount: i64,
    reason: String,
    status: String,
    requested_by: String,
    requested_at: i64,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    needs_second: i64,
    method: String,
}

impl Row {
    fn read(self) -> Result<Adjustment, StoreError> {
        Ok(Adjustment {
            id: parse("adjustment.id", &self.id)?,
            customer_id: parse("adjustment.customer_id", &self.customer_id)?,
            amount: Money {
                minor: self.amount,
                currency: currency(&self.currency)?,
            },
            needs_second: self.needs_second != 0,
            method: word("adjustment.method", &self.method, Method::from_word)?,
            status: word(
                "adjustment.status",
                &self.status,
                AdjustmentStatus::from_word,
            )?,
            requested_by: parse("adjustment.requested_by", &self.requested_by)?,
            requested_at: from_ms(self.requested_at)?,
            decided_by: parse_opt("adjustment.decided_by", self.decided_by.as_deref())?,
            decided_at: from_ms_opt(self.decided_at)?,
            reason: self.reason,
        })
    }
}

/// Adds an adjustment.
pub async fn insert(conn: &mut Conn, adjustment: &Adjustment) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO adjustment (id, customer_id, currency, amount, reason, status, requested_by, requested_at, decided_by,
           decided_at, needs_second, method)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        adjustment.id.to_string(),
        adjustment.customer_id.to_string(),
        adjustment.amount.currency.code(),
        adjustment.amount.minor,
        &adjustment.reason,
        adjustment.status.as_str(),
        adjustment.requested_by.to_string(),
        to_ms(adjustment.requested_at),
        adjustment.decided_by.map(|id| id.to_string()),
        adjustment.decided_at.map(to_ms),
        i64::from(adjustment.needs_second),
        adjustment.method.as_str()
    )?;
    Ok(())
}

/// Stores a decision.
pub async fn decide(conn: &mut Conn, adjustment: &Adjustment) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE adjustment SET status = $2, decided_by = $3, decided_at = $4 WHERE id = $1",
        adjustment.id.to_string(),
        adjustment.status.as_str(),
        adjustment.decided_by.map(|id| id.to_string()),
        adjustment.decided_at.map(to_ms)
    )?;
    Ok(())
}

/// An adjustment, kept until the unit of work ends: of two who decide at once one is first.
pub async fn hold(conn: &mut Conn, id: AdjustmentId) -> Result<Option<Adjustment>, StoreError> {
    let sql = match conn.engine() {
        // SQLite's writer is alone anyway.
        Engine::Sqlite(_) => "SELECT * FROM adjustment WHERE id = $1",
        Engine::Postgres(_) => "SELECT * FROM adjustment WHERE id = $1 FOR UPDATE",
    };
    one!(conn, Row, sql, id.to_string())
}

/// A customer's adjustments, newest first.
pub async fn list_of(
    conn: &mut Conn,
    customer: CustomerId,
    slice: Slice,
) -> Result<Page<Adjustment>, StoreError> {
    Ok(page!(
        conn,
        Row,
        "adjustment",
        "customer_id = $1",
        &slice.into(),
        "requested_at DESC, id DESC",
        [customer.to_string()]
    ))
}
