//! Table `hold`: money kept back for charges. A resolved one never changes again; the database sees to that too.

use domain::hold::{Hold, HoldStatus};
use domain::{Money, SessionId};

use super::ledger::currency;
use super::{from_ms, from_ms_opt, parse, to_ms, word};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    session_id: String,
    customer_id: String,
    currency: String,
    amount: i64,
    captured: i64,
    extensions: i64,
    status: String,
    placed_at: i64,
    resolved_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Hold, StoreError> {
        let currency = currency(&self.currency)?;
        let money = |minor| Money { minor, currency };
        Ok(Hold {
            session_id: parse("hold.session_id", &self.session_id)?,
            customer_id: parse("hold.customer_id", &self.customer_id)?,
            amount: money(self.amount),
            captured: money(self.captured),
            extensions: self.extensions,
            status: word("hold.status", &self.status, HoldStatus::from_word)?,
            placed_at: from_ms(self.placed_at)?,
            resolved_at: from_ms_opt(self.resolved_at)?,
        })
    }
}

/// Adds a hold. A charge has one.
pub async fn insert(conn: &mut Conn, hold: &Hold) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO hold (session_id, customer_id, currency, amount, captured, extensions, status, placed_at, resolved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        hold.session_id.to_string(),
        hold.customer_id.to_string(),
        hold.amount.currency.code(),
        hold.amount.minor,
        hold.captured.minor,
        hold.extensions,
        hold.status.as_str(),
        to_ms(hold.placed_at),
        hold.resolved_at.map(to_ms)
    )?;
    Ok(())
}

/// Stores what an open hold became.
pub async fn update(conn: &mut Conn, hold: &Hold) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE hold SET amount = $2, captured = $3, extensions = $4, status = $5, resolved_at = $6
         WHERE session_id = $1",
        hold.session_id.to_string(),
        hold.amount.minor,
        hold.captured.minor,
        hold.extensions,
        hold.status.as_str(),
        hold.resolved_at.map(to_ms)
    )?;
    Ok(())
}

/// A charge's hold.
pub async fn find(conn: &mut Conn, session: SessionId) -> Result<Option<Hold>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM hold WHERE session_id = $1",
        session.to_string()
    )
}

/// Charges that are over or never came to be, and whose hold nothing has resolved, unless a bill is due that will. Those
/// whose row is gone are the self-check's.
pub async fn list_left_over(conn: &mut Conn) -> Result<Vec<SessionId>, StoreError> {
    let ids: Vec<String> = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT hold.session_id FROM hold JOIN session ON session.id = hold.session_id
             WHERE hold.status = 'placed' AND session.status IN ('stopped', 'failed') AND session.bill_due_at IS NULL
             ORDER BY hold.placed_at LIMIT 1000",
        )
        .fetch_all(c)
        .await
    })?;
    ids.iter().map(|id| parse("hold.session_id", id)).collect()
}
