//! Charging without an account: a prepaid code opens a wallet without a name and begins the charge, or a provider's page
//! takes the money and the charge begins once it is paid. What comes of the latter is `guest_orders`'.

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::object::Amount;
use domain::prepaid::PrepaidCode;
use domain::session::StartedBy;
use domain::topup::{Provider, Topup};
use domain::{ChargePointId, Code};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::StoreError;
use store::repo::guest_orders;
use utoipa::ToSchema;

use super::charging::{Start, begin, taken};
use super::topups::{guarded, named_provider, no_such_code};
use crate::api::Api;
use crate::api::idempotent::{Asker, Once, json, printed};
use crate::api::limit::LimitBody;
use crate::api::objects::{Session, TopupObject};
use crate::api::problem::Problem;
use crate::api::source::Source;
use crate::cashier::Ask;
use crate::core::OpError;
use crate::ops::enter_guest::enter_guest;
use crate::ops::order_as_guest::{Claim, Wish, enter_by_order, order_as_guest};
use crate::ops::request_start::StartRequested;
use crate::ops::sign_in::Place;

/// What pays, and where to charge: a code, or an amount and a provider.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct GuestStart {
    /// The prepaid code. One that was entered before opens the same wallet again.
    code: Option<String>,
    /// `stripe` or `razorpay`, where it is offered: the charge begins once the page there is paid.
    provider: Option<String>,
    /// How much is paid there. What the charge does not cost goes back.
    amount: Option<Amount>,
    /// The language of the receipt: a BCP 47 tag; left out: the site's.
    language: Option<String>,
    /// The charge point's id.
    charge_point_id: String,
    /// The plug.
    connector_id: i64,
    /// `price.tariffVersion` as it was shown: another one now is refused.
    tariff_version: Option<i64>,
    /// Where the charge is to end; left out: at the stop button, or where the money does. With a code alone.
    limit: Option<LimitBody>,
}

/// A guest's session or payment on its way, and how the guest looks at it.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct GuestSession {
    /// As it stands now; null until the page is paid.
    session: Option<Session>,
    /// The page to pay on; null where a code pays.
    topup: Option<TopupObject>,
    /// The guest's sign-in: `Authorization: Bearer …`.
    token: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    session: Option<&'a RawValue>,
    topup: Option<&'a RawValue>,
    token: String,
}

/// What is kept for a repeat: one of the two.
#[derive(Deserialize)]
struct Kept<'a> {
    #[serde(borrow)]
    session: Option<&'a RawValue>,
    #[serde(borrow)]
    topup: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Paying {
    topup: TopupObject,
}

/// The longest answer that a start has, bytes.
const LONGEST: usize = 64 * 1024;
/// Where nobody is known by anything else, whoever knows the key is the guest: one that nobody guesses.
const SHORTEST_KEY: usize = 32;

/// Begins a charge without an account. With a prepaid code it begins at once; asked again with the same code it goes on
/// with the same wallet. With an amount and a provider it begins by itself once `topup.checkoutUrl` is paid; what it does not
/// cost goes back the way it came. Under the same key it is the same charge.
#[utoipa::path(post, path = "/charging/guest-start", tag = "user", request_body = GuestStart,
    params(("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters, with a provider 32 at least that nobody guesses")),
    responses((status = 202, description = "Asked for", body = GuestSession),
        (status = 402, description = "Too little money; `missing` says how much", body = Problem),
        (status = 404, description = "No such code, charge point or connector", body = Problem),
        (status = 409, description = "The code was used by an account, expired or taken back; or in use, out of order, offline, another price", body = Problem),
        (status = 422, description = "A limit that is none; too little, too much, or not offered", body = Problem),
        (status = 429, description = "Too many wrong codes, or too many pages: wait", body = Problem),
        (status = 503, description = "The provider does not answer, or no money moves: the books do not add up", body = Problem)))]
pub(in crate::api) async fn start(
    State(api): State<Api>,
    Source(place): Source,
    once: Once<GuestStart>,
) -> Result<Response, Problem> {
    let asked = once.body();
    match (&asked.code, &asked.provider, &asked.amount) {
        (Some(code), None, None) => {
            let code = PrepaidCode::parse(code);
            by_code(&api, place, code, once).await
        }
        (None, Some(_), Some(_)) => by_page(&api, place, once).await,
        _ => Err(nothing_pays().into()),
    }
}

fn nothing_pays() -> OpError {
    OpError::Invalid {
        pointer: "/code".into(),
        fault: "required",
        detail: "Either a code pays, or an amount through a provider.".into(),
    }
}

async fn by_code(
    api: &Api,
    place: Place,
    code: Option<PrepaidCode>,
    once: Once<GuestStart>,
) -> Result<Response, Problem> {
    let language = once.body().language(api);
    // Whoever has no account is known by where they are.
    let keys = [place.source.clone()];
    let enter = async {
        let code = code.ok_or_else(no_such_code)?;
        enter_guest(&api.core, place, code, &language).await
    };
    let (guest, token) = guarded(api, &keys, enter).await?;
    let print = taken(api, |started: &StartRequested| &started.session);
    let asker = Asker::Customer(guest);
    let work = |asked: GuestStart, keep| begin(api, (guest, StartedBy::Code), asked.into(), keep);
    let answer = once
        .answer(api, asker, StatusCode::ACCEPTED, print, work)
        .await?;
    with_token(answer, token).await
}

async fn by_page(api: &Api, place: Place, once: Once<GuestStart>) -> Result<Response, Problem> {
    if once.key().chars().count() < SHORTEST_KEY {
        let detail = format!("This Idempotency-Key has {SHORTEST_KEY} characters at least.");
        return Err(Problem::new(Code::RequestInvalidParameter, detail));
    }
    let request = once.request(Asker::Guest);
    let source = place.source.clone();
    let print = printed(|topup: &Topup| Paying {
        topup: TopupObject::from(topup),
    });
    let known = request.clone();
    let answer = once
        .answer(
            api,
            Asker::Guest,
            StatusCode::ACCEPTED,
            print,
            |asked, keep| async move {
                let (wish, provider) = asked.read(api, &known)?;
                let amount = wish.amount;
                if !is_known(api, &known).await? {
                    take_page(api, &source)?;
                }
                let order = order_as_guest(&api.core, wish).await?;
                let ask = Ask {
                    customer: order.customer_id,
                    provider,
                    amount,
                    request: order.request,
                    link: Some(order.link),
                };
                api.cashier.top_up(ask, keep).await
            },
        )
        .await?;
    if answer.status() != StatusCode::ACCEPTED {
        return Ok(answer);
    }
    let guest = enter_by_order(&api.core, place, Claim::Request(request)).await?;
    with_token(answer, guest.token).await
}

/// Whether an earlier copy of the request made its order.
async fn is_known(api: &Api, request: &str) -> Result<bool, StoreError> {
    let mut conn = api.core.store.read().await?;
    Ok(guest_orders::find(&mut conn, request).await?.is_some())
}

/// One page less for whoever asks from there.
fn take_page(api: &Api, source: &str) -> Result<(), OpError> {
    let taken = api.pages.take(source, api.core.clock.now());
    taken.map_err(|wait| OpError::Limited {
        seconds: wait.as_secs().max(1),
    })
}

impl GuestStart {
    fn language(&self, api: &Api) -> String {
        let said = self.language.clone();
        said.unwrap_or_else(|| api.core.rules().site().language.clone())
    }

    /// Reads one that a page pays for.
    fn read(self, api: &Api, request: &str) -> Result<(Wish, Provider), OpError> {
        if self.limit.is_some() {
            return Err(OpError::Invalid {
                pointer: "/limit".into(),
                fault: "not_supported",
                detail: "What is paid is the limit. Leave it out.".into(),
            });
        }
        let provider = named_provider(self.provider.as_deref().unwrap_or_default())?;
        let language = self.language(api);
        let amount = self.amount.as_ref().map(|amount| api.amount(amount));
        let amount = amount.transpose()?.ok_or_else(nothing_pays)?;
        let point: Result<ChargePointId, _> = self.charge_point_id.parse();
        let wish = Wish {
            request: request.to_owned(),
            language,
            point: point.map_err(|_| {
                OpError::refused(Code::ResourceNotFound, "There is no such charge point.")
            })?,
            connector_id: self.connector_id,
            tariff_version: self.tariff_version,
            amount,
        };
        api.cashier.may_take(provider, amount)?;
        Ok((wish, provider))
    }
}

/// Adds the token to what is answered: it is kept nowhere but as a hash, so what is kept for a repeat is without it.
async fn with_token(answer: Response, token: String) -> Result<Response, Problem> {
    if answer.status() != StatusCode::ACCEPTED {
        return Ok(answer);
    }
    let (head, body) = answer.into_parts();
    let bytes = to_bytes(body, LONGEST).await;
    let bytes = bytes.map_err(|_| Code::ServerInternal)?;
    let kept: Kept<'_> = serde_json::from_slice(&bytes).map_err(|_| Code::ServerInternal)?;
    let body = json(&Answer {
        session: kept.session,
        topup: kept.topup,
        token,
    });
    Ok(Response::from_parts(head, Body::from(body)))
}

impl From<GuestStart> for Start {
    fn from(asked: GuestStart) -> Self {
        Self {
            charge_point_id: asked.charge_point_id,
            connector_id: asked.connector_id,
            tariff_version: asked.tariff_version,
            limit: asked.limit,
            vehicle_id: None,
        }
    }
}
