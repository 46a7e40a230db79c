//! Table `guest_order`: charges that begin once somebody without an account has paid for them.

use domain::guest::{GuestOrder, GuestOrderStatus, Refusal};
use domain::{CustomerId, SessionId, Timestamp, TopupId};

use super::{from_ms, parse, parse_opt, to_ms, word};
use crate::conn::{Engine, all, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    request: String,
    customer_id: String,
    charge_point_id: String,
    connector_id: i64,
    tariff_version: Option<i64>,
    link: String,
    status: String,
    session_id: Option<String>,
    failure_code: Option<String>,
    failure: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<GuestOrder, StoreError> {
        let refusal = self.failure_code.zip(self.failure);
        Ok(GuestOrder {
            request: self.request,
            customer_id: parse("guest_order.customer_id", &self.customer_id)?,
            charge_point_id: parse("guest_order.charge_point_id", &self.charge_point_id)?,
            connector_id: self.connector_id,
            tariff_version: self.tariff_version,
            link: self.link,
            status: word(
                "guest_order.status",
                &self.status,
                GuestOrderStatus::from_word,
            )?,
            session_id: parse_opt("guest_order.session_id", self.session_id.as_deref())?,
            refusal: refusal.map(|(code, detail)| Refusal { code, detail }),
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// Adds an order. `false`: the same request has one already.
pub async fn insert(conn: &mut Conn, order: &GuestOrder) -> Result<bool, StoreError> {
    let added = run!(
        conn,
        "INSERT INTO guest_order (request, customer_id, charge_point_id, connector_id, tariff_version, link, status,
           created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        &order.request,
        order.customer_id.to_string(),
        order.charge_point_id.to_string(),
        order.connector_id,
        order.tariff_version,
        &order.link,
        order.status.as_str(),
        to_ms(order.created_at),
        to_ms(order.updated_at)
    )?;
    Ok(added == 1)
}

/// The order of a request.
pub async fn find(conn: &mut Conn, request: &str) -> Result<Option<GuestOrder>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM guest_order WHERE request = $1",
        request
    )
}

/// An order, kept until the unit of work ends.
pub async fn hold(conn: &mut Conn, request: &str) -> Result<Option<GuestOrder>, StoreError> {
    let sql = match conn.engine() {
        // SQLite's writer is alone anyway.
        Engine::Sqlite(_) => "SELECT * FROM guest_order WHERE request = $1",
        Engine::Postgres(_) => "SELECT * FROM guest_order WHERE request = $1 FOR UPDATE",
    };
    one!(conn, Row, sql, request)
}

/// The order of a guest.
pub async fn find_of(
    conn: &mut Conn,
    customer: CustomerId,
) -> Result<Option<GuestOrder>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM guest_order WHERE customer_id = $1",
        customer.to_string()
    )
}

/// The order that a payer's phone comes back to, where it was made after a moment.
pub async fn find_by_link(
    conn: &mut Conn,
    link: &str,
    after: Timestamp,
) -> Result<Option<GuestOrder>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM guest_order WHERE link = $1 AND created_at > $2",
        link,
        to_ms(after)
    )
}

/// Orders for which something is to do, oldest first: what pays for them is decided, or nothing does and they were made
/// before `alone`, or their charge is over.
pub async fn list_due(
    conn: &mut Conn,
    alone: Timestamp,
    most: i64,
) -> Result<Vec<GuestOrder>, StoreError> {
    // That none is over is said once more, in the words of the index.
    all!(
        conn,
        Row,
        "SELECT o.* FROM guest_order o LEFT JOIN topup t ON t.request = o.request LEFT JOIN session s ON s.id = o.session_id
         WHERE o.status <> 'ended'
           AND ((o.status = 'waiting' AND (t.status <> 'pending' OR (t.id IS NULL AND o.created_at < $1)))
             OR (o.status = 'charging' AND s.status IN ('stopped', 'failed')))
         ORDER BY o.created_at, o.request LIMIT $2",
        to_ms(alone),
        most
    )
}

/// Takes an order up again that ended without a charge: its top-up was paid all the same, and why that begins nothing.
pub async fn reopen(
    conn: &mut Conn,
    topup: TopupId,
    why: &Refusal,
    now: Timestamp,
) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE guest_order SET status = 'waiting', failure_code = $2, failure = $3, updated_at = $4
         WHERE request = (SELECT request FROM topup WHERE id = $1) AND status = 'ended' AND session_id IS NULL",
        topup.to_string(),
        &why.code,
        &why.detail,
        to_ms(now)
    )?;
    Ok(())
}

/// Notes that the charge of an order that waits is asked for. `false`: it does not wait any more.
pub async fn begin(
    conn: &mut Conn,
    request: &str,
    session: SessionId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let begun = run!(
        conn,
        "UPDATE guest_order SET status = 'charging', session_id = $2, updated_at = $3
         WHERE request = $1 AND status = 'waiting'",
        request,
        session.to_string(),
        to_ms(now)
    )?;
    Ok(begun == 1)
}

/// Ends an order.
pub async fn end(
    conn: &mut Conn,
    request: &str,
    refusal: Option<&Refusal>,
    now: Timestamp,
) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE guest_order SET status = 'ended', failure_code = $2, failure = $3, updated_at = $4 WHERE request = $1",
        request,
        refusal.map(|refusal| &refusal.code),
        refusal.map(|refusal| &refusal.detail),
        to_ms(now)
    )?;
    Ok(())
}
