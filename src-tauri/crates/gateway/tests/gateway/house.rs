//! A gateway of the test's own, and a page that talks to it without a network.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::authorization::IdTokenStatus;
use domain::operator::Role;
use domain::session::Session;
use domain::{ChargePointId, Identity};
use gateway::Gateway;
use gateway::api::Door;
use gateway::core::{Core, OpError};
use gateway::ops::add_charge_point::{Credentials, NewChargePoint, add_charge_point};
use gateway::ops::add_id_token::add_id_token;
use gateway::ops::add_station::add_station;
use gateway::ops::create_operator::create_operator;
use gateway::settings::{Listen, Settings};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use store::repo::{Slice, ledger, live_log, outbox, sessions};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const EMAIL: &str = "desk@example.org";
pub const PASSWORD: &str = "a long enough password";
/// How many posts were asked, over all houses: each has a key of its own.
static ASKED: AtomicU64 = AtomicU64::new(0);
pub const CARD: &str = "04A1B27F2A";

/// A running gateway with one station, one charge point, one card and one operator.
pub struct House {
    pub gateway: Gateway,
    pub point: ChargePointId,
    _folder: TempDir,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    /// The same as it came.
    pub text: String,
}

impl Answer {
    /// The `code` of a problem; empty where it is none.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl House {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// With settings of its own.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut settings = Settings {
            listen: Listen::Off,
            ocpp_listen: ([127, 0, 0, 1], 0).into(),
            data_dir: Some(folder.path().to_owned()),
            ..Settings::default()
        };
        // Many tests ask much of one account at once; who asks too much is `door`'s.
        settings.limits.requests_per_second = 10_000;
        change(&mut settings);
        let gateway = Gateway::start(settings)
            .await
            .expect("a fresh gateway starts");
        let core = &gateway.core;
        create_operator(core, EMAIL, Role::Operator, PASSWORD.to_owned())
            .await
            .expect("the first operator can be made");
        add_station(core, "Test")
            .await
            .expect("a station can be added");
        add_id_token(core, CARD, IdTokenStatus::Accepted)
            .await
            .expect("a card can be added");
        let point = add_point(core, "CP-1").await;
        Self {
            gateway,
            point,
            _folder: folder,
        }
    }

    /// One charge point more.
    pub async fn another_point(&self, identity: &str) -> ChargePointId {
        add_point(&self.gateway.core, identity).await
    }

    /// The envelopes that operators were told since a number, oldest first: all that concerns the charge point.
    pub async fn told(&self, token: &str, since: i64) -> Vec<Value> {
        self.drained().await;
        let stream = self.gateway.hub.head().stream;
        let rooms = format!("cms,cms:sessions,charger:{}", self.point);
        let path = format!("/api/live?after={since}&stream={stream}&rooms={rooms}");
        let answer = self.get(&path, Some(token)).await;
        let events = answer.body["events"].as_array();
        events.unwrap_or_else(|| panic!("{}", answer.body)).clone()
    }

    /// Stops all money, or lets it move again.
    pub async fn freeze(&self, frozen: bool) {
        let done: Result<(), OpError> = self
            .gateway
            .core
            .write(move |unit| {
                Box::pin(async move {
                    let now = unit.now();
                    if frozen {
                        ledger::freeze(unit.conn, "A test looks at the books.", now).await?;
                    } else {
                        ledger::thaw(unit.conn).await?;
                    }
                    Ok(())
                })
            })
            .await;
        done.expect("the store writes");
    }

    /// The newest session, and how many there are.
    pub async fn newest_session(&self) -> (Session, i64) {
        let mut conn = self.gateway.core.store.read().await.expect("a reader");
        let one = Slice {
            limit: 1,
            offset: 0,
        };
        let page = sessions::list(&mut conn, sessions::Filter::default(), one).await;
        let mut page = page.expect("a sound store");
        (page.items.remove(0), page.total)
    }

    /// Waits until everything that was said is in the live log, and gives where that stands.
    pub async fn drained(&self) -> i64 {
        let drained = testkit::wait_until(Duration::from_secs(10), async || {
            let mut conn = self.gateway.core.store.read().await.ok()?;
            let waiting = outbox::depth(&mut conn).await.ok()?;
            // Logged is not pushed yet: the hub must have come to the log's end too.
            let head = self.gateway.hub.head();
            let next = live_log::between(&mut conn, head.stream, head.seq, head.seq + 1);
            (waiting == 0 && next.await.ok()?.is_none()).then_some(head.seq)
        });
        drained.await.expect("the outbox drains")
    }

    /// Asks as the kiosk's own page would: each post under a key of its own.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        ask(&self.gateway.router, method, path, token, body).await
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.ask(Method::GET, path, token, None).await
    }

    pub async fn sign_in(&self, password: &str) -> Answer {
        let body = json!({ "email": EMAIL, "password": password });
        self.ask(Method::POST, "/api/cms/auth/login", None, Some(body))
            .await
    }

    /// The token of somebody else of the CMS, by what it may do.
    pub async fn token_of(&self, role: Role) -> String {
        let email = format!("{}@example.org", role.as_str());
        let core = &self.gateway.core;
        create_operator(core, &email, role, PASSWORD.to_owned())
            .await
            .expect("its address is free");
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = self
            .ask(Method::POST, "/api/cms/auth/login", None, Some(body))
            .await;
        answer.body["token"]
            .as_str()
            .expect("it signs in")
            .to_owned()
    }

    /// The token of a driver with an account.
    pub async fn customer_token(&self) -> String {
        let body = json!({ "email": "driver@example.org", "password": PASSWORD });
        let answer = self
            .ask(Method::POST, "/api/user/auth/register", None, Some(body))
            .await;
        answer.body["token"]
            .as_str()
            .expect("whoever registers is signed in")
            .to_owned()
    }

    /// A token that works.
    pub async fn token(&self) -> String {
        let answer = self.sign_in(PASSWORD).await;
        answer.body["token"]
            .as_str()
            .expect("the right password signs in")
            .to_owned()
    }
}

async fn add_point(core: &Core, identity: &str) -> ChargePointId {
    let new = NewChargePoint {
        identity: Identity::parse(identity).expect("a valid identity"),
        name: None,
        station: "Test".to_owned(),
        connectors: 2,
        max_power_w: 22_000,
        credentials: Credentials::None,
    };
    let (point, _) = add_charge_point(core, new)
        .await
        .expect("a charge point can be added");
    point
}

/// Asks as the kiosk's own page would: each post under a key of its own.
pub async fn ask(
    router: &Router,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> Answer {
    let mut request = Request::builder().method(method.clone()).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if method == Method::POST {
        let key = format!("test-{}", ASKED.fetch_add(1, Ordering::Relaxed));
        request = request.header("idempotency-key", key);
    }
    let request = match body {
        None => request.body(Body::empty()),
        Some(json) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json.to_string())),
    };
    answer(router, request.expect("test requests are well formed")).await
}

/// One request through the window's door.
pub async fn answer(router: &Router, mut request: Request<Body>) -> Answer {
    request.extensions_mut().insert(Door::Window);
    let Ok(response) = router.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let bytes = body
        .collect()
        .await
        .expect("a body in memory can be read")
        .to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}
