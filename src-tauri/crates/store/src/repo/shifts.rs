//! Tables `shift` and `shift_mark`: days that were closed, and how far each went. Rows are added, never changed.

use std::collections::BTreeMap;

use domain::ledger::{Account, TransferKind};
use domain::shift::{Moved, Shift};
use domain::topup::Provider;
use domain::{Money, ShiftId};

use super::ledger::currency;
use super::{Page, Slice, corrupt, from_ms, from_ms_opt, page, parse, to_ms, word};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

/// How far a shift goes: the version of each account of the house by its id, and the place of each series of receipts.
pub type Marks = BTreeMap<String, i64>;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    number: i64,
    currency: String,
    opened_at: Option<i64>,
    closed_at: i64,
    closed_by: String,
    counted: Option<i64>,
    note: Option<String>,
    report: String,
}

impl Row {
    fn read(self) -> Result<Shift, StoreError> {
        let currency = currency(&self.currency)?;
        Ok(Shift {
            id: parse("shift.id", &self.id)?,
            number: self.number,
            currency,
            opened_at: from_ms_opt(self.opened_at)?,
            closed_at: from_ms(self.closed_at)?,
            closed_by: parse("shift.closed_by", &self.closed_by)?,
            counted: self.counted.map(|minor| Money { minor, currency }),
            note: self.note,
            report: serde_json::from_str(&self.report)
                .map_err(|_| corrupt("shift.report", &self.report))?,
        })
    }
}

/// The next number, which is this unit's alone until it ends.
pub async fn next_number(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| sqlx::query_scalar(
        "INSERT INTO counter (name, value) VALUES ('shift', 1)
         ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
    )
    .fetch_one(c)
    .await)?)
}

/// Adds a closed shift with how far it goes.
pub async fn insert(conn: &mut Conn, shift: &Shift, marks: &Marks) -> Result<(), StoreError> {
    let report =
        serde_json::to_string(&shift.report).map_err(|error| corrupt("shift.report", error))?;
    run!(
        conn,
        "INSERT INTO shift (id, number, currency, opened_at, closed_at, closed_by, counted, note, report)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        shift.id.to_string(),
        shift.number,
        shift.currency.code(),
        shift.opened_at.map(to_ms),
        to_ms(shift.closed_at),
        shift.closed_by.to_string(),
        shift.counted.map(|money| money.minor),
        &shift.note,
        report
    )?;
    for (name, reached) in marks {
        run!(
            conn,
            "INSERT INTO shift_mark (shift_id, name, reached) VALUES ($1, $2, $3)",
            shift.id.to_string(),
            name,
            *reached
        )?;
    }
    Ok(())
}

/// A closed shift.
pub async fn find(conn: &mut Conn, id: ShiftId) -> Result<Option<Shift>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM shift WHERE id = $1",
        id.to_string()
    )
}

/// The last one that was closed.
pub async fn last(conn: &mut Conn) -> Result<Option<Shift>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM shift ORDER BY number DESC LIMIT 1"
    )
}

/// How far a shift went.
pub async fn marks(conn: &mut Conn, id: ShiftId) -> Result<Marks, StoreError> {
    let rows: Vec<(String, i64)> = on!(conn, |c| {
        sqlx::query_as("SELECT name, reached FROM shift_mark WHERE shift_id = $1")
            .bind(id.to_string())
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().collect())
}

/// Closed shifts, newest first.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Shift>, StoreError> {
    Ok(page!(
        conn,
        Row,
        "shift",
        "number > $1",
        &slice.into(),
        "number DESC",
        [0_i64]
    ))
}

/// What moved an account after one of its versions, up to the one it has, by kind and side; a top-up by its provider, too.
pub async fn moved(
    conn: &mut Conn,
    account: &Account,
    after: i64,
) -> Result<Vec<Moved>, StoreError> {
    let rows: Vec<(i64, String, Option<String>, i64, i64)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT side, leg.kind, provider, COUNT(*), CAST(SUM(leg.amount) AS BIGINT) FROM (
               SELECT CAST(1 AS BIGINT) AS side, kind, reference, amount FROM ledger_transfer
               WHERE credit_account = $1 AND credit_version > $2 AND credit_version <= $3
               UNION ALL
               SELECT CAST(0 AS BIGINT), kind, reference, amount FROM ledger_transfer
               WHERE debit_account = $1 AND debit_version > $2 AND debit_version <= $3
             ) AS leg LEFT JOIN topup ON leg.reference = 'topup:' || topup.id
             GROUP BY side, leg.kind, provider ORDER BY side, leg.kind, provider",
        )
        .bind(account.id.to_string())
        .bind(after)
        .bind(account.version)
        .fetch_all(c)
        .await
    })?;
    let read = |(side, kind, provider, count, amount): (i64, String, Option<String>, i64, i64)| {
        Ok(Moved {
            account: account.kind,
            came: side == 1,
            kind: word("ledger_transfer.kind", &kind, TransferKind::from_word)?,
            provider: provider
                .map(|provider| word("topup.provider", &provider, Provider::from_word))
                .transpose()?,
            count,
            amount,
        })
    };
    rows.into_iter().map(read).collect()
}
