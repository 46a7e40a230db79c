//! Closing the day at the desk: what it comes to so far, the days that were closed, and the closing itself.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::money::Percent;
use domain::object::Amount;
use domain::shift::{Report, Shift, TopupsOf};
use domain::topup::Provider;
use domain::{Code, Currency, Money, ShiftId, Timestamp};
use serde::{Deserialize, Serialize};
use store::repo::shifts;
use utoipa::ToSchema;
use uuid::Uuid;

use super::id;
use crate::api::Api;
use crate::api::auth::{Acting, Viewer};
use crate::api::idempotent::{Asker, Once, printed};
use crate::api::paging::{Listed, Paging};
use crate::api::problem::Problem;
use crate::core::OpError;
use crate::ops::close_shift::{Close, close_shift, preview_shift};

/// What the operator says at the end of the day.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct CloseBody {
    /// The cash that was counted; left out: nobody counted.
    counted_cash: Option<Amount>,
    /// What there is to say: 500 characters at most.
    note: Option<String>,
}

/// A day: closed, or the one that goes on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Shift)]
pub(in crate::api) struct ShiftObject {
    /// Its id; null for the one that goes on.
    id: Option<Uuid>,
    /// 1, 2, 3, … without a hole; null for the one that goes on.
    number: Option<i64>,
    /// When the one before was closed; null: there was none.
    opened_at: Option<Timestamp>,
    /// When it was closed; null: it goes on.
    closed_at: Option<Timestamp>,
    /// The operator who closed it; null: it goes on.
    closed_by: Option<Uuid>,
    /// What that operator wrote.
    note: Option<String>,
    /// What was sold, as the receipts say it.
    sales: SalesObject,
    /// Paid back for charges.
    refunds: Amount,
    /// Charged and covered by no money: customers owe it.
    owed: Amount,
    /// Paid in, by provider.
    topups: Vec<TopupsObject>,
    /// What of that went back.
    topup_refunds: Amount,
    /// Prepaid codes that were redeemed.
    prepaid: PrepaidObject,
    /// The till.
    cash: CashObject,
    /// Given to customers by hand, and paid by nobody.
    given: Amount,
    /// Taken from customers by hand.
    taken: Amount,
}

/// What was sold: invoices less reversals.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ShiftSales)]
pub(in crate::api) struct SalesObject {
    /// How many invoices.
    invoices: i64,
    /// How many reversals.
    reversals: i64,
    /// The energy, Wh.
    energy_wh: i64,
    /// Without tax.
    net: Amount,
    /// The tax.
    tax: Amount,
    /// What was paid or is owed.
    total: Amount,
    /// The tax of each rate, the highest first.
    taxes: Vec<RateObject>,
    /// The first and the last number of each series.
    numbers: Vec<NumbersObject>,
}

/// The tax of one rate.
#[derive(Serialize, ToSchema)]
#[schema(as = ShiftTax)]
pub(in crate::api) struct RateObject {
    /// The rate, a decimal string.
    percent: String,
    /// What it is on.
    net: Amount,
    /// The tax.
    tax: Amount,
}

/// The receipts of one series.
#[derive(Serialize, ToSchema)]
#[schema(as = ShiftNumbers)]
pub(in crate::api) struct NumbersObject {
    /// The first number.
    first: String,
    /// The last one.
    last: String,
}

/// Paid in through one provider.
#[derive(Serialize, ToSchema)]
#[schema(as = ShiftTopups)]
pub(in crate::api) struct TopupsObject {
    /// Which.
    provider: Provider,
    /// How often.
    count: i64,
    /// How much.
    amount: Amount,
}

/// Prepaid codes that were redeemed.
#[derive(Serialize, ToSchema)]
#[schema(as = ShiftPrepaid)]
pub(in crate::api) struct PrepaidObject {
    /// How many.
    count: i64,
    /// What they were worth.
    amount: Amount,
}

/// The till: what should lie in it is what lay there, and what came, less what went.
#[derive(Serialize, ToSchema)]
#[schema(as = ShiftCash)]
pub(in crate::api) struct CashObject {
    /// What should have lain in it at the begin.
    before: Amount,
    /// Taken at the desk.
    came: Amount,
    /// Given at the desk.
    went: Amount,
    /// What should lie in it.
    expected: Amount,
    /// What was counted; null: nobody counted.
    counted: Option<Amount>,
    /// Counted less expected; null: nobody counted.
    difference: Option<Amount>,
}

impl ShiftObject {
    fn of(shift: &Shift) -> Self {
        Self {
            id: Some(shift.id.0),
            number: Some(shift.number),
            closed_at: Some(shift.closed_at),
            closed_by: Some(shift.closed_by.0),
            note: shift.note.clone(),
            ..Self::going(
                &shift.report,
                shift.currency,
                shift.opened_at,
                shift.counted,
            )
        }
    }

    fn going(
        report: &Report,
        currency: Currency,
        opened_at: Option<Timestamp>,
        counted: Option<Money>,
    ) -> Self {
        let money = |minor| Money { minor, currency }.print();
        let (sales, flows) = (&report.sales, &report.flows);
        let expected = flows.cash_expected();
        Self {
            id: None,
            number: None,
            opened_at,
            closed_at: None,
            closed_by: None,
            note: None,
            sales: SalesObject {
                invoices: sales.invoices,
                reversals: sales.reversals,
                energy_wh: sales.energy_wh,
                net: money(sales.net),
                tax: money(sales.tax),
                total: money(sales.total),
                taxes: sales
                    .taxes
                    .iter()
                    .map(|rate| RateObject {
                        percent: Percent {
                            milli: rate.milli.unwrap_or(0),
                        }
                        .print(),
                        net: money(rate.net),
                        tax: money(rate.tax),
                    })
                    .collect(),
                numbers: sales
                    .numbers
                    .iter()
                    .map(|(first, last)| NumbersObject {
                        first: first.clone(),
                        last: last.clone(),
                    })
                    .collect(),
            },
            refunds: money(flows.refunds),
            owed: money(flows.owed),
            topups: flows
                .topups
                .iter()
                .map(|of: &TopupsOf| TopupsObject {
                    provider: of.provider,
                    count: of.count,
                    amount: money(of.amount),
                })
                .collect(),
            topup_refunds: money(flows.topup_refunds),
            prepaid: PrepaidObject {
                count: flows.codes,
                amount: money(flows.prepaid),
            },
            cash: CashObject {
                before: money(flows.cash_before),
                came: money(flows.cash_in),
                went: money(flows.cash_out),
                expected: money(expected),
                counted: counted.map(Money::print),
                difference: counted.map(|counted| money(counted.minor - expected)),
            },
            given: money(flows.given),
            taken: money(flows.taken),
        }
    }
}

/// The days that were closed, newest first.
#[utoipa::path(get, path = "/shifts", tag = "cms", operation_id = "list_shifts", params(Paging), security(("bearer" = [])),
    responses((status = 200, description = "A page of them", body = Listed<ShiftObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _viewer: Viewer,
    paging: Paging,
) -> Result<Json<Listed<ShiftObject>>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = shifts::list(&mut conn, paging.slice()).await?;
    let items = page.items.iter().map(ShiftObject::of).collect();
    Ok(Json(paging.page(items, page.total)))
}

/// What the day comes to so far.
#[utoipa::path(get, path = "/shifts/current", tag = "cms", operation_id = "show_current_shift", security(("bearer" = [])),
    responses((status = 200, description = "The day that goes on", body = ShiftObject),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn current(
    State(api): State<Api>,
    _viewer: Viewer,
) -> Result<Json<ShiftObject>, Problem> {
    let open = preview_shift(&api.core).await?;
    let going = ShiftObject::going(&open.report, api.currency(), open.since, None);
    Ok(Json(going))
}

/// A day that was closed.
#[utoipa::path(get, path = "/shifts/{id}", tag = "cms", operation_id = "show_shift", security(("bearer" = [])),
    params(("id" = String, Path, description = "The shift's id")),
    responses((status = 200, description = "The day", body = ShiftObject),
        (status = 404, description = "No such shift", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
) -> Result<Json<ShiftObject>, Problem> {
    let id: ShiftId = id(&text)?;
    let mut conn = api.core.store.read().await?;
    let shift = shifts::find(&mut conn, id).await?;
    Ok(Json(ShiftObject::of(&shift.ok_or(Code::ResourceNotFound)?)))
}

/// Closes the day. The next one goes on from here.
#[utoipa::path(post, path = "/shifts", tag = "cms", operation_id = "close_shift", request_body = CloseBody,
    params(("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    security(("bearer" = [])),
    responses((status = 201, description = "The day that was closed", body = ShiftObject),
        (status = 422, description = "No amount of the site's currency, or too long a note", body = Problem)))]
pub(in crate::api) async fn close(
    State(api): State<Api>,
    Acting(staff): Acting,
    once: Once<CloseBody>,
) -> Result<Response, Problem> {
    let by = staff.operator.id;
    let print = printed(|shift: &Shift| ShiftObject::of(shift));
    let api = &api;
    let work = |body: CloseBody, keep| async move {
        let counted = body.counted_cash.as_ref();
        let counted = counted.map(|amount| api.amount(amount)).transpose();
        let close = Close {
            counted: counted.map_err(|error| error.at("/countedCash"))?,
            note: body.note,
            by,
        };
        let shift = close_shift(&api.core, close, keep).await?;
        tracing::info!(number = shift.number, operator = %by, "an operator closed the day");
        Ok::<_, OpError>(shift)
    };
    once.answer(api, Asker::Operator(by), StatusCode::CREATED, print, work)
        .await
}
