//! Commands to chargers over REST: each named route sends one OCPP action, `commands` sends any. Payloads are
//! checked against the action's schema here; what a command means is the ops'.

pub(super) mod named;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::command::{Requester, RequesterKind};
use domain::object::CommandObject;
use domain::operator::Operator;
use domain::{ChargePointId, Code, Identity, Scope};
use ocpp::payload::{RequestFault, check_request};
use ocpp::{RawValue, Version};
use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;
use serde_json::{Map, Value};
use store::Conn;
use store::repo::{charge_points, commands, organizations};
use utoipa::ToSchema;

use super::Api;
use super::auth::{ScopedActing, ScopedViewer};
use super::idempotent::{Asker, Once, printed};
use super::problem::Problem;
use crate::keep::Keep;
use crate::ops::request_command::{Ask, Requested, request_command};

/// A command that was taken; its end comes as an event.
#[derive(Serialize, ToSchema)]
pub(super) struct CommandTaken {
    /// As it stands now: `requested`.
    command: CommandObject,
}

impl From<&Requested> for CommandTaken {
    fn from(requested: &Requested) -> Self {
        Self {
            command: CommandObject::from(&requested.command),
        }
    }
}

/// Any action of the charger's OCPP version.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AnyCommand {
    /// The charge point: its id or its identity.
    charge_point_id: String,
    /// The OCPP action, spelt as in the specification.
    action: String,
    /// The request's payload, by the action's schema.
    #[schema(value_type = Object)]
    #[serde(default)]
    payload: Map<String, Value>,
}

/// Sends any OCPP action of the charger's version, checked against its schema.
#[utoipa::path(post, path = "/commands", tag = "chargers", request_body = AnyCommand, security(("bearer" = [])),
    responses((status = 202, description = "On its way", body = CommandTaken),
        (status = 404, description = "No such charge point", body = Problem),
        (status = 409, description = "The charger is not connected", body = Problem),
        (status = 422, description = "No such action, or a payload that does not fit it", body = Problem)))]
pub(super) async fn any(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    once: Once<AnyCommand>,
) -> Result<Response, Problem> {
    let scope = staff.scope();
    let (api, who) = (&api, &staff.operator);
    answer(api, who, once, |asked: AnyCommand, keep| async move {
        let point = resolve(api, scope, &asked.charge_point_id).await?;
        ask(api, who, (point, &asked.action, asked.payload), keep).await
    })
    .await
}

/// A command as it stands.
#[utoipa::path(get, path = "/commands/{id}", tag = "chargers", security(("bearer" = [])),
    params(("id" = String, Path, description = "The command's id")),
    responses((status = 200, description = "The command", body = CommandObject),
        (status = 404, description = "No such command", body = Problem)))]
pub(super) async fn show(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(id): Path<String>,
) -> Result<Json<CommandObject>, Problem> {
    let id = id.parse().map_err(|_| Code::ResourceNotFound)?;
    let mut conn = api.core.store.read().await?;
    let command = commands::find(&mut conn, id)
        .await?
        .ok_or(Code::ResourceNotFound)?;
    if !organizations::has_point(&mut conn, scope, command.charge_point_id).await? {
        return Err(Code::ResourceNotFound.into());
    }
    Ok(Json(CommandObject::from(&command)))
}

/// Takes a command once, however often it is asked for.
async fn answer<B: Send, F>(
    api: &Api,
    who: &Operator,
    once: Once<B>,
    work: impl FnOnce(B, Keep<Requested>) -> F + Send,
) -> Result<Response, Problem>
where
    F: Future<Output = Result<Requested, Problem>> + Send,
{
    let asker = Asker::Operator(who.id);
    let print = printed(|requested: &Requested| CommandTaken::from(requested));
    once.answer(api, asker, StatusCode::ACCEPTED, print, work)
        .await
}

/// Checks a payload, stores the command and sends it on its way.
async fn ask(
    api: &Api,
    operator: &Operator,
    (point, action, payload): (ChargePointId, &str, Map<String, Value>),
    keep: Keep<Requested>,
) -> Result<Requested, Problem> {
    keys_elsewhere(action, &payload)?;
    let payload = checked(action, payload)?;
    let ask = Ask {
        action: action.to_owned(),
        payload: payload.get().to_owned(),
        requested_by: requester(operator),
        session_id: None,
    };
    let requested = request_command(&api.core, point, ask, keep).await?;
    api.commander.send(requested.clone());
    Ok(requested)
}

/// A charger's key is not changed by a command: the charger would be locked out, and the key written down (SEC-04).
fn keys_elsewhere(action: &str, payload: &Map<String, Value>) -> Result<(), Problem> {
    let key = payload.get("key").and_then(Value::as_str);
    let is_key = key.is_some_and(|key| key.eq_ignore_ascii_case("AuthorizationKey"));
    if action != "ChangeConfiguration" || !is_key {
        return Ok(());
    }
    let detail = "A charger's key is changed with POST /api/cms/charging-points/{id}/rotate-key.";
    Err(Problem::at(
        Code::CommandPayloadInvalid,
        "/key",
        "elsewhere",
        detail,
    ))
}

/// The payload as it may be sent.
fn checked(action: &str, payload: Map<String, Value>) -> Result<Box<RawValue>, Problem> {
    let payload = to_raw_value(&payload).expect("a JSON object prints");
    check_request(Version::V1_6, action, &payload).map_err(|fault| match fault {
        RequestFault::NotOurs(_) => Problem::new(Code::CommandUnsupported, format!("{fault}.")),
        RequestFault::Payload(fault) => Problem::at(
            Code::CommandPayloadInvalid,
            &fault.pointer,
            fault.kind,
            &fault.detail,
        ),
    })
}

/// An operator as whoever asks for a command.
pub(super) fn requester(operator: &Operator) -> Requester {
    Requester {
        kind: RequesterKind::Operator,
        id: Some(operator.id.to_string()),
        name: operator.name.clone(),
    }
}

/// The charge point of an id or an identity, where it is in the scope. An identity never reads as an id.
pub(super) async fn resolve(
    api: &Api,
    scope: Scope,
    asked: &str,
) -> Result<ChargePointId, Problem> {
    let mut conn = api.core.store.read().await?;
    resolve_with(&mut conn, scope, asked).await
}

/// The same on a connection that is there already.
pub(super) async fn resolve_with(
    conn: &mut Conn,
    scope: Scope,
    asked: &str,
) -> Result<ChargePointId, Problem> {
    let found = match (asked.parse(), Identity::parse(asked)) {
        (Ok(id), _) => charge_points::find(conn, id).await?,
        (Err(_), Ok(identity)) => charge_points::find_by_identity(conn, &identity).await?,
        (Err(_), Err(_)) => None,
    };
    let missing = || Problem::new(Code::ResourceNotFound, "There is no such charge point.");
    let point = found.ok_or_else(missing)?;
    if organizations::has_station(conn, scope, point.station_id).await? {
        return Ok(point.id);
    }
    Err(missing())
}
