//! A customer's receipts of a time, as an object and as a file, for the customer and for the desk.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use domain::customer::Customer;
use domain::object::Amount;
use domain::receipt::{Issued, ReceiptKind};
use domain::{Code, Scope, SessionId, Timestamp};
use jiff::civil::Date;
use receipts::{Entry, Language, Statement, statement_to_pdf};
use serde::{Deserialize, Serialize};
use store::repo::receipts as rows;
use utoipa::{IntoParams, ToSchema};

use super::object::{Seller, Tax};
use super::{FONTS, broken, file, url};
use crate::api::Api;
use crate::api::problem::Problem;
use crate::ops::issue_receipt;
use crate::ops::revenue::{site_zone, span};

/// The longest time of one statement, days: a leap year.
const LONGEST: i32 = 366;

/// Which days, by the site's clock.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Days {
    /// The first day: `2026-11-01`. Left out: the first of this month.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day: `2026-11-30`. Left out: the last of that month.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// The query of a statement.
pub(in crate::api) type Asked = Result<Query<Days>, QueryRejection>;

/// The receipts of a time, summed up. No invoice of its own: each of the receipts is one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Statement)]
pub(in crate::api) struct StatementObject {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Whose.
    customer_id: String,
    /// Who sold.
    seller: Seller,
    /// Oldest first. Amounts and energy of a reversal are below zero.
    receipts: Vec<StatementReceipt>,
    /// What was delivered in all, Wh.
    energy_wh: i64,
    /// One per rate.
    taxes: Vec<Tax>,
    /// Without tax.
    net: Amount,
    /// The tax.
    tax: Amount,
    /// What it came to.
    total: Amount,
}

/// A receipt of a statement.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct StatementReceipt {
    /// Of its series.
    number: String,
    /// An invoice, or what takes one back.
    kind: ReceiptKind,
    /// The number of what it takes back; null for an invoice.
    reverses: Option<String>,
    /// When.
    issued_at: Timestamp,
    /// Of which charge.
    session_id: SessionId,
    /// Where.
    station_name: String,
    /// What was delivered, Wh.
    energy_wh: i64,
    /// Without tax.
    net: Amount,
    /// The tax.
    tax: Amount,
    /// What was paid.
    total: Amount,
    /// Its own page; null once its link has ended.
    url: Option<String>,
}

/// A customer's statement as an object.
pub(in crate::api) async fn show(
    api: &Api,
    customer: &Customer,
    asked: Asked,
) -> Result<StatementObject, Problem> {
    let (statement, issued) = read(api, customer, asked).await?;
    let sums = statement.sums().map_err(broken)?;
    let entries = statement.entries.iter().zip(&issued);
    Ok(StatementObject {
        from: statement.from,
        to: statement.to,
        customer_id: customer.id.to_string(),
        seller: Seller::from(&statement.seller),
        receipts: entries
            .map(|(entry, issued)| StatementReceipt::of(entry, issued, url(api, issued)))
            .collect(),
        energy_wh: sums.energy.0,
        taxes: sums.totals.taxes.iter().map(Tax::from).collect(),
        net: sums.totals.net.print(),
        tax: sums.totals.tax.print(),
        total: sums.totals.total.print(),
    })
}

/// The same as a file.
pub(in crate::api) async fn draw(
    api: &Api,
    customer: &Customer,
    asked: Asked,
) -> Result<Response, Problem> {
    let (statement, _) = read(api, customer, asked).await?;
    let name = format!("statement-{}-{}", statement.from, statement.to);
    file(name, move || statement_to_pdf(&statement, &FONTS)).await
}

async fn read(
    api: &Api,
    customer: &Customer,
    asked: Asked,
) -> Result<(Statement, Vec<Issued>), Problem> {
    let Query(days) =
        asked.map_err(|fault| Problem::new(Code::RequestInvalidParameter, fault.body_text()))?;
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let zone = site_zone(&mut conn, Scope::All).await?;
    let (from, to) = days.read(now.to_zoned(zone.clone()).date())?;
    let within = (span(from, &zone).0, span(to, &zone).1);
    // One more than there may be: who has more is told so.
    let most = i64::try_from(Statement::MOST).unwrap_or(i64::MAX - 1) + 1;
    let issued = rows::list_issued(&mut conn, customer.id, api.currency(), within, most).await?;
    if issued.len() > Statement::MOST {
        let detail = format!(
            "There are more than {} receipts in that time. Choose a shorter one.",
            Statement::MOST
        );
        return Err(Problem::new(Code::RequestInvalidParameter, detail));
    }
    let mut entries = Vec::with_capacity(issued.len());
    let mut sellers = Vec::new();
    for issued in &issued {
        let receipt = issue_receipt::read(issued)?;
        entries.push(Entry::of(&receipt).map_err(issue_receipt::unreadable)?);
        if !sellers.contains(&receipt.seller) {
            sellers.push(receipt.seller);
        }
    }
    // Who sold all of it; where several did, each receipt says it, and here stands the company of today.
    let seller = match <[_; 1]>::try_from(sellers) {
        Ok([seller]) => seller,
        Err(_) => api.core.rules().receipts.seller.clone(),
    };
    let statement = Statement {
        from,
        to,
        made_at: now,
        time_zone: zone,
        seller,
        customer: if customer.is_guest() || customer.name == customer.email {
            customer.name.clone()
        } else {
            format!("{}\n{}", customer.name, customer.email)
        },
        currency: api.currency(),
        entries,
        language: Language::of(&customer.language),
    };
    Ok((statement, issued))
}

impl Days {
    fn read(&self, today: Date) -> Result<(Date, Date), Problem> {
        let to = self.to;
        let from = self.from.or_else(|| to.map(Date::first_of_month));
        let from = from.unwrap_or_else(|| today.first_of_month());
        let to = to.unwrap_or_else(|| from.last_of_month());
        let days = from.until(to).map(|span| span.get_days());
        match days {
            Ok(days) if (0..LONGEST).contains(&days) => Ok((from, to)),
            _ => {
                let detail = "from is not after to, and no more than a year before it.";
                Err(Problem::new(Code::RequestInvalidParameter, detail))
            }
        }
    }
}

impl StatementReceipt {
    fn of(entry: &Entry, issued: &Issued, url: Option<String>) -> Self {
        Self {
            number: entry.number.clone(),
            kind: issued.kind,
            reverses: entry.reverses.clone(),
            issued_at: entry.issued_at,
            session_id: issued.session_id,
            station_name: entry.station.clone(),
            energy_wh: entry.energy.0,
            net: entry.totals.net.print(),
            tax: entry.totals.tax.print(),
            total: entry.totals.total.print(),
            url,
        }
    }
}
