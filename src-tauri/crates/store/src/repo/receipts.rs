//! Tables `receipt_series` and `receipt`: what people read of a bill. Rows are added, never changed; the database refuses a
//! number that is not the next of its series.

use domain::receipt::{Issued, ReceiptKind};
use domain::tariff::Cost;
use domain::{BillId, Currency, CustomerId, Money, SessionId, Timestamp};

use super::ledger::currency;
use super::{from_ms, parse, to_ms, word};
use crate::conn::{all, on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    series: String,
    place: i64,
    number: String,
    bill_id: String,
    session_id: String,
    customer_id: String,
    kind: String,
    currency: String,
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    document: String,
    link: String,
    link_ends_at: i64,
    issued_at: i64,
}

impl Row {
    fn read(self) -> Result<Issued, StoreError> {
        let currency = currency(&self.currency)?;
        let money = |minor| Money { minor, currency };
        Ok(Issued {
            id: parse("receipt.id", &self.id)?,
            series: self.series,
            place: self.place,
            number: self.number,
            bill_id: parse("receipt.bill_id", &self.bill_id)?,
            session_id: parse("receipt.session_id", &self.session_id)?,
            customer_id: parse("receipt.customer_id", &self.customer_id)?,
            kind: word("receipt.kind", &self.kind, ReceiptKind::from_word)?,
            sums: Cost {
                net: money(self.net_minor),
                tax: money(self.tax_minor),
                total: money(self.total_minor),
            },
            document: self.document,
            link: self.link,
            link_ends_at: from_ms(self.link_ends_at)?,
            issued_at: from_ms(self.issued_at)?,
        })
    }
}

/// How often this database came back from a copy.
pub async fn edition(conn: &mut Conn) -> Result<i64, StoreError> {
    let edition: Option<i64> = on!(conn, |c| {
        sqlx::query_scalar("SELECT value FROM counter WHERE name = 'receipt_edition'")
            .fetch_optional(c)
            .await
    })?;
    Ok(edition.unwrap_or(0))
}

/// The next place of a series, which is this unit's alone until it ends.
pub async fn next_place(conn: &mut Conn, series: &str) -> Result<i64, StoreError> {
    run!(
        conn,
        "INSERT INTO receipt_series (name, place) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING",
        series
    )?;
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
            "UPDATE receipt_series SET place = place + 1 WHERE name = $1 RETURNING place",
        )
        .bind(series)
        .fetch_one(c)
        .await
    })?)
}

/// Adds a receipt.
pub async fn insert(conn: &mut Conn, receipt: &Issued) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO receipt (id, series, place, number, bill_id, session_id, customer_id, kind, currency, net_minor,
           tax_minor, total_minor, document, link, link_ends_at, issued_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        receipt.id.to_string(),
        &receipt.series,
        receipt.place,
        &receipt.number,
        receipt.bill_id.to_string(),
        receipt.session_id.to_string(),
        receipt.customer_id.to_string(),
        receipt.kind.as_str(),
        receipt.sums.total.currency.code(),
        receipt.sums.net.minor,
        receipt.sums.tax.minor,
        receipt.sums.total.minor,
        &receipt.document,
        &receipt.link,
        to_ms(receipt.link_ends_at),
        to_ms(receipt.issued_at)
    )?;
    Ok(())
}

/// The receipt of a bill.
pub async fn find_by_bill(conn: &mut Conn, bill: BillId) -> Result<Option<Issued>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM receipt WHERE bill_id = $1",
        bill.to_string()
    )
}

/// The receipt behind a link, while that holds.
pub async fn find_by_link(
    conn: &mut Conn,
    link: &str,
    now: Timestamp,
) -> Result<Option<Issued>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM receipt WHERE link = $1 AND link_ends_at > $2",
        link,
        to_ms(now)
    )
}

/// Every receipt of a charge, oldest first: an invoice, and where its figures changed the reversal and the next one.
pub async fn list_of(conn: &mut Conn, session: SessionId) -> Result<Vec<Issued>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM receipt WHERE session_id = $1 ORDER BY issued_at, place",
        session.to_string()
    )
}

/// The invoice of a charge that stands: its last.
pub async fn standing(conn: &mut Conn, session: SessionId) -> Result<Option<Issued>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM receipt WHERE session_id = $1 AND kind = 'invoice' ORDER BY issued_at DESC, place DESC LIMIT 1",
        session.to_string()
    )
}

/// Every series and the last place that was given in it.
pub async fn list_series(conn: &mut Conn) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as("SELECT name, place FROM receipt_series ORDER BY name")
            .fetch_all(c)
            .await
    })?)
}

/// The receipts of a series after a place, up to another one, `limit` at most, in their order.
pub async fn list_places(
    conn: &mut Conn,
    series: &str,
    (after, until): (i64, i64),
    limit: i64,
) -> Result<Vec<Issued>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM receipt WHERE series = $1 AND place > $2 AND place <= $3 ORDER BY place LIMIT $4",
        series,
        after,
        until,
        limit
    )
}

/// A customer's receipts in a currency that were issued from a moment on and before another one, oldest first, `limit` at
/// most.
pub async fn list_issued(
    conn: &mut Conn,
    customer: CustomerId,
    currency: Currency,
    (from, before): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Issued>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM receipt WHERE customer_id = $1 AND currency = $2 AND issued_at >= $3 AND issued_at < $4
         ORDER BY issued_at, place LIMIT $5",
        customer.to_string(),
        currency.code(),
        to_ms(from),
        to_ms(before),
        limit
    )
}
