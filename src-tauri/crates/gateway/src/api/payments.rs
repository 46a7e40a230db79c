//! What payment providers post, and where drivers' browsers come back to from their pages. Open to all: a signature
//! decides.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Redirect;
use domain::Code;
use domain::topup::Provider;
use payments::WebhookRefusal;

use super::Api;
use super::problem::Problem;
use crate::cashier::NotHeard;

fn provider(word: &str) -> Result<Provider, Problem> {
    Provider::from_word(word).ok_or_else(|| Code::ResourceNotFound.into())
}

impl From<NotHeard> for Problem {
    fn from(why: NotHeard) -> Self {
        match why {
            NotHeard::NoSuchProvider => Code::ResourceNotFound.into(),
            NotHeard::Failed(error) => error.into(),
            NotHeard::Refused(refusal) => {
                tracing::warn!(%refusal, "a payment provider's message is not believed");
                let code = match refusal {
                    WebhookRefusal::TooLong => Code::RequestTooLarge,
                    WebhookRefusal::Unreadable { .. } => Code::RequestInvalidJson,
                    WebhookRefusal::Unsigned
                    | WebhookRefusal::Malformed
                    | WebhookRefusal::Stale { .. }
                    | WebhookRefusal::Forged => Code::AuthRequired,
                };
                // No more than that: whoever guesses learns nothing.
                Self::from(code)
            }
        }
    }
}

/// A payment provider's news: `stripe` or `razorpay`. Its own signature is its only sign-in.
#[utoipa::path(post, path = "/api/payments/{provider}/webhook", tag = "hooks", request_body = serde_json::Value,
    params(("provider" = String, Path, description = "`stripe` or `razorpay`")),
    responses((status = 204, description = "Taken in, now or before"),
        (status = 400, description = "Signed, and not in the provider's format", body = Problem),
        (status = 401, description = "Not signed by the provider, or too long ago", body = Problem),
        (status = 404, description = "No money is taken through that provider", body = Problem),
        (status = 503, description = "Not taken in: to be told again", body = Problem)))]
pub(super) async fn webhook(
    State(api): State<Api>,
    Path(word): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let provider = provider(&word)?;
    api.cashier.hear(provider, &headers, &body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where a driver's browser comes back to: on to the wallet, or a guest's to the guest's charge. What it says is no proof of
/// a payment.
#[utoipa::path(get, path = "/api/payments/{provider}/return", tag = "hooks",
    params(("provider" = String, Path, description = "`stripe` or `razorpay`")),
    responses((status = 303, description = "On to the wallet, or to the guest's charge"),
        (status = 401, description = "Not what the provider's page hands on", body = Problem),
        (status = 404, description = "No money is taken through that provider", body = Problem)))]
pub(super) async fn come_back(
    State(api): State<Api>,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Redirect, Problem> {
    let provider = provider(&word)?;
    let query = query.unwrap_or_default();
    api.cashier.came_back(provider, &query).await?;
    let mut fields = query.split('&');
    let link = fields.find_map(|field| field.strip_prefix("guest="));
    Ok(
        match link.filter(|link| link.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            Some(link) => Redirect::to(&format!("/user-panel.html#/guest/{link}")),
            None => Redirect::to("/user-panel.html#/wallet"),
        },
    )
}
