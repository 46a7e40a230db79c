//! How it stands with a charge that somebody without an account pays for on a provider's page, on the station's screen and
//! on the phone that paid.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use domain::Code;
use domain::guest::GuestOrderStatus;
use serde::{Deserialize, Serialize};
use store::repo::{guest_orders, sessions, topups};
use utoipa::ToSchema;

use crate::api::Api;
use crate::api::auth::Driver;
use crate::api::objects::{Login, Session, TopupObject};
use crate::api::problem::Problem;
use crate::api::snapshots;
use crate::api::source::Source;
use crate::ops::order_as_guest::{Claim, enter_by_order};

/// The longest link, bytes.
const LONGEST_LINK: usize = 64;

/// A charge that is paid for before it begins.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct GuestOrder {
    /// `waiting` for the payment or the charger, `charging`, `ended`; paid late it waits again, until the money goes back.
    status: GuestOrderStatus,
    /// The charge point.
    charge_point_id: String,
    /// The plug.
    connector_id: i64,
    /// The payment; null: its page could not be made.
    topup: Option<TopupObject>,
    /// The charge, once it is asked for.
    session: Option<Session>,
    /// Why a charge that was paid for never began: the money goes back.
    failure: Option<GuestFailure>,
}

/// Why a charge that was paid for never began.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct GuestFailure {
    /// From the closed list of codes.
    code: String,
    /// One sentence for people.
    detail: String,
}

/// The way back that the payer's phone has.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct GuestLink {
    /// What stands behind `#/guest/` in the page's address.
    link: String,
}

/// How it stands with the guest's own order. It changes with the wallet's and the charge's events, and when its page ends.
#[utoipa::path(get, path = "/charging/guest-order", tag = "user", security(("bearer" = [])),
    responses((status = 200, description = "The order", body = GuestOrder),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 404, description = "Nothing was ordered on a provider's page", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    driver: Driver,
) -> Result<Json<GuestOrder>, Problem> {
    let mut conn = api.core.store.read().await?;
    let order = guest_orders::find_of(&mut conn, driver.customer.id).await?;
    let order = order.ok_or(Code::ResourceNotFound)?;
    let topup = topups::find_by_request(&mut conn, &order.request).await?;
    let charge = match order.session_id {
        Some(id) => sessions::find(&mut conn, id).await?,
        None => None,
    };
    let session = match &charge {
        Some(charge) => Some(snapshots::session(&mut conn, charge, &api).await?),
        None => None,
    };
    Ok(Json(GuestOrder {
        status: order.status,
        charge_point_id: order.charge_point_id.to_string(),
        connector_id: order.connector_id,
        topup: topup.as_ref().map(TopupObject::from),
        session,
        failure: order.refusal.map(|refusal| GuestFailure {
            code: refusal.code,
            detail: refusal.detail,
        }),
    }))
}

/// Signs the phone in that paid: to the guest's own charge, for a day.
#[utoipa::path(post, path = "/auth/guest", tag = "user", request_body = GuestLink,
    responses((status = 200, description = "Signed in", body = Login),
        (status = 404, description = "No such link, or it has ended", body = Problem)))]
pub(in crate::api) async fn come_back(
    State(api): State<Api>,
    Source(place): Source,
    body: Result<Json<GuestLink>, JsonRejection>,
) -> Result<Json<Login>, Problem> {
    let Json(GuestLink { link }) = body?;
    if link.len() > LONGEST_LINK {
        return Err(Code::ResourceNotFound.into());
    }
    let entered = enter_by_order(&api.core, place, Claim::Link(link)).await?;
    Ok(Json(entered.into()))
}
