//! A driver begins and ends a charge from a screen. What may begin where is the ops'.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::command::Requester;
use domain::session::{self as rules, StartedBy};
use domain::{Code, CustomerId, VehicleId};
use serde::{Deserialize, Serialize};
use store::{Conn, StoreError, Work};
use utoipa::ToSchema;

use crate::api::Api;
use crate::api::auth::Driver;
use crate::api::idempotent::{Asker, Once, json};
use crate::api::limit::LimitBody;
use crate::api::objects::Session;
use crate::api::problem::Problem;
use crate::api::snapshots;
use crate::core::OpError;
use crate::keep::Keep;
use crate::ops::refusal;
use crate::ops::request_start::{StartRequested, Wish, request_start};
use crate::ops::request_stop::{StopRequested, request_stop};

/// Where to charge.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct Start {
    /// The charge point's id.
    pub(super) charge_point_id: String,
    /// The plug.
    pub(super) connector_id: i64,
    /// `price.tariffVersion` as it was shown: another one now is refused.
    pub(super) tariff_version: Option<i64>,
    /// Where the charge is to end; left out: at the stop button.
    pub(super) limit: Option<LimitBody>,
    /// Which of the driver's vehicles it is for.
    pub(super) vehicle_id: Option<String>,
}

/// Which charge to end.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct Stop {
    /// The session's id.
    session_id: String,
}

/// A session on its way; what becomes of it comes as events.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct SessionTaken {
    /// As it stands now.
    session: Session,
}

impl Start {
    /// Which of the driver's vehicles is meant.
    fn vehicle(&self) -> Result<Option<VehicleId>, OpError> {
        let read = |text: &String| {
            text.parse()
                .map_err(|_| refusal::unknown("/vehicleId", "vehicle"))
        };
        self.vehicle_id.as_ref().map(read).transpose()
    }
}

/// Asks a charger to begin a charge for the driver.
#[utoipa::path(post, path = "/charging/start", tag = "user", request_body = Start, security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    responses((status = 202, description = "Asked for", body = SessionTaken),
        (status = 402, description = "Too little money; `missing` says how much", body = Problem),
        (status = 404, description = "No such charge point or connector", body = Problem),
        (status = 409, description = "In use, out of order, offline, another price, or charging already", body = Problem),
        (status = 422, description = "A limit that is none, or a vehicle that is not the driver's", body = Problem),
        (status = 503, description = "No money moves: the books do not add up", body = Problem)))]
pub(in crate::api) async fn start(
    State(api): State<Api>,
    driver: Driver,
    once: Once<Start>,
) -> Result<Response, Problem> {
    let asker = Asker::Customer(driver.customer.id);
    let print = taken(&api, |started: &StartRequested| &started.session);
    // Whom a prepaid code opened a wallet for.
    let by = if driver.customer.is_guest() {
        StartedBy::Code
    } else {
        StartedBy::Account
    };
    once.answer(&api, asker, StatusCode::ACCEPTED, print, |wish, keep| {
        begin(&api, (driver.customer.id, by), wish, keep)
    })
    .await
}

/// Asks for a customer's charge.
pub(super) async fn begin(
    api: &Api,
    (customer, started_by): (CustomerId, StartedBy),
    asked: Start,
    keep: Keep<StartRequested>,
) -> Result<StartRequested, Problem> {
    let vehicle = asked.vehicle()?;
    let point = asked.charge_point_id.parse();
    let wish = Wish {
        point: point.map_err(|_| Code::ResourceNotFound)?,
        connector_id: Some(asked.connector_id),
        customer: Some(customer),
        started_by,
        vehicle,
        id_token: None,
        tariff_version: asked.tariff_version,
        limit: asked.limit.map(LimitBody::read).transpose()?,
        requested_by: Requester::driver(customer),
    };
    let started = request_start(&api.core, wish, keep).await?;
    api.commander.send(started.command.clone());
    Ok(started)
}

/// Asks the charger to end the driver's charge; one that has not begun is cancelled.
#[utoipa::path(post, path = "/charging/stop", tag = "user", request_body = Stop, security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    responses((status = 202, description = "Asked for", body = SessionTaken),
        (status = 404, description = "No such session of this driver's", body = Problem),
        (status = 409, description = "Over already, or the charger is offline", body = Problem)))]
pub(in crate::api) async fn stop(
    State(api): State<Api>,
    driver: Driver,
    once: Once<Stop>,
) -> Result<Response, Problem> {
    let asker = Asker::Customer(driver.customer.id);
    let print = taken(&api, |stopped: &StopRequested| &stopped.session);
    once.answer(&api, asker, StatusCode::ACCEPTED, print, |asked, keep| {
        end(&api, driver.customer.id, asked, keep)
    })
    .await
}

async fn end(
    api: &Api,
    customer: CustomerId,
    asked: Stop,
    keep: Keep<StopRequested>,
) -> Result<StopRequested, Problem> {
    let id = asked.session_id.parse();
    let id = id.map_err(|_| Code::ResourceNotFound)?;
    let by = Requester::driver(customer);
    let stopped = request_stop(&api.core, id, Some(customer), by, keep).await?;
    if let Some(command) = &stopped.command {
        api.commander.send(command.clone());
    }
    Ok(stopped)
}

/// How a session that was asked for is printed, in the unit that asks.
pub(super) fn taken<T: Sync>(
    api: &Api,
    session: impl for<'t> Fn(&'t T) -> &'t rules::Session + Copy + Send + Sync + 'static,
) -> impl for<'u> Fn(&'u mut Conn, &'u T) -> Work<'u, Result<String, StoreError>> + Send + Sync + 'static
{
    let api = api.clone();
    move |conn, made| {
        let api = api.clone();
        Box::pin(async move {
            let session = snapshots::session(conn, session(made), &api).await?;
            Ok(json(&SessionTaken { session }))
        })
    }
}
