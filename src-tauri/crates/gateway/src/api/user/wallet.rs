//! A driver's own money.

use axum::Json;
use axum::extract::State;
use domain::object::{WalletObject, WalletTransactionObject};
use store::repo::ledger;

use crate::api::Api;
use crate::api::auth::Driver;
use crate::api::cms::customers::list_wallet_of;
use crate::api::paging::{Listed, Paging};
use crate::api::problem::Problem;

/// What the driver has, in the site's currency.
#[utoipa::path(get, path = "/wallet/balance", tag = "user", security(("bearer" = [])),
    responses((status = 200, description = "The wallet", body = WalletObject),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn balance(
    State(api): State<Api>,
    driver: Driver,
) -> Result<Json<WalletObject>, Problem> {
    let customer = driver.customer.id;
    let mut conn = api.core.store.read().await?;
    let purse = ledger::find_purse(&mut conn, customer, api.currency()).await?;
    Ok(Json(WalletObject::of(
        customer,
        api.currency(),
        purse.as_ref(),
    )))
}

/// What came in and went out, newest first.
#[utoipa::path(get, path = "/wallet/transactions", tag = "user", params(Paging), security(("bearer" = [])),
    responses((status = 200, description = "A page of it", body = Listed<WalletTransactionObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn transactions(
    State(api): State<Api>,
    driver: Driver,
    paging: Paging,
) -> Result<Json<Listed<WalletTransactionObject>>, Problem> {
    Ok(Json(
        list_wallet_of(&api, driver.customer.id, paging).await?,
    ))
}
