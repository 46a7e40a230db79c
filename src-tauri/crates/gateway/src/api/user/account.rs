//! What a driver may do with what is kept of it: change it, take it along, have it erased.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use domain::Timestamp;
use domain::object::{CustomerObject, WalletTransactionObject};
use serde::{Deserialize, Deserializer, Serialize};
use store::repo::sessions::{self, Filter};
use store::repo::{Slice, id_tokens, ledger, vehicles};
use utoipa::ToSchema;

use crate::api::Api;
use crate::api::auth::Driver;
use crate::api::objects::{Me, Session, User};
use crate::api::problem::Problem;
use crate::api::snapshots;
use crate::api::source::Source;
use crate::api::user::vehicles::VehicleObject;
use crate::ops::change_customer::{Profile, change_password as change, change_profile};
use crate::ops::erase_customer::erase_customer;
use crate::ops::sign_in;

/// How many sessions an export reads at once.
const AT_ONCE: i64 = 500;

/// What is to be another; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ChangeProfile {
    /// The name on screen.
    name: Option<String>,
    /// The number; null or empty takes it away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    #[expect(
        clippy::option_option,
        reason = "left out, null and a text are three things"
    )]
    phone: Option<Option<String>>,
    /// A BCP 47 tag.
    language: Option<String>,
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct ChangePassword {
    /// The one until now.
    current_password: String,
    /// The one from now on.
    new_password: String,
}

/// All that is kept of a driver.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Export {
    /// When it was written.
    exported_at: Timestamp,
    /// The account.
    customer: CustomerObject,
    /// The cards.
    id_tokens: Vec<Card>,
    /// The vehicles.
    vehicles: Vec<VehicleObject>,
    /// Every charge, newest first.
    sessions: Vec<Session>,
    /// Everything that came into the wallet and went out of it, newest first.
    wallet_transactions: Vec<WalletTransactionObject>,
}

/// A card.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Card {
    /// Its number.
    token: String,
    /// Whether it may charge: `accepted`, `blocked`, `expired`.
    status: String,
}

#[expect(
    clippy::option_option,
    reason = "left out, null and a text are three things"
)]
/// Tells a field that is null from one that is left out.
fn said<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// Changes the profile.
#[utoipa::path(put, path = "/auth/profile", tag = "user", request_body = ChangeProfile, security(("bearer" = [])),
    responses((status = 200, description = "As it is now", body = Me),
        (status = 422, description = "A field is outside its bounds", body = Problem)))]
pub(in crate::api) async fn profile(
    State(api): State<Api>,
    driver: Driver,
    body: Result<Json<ChangeProfile>, JsonRejection>,
) -> Result<Json<Me>, Problem> {
    let Json(said) = body?;
    let profile = Profile {
        name: said.name,
        phone: said.phone.map(Option::unwrap_or_default),
        language: said.language,
    };
    let customer = change_profile(&api.core, driver.customer.id, profile).await?;
    Ok(Json(Me {
        user: User::from(&sign_in::User::Customer(customer)),
    }))
}

/// Changes the password. Every other sign-in of the account ends.
#[utoipa::path(put, path = "/auth/change-password", tag = "user", operation_id = "user_change_password",
    request_body = ChangePassword, security(("bearer" = [])),
    responses((status = 204, description = "Changed"),
        (status = 401, description = "Not the password until now", body = Problem),
        (status = 422, description = "The new one is too short or too common", body = Problem),
        (status = 429, description = "Too many attempts", body = Problem)))]
pub(in crate::api) async fn change_password(
    State(api): State<Api>,
    Source(place): Source,
    driver: Driver,
    body: Result<Json<ChangePassword>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(said) = body?;
    let who = (&driver.customer, driver.token);
    let passwords = (said.current_password, said.new_password);
    let ended = change(&api.core, &api.sign_ins, &place, who, passwords).await?;
    for token in ended {
        api.hub.revoke(token);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// All that is kept of the driver.
#[utoipa::path(get, path = "/auth/export", tag = "user", security(("bearer" = [])),
    responses((status = 200, description = "All that is kept", body = Export),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn export(
    State(api): State<Api>,
    driver: Driver,
) -> Result<Json<Export>, Problem> {
    let mut conn = api.core.store.read().await?;
    let cards = id_tokens::list_of(&mut conn, driver.customer.id).await?;
    let own = Filter {
        customer: Some(driver.customer.id),
        ..Filter::default()
    };
    let mut printed: Vec<Session> = Vec::new();
    for offset in (0..).step_by(usize::try_from(AT_ONCE).unwrap_or(1)) {
        let slice = Slice {
            limit: AT_ONCE,
            offset,
        };
        let page = sessions::list(&mut conn, own, slice).await?;
        for session in &page.items {
            printed.push(snapshots::session(&mut conn, session, &api).await?);
        }
        if offset + AT_ONCE >= page.total {
            break;
        }
    }
    let all = Slice {
        limit: i64::MAX,
        offset: 0,
    };
    let customer = driver.customer.id;
    let transfers = ledger::list_of(&mut conn, customer, all).await?;
    let print = WalletTransactionObject::of;
    Ok(Json(Export {
        exported_at: api.core.clock.now(),
        customer: CustomerObject::from(&driver.customer),
        id_tokens: cards
            .into_iter()
            .map(|(token, status)| Card {
                token,
                status: status.as_str().to_owned(),
            })
            .collect(),
        vehicles: vehicles::list_of(&mut conn, customer)
            .await?
            .into_iter()
            .map(VehicleObject::from)
            .collect(),
        sessions: printed,
        wallet_transactions: transfers.items.iter().filter_map(print).collect(),
    }))
}

/// Erases who the driver is and ends every sign-in. What was charged stays, without a name.
#[utoipa::path(delete, path = "/auth/me", tag = "user", security(("bearer" = [])),
    responses((status = 204, description = "Erased"),
        (status = 409, description = "A charge runs", body = Problem)))]
pub(in crate::api) async fn erase(
    State(api): State<Api>,
    driver: Driver,
) -> Result<StatusCode, Problem> {
    for token in erase_customer(&api.core, driver.customer.id).await? {
        api.hub.revoke(token);
    }
    Ok(StatusCode::NO_CONTENT)
}
