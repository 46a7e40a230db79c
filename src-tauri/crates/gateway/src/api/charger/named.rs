//! A route per OCPP action. The fields beside `chargePointId` are the request's own names.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::command::action;
use domain::operator::Operator;
use domain::session::StartedBy;
use domain::{Code, SessionId};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::repo::sessions;
use utoipa::ToSchema;

use super::{CommandTaken, answer, ask, requester, resolve};
use crate::api::Api;
use crate::api::auth::ScopedActing;
use crate::api::idempotent::{Asker, Once, printed};
use crate::api::limit::LimitBody;
use crate::api::problem::Problem;
use crate::keep::Keep;
use crate::ops::request_command::Requested;
use crate::ops::request_start::{StartRequested, Wish, request_start};
use crate::ops::request_stop::{StopRequested, request_stop};

/// A charge point, and the request's own fields.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Named {
    /// The charge point: its id or its identity.
    charge_point_id: String,
    /// The fields of the OCPP request.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// Declares the routes whose action means nothing to us but the charger's answer.
macro_rules! named {
    ($($(#[doc = $doc:literal])* $name:ident = $path:literal => $action:literal;)*) => {$(
        $(#[doc = $doc])*
        #[utoipa::path(post, path = $path, tag = "chargers", request_body = Named, security(("bearer" = [])),
            responses((status = 202, description = "On its way", body = CommandTaken),
                (status = 404, description = "No such charge point", body = Problem),
                (status = 409, description = "The charger is not connected", body = Problem),
                (status = 422, description = "A payload that does not fit the action", body = Problem)))]
        pub(in crate::api) async fn $name(
            State(api): State<Api>,
            ScopedActing(staff): ScopedActing,
            once: Once<Named>,
        ) -> Result<Response, Problem> {
    let scope = staff.scope();
            let (api, who) = (&api, &staff.operator);
            answer(api, who, once, |named: Named, keep| async move {
                let point = resolve(api, scope, &named.charge_point_id).await?;
                ask(api, who, (point, $action, named.fields), keep).await
            })
            .await
        }
    )*};
}

named! {
    /// Sets a configuration key (OCPP 1.6 §5.3).
    change_configuration = "/change-configuration" => "ChangeConfiguration";
    /// Reads configuration keys (OCPP 1.6 §5.8).
    get_configuration = "/get-configuration" => "GetConfiguration";
    /// Restarts the charger (OCPP 1.6 §5.14).
    reset = "/reset" => "Reset";
    /// Unlocks a connector (OCPP 1.6 §5.18).
    unlock_connector = "/unlock-connector" => "UnlockConnector";
    /// Takes a connector or the whole charger out of service, or back (OCPP 1.6 §5.2).
    change_availability = "/change-availability" => "ChangeAvailability";
    /// Empties the charger's authorisation cache (OCPP 1.6 §5.4).
    clear_cache = "/clear-cache" => "ClearCache";
    /// Asks the charger to send a message now (OCPP 1.6 §5.17).
    trigger_message = "/trigger-message" => "TriggerMessage";
    /// Sends something of the maker's own (OCPP 1.6 §5.6).
    data_transfer = "/data-transfer" => "DataTransfer";
    /// Reserves a connector (OCPP 1.6 §5.13).
    reserve_now = "/reserve-now" => "ReserveNow";
    /// Takes a reservation back (OCPP 1.6 §5.1).
    cancel_reservation = "/cancel-reservation" => "CancelReservation";
    /// Tells the charger to fetch new firmware (OCPP 1.6 §5.19).
    update_firmware = "/update-firmware" => "UpdateFirmware";
    /// Tells the charger to upload its diagnostics (OCPP 1.6 §5.9).
    get_diagnostics = "/get-diagnostics" => "GetDiagnostics";
    /// Asks for the version of the charger's local list (OCPP 1.6 §5.10).
    get_local_list_version = "/get-local-list-version" => "GetLocalListVersion";
    /// Sends a local list (OCPP 1.6 §5.15).
    send_local_list = "/send-local-list" => "SendLocalList";
    /// Sets a charging profile (OCPP 1.6 §5.16).
    set_charging_profile = "/set-charging-profile" => "SetChargingProfile";
    /// Takes charging profiles back (OCPP 1.6 §5.5).
    clear_charging_profile = "/clear-charging-profile" => "ClearChargingProfile";
    /// Asks what the charger will do (OCPP 1.6 §5.7).
    get_composite_schedule = "/get-composite-schedule" => "GetCompositeSchedule";
}

/// Where and under which token to charge.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct RemoteStart {
    /// The charge point: its id or its identity.
    charge_point_id: String,
    /// The plug; left out: the first free one.
    connector_id: Option<i64>,
    /// The token, 20 characters at most.
    id_tag: String,
    /// Where the charge is to end; left out: when somebody stops it.
    limit: Option<LimitBody>,
}

/// Begins a charge for somebody (OCPP 1.6 §5.11): a session that waits for the charger.
#[utoipa::path(post, path = "/remote-start", tag = "chargers", request_body = RemoteStart, security(("bearer" = [])),
    responses((status = 202, description = "On its way", body = CommandTaken),
        (status = 404, description = "No such charge point or connector", body = Problem),
        (status = 409, description = "Not connected, in use or out of order", body = Problem),
        (status = 422, description = "A limit that is none", body = Problem)))]
pub(in crate::api) async fn remote_start(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    once: Once<RemoteStart>,
) -> Result<Response, Problem> {
    let scope = staff.scope();
    let (api, who) = (&api, &staff.operator);
    let asker = Asker::Operator(who.id);
    let print = printed(|started: &StartRequested| CommandTaken::from(&started.command));
    once.answer(
        api,
        asker,
        StatusCode::ACCEPTED,
        print,
        |asked, keep| async move {
            let wish = Wish {
                point: resolve(api, scope, &asked.charge_point_id).await?,
                connector_id: asked.connector_id,
                customer: None,
                started_by: StartedBy::Operator,
                vehicle: None,
                id_token: Some(asked.id_tag),
                tariff_version: None,
                limit: asked.limit.map(LimitBody::read).transpose()?,
                requested_by: requester(who),
            };
            let started = request_start(&api.core, wish, keep).await?;
            api.commander.send(started.command.clone());
            Ok::<_, Problem>(started)
        },
    )
    .await
}

/// Which transaction to end.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct RemoteStop {
    /// The charge point: its id or its identity.
    charge_point_id: String,
    /// The charger's number for it.
    transaction_id: i64,
}

/// Ends a charge (OCPP 1.6 §5.12). A number that no session has is sent all the same: the charger may know it.
#[utoipa::path(post, path = "/remote-stop", tag = "chargers", request_body = RemoteStop, security(("bearer" = [])),
    responses((status = 202, description = "On its way", body = CommandTaken),
        (status = 404, description = "No such charge point", body = Problem),
        (status = 409, description = "Not connected, or over already", body = Problem)))]
pub(in crate::api) async fn remote_stop(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    once: Once<RemoteStop>,
) -> Result<Response, Problem> {
    let scope = staff.scope();
    let (api, who) = (&api, &staff.operator);
    answer(api, who, once, |asked: RemoteStop, keep| async move {
        let point = resolve(api, scope, &asked.charge_point_id).await?;
        let known = {
            let mut conn = api.core.store.read().await?;
            sessions::find_by_transaction(&mut conn, point, asked.transaction_id).await?
        };
        if let Some(session) = known.filter(|session| session.status.is_running()) {
            return stop(api, who, session.id, keep).await;
        }
        let mut fields = Map::new();
        fields.insert("transactionId".to_owned(), asked.transaction_id.into());
        ask(api, who, (point, action::REMOTE_STOP, fields), keep).await
    })
    .await
}

/// Ends a running session: the answer is kept as that of the command.
async fn stop(
    api: &Api,
    who: &Operator,
    id: SessionId,
    keep: Keep<Requested>,
) -> Result<Requested, Problem> {
    let keep = Keep::with(move |unit, stopped: &StopRequested| {
        let (keep, command) = (keep.clone(), stopped.command.clone());
        Box::pin(async move {
            match command {
                Some(command) => keep.answer(unit, &command).await,
                None => Ok(()),
            }
        })
    });
    let stopped = request_stop(&api.core, id, None, requester(who), keep).await?;
    let command = stopped.command.ok_or(Code::NotActive)?;
    api.commander.send(command.clone());
    Ok(command)
}
