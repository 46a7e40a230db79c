//! Money that was paid in, at the desk: top-ups and what goes back of them, prepaid codes.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::object::Amount;
use domain::prepaid::{Batch, Voucher};
use domain::topup::{RefundStatus, TopupRefund};
use domain::{Code, CustomerId, PrepaidBatchId, Timestamp, TopupId};
use serde::{Deserialize, Serialize};
use store::repo::{prepaid, topups};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{filter_id, id};
use crate::api::auth::{Acting, Viewer};
use crate::api::idempotent::{Asker, Once, printed};
use crate::api::objects::TopupObject;
use crate::api::paging::{Listed, Paging};
use crate::api::problem::Problem;
use crate::api::{Api, read_amount};
use crate::core::OpError;
use crate::ops::prepaid_codes::{self, make_codes, void_codes};
use crate::ops::refund_topup::{self, refund_topup};

/// Whose top-ups.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Whose {
    /// This customer's alone.
    customer_id: Option<String>,
}

/// What is to go back of a top-up.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct TopupRefundBody {
    /// How much; left out: all that is left of it.
    amount: Option<Amount>,
    /// Why: 3 to 500 characters.
    reason: String,
}

/// Money that goes back the way it came.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TopupRefund)]
pub(in crate::api) struct TopupRefundObject {
    /// Its id.
    id: Uuid,
    /// Of which top-up.
    topup_id: Uuid,
    /// How much.
    amount: Amount,
    /// Why.
    reason: String,
    /// Where it stands; one that failed is in the wallet again.
    status: RefundStatus,
    /// The operator who asked; null: it was made at the provider.
    requested_by: Option<Uuid>,
    /// When.
    created_at: Timestamp,
    /// When the provider had answered; null: not yet.
    resolved_at: Option<Timestamp>,
}

impl From<&TopupRefund> for TopupRefundObject {
    fn from(refund: &TopupRefund) -> Self {
        Self {
            id: refund.id.0,
            topup_id: refund.topup_id.0,
            amount: refund.amount.print(),
            reason: refund.reason.clone(),
            status: refund.status,
            requested_by: refund.requested_by.map(|id| id.0),
            created_at: refund.created_at,
            resolved_at: refund.resolved_at,
        }
    }
}

/// Codes to be sold.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct CodesBody {
    /// What the batch is called, 1 to 100 characters.
    name: String,
    /// What each code is worth, in the site's currency.
    amount: Amount,
    /// How many: 1 to 1000.
    count: i64,
    /// From when on none is taken any more; left out: never.
    expires_at: Option<Timestamp>,
}

/// Prepaid codes that were made together.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct PrepaidBatch {
    /// Its id.
    id: Uuid,
    /// What it is called.
    name: String,
    /// What each code is worth.
    amount: Amount,
    /// How many there are.
    count: i64,
    /// How many of them were redeemed.
    redeemed: i64,
    /// From when on none is taken any more; null: never.
    expires_at: Option<Timestamp>,
    /// The operator who made them.
    created_by: Uuid,
    /// When.
    created_at: Timestamp,
    /// When what was left of them was taken back; null: it was not.
    voided_at: Option<Timestamp>,
}

impl PrepaidBatch {
    fn of(batch: &Batch, redeemed: i64) -> Self {
        Self {
            id: batch.id.0,
            name: batch.name.clone(),
            amount: batch.amount.print(),
            count: batch.codes,
            redeemed,
            expires_at: batch.expires_at,
            created_by: batch.created_by.0,
            created_at: batch.created_at,
            voided_at: batch.voided_at,
        }
    }
}

/// A prepaid code, to be printed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct PrintedCode {
    /// What the driver types.
    code: String,
    /// When somebody redeemed it; null: nobody did.
    redeemed_at: Option<Timestamp>,
    /// Which customer.
    redeemed_by: Option<Uuid>,
}

impl From<Voucher> for PrintedCode {
    fn from(voucher: Voucher) -> Self {
        Self {
            code: voucher.code.printed(),
            redeemed_at: voucher.redeemed_at,
            redeemed_by: voucher.redeemed_by.map(|id| id.0),
        }
    }
}

/// Money that was paid in through a provider, newest first.
#[utoipa::path(get, path = "/topups", tag = "cms", params(Paging, Whose), security(("bearer" = [])),
    responses((status = 200, description = "A page of it", body = Listed<TopupObject>)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _viewer: Viewer,
    Query(whose): Query<Whose>,
    paging: Paging,
) -> Result<Json<Listed<TopupObject>>, Problem> {
    let customer: Option<CustomerId> = filter_id("customerId", whose.customer_id.as_deref())?;
    let mut conn = api.core.store.read().await?;
    let page = topups::list(&mut conn, customer, paging.slice()).await?;
    let items = page.items.iter().map(TopupObject::from).collect();
    Ok(Json(paging.page(items, page.total)))
}

/// What went back of a top-up, oldest first.
#[utoipa::path(get, path = "/topups/{id}/refunds", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The top-up's id")),
    responses((status = 200, description = "Its refunds", body = [TopupRefundObject]),
        (status = 404, description = "No such top-up", body = Problem)))]
pub(in crate::api) async fn list_refunds(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
) -> Result<Json<Vec<TopupRefundObject>>, Problem> {
    let topup: TopupId = id(&text)?;
    let mut conn = api.core.store.read().await?;
    let known = topups::find(&mut conn, topup).await?;
    let known = known.ok_or(Code::ResourceNotFound)?.id;
    let refunds = topups::list_refunds(&mut conn, known).await?;
    Ok(Json(refunds.iter().map(TopupRefundObject::from).collect()))
}

/// Gives a top-up back the way it came, or a part of it. It leaves the wallet now; the provider may take days.
#[utoipa::path(post, path = "/topups/{id}/refund", tag = "cms", request_body = TopupRefundBody, security(("bearer" = [])),
    params(("id" = String, Path, description = "The top-up's id"),
        ("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    responses((status = 202, description = "On its way", body = TopupRefundObject),
        (status = 402, description = "The customer has spent it; `missing` says how much", body = Problem),
        (status = 404, description = "No such top-up", body = Problem),
        (status = 409, description = "Nothing of it can go back", body = Problem),
        (status = 422, description = "More than is left of it, or no reason", body = Problem),
        (status = 503, description = "No money moves: the books do not add up", body = Problem)))]
pub(in crate::api) async fn refund(
    State(api): State<Api>,
    Acting(staff): Acting,
    Path(text): Path<String>,
    once: Once<TopupRefundBody>,
) -> Result<Response, Problem> {
    let topup: TopupId = id(&text)?;
    let by = staff.operator.id;
    let print = printed(|refund: &TopupRefund| TopupRefundObject::from(refund));
    let api = &api;
    once.answer(
        api,
        Asker::Operator(by),
        StatusCode::ACCEPTED,
        print,
        |body, keep| async move {
            let asked = body.amount.as_ref().map(read_amount);
            let wish = refund_topup::Wish {
                topup,
                amount: asked.transpose()?,
                reason: body.reason,
                by,
            };
            let refund = refund_topup(&api.core, wish, keep).await?;
            tracing::info!(%topup, operator = %by, "an operator gives a top-up back");
            api.cashier.wake();
            Ok::<_, OpError>(refund)
        },
    )
    .await
}

/// Batches of prepaid codes, newest first.
#[utoipa::path(get, path = "/prepaid-codes", tag = "cms", params(Paging), security(("bearer" = [])),
    responses((status = 200, description = "A page of batches", body = Listed<PrepaidBatch>)))]
pub(in crate::api) async fn list_batches(
    State(api): State<Api>,
    _viewer: Viewer,
    paging: Paging,
) -> Result<Json<Listed<PrepaidBatch>>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = prepaid::list(&mut conn, paging.slice()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for batch in &page.items {
        let redeemed = prepaid::count_redeemed(&mut conn, batch.id).await?;
        items.push(PrepaidBatch::of(batch, redeemed));
    }
    Ok(Json(paging.page(items, page.total)))
}

/// Makes a batch of prepaid codes; they are read, to be printed, from `/codes`.
#[utoipa::path(post, path = "/prepaid-codes", tag = "cms", request_body = CodesBody, security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    responses((status = 201, description = "The batch", body = PrepaidBatch),
        (status = 422, description = "No name, too many, worth nothing, or expired already", body = Problem)))]
pub(in crate::api) async fn make(
    State(api): State<Api>,
    Acting(staff): Acting,
    once: Once<CodesBody>,
) -> Result<Response, Problem> {
    let by = staff.operator.id;
    let print = printed(|batch: &Batch| PrepaidBatch::of(batch, 0));
    let api = &api;
    once.answer(
        api,
        Asker::Operator(by),
        StatusCode::CREATED,
        print,
        |body, keep| async move {
            let name = body.name.trim().to_owned();
            if !(1..=100).contains(&name.chars().count()) || name.contains(char::is_control) {
                return Err(OpError::Invalid {
                    pointer: "/name".into(),
                    fault: "out_of_bounds",
                    detail: "A name has 1 to 100 characters.".into(),
                });
            }
            let wish = prepaid_codes::Wish {
                name,
                amount: api.amount(&body.amount)?,
                codes: body.count,
                expires_at: body.expires_at,
                by,
            };
            let batch = make_codes(&api.core, wish, keep).await?;
            tracing::info!(batch = %batch.id, operator = %by, "prepaid codes were made");
            Ok(batch)
        },
    )
    .await
}

/// The codes of a batch, to be printed. They are money: operators and admins alone read them.
#[utoipa::path(get, path = "/prepaid-codes/{id}/codes", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 200, description = "The codes", body = [PrintedCode]),
        (status = 403, description = "A viewer", body = Problem),
        (status = 404, description = "No such batch", body = Problem)))]
pub(in crate::api) async fn list_codes(
    State(api): State<Api>,
    Acting(staff): Acting,
    Path(text): Path<String>,
) -> Result<Json<Vec<PrintedCode>>, Problem> {
    let batch: PrepaidBatchId = id(&text)?;
    let mut conn = api.core.store.read().await?;
    let known = prepaid::find(&mut conn, batch).await?;
    let known = known.ok_or(Code::ResourceNotFound)?.id;
    let codes = prepaid::list_codes(&mut conn, known).await?;
    tracing::info!(%batch, operator = %staff.operator.id, "prepaid codes were read");
    Ok(Json(codes.into_iter().map(PrintedCode::from).collect()))
}

/// Takes back what is left of a batch. What was redeemed stays with who redeemed it.
#[utoipa::path(delete, path = "/prepaid-codes/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 204, description = "None is taken any more"),
        (status = 404, description = "No such batch", body = Problem)))]
pub(in crate::api) async fn void(
    State(api): State<Api>,
    Acting(staff): Acting,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let batch: PrepaidBatchId = id(&text)?;
    void_codes(&api.core, batch).await?;
    tracing::info!(%batch, operator = %staff.operator.id, "prepaid codes were taken back");
    Ok(StatusCode::NO_CONTENT)
}
