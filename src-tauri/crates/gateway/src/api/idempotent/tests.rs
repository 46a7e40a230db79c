//! Copies of one request against a router of the test's own, on both engines, at one gateway and at two.
//!
//! Planted once and seen red: no turns (a copy that never waits); an answer kept after the unit (a second effect);
//! a refusal not looked up again (a twin's effect told as a conflict); the hash left out.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::routing::post;
use bus::{InProcess, Link};
use domain::authorization::{IdToken, IdTokenStatus};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde_json::json;
use store::Store;
use store::repo::live_log::Head;
use store::repo::{id_tokens, sessions};
use tempfile::TempDir;
use testkit::Postgres;
use tokio::sync::watch;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::*;
use crate::cashier::Cashier;
use crate::central_system::Outbound;
use crate::clock::SystemClock;
use crate::commander::{Commander, Patience};
use crate::notify::Hub;
use crate::secret::Passwords;
use crate::tasks::Tasks;

#[derive(Deserialize)]
struct Wish {
    card: String,
}

/// What the test's op made.
#[derive(Serialize)]
struct Made {
    number: i64,
}

/// Adds a card and takes a number, or says that the card is there.
async fn add(core: &Core, wish: Wish, keep: Keep<Made>) -> Result<Made, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let card = IdToken {
                id: unit.id(),
                status: IdTokenStatus::Accepted,
                expires_at: None,
                customer_id: None,
                parent: None,
            };
            let now = unit.now();
            id_tokens::insert(unit.conn, &card, &wish.card, now)
                .await
                .map_err(|_| OpError::refused(Code::ResourceConflict, "It is there."))?;
            let made = Made {
                number: sessions::next_transaction_id(unit.conn).await?,
            };
            keep.answer(&mut unit, &made).await?;
            Ok(made)
        })
    })
    .await
}

/// Takes a number: what is done twice is done twice, but for what is kept.
async fn count(core: &Core, keep: Keep<Made>) -> Result<Made, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let made = Made {
                number: sessions::next_transaction_id(unit.conn).await?,
            };
            keep.answer(&mut unit, &made).await?;
            Ok(made)
        })
    })
    .await
}

async fn act(
    State(api): State<Api>,
    Path((who, how)): Path<(Uuid, String)>,
    once: Once<Wish>,
) -> Result<Response, Problem> {
    let asker = Asker::Customer(CustomerId(who));
    let print = printed(|made: &Made| json!({ "z": made.number, "a": [made.number] }));
    once.answer(
        &api,
        asker,
        StatusCode::ACCEPTED,
        print,
        |wish, keep| async {
            match how.as_str() {
                "add" => add(&api.core, wish, keep).await,
                "count" => count(&api.core, keep).await,
                "late" => add(&api.core, wish, Keep::nothing()).await,
                "wait" => Err(OpError::Wait { seconds: 9 }),
                "hang" => std::future::pending().await,
                _ => Err(OpError::Store(StoreError::Closed)),
            }
        },
    )
    .await
}

/// A database with as many gateways as asked for.
struct Site {
    core: Core,
    gateways: Vec<Router>,
    _folder: TempDir,
}

impl Site {
    async fn sqlite(gateways: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::open(&url, folder, gateways).await
    }

    async fn open(url: &str, folder: TempDir, gateways: usize) -> Self {
        let core = Core {
            store: Store::open(url).await.expect("a fresh database opens"),
            clock: SystemClock::shared(),
            passwords: Passwords::new(),
            node: "test".into(),
            tokens: Arc::default(),
            standing: Arc::new(
                crate::standing::Standing::given(&crate::settings::Settings::default())
                    .expect("the defaults can be used"),
            ),
        };
        let router = |_| {
            let head = Head {
                stream: Uuid::nil(),
                seq: 0,
            };
            let (_, link) = watch::channel(Link::InProcess);
            let hub = Arc::new(Hub::new(head));
            let cashier = Cashier::new(core.clone(), Vec::new(), "");
            let (core, commander) = (core.clone(), commander(&core));
            let mut api = Api::new(core, hub, link, commander, Arc::new(cashier), 100);
            api.twins = Arc::new(Twins::new(Duration::from_millis(300)));
            Router::new()
                .route("/{who}/{how}", post(act))
                .with_state(api)
        };
        Self {
            gateways: (0..gateways).map(router).collect(),
            core,
            _folder: folder,
        }
    }

    /// How many numbers were taken since this was last asked.
    async fn effects(&self) -> i64 {
        let next: Result<i64, OpError> = self
            .core
            .write(|unit| {
                Box::pin(async move { Ok(sessions::next_transaction_id(unit.conn).await?) })
            })
            .await;
        next.expect("the counter counts")
    }

    async fn ask(
        &self,
        gateway: usize,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> (u16, String) {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header(HEADER, key);
        }
        let request = request.body(Body::from(body.to_owned()));
        let request = request.expect("test requests are well formed");
        let Ok(response) = self.gateways[gateway].clone().oneshot(request).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await;
        let bytes = body.expect("a body in memory can be read").to_bytes();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Never asked here.
fn commander(core: &Core) -> Commander {
    Commander {
        core: core.clone(),
        outbound: Outbound::default(),
        bus: Arc::new(InProcess::new("test")),
        tasks: Tasks::default(),
        patience: Patience {
            start: Duration::ZERO,
            other: Duration::ZERO,
        },
    }
}

/// A path of somebody's own.
fn path(who: u128, how: &str) -> String {
    format!("/{}/{how}", Uuid::from_u128(who))
}

async fn of_sixty_four_copies_one_has_an_effect(site: Site, engine: &str) {
    for (gateways, how) in [(1, "add"), (2, "add"), (1, "count"), (2, "count")] {
        let before = site.effects().await;
        let body = json!({ "card": format!("C{gateways}") }).to_string();
        let path = path(1, how);
        let key = format!("{how} at {gateways}");
        let copies = (0..64).map(|copy| site.ask(copy % gateways, &path, Some(&key), &body));
        let answers = futures_util::future::join_all(copies).await;
        assert_eq!(
            site.effects().await - before,
            2,
            "one {how} at {gateways} gateways on {engine}, and the look itself"
        );
        for answer in &answers {
            assert_eq!(answer, &answers[0], "the same to each copy on {engine}");
        }
        assert_eq!(answers[0].0, 202, "{}", answers[0].1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixty_four_copies_at_once_one_has_an_effect_on_sqlite() {
    of_sixty_four_copies_one_has_an_effect(Site::sqlite(2).await, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixty_four_copies_at_once_one_has_an_effect_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("twins").await;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let site = Site::open(&url, folder, 2).await;
    of_sixty_four_copies_one_has_an_effect(site, "PostgreSQL").await;
}

#[tokio::test]
async fn a_repeat_gets_the_kept_answer_and_anything_else_under_its_key_is_refused() {
    let site = Site::sqlite(1).await;
    let ask = async |path: &str, key: &str, body: &str| site.ask(0, path, Some(key), body).await;
    let first = ask(&path(1, "add"), "k", r#"{"card":"A","x":1}"#).await;
    assert_eq!(first.0, 202, "{}", first.1);
    assert_eq!(
        ask(&path(1, "add"), "k", "{ \"x\": 1, \"card\": \"A\" }").await,
        first,
        "the same said otherwise is the same"
    );
    for (path, body, why) in [
        (path(1, "add"), r#"{"card":"B"}"#, "another body"),
        (
            path(1, "add"),
            r#"{"card":"A","x":2}"#,
            "a field nobody reads is said too",
        ),
    ] {
        let (status, told) = ask(&path, "k", body).await;
        assert_eq!(status, 409, "{why}");
        assert!(told.contains("idempotency.reused"), "{why}: {told}");
    }
    let refused = ask(&path(1, "add"), "second", r#"{"card":"A"}"#).await;
    assert!(
        refused.0 == 409 && refused.1.contains("resource.conflict"),
        "another key is another wish: {}",
        refused.1
    );
    assert_eq!(
        ask(&path(1, "add"), "second", r#"{"card":"A"}"#).await,
        refused,
        "a refusal is an answer too, down to its traceId"
    );
    let other = ask(&path(2, "add"), "k", r#"{"card":"C"}"#).await;
    assert_eq!(other.0, 202, "somebody else's key is another: {}", other.1);
    let late = ask(&path(1, "late"), "late", r#"{"card":"D"}"#).await;
    assert_eq!(
        ask(&path(1, "late"), "late", r#"{"card":"D"}"#).await,
        late,
        "an op that keeps nothing is answered for"
    );
}

#[tokio::test]
async fn what_did_nothing_may_be_tried_again_under_its_key() {
    let site = Site::sqlite(1).await;
    for (how, status) in [("wait", 429), ("break", 503)] {
        let first = site
            .ask(0, &path(1, how), Some("k"), r#"{"card":"A"}"#)
            .await;
        assert_eq!(first.0, status);
        let mut conn = site.core.store.read().await.expect("the store reads");
        let name = Name {
            scope: format!("customer:{} POST /{{who}}/{{how}}", Uuid::from_u128(1)),
            key: "k".to_owned(),
        };
        let kept = idempotency::find(&mut conn, &name).await;
        assert_eq!(kept.expect("the store reads"), None, "{how} is not kept");
    }
}

#[tokio::test]
async fn a_copy_that_waits_too_long_is_told_so_and_one_that_went_away_blocks_nobody() {
    let site = Arc::new(Site::sqlite(1).await);
    let hanging = {
        let site = Arc::clone(&site);
        let ask = async move {
            site.ask(0, &path(1, "hang"), Some("k"), r#"{"card":"A"}"#)
                .await
        };
        tokio::spawn(ask)
    };
    let held = testkit::wait_until(Duration::from_secs(10), async || {
        let path = path(1, "hang");
        let answer = site.ask(0, &path, Some("k"), r#"{"card":"A"}"#);
        let answer = tokio::time::timeout(Duration::from_secs(2), answer)
            .await
            .ok()?;
        (answer.0 == 409 && answer.1.contains("idempotency.in_progress")).then_some(())
    });
    held.await
        .expect("the copy is told that the first one goes on");
    hanging.abort();
    let gone = hanging.await;
    assert!(gone.is_err(), "its client went away");
    let other = site
        .ask(0, &path(1, "break"), Some("k"), r#"{"card":"A"}"#)
        .await;
    assert_eq!(other.0, 503, "the key is free again: {}", other.1);
}

#[tokio::test]
async fn a_key_has_its_form_and_a_body_too() {
    let site = Site::sqlite(1).await;
    let longest = "k".repeat(LONGEST);
    let too_long = "k".repeat(LONGEST + 1);
    let umlauts = "ä".repeat(LONGEST);
    for (key, body, status, code) in [
        (None, r#"{"card":"A"}"#, 400, "idempotency.missing"),
        (Some(""), r#"{"card":"A"}"#, 400, "idempotency.missing"),
        (
            Some(&*too_long),
            r#"{"card":"A"}"#,
            400,
            "request.invalid_parameter",
        ),
        (Some("k"), "{", 400, "request.invalid_json"),
        (Some("k"), "{}", 400, "request.invalid_json"),
        (Some(&*longest), r#"{"card":"A"}"#, 202, ""),
        (Some(&*umlauts), r#"{"card":"B"}"#, 202, ""),
    ] {
        let (got, told) = site.ask(0, &path(1, "add"), key, body).await;
        assert_eq!(got, status, "{key:?} {body}: {told}");
        assert!(told.contains(code), "{key:?} {body}: {told}");
    }
}
