//! Tables `prepaid_batch` and `prepaid_code`: codes that are money. A code is redeemed once.

use domain::prepaid::{Batch, PrepaidCode, Voucher};
use domain::{Money, PrepaidBatchId, PrepaidCodeId, Timestamp};

use super::ledger::currency;
use super::{Page, Slice, corrupt, from_ms, from_ms_opt, page, parse, parse_opt, to_ms};
use crate::conn::{Engine, all, on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    currency: String,
    amount: i64,
    codes: i64,
    expires_at: Option<i64>,
    created_by: String,
    created_at: i64,
    voided_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Batch, StoreError> {
        Ok(Batch {
            id: parse("prepaid_batch.id", &self.id)?,
            name: self.name,
            amount: Money {
                minor: self.amount,
                currency: currency(&self.currency)?,
            },
            codes: self.codes,
            expires_at: from_ms_opt(self.expires_at)?,
            created_by: parse("prepaid_batch.created_by", &self.created_by)?,
            created_at: from_ms(self.created_at)?,
            voided_at: from_ms_opt(self.voided_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    id: String,
    code: String,
    redeemed_by: Option<String>,
    redeemed_at: Option<i64>,
}

impl CodeRow {
    fn read(self) -> Result<Voucher, StoreError> {
        Ok(Voucher {
            id: parse("prepaid_code.id", &self.id)?,
            // Not the code itself: what is corrupt is logged.
            code: PrepaidCode::parse(&self.code)
                .ok_or_else(|| corrupt("prepaid_code", &self.id))?,
            redeemed_by: parse_opt("prepaid_code.redeemed_by", self.redeemed_by.as_deref())?,
            redeemed_at: from_ms_opt(self.redeemed_at)?,
        })
    }
}

/// Adds a batch and its codes.
pub async fn insert(
    conn: &mut Conn,
    batch: &Batch,
    codes: &[(PrepaidCodeId, PrepaidCode)],
) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO prepaid_batch (id, name, currency, amount, codes, expires_at, created_by, created_at, voided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        batch.id.to_string(),
        &batch.name,
        batch.amount.currency.code(),
        batch.amount.minor,
        batch.codes,
        batch.expires_at.map(to_ms),
        batch.created_by.to_string(),
        to_ms(batch.created_at),
        batch.voided_at.map(to_ms)
    )?;
    for (id, code) in codes {
        run!(
            conn,
            "INSERT INTO prepaid_code (id, batch_id, code) VALUES ($1, $2, $3)",
            id.to_string(),
            batch.id.to_string(),
            code.as_str()
        )?;
    }
    Ok(())
}

/// A batch.
pub async fn find(conn: &mut Conn, id: PrepaidBatchId) -> Result<Option<Batch>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM prepaid_batch WHERE id = $1",
        id.to_string()
    )
}

/// Batches, newest first.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Batch>, StoreError> {
    Ok(page!(
        conn,
        Row,
        "prepaid_batch",
        "1 = 1",
        &slice.into(),
        "created_at DESC, id DESC",
        []
    ))
}

/// How many codes of a batch were redeemed.
pub async fn count_redeemed(conn: &mut Conn, id: PrepaidBatchId) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM prepaid_code WHERE batch_id = $1 AND redeemed_at IS NOT NULL",
        )
        .bind(id.to_string())
        .fetch_one(c)
        .await
    })?)
}

/// The codes of a batch, as they were made.
pub async fn list_codes(conn: &mut Conn, id: PrepaidBatchId) -> Result<Vec<Voucher>, StoreError> {
    all!(
        conn,
        CodeRow,
        "SELECT id, code, redeemed_by, redeemed_at FROM prepaid_code WHERE batch_id = $1 ORDER BY id",
        id.to_string()
    )
}

/// A code and its batch, kept until the unit of work ends: of two who redeem it one is first.
pub async fn hold_code(
    conn: &mut Conn,
    code: &PrepaidCode,
) -> Result<Option<(Voucher, Batch)>, StoreError> {
    let sql = match conn.engine() {
        // SQLite's writer is alone anyway.
        Engine::Sqlite(_) => {
            "SELECT id, code, redeemed_by, redeemed_at FROM prepaid_code WHERE code = $1"
        }
        Engine::Postgres(_) => {
            "SELECT id, code, redeemed_by, redeemed_at FROM prepaid_code WHERE code = $1 FOR UPDATE"
        }
    };
    let voucher: Result<Option<Voucher>, StoreError> = one!(conn, CodeRow, sql, code.as_str());
    let Some(voucher) = voucher? else {
        return Ok(None);
    };
    let batch: Result<Option<Batch>, StoreError> = one!(
        conn,
        Row,
        "SELECT b.* FROM prepaid_batch b JOIN prepaid_code c ON c.batch_id = b.id WHERE c.id = $1",
        voucher.id.to_string()
    );
    Ok(batch?.map(|batch| (voucher, batch)))
}

/// Stores who redeemed a code.
pub async fn redeem(conn: &mut Conn, voucher: &Voucher) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE prepaid_code SET redeemed_by = $2, redeemed_at = $3 WHERE id = $1",
        voucher.id.to_string(),
        voucher.redeemed_by.map(|id| id.to_string()),
        voucher.redeemed_at.map(to_ms)
    )?;
    Ok(())
}

/// Takes back what is left of a batch. Whether it stood so far.
pub async fn void(conn: &mut Conn, id: PrepaidBatchId, now: Timestamp) -> Result<bool, StoreError> {
    let rows = run!(
        conn,
        "UPDATE prepaid_batch SET voided_at = $2 WHERE id = $1 AND voided_at IS NULL",
        id.to_string(),
        to_ms(now)
    )?;
    Ok(rows == 1)
}
