//! Tables `topup` and `topup_refund`: money that drivers pay in through a provider, and what of it goes back.

use domain::topup::{Checkout, Provider, RefundStatus, Topup, TopupRefund, TopupStatus};
use domain::{CustomerId, Money, Timestamp, TopupId, TopupRefundId};
use uuid::Uuid;

use super::ledger::currency;
use super::{Made, Page, Slice, from_ms, from_ms_opt, page, parse, parse_opt, to_ms, word};
use crate::conn::{Engine, all, on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    customer_id: String,
    provider: String,
    currency: String,
    amount: i64,
    return_url: String,
    status: String,
    provider_ref: Option<String>,
    checkout_url: Option<String>,
    payment_ref: Option<String>,
    refunded: i64,
    expires_at: i64,
    look_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Topup, StoreError> {
        let currency = currency(&self.currency)?;
        let money = |minor| Money { minor, currency };
        Ok(Topup {
            id: parse("topup.id", &self.id)?,
            customer_id: parse("topup.customer_id", &self.customer_id)?,
            provider: word("topup.provider", &self.provider, Provider::from_word)?,
            amount: money(self.amount),
            return_url: self.return_url,
            status: word("topup.status", &self.status, TopupStatus::from_word)?,
            checkout: match (self.provider_ref, self.checkout_url) {
                (Some(provider_ref), Some(url)) => Some(Checkout { provider_ref, url }),
                _ => None,
            },
            payment_ref: self.payment_ref,
            refunded: money(self.refunded),
            expires_at: from_ms(self.expires_at)?,
            look_at: from_ms_opt(self.look_at)?,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct RefundRow {
    id: String,
    topup_id: String,
    currency: String,
    amount: i64,
    reason: String,
    status: String,
    refund_ref: Option<String>,
    requested_by: Option<String>,
    look_at: Option<i64>,
    created_at: i64,
    resolved_at: Option<i64>,
}

impl RefundRow {
    fn read(self) -> Result<TopupRefund, StoreError> {
        Ok(TopupRefund {
            id: parse("topup_refund.id", &self.id)?,
            topup_id: parse("topup_refund.topup_id", &self.topup_id)?,
            amount: Money {
                minor: self.amount,
                currency: currency(&self.currency)?,
            },
            reason: self.reason,
            status: word("topup_refund.status", &self.status, RefundStatus::from_word)?,
            refund_ref: self.refund_ref,
            requested_by: parse_opt("topup_refund.requested_by", self.requested_by.as_deref())?,
            look_at: from_ms_opt(self.look_at)?,
            created_at: from_ms(self.created_at)?,
            resolved_at: from_ms_opt(self.resolved_at)?,
        })
    }
}

/// Adds a top-up. `false`: the same request has one already.
pub async fn insert(conn: &mut Conn, topup: &Topup, request: &str) -> Result<bool, StoreError> {
    let added = run!(
        conn,
        "INSERT INTO topup (id, request, customer_id, provider, currency, amount, return_url, status, refunded, expires_at,
           look_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING",
        topup.id.to_string(),
        request,
        topup.customer_id.to_string(),
        topup.provider.as_str(),
        topup.amount.currency.code(),
        topup.amount.minor,
        &topup.return_url,
        topup.status.as_str(),
        topup.refunded.minor,
        to_ms(topup.expires_at),
        topup.look_at.map(to_ms),
        to_ms(topup.created_at),
        to_ms(topup.updated_at)
    )?;
    Ok(added == 1)
}

/// The top-up that a request made.
pub async fn find_by_request(conn: &mut Conn, request: &str) -> Result<Option<Topup>, StoreError> {
    one!(conn, Row, "SELECT * FROM topup WHERE request = $1", request)
}

/// A top-up.
pub async fn find(conn: &mut Conn, id: TopupId) -> Result<Option<Topup>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM topup WHERE id = $1",
        id.to_string()
    )
}

/// A top-up, kept until the unit of work ends: of two pieces of news one is first.
pub async fn hold(conn: &mut Conn, id: TopupId) -> Result<Option<Topup>, StoreError> {
    let sql = match conn.engine() {
        // SQLite's writer is alone anyway.
        Engine::Sqlite(_) => "SELECT * FROM topup WHERE id = $1",
        Engine::Postgres(_) => "SELECT * FROM topup WHERE id = $1 FOR UPDATE",
    };
    one!(conn, Row, sql, id.to_string())
}

/// The top-up that a provider knows under an id of its own: of the page, or of the payment.
pub async fn find_by_provider(
    conn: &mut Conn,
    provider: Provider,
    provider_ref: Option<&str>,
    payment_ref: Option<&str>,
) -> Result<Option<Topup>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM topup WHERE provider = $1 AND (provider_ref = $2 OR payment_ref = $3) LIMIT 1",
        provider.as_str(),
        provider_ref,
        payment_ref
    )
}

/// Stores what became of a top-up.
pub async fn update(conn: &mut Conn, topup: &Topup) -> Result<(), StoreError> {
    let checkout = topup.checkout.as_ref();
    run!(
        conn,
        "UPDATE topup SET status = $2, provider_ref = $3, checkout_url = $4, payment_ref = $5, refunded = $6, look_at = $7,
           updated_at = $8
         WHERE id = $1",
        topup.id.to_string(),
        topup.status.as_str(),
        checkout.map(|page| &page.provider_ref),
        checkout.map(|page| &page.url),
        &topup.payment_ref,
        topup.refunded.minor,
        topup.look_at.map(to_ms),
        to_ms(topup.updated_at)
    )?;
    Ok(())
}

/// Top-ups whose provider is to be asked now, the longest due first.
pub async fn list_due(
    conn: &mut Conn,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Topup>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM topup WHERE look_at <= $1 ORDER BY look_at, id LIMIT $2",
        to_ms(now),
        most
    )
}

/// How many top-ups of a customer nobody has paid yet: those with a page, and those whose provider never gave one.
pub async fn count_pending(
    conn: &mut Conn,
    customer: CustomerId,
) -> Result<(i64, i64), StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT COUNT(provider_ref), COUNT(*) - COUNT(provider_ref) FROM topup
             WHERE customer_id = $1 AND status = 'pending'",
        )
        .bind(customer.to_string())
        .fetch_one(c)
        .await
    })?)
}

/// Top-ups, newest first: a customer's, or everybody's.
pub async fn list(
    conn: &mut Conn,
    customer: Option<CustomerId>,
    slice: Slice,
) -> Result<Page<Topup>, StoreError> {
    let customer = customer.map(|id| id.to_string()).unwrap_or_default();
    Ok(page!(
        conn,
        Row,
        "topup",
        "($1 = '' OR customer_id = $1)",
        &slice.into(),
        "created_at DESC, id DESC",
        [&customer]
    ))
}

/// A refund's columns with the currency of its top-up.
macro_rules! refunds {
    ($rest:literal) => {
        concat!(
            "SELECT r.*, t.currency FROM topup_refund r JOIN topup t ON t.id = r.topup_id ",
            $rest
        )
    };
}

/// Adds a refund. `false`: the provider's id of it is known already.
pub async fn insert_refund(conn: &mut Conn, refund: &TopupRefund) -> Result<bool, StoreError> {
    let added = run!(
        conn,
        "INSERT INTO topup_refund (id, topup_id, amount, reason, status, refund_ref, requested_by, look_at, created_at,
           resolved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        refund.id.to_string(),
        refund.topup_id.to_string(),
        refund.amount.minor,
        &refund.reason,
        refund.status.as_str(),
        &refund.refund_ref,
        refund.requested_by.map(|id| id.to_string()),
        refund.look_at.map(to_ms),
        to_ms(refund.created_at),
        refund.resolved_at.map(to_ms)
    )?;
    Ok(added == 1)
}

/// A refund. Whoever changes it holds its top-up first.
pub async fn find_refund(
    conn: &mut Conn,
    id: TopupRefundId,
) -> Result<Option<TopupRefund>, StoreError> {
    one!(conn, RefundRow, refunds!("WHERE r.id = $1"), id.to_string())
}

/// The refunds of a top-up, oldest first.
pub async fn list_refunds(conn: &mut Conn, topup: TopupId) -> Result<Vec<TopupRefund>, StoreError> {
    all!(
        conn,
        RefundRow,
        refunds!("WHERE r.topup_id = $1 ORDER BY r.created_at, r.id"),
        topup.to_string()
    )
}

/// Refunds whose provider is to be asked now, the longest due first.
pub async fn list_refunds_due(
    conn: &mut Conn,
    now: Timestamp,
    most: i64,
) -> Result<Vec<TopupRefund>, StoreError> {
    all!(
        conn,
        RefundRow,
        refunds!("WHERE r.look_at <= $1 ORDER BY r.look_at, r.id LIMIT $2"),
        to_ms(now),
        most
    )
}

/// Stores what became of a refund.
pub async fn update_refund(conn: &mut Conn, refund: &TopupRefund) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE topup_refund SET status = $2, refund_ref = $3, look_at = $4, resolved_at = $5 WHERE id = $1",
        refund.id.to_string(),
        refund.status.as_str(),
        &refund.refund_ref,
        refund.look_at.map(to_ms),
        refund.resolved_at.map(to_ms)
    )?;
    Ok(())
}

/// Money that went through a provider: a top-up, or a part of one that goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The row's id: a top-up's, or a refund's.
    pub id: Uuid,
    /// Of which top-up.
    pub topup_id: TopupId,
    /// Whose.
    pub customer_id: CustomerId,
    /// Through whom.
    pub provider: Provider,
    /// Above zero: paid in; below: goes back.
    pub amount: Money,
    /// Where it stands, in its table's word.
    pub status: String,
    /// The provider's id of the payment, or of the refund.
    pub reference: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct SettlementRow {
    id: String,
    topup_id: String,
    customer_id: String,
    provider: String,
    currency: String,
    amount: i64,
    status: String,
    reference: Option<String>,
    created_at: i64,
}

impl SettlementRow {
    fn read(self) -> Result<Settlement, StoreError> {
        Ok(Settlement {
            id: parse("topup.id", &self.id)?,
            topup_id: parse("topup.id", &self.topup_id)?,
            customer_id: parse("topup.customer_id", &self.customer_id)?,
            provider: word("topup.provider", &self.provider, Provider::from_word)?,
            amount: Money {
                minor: self.amount,
                currency: currency(&self.currency)?,
            },
            status: self.status,
            reference: self.reference,
            created_at: from_ms(self.created_at)?,
        })
    }
}

/// What was asked of providers in a time, oldest first: top-ups, and what goes back of them.
pub async fn list_made(conn: &mut Conn, made: &Made) -> Result<Vec<Settlement>, StoreError> {
    all!(
        conn,
        SettlementRow,
        "SELECT * FROM (
           SELECT id, id AS topup_id, customer_id, provider, currency, amount, status, payment_ref AS reference, created_at
           FROM topup WHERE id > $1 AND id < $2
           UNION ALL
           SELECT r.id, t.id, t.customer_id, t.provider, t.currency, -r.amount, r.status, r.refund_ref, r.created_at
           FROM topup_refund r JOIN topup t ON t.id = r.topup_id WHERE r.id > $1 AND r.id < $2
         ) AS asked ORDER BY id LIMIT $3",
        &made.after,
        &made.before,
        made.limit
    )
}
