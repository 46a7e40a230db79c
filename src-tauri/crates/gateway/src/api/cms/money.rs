//! What operators do with customers' money: give, take, say yes to what another gives, pay a charge back.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::adjustment::{Adjustment, AdjustmentStatus, Method};
use domain::object::{Amount, WalletObject, WalletTransactionObject};
use domain::{Code, CustomerId, OperatorId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use store::repo::{adjustments, customers, ledger};
use utoipa::ToSchema;
use uuid::Uuid;

use super::id;
use crate::api::auth::{Acting, Viewer};
use crate::api::idempotent::{Asker, Once, printed};
use crate::api::paging::{Listed, Paging};
use crate::api::problem::Problem;
use crate::api::{Api, read_amount};
use crate::core::OpError;
use crate::keep::Keep;
use crate::ops::adjust_wallet::{Wish, adjust_wallet, decide_adjustment};
use crate::ops::refund_session::{Refund, refund_session};

/// What is given or taken by hand.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct AdjustmentBody {
    /// How much; with "-" it is taken.
    amount: Amount,
    /// How it is paid: `cash` at the desk, or `credit` by nobody; left out: `credit`.
    method: Option<Method>,
    /// Why: 3 to 500 characters.
    reason: String,
}

/// What is paid back of a charge.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct RefundBody {
    /// How much; left out: all that it cost and was not paid back yet.
    amount: Option<Amount>,
    /// Why: 3 to 500 characters.
    reason: String,
}

/// Nothing beside the path.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Decision {}

/// What an operator gave or took by hand, or wants to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Adjustment)]
pub(in crate::api) struct AdjustmentObject {
    /// Its id.
    id: Uuid,
    /// To whom, or from whom.
    customer_id: Uuid,
    /// How much; positive is to the customer.
    amount: Amount,
    /// How it is paid: `cash` at the desk, or `credit` by nobody.
    method: Method,
    /// Why.
    reason: String,
    /// Where it stands; one that is pending has moved nothing.
    status: AdjustmentStatus,
    /// Whether another operator than whoever asked must say yes or no.
    needs_second: bool,
    /// The operator who asked.
    requested_by: Uuid,
    /// When.
    requested_at: Timestamp,
    /// The operator who decided; null while it is pending.
    decided_by: Option<Uuid>,
    /// When.
    decided_at: Option<Timestamp>,
}

impl From<&Adjustment> for AdjustmentObject {
    fn from(adjustment: &Adjustment) -> Self {
        Self {
            id: adjustment.id.0,
            customer_id: adjustment.customer_id.0,
            amount: adjustment.amount.print(),
            method: adjustment.method,
            reason: adjustment.reason.clone(),
            status: adjustment.status,
            needs_second: adjustment.needs_second,
            requested_by: adjustment.requested_by.0,
            requested_at: adjustment.requested_at,
            decided_by: adjustment.decided_by.map(|id| id.0),
            decided_at: adjustment.decided_at,
        }
    }
}

/// What a customer has, and what it owes.
#[utoipa::path(get, path = "/customers/{id}/wallet", tag = "cms",
    params(("id" = String, Path, description = "The customer's id")), security(("bearer" = [])),
    responses((status = 200, description = "The wallet", body = WalletObject),
        (status = 404, description = "No such customer", body = Problem)))]
pub(in crate::api) async fn show_wallet(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
) -> Result<Json<WalletObject>, Problem> {
    let customer: CustomerId = id(&text)?;
    let mut conn = api.core.store.read().await?;
    customers::find(&mut conn, customer)
        .await?
        .ok_or(Code::ResourceNotFound)?;
    let purse = ledger::find_purse(&mut conn, customer, api.currency()).await?;
    let wallet = WalletObject::of(customer, api.currency(), purse.as_ref());
    Ok(Json(wallet))
}

/// What operators gave to a customer or took by hand, newest first.
#[utoipa::path(get, path = "/customers/{id}/wallet/adjustments", tag = "cms",
    params(Paging, ("id" = String, Path, description = "The customer's id")), security(("bearer" = [])),
    responses((status = 200, description = "A page of it", body = Listed<AdjustmentObject>),
        (status = 404, description = "No such customer", body = Problem)))]
pub(in crate::api) async fn list_adjustments(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
    paging: Paging,
) -> Result<Json<Listed<AdjustmentObject>>, Problem> {
    let customer: CustomerId = id(&text)?;
    let mut conn = api.core.store.read().await?;
    let known = customers::find(&mut conn, customer).await?;
    let known = known.ok_or(Code::ResourceNotFound)?.id;
    let page = adjustments::list_of(&mut conn, known, paging.slice()).await?;
    let items = page.items.iter().map(AdjustmentObject::from).collect();
    Ok(Json(paging.page(items, page.total)))
}

/// Gives a customer money by hand, or takes some. Beyond what one operator may alone it is `pending` until another says
/// yes; see `status`.
#[utoipa::path(post, path = "/customers/{id}/wallet/adjustments", tag = "cms", request_body = AdjustmentBody,
    params(("id" = String, Path, description = "The customer's id"),
        ("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    security(("bearer" = [])),
    responses((status = 201, description = "The adjustment", body = AdjustmentObject),
        (status = 402, description = "More is to be taken than there is", body = Problem),
        (status = 404, description = "No such customer", body = Problem),
        (status = 422, description = "No amount, or no reason", body = Problem),
        (status = 503, description = "No money moves: the books do not add up", body = Problem)))]
pub(in crate::api) async fn adjust(
    State(api): State<Api>,
    Acting(staff): Acting,
    Path(text): Path<String>,
    once: Once<AdjustmentBody>,
) -> Result<Response, Problem> {
    let customer: CustomerId = id(&text)?;
    let by = staff.operator.id;
    let print = printed(|made: &Adjustment| AdjustmentObject::from(made));
    let asker = Asker::Operator(by);
    let api = &api;
    once.answer(
        api,
        asker,
        StatusCode::CREATED,
        print,
        |body, keep| async move {
            let wish = Wish {
                customer,
                amount: api.amount(&body.amount)?,
                method: body.method.unwrap_or(Method::Credit),
                reason: body.reason,
                by,
            };
            adjust_wallet(&api.core, wish, keep).await
        },
    )
    .await
}

/// Says yes to what another operator gives or takes.
#[utoipa::path(post, path = "/customers/{id}/wallet/adjustments/{adjustmentId}/approve", tag = "cms",
    request_body = Decision,
    params(("id" = String, Path, description = "The customer's id"),
        ("adjustmentId" = String, Path, description = "The adjustment's id"),
        ("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    security(("bearer" = [])),
    responses((status = 200, description = "It is in the books", body = AdjustmentObject),
        (status = 402, description = "More is to be taken than there is", body = Problem),
        (status = 403, description = "Whoever asked for it may not", body = Problem),
        (status = 404, description = "No such adjustment of this customer's", body = Problem),
        (status = 409, description = "It was decided before", body = Problem),
        (status = 503, description = "No money moves: the books do not add up", body = Problem)))]
pub(in crate::api) async fn approve(
    State(api): State<Api>,
    Acting(staff): Acting,
    Path(place): Path<(String, String)>,
    once: Once<Decision>,
) -> Result<Response, Problem> {
    decide(&api, staff.operator.id, place, once, true).await
}

/// Says no to what another operator wants to give or take.
#[utoipa::path(post, path = "/customers/{id}/wallet/adjustments/{adjustmentId}/reject", tag = "cms",
    request_body = Decision,
    params(("id" = String, Path, description = "The customer's id"),
        ("adjustmentId" = String, Path, description = "The adjustment's id"),
        ("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    security(("bearer" = [])),
    responses((status = 200, description = "Nothing moves", body = AdjustmentObject),
        (status = 403, description = "Whoever asked for it may not", body = Problem),
        (status = 404, description = "No such adjustment of this customer's", body = Problem),
        (status = 409, description = "It was decided before", body = Problem)))]
pub(in crate::api) async fn reject(
    State(api): State<Api>,
    Acting(staff): Acting,
    Path(place): Path<(String, String)>,
    once: Once<Decision>,
) -> Result<Response, Problem> {
    decide(&api, staff.operator.id, place, once, false).await
}

async fn decide(
    api: &Api,
    by: OperatorId,
    (customer, adjustment): (String, String),
    once: Once<Decision>,
    yes: bool,
) -> Result<Response, Problem> {
    let place = (id(&customer)?, id(&adjustment)?);
    let print = printed(|made: &Adjustment| AdjustmentObject::from(made));
    let asker = Asker::Operator(by);
    let work = |_, keep: Keep<Adjustment>| decide_adjustment(&api.core, place, by, yes, keep);
    once.answer(api, asker, StatusCode::OK, print, work).await
}

/// Pays a customer back what a charge cost, or a part of it.
#[utoipa::path(post, path = "/sessions/{id}/refund", tag = "cms", request_body = RefundBody,
    params(("id" = String, Path, description = "The session's id"),
        ("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    security(("bearer" = [])),
    responses((status = 201, description = "What the customer reads of it", body = WalletTransactionObject),
        (status = 404, description = "No such session", body = Problem),
        (status = 409, description = "No account paid for it", body = Problem),
        (status = 422, description = "More than it cost, or no reason", body = Problem),
        (status = 503, description = "No money moves: the books do not add up", body = Problem)))]
pub(in crate::api) async fn refund(
    State(api): State<Api>,
    Acting(staff): Acting,
    Path(text): Path<String>,
    once: Once<RefundBody>,
) -> Result<Response, Problem> {
    let session: SessionId = id(&text)?;
    let by = staff.operator.id;
    let print = printed(|told: &WalletTransactionObject| told.clone());
    let asker = Asker::Operator(by);
    let api = &api;
    once.answer(
        api,
        asker,
        StatusCode::CREATED,
        print,
        |body, keep| async move {
            let amount = body.amount.as_ref().map(read_amount);
            let refund = Refund {
                session,
                amount: amount.transpose()?,
                reason: body.reason,
            };
            let told = refund_session(&api.core, refund, keep).await?;
            tracing::info!(%session, operator = %by, "an operator paid a charge back");
            Ok::<_, OpError>(told)
        },
    )
    .await
}
