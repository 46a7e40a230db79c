//! A driver pays money in: on a payment provider's page, or with a prepaid code.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::object::{Amount, WalletTransactionObject};
use domain::prepaid::PrepaidCode;
use domain::topup::{Provider, Topup};
use domain::{Code, TopupId};
use serde::{Deserialize, Serialize};
use store::repo::topups;
use utoipa::ToSchema;

use crate::api::Api;
use crate::api::auth::Driver;
use crate::api::idempotent::{Asker, Once, printed};
use crate::api::objects::TopupObject;
use crate::api::problem::Problem;
use crate::api::source::Source;
use crate::cashier::Ask;
use crate::core::OpError;
use crate::ops::prepaid_codes::redeem_code;

/// How money can be paid in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct TopupOptions {
    /// Through whom; empty: only with codes and at the desk.
    providers: Vec<Provider>,
    /// The least at once.
    smallest: Amount,
    /// The most at once.
    largest: Amount,
}

/// What is to be paid in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct TopupBody {
    /// How much, in the site's currency.
    amount: Amount,
    /// `stripe` or `razorpay`, where it is offered.
    provider: String,
}

/// A top-up on its way.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct TopupTaken {
    /// As it stands now.
    topup: TopupObject,
}

/// A prepaid code.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct RedeemBody {
    /// As it is printed; spaces, hyphens and case do not matter.
    code: String,
}

/// How money can be paid in here.
#[utoipa::path(get, path = "/wallet/topup-options", tag = "user",
    responses((status = 200, description = "The ways", body = TopupOptions)))]
pub(in crate::api) async fn options(State(api): State<Api>) -> Json<TopupOptions> {
    let (least, most) = api.cashier.bounds();
    Json(TopupOptions {
        providers: api.cashier.offers(),
        smallest: least.print(),
        largest: most.print(),
    })
}

/// Makes a page at a payment provider on which the driver pays: open `checkoutUrl`, on a phone by QR. The money is in the
/// wallet once `wallet.balance.changed` says so.
#[utoipa::path(post, path = "/wallet/topup", tag = "user", request_body = TopupBody, security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    responses((status = 202, description = "The page", body = TopupTaken),
        (status = 409, description = "Too many pages are open", body = Problem),
        (status = 422, description = "Too little, too much, or not offered", body = Problem),
        (status = 503, description = "The provider does not answer, or no money moves", body = Problem)))]
pub(in crate::api) async fn top_up(
    State(api): State<Api>,
    driver: Driver,
    once: Once<TopupBody>,
) -> Result<Response, Problem> {
    let customer = driver.customer.id;
    let asker = Asker::Customer(customer);
    let request = once.request(asker);
    let print = printed(|topup: &Topup| TopupTaken {
        topup: TopupObject::from(topup),
    });
    let api = &api;
    once.answer(
        api,
        asker,
        StatusCode::ACCEPTED,
        print,
        |body, keep| async move {
            let ask = Ask {
                customer,
                provider: named_provider(&body.provider)?,
                amount: api.amount(&body.amount)?,
                request,
                link: None,
            };
            api.cashier.top_up(ask, keep).await
        },
    )
    .await
}

/// The provider of a name.
pub(super) fn named_provider(word: &str) -> Result<Provider, OpError> {
    Provider::from_word(word).ok_or_else(|| OpError::Invalid {
        pointer: "/provider".into(),
        fault: "unknown",
        detail: "It is stripe or razorpay.".into(),
    })
}

/// How a top-up of one's own stands.
#[utoipa::path(get, path = "/wallet/topups/{id}", tag = "user", security(("bearer" = [])),
    params(("id" = String, Path, description = "The top-up's id")),
    responses((status = 200, description = "The top-up", body = TopupObject),
        (status = 404, description = "No such top-up of this driver's", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    driver: Driver,
    Path(text): Path<String>,
) -> Result<Json<TopupObject>, Problem> {
    let id: TopupId = text.parse().map_err(|_| Code::ResourceNotFound)?;
    let mut conn = api.core.store.read().await?;
    let topup = topups::find(&mut conn, id).await?;
    let own = topup.filter(|topup| topup.customer_id == driver.customer.id);
    let own = own.ok_or(Code::ResourceNotFound)?;
    Ok(Json(TopupObject::from(&own)))
}

/// Puts what a prepaid code is worth into the wallet. Who tries many that are none has to wait.
#[utoipa::path(post, path = "/wallet/redeem", tag = "user", request_body = RedeemBody, security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    responses((status = 200, description = "What came in", body = WalletTransactionObject),
        (status = 404, description = "No such code", body = Problem),
        (status = 409, description = "Used, expired or taken back", body = Problem),
        (status = 429, description = "Too many wrong codes: wait", body = Problem),
        (status = 503, description = "No money moves: the books do not add up", body = Problem)))]
pub(in crate::api) async fn redeem(
    State(api): State<Api>,
    driver: Driver,
    Source(place): Source,
    once: Once<RedeemBody>,
) -> Result<Response, Problem> {
    let customer = driver.customer.id;
    let print = printed(|told: &WalletTransactionObject| told.clone());
    let asker = Asker::Customer(customer);
    let api = &api;
    once.answer(api, asker, StatusCode::OK, print, |body, keep| async move {
        // By account and by place: neither many accounts at one screen nor one account at many guess for long.
        let keys = [customer.to_string(), place.source];
        let take = async {
            let code = PrepaidCode::parse(&body.code).ok_or_else(no_such_code)?;
            redeem_code(&api.core, customer, code, keep).await
        };
        guarded(api, &keys, take).await
    })
    .await
}

/// What somebody is told who types a code that is none.
pub(super) fn no_such_code() -> OpError {
    OpError::refused(Code::ResourceNotFound, "There is no such code.")
}

/// Takes a code, unless too many wrong ones came from there; counts it where it is none.
pub(super) async fn guarded<T>(
    api: &Api,
    keys: &[String],
    take: impl Future<Output = Result<T, OpError>>,
) -> Result<T, OpError> {
    let now = api.core.clock.now();
    if let Some(wait) = keys.iter().filter_map(|key| api.codes.wait(key, now)).max() {
        let seconds = wait.as_secs() + 1;
        return Err(OpError::Wait { seconds });
    }
    let taken = take.await;
    for key in keys {
        match &taken {
            Ok(_) => api.codes.succeeded(key),
            Err(error) if error.code() == Code::ResourceNotFound => {
                api.codes.failed(key, now);
            }
            Err(_) => {}
        }
    }
    taken
}
