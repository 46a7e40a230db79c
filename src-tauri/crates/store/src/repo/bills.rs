//! Table `bill`: what charges on account came to. Rows are added, never changed.

use domain::bill::{Bill, BillKind};
use domain::tariff::Cost;
use domain::{Money, SessionId, WattHours};

use super::ledger::currency;
use super::{from_ms, parse, to_ms, word};
use crate::conn::{all, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    session_id: String,
    customer_id: String,
    revision: i64,
    kind: String,
    energy_wh: i64,
    currency: String,
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    paid_minor: i64,
    owed_minor: i64,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<Bill, StoreError> {
        let currency = currency(&self.currency)?;
        let money = |minor| Money { minor, currency };
        Ok(Bill {
            id: parse("bill.id", &self.id)?,
            session_id: parse("bill.session_id", &self.session_id)?,
            customer_id: parse("bill.customer_id", &self.customer_id)?,
            revision: self.revision,
            kind: word("bill.kind", &self.kind, BillKind::from_word)?,
            energy: WattHours(self.energy_wh),
            cost: Cost {
                net: money(self.net_minor),
                tax: money(self.tax_minor),
                total: money(self.total_minor),
            },
            paid: money(self.paid_minor),
            owed: money(self.owed_minor),
            created_at: from_ms(self.created_at)?,
        })
    }
}

/// Adds a bill or a reversal.
pub async fn insert(conn: &mut Conn, bill: &Bill) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO bill (id, session_id, customer_id, revision, kind, energy_wh, currency, net_minor, tax_minor,
           total_minor, paid_minor, owed_minor, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        bill.id.to_string(),
        bill.session_id.to_string(),
        bill.customer_id.to_string(),
        bill.revision,
        bill.kind.as_str(),
        bill.energy.0,
        bill.cost.total.currency.code(),
        bill.cost.net.minor,
        bill.cost.tax.minor,
        bill.cost.total.minor,
        bill.paid.minor,
        bill.owed.minor,
        to_ms(bill.created_at)
    )?;
    Ok(())
}

/// The bill of a charge that stands: its last.
pub async fn standing(conn: &mut Conn, session: SessionId) -> Result<Option<Bill>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM bill WHERE session_id = $1 AND kind = 'bill' ORDER BY revision DESC LIMIT 1",
        session.to_string()
    )
}

/// Every bill and reversal of a charge, oldest first.
pub async fn list_of(conn: &mut Conn, session: SessionId) -> Result<Vec<Bill>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM bill WHERE session_id = $1 ORDER BY revision, kind",
        session.to_string()
    )
}
