//! Requests that may be repeated: `Idempotency-Key` (2-contract, "REST"; MON-03, SIO-02). Whatever commands a
//! charger or moves money takes [`Once`] instead of `Json` and answers through [`Once::answer`]. Not for
//! what may simply be done twice.

mod twins;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, MatchedPath, OriginalUri, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::{Code, CustomerId, OperatorId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::repo::idempotency::{self, Kept, Name};
use store::{Conn, StoreError, Work};
use tokio::time::{interval, timeout};

use super::Api;
use super::problem::Problem;
use crate::audit;
use crate::core::{Core, OpError};
use crate::keep::Keep;
use twins::PATIENCE;
pub(super) use twins::Twins;

/// The header.
const HEADER: &str = "idempotency-key";
/// The longest key, characters.
const LONGEST: usize = 255;
/// How often the answer of a twin at another gateway is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Who asks: the same key of somebody else is another key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asker {
    /// A user of the CMS.
    Operator(OperatorId),
    /// A driver with an account.
    Customer(CustomerId),
    /// Somebody nobody knows: the key alone tells them apart.
    Guest,
}

impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator(id) => write!(f, "operator:{id}"),
            Self::Customer(id) => write!(f, "customer:{id}"),
            Self::Guest => f.write_str("guest"),
        }
    }
}

/// A request with its key and its body. An extractor: the last argument of a handler, after the one that asks
/// who is there.
#[derive(Debug)]
pub(super) struct Once<B> {
    key: String,
    /// The route as the table has it, with its method.
    route: String,
    /// Of the path and of what the body says, however it is spaced.
    request_hash: String,
    body: B,
}

/// How an op's result is printed, with the connection of the op's own unit for names that stand elsewhere.
type Print<T> =
    dyn for<'u> Fn(&'u mut Conn, &'u T) -> Work<'u, Result<String, StoreError>> + Send + Sync;

impl<B> Once<B> {
    /// What is asked, for whom it must be found out before it is done.
    pub(super) const fn body(&self) -> &B {
        &self.body
    }

    /// The key.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// What every copy of this request has in common and no other has: for an op that goes on with what an earlier copy
    /// began.
    pub(super) fn request(&self, asker: Asker) -> String {
        let name = format!("{}\n{}", self.scope(asker), self.key);
        hex::encode(Sha256::digest(name.as_bytes()))
    }

    /// Whose keys these are: of one asker, on one route.
    fn scope(&self, asker: Asker) -> String {
        format!("{asker} {}", self.route)
    }

    /// Does what is asked once and answers it as often as it is asked. `print` makes the body of a success,
    /// `work` calls the op, which hands its `Keep` on into its unit:
    ///
    /// ```ignore
    /// pub(in crate::api) async fn reset(
    ///     State(api): State<Api>,
    ///     Acting(staff): Acting,
    ///     once: Once<Reset>, // the body, and the key: 400 without one
    /// ) -> Result<Response, Problem> {
    ///     let asker = Asker::Operator(staff.operator.id);
    ///     let print = printed(|command: &Command| CommandAnswer::of(command));
    ///     once.answer(&api, asker, StatusCode::ACCEPTED, print, |body, keep| async {
    ///         request_command(&api.core, body.ask(&staff), keep).await
    ///     })
    ///     .await
    /// }
    ///
    /// // The op, last in its unit, so that effect and answer commit together:
    /// keep.answer(&mut unit, &command).await?;
    /// ```
    ///
    /// A refusal (4xx) is kept like a success. A fault (5xx) and a "wait" (429) are not: nothing was done, and
    /// the same key may try again. An op that does not use its `Keep` is answered for after it, in a unit of
    /// its own: right for what has no effect in the database.
    pub(super) async fn answer<T, P, F, E>(
        self,
        api: &Api,
        asker: Asker,
        status: StatusCode,
        print: P,
        work: impl FnOnce(B, Keep<T>) -> F + Send,
    ) -> Result<Response, Problem>
    where
        B: Send,
        T: Send + Sync + 'static,
        P: for<'u> Fn(&'u mut Conn, &'u T) -> Work<'u, Result<String, StoreError>>
            + Send
            + Sync
            + 'static,
        F: Future<Output = Result<T, E>> + Send,
        Problem: From<E>,
    {
        let ticket = Ticket {
            name: Name {
                scope: self.scope(asker),
                key: self.key,
            },
            request_hash: self.request_hash,
        };
        let turn = api.twins.turn(&ticket.name).await;
        let _turn = turn.ok_or(Code::IdempotencyInProgress)?;
        if let Some(again) = ticket.find(&api.core).await? {
            return Ok(again);
        }
        let (print, made): (Arc<Print<T>>, Arc<Slot>) = (Arc::new(print), Arc::default());
        let keep = ticket.keep(status, Arc::clone(&print), Arc::clone(&made));
        match work(self.body, keep).await {
            Ok(result) => match made.take() {
                Some(kept) => Ok(respond(kept)),
                None => ticket.keep_late(&api.core, status, print, result).await,
            },
            Err(error) => ticket.keep_refusal(&api.core, error.into()).await,
        }
    }
}

/// How a result prints that knows all of its answer.
pub(super) fn printed<T, R: Serialize>(
    print: impl Fn(&T) -> R + Send + Sync + 'static,
) -> impl for<'u> Fn(&'u mut Conn, &'u T) -> Work<'u, Result<String, StoreError>> + Send + Sync + 'static
{
    move |_, made| {
        let body = json(&print(made));
        Box::pin(std::future::ready(Ok(body)))
    }
}

/// The text of an answer.
pub(super) fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("an answer has string keys and finite numbers")
}

impl<B: DeserializeOwned> FromRequest<Api> for Once<B> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let key = key(request.headers())?;
        let path = request.extensions().get::<OriginalUri>().map_or_else(
            || request.uri().path().to_owned(),
            |uri| uri.path().to_owned(),
        );
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or_else(|| path.clone(), |matched| matched.as_str().to_owned());
        let route = format!("{} {route}", request.method());
        let bytes = Bytes::from_request(request, api)
            .await
            .map_err(|rejection| {
                let code = match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Code::RequestTooLarge,
                    _ => Code::RequestInvalidJson,
                };
                Problem::new(code, rejection.body_text())
            })?;
        let Json(said) = Json::<Value>::from_bytes(&bytes)?;
        let Json(body) = Json::<B>::from_bytes(&bytes)?;
        audit::says(&said);
        Ok(Self {
            key,
            route,
            request_hash: hash(&path, &said),
            body,
        })
    }
}

fn key(headers: &HeaderMap) -> Result<String, OpError> {
    let key = headers.get(HEADER).map(HeaderValue::as_bytes);
    let key = key.filter(|key| !key.is_empty()).ok_or_else(|| {
        let detail =
            "This request needs an Idempotency-Key: a text of its own, the same for each repeat.";
        OpError::refused(Code::IdempotencyMissing, detail)
    })?;
    match std::str::from_utf8(key) {
        Ok(key) if key.chars().count() <= LONGEST => Ok(key.to_owned()),
        _ => Err(OpError::refused(
            Code::RequestInvalidParameter,
            format!("An Idempotency-Key has 1 to {LONGEST} characters."),
        )),
    }
}

/// The keys of an object are sorted by `Value`: what says the same hashes the same.
fn hash(path: &str, said: &Value) -> String {
    hex::encode(Sha256::digest(format!("{path}\n{said}").as_bytes()))
}

/// Where a unit leaves the answer it kept, for the one who sends it.
#[derive(Default)]
struct Slot(Mutex<Option<Kept>>);

impl Slot {
    fn put(&self, kept: Kept) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }

    fn take(&self) -> Option<Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A request on its way to its answer.
#[derive(Clone)]
struct Ticket {
    name: Name,
    request_hash: String,
}

impl Ticket {
    /// The answer to an earlier copy of this request, or the refusal of another one under its key.
    async fn find(&self, core: &Core) -> Result<Option<Response>, Problem> {
        let mut conn = core.store.read().await?;
        match idempotency::find(&mut conn, &self.name).await? {
            None => Ok(None),
            Some(kept) if kept.request_hash == self.request_hash => {
                audit::repeated();
                Ok(Some(respond(kept)))
            }
            Some(_) => Err(Code::IdempotencyReused.into()),
        }
    }

    fn kept(&self, status: StatusCode, body: String) -> Kept {
        Kept {
            request_hash: self.request_hash.clone(),
            status: status.as_u16().into(),
            body,
        }
    }

    /// What the op does in its unit.
    fn keep<T: Sync + 'static>(
        &self,
        status: StatusCode,
        print: Arc<Print<T>>,
        made: Arc<Slot>,
    ) -> Keep<T> {
        let ticket = self.clone();
        Keep::with(move |unit, result| {
            let (ticket, print, made) = (ticket.clone(), Arc::clone(&print), Arc::clone(&made));
            Box::pin(async move {
                let body = print(unit.conn, result).await?;
                let kept = ticket.kept(status, body);
                let now = unit.now();
                if !idempotency::keep(unit.conn, &ticket.name, &kept, now).await? {
                    let detail = "Another gateway answered the same request.";
                    return Err(OpError::refused(Code::IdempotencyInProgress, detail));
                }
                made.put(kept);
                Ok(())
            })
        })
    }

    /// Keeps the answer of an op that did not.
    async fn keep_late<T: Send + Sync + 'static>(
        &self,
        core: &Core,
        status: StatusCode,
        print: Arc<Print<T>>,
        result: T,
    ) -> Result<Response, Problem> {
        let made: Arc<Slot> = Arc::default();
        let keep = self.keep(status, print, Arc::clone(&made));
        let result = Arc::new(result);
        let written = core
            .write(move |mut unit| Box::pin(async move { keep.answer(&mut unit, &result).await }))
            .await;
        match (written, made.take()) {
            (Ok(()), Some(kept)) => Ok(respond(kept)),
            (Ok(()), None) => Err(Code::ServerInternal.into()),
            (Err(error), _) => self.twins_answer(core, error.into()).await,
        }
    }

    /// Keeps a refusal; what may go better next time is only passed on.
    async fn keep_refusal(&self, core: &Core, problem: Problem) -> Result<Response, Problem> {
        // A twin at another gateway may be why: its effect is in the way of ours.
        if let Some(again) = self.find(core).await? {
            return Ok(again);
        }
        if problem.is(Code::IdempotencyInProgress) {
            return self.twins_answer(core, problem).await;
        }
        let status = problem.status();
        if !status.is_client_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(problem);
        }
        let (kept, ticket) = (self.kept(status, json(&problem)), self.clone());
        let answer = kept.clone();
        let added = core
            .write_unnoted(move |unit| {
                Box::pin(async move {
                    let now = unit.now();
                    Ok(idempotency::keep(unit.conn, &ticket.name, &kept, now).await?)
                })
            })
            .await?;
        if added {
            Ok(respond(answer))
        } else {
            self.twins_answer(core, problem).await
        }
    }

    /// What a twin at another gateway was answered, as soon as that can be seen.
    async fn twins_answer(&self, core: &Core, problem: Problem) -> Result<Response, Problem> {
        let mut beat = interval(LOOK);
        let look = async {
            loop {
                beat.tick().await;
                let found = self.find(core).await?;
                if found.is_some() || !problem.is(Code::IdempotencyInProgress) {
                    return Ok(found);
                }
            }
        };
        let found: Result<Option<Response>, Problem> =
            timeout(PATIENCE, look).await.unwrap_or(Ok(None));
        found?.ok_or(problem)
    }
}

/// An answer as it was kept.
fn respond(kept: Kept) -> Response {
    let status = u16::try_from(kept.status).ok();
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() {
        "application/json"
    } else {
        "application/problem+json"
    };
    (status, [(header::CONTENT_TYPE, kind)], kept.body).into_response()
}
