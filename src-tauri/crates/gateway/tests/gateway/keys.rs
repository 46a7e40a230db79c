//! A charger's key is changed (SEC-04): which of two keys is taken after each answer it may give, that no kill on the way
//! locks it out, and that no key or password is written down anywhere. Six steps killed once each, in the long form 20
//! times.
//!
//! Planted once and seen red: the old key forgotten when the new one is made, a yes that is not stored
//! (`rotate_key.rs`); a second key never asked for (`handshake.rs`); what is configured kept as it is
//! (`redaction.rs`); a charger's answer kept as it came (`commander.rs`).

mod canaries;

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::Store;
use store::repo::charge_points;
use tempfile::TempDir;
use testkit::{Charger, Program, rounds, wait_until};
use tokio::task::JoinHandle;

use crate::house::{Answer, House};
use crate::site;

/// Far above what anything here takes.
const SEEN: Duration = Duration::from_secs(20);

/// What a charger does when it is told its new key.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Says(&'static str),
    Refuses(&'static str),
    Nothing,
    Leaves,
    /// It is not there to be told.
    IsAway,
}

/// What it does, what the desk is told, and whether the old and the new key are taken afterwards.
const ANSWERS: &[(Does, &str, bool, bool)] = &[
    (Does::Says("Accepted"), "stored", false, true),
    (Does::Says("RebootRequired"), "after_reboot", true, true),
    (Does::Says("Rejected"), "resource.conflict", true, false),
    (Does::Says("NotSupported"), "resource.conflict", true, false),
    (
        Does::Refuses("NotSupported"),
        "resource.conflict",
        true,
        false,
    ),
    (
        Does::Refuses("NotImplemented"),
        "resource.conflict",
        true,
        false,
    ),
    (Does::Refuses("InternalError"), "unanswered", true, true),
    (Does::Nothing, "unanswered", true, true),
    (Does::Leaves, "unanswered", true, true),
    (Does::IsAway, "manual", true, true),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn which_keys_are_taken_follows_from_what_the_charger_answered() {
    let house = House::with(|settings| {
        settings.ocpp.call_timeout = SignedDuration::from_secs(1);
        settings.ocpp.takeover_ping = SignedDuration::from_millis(100);
    })
    .await;
    let token = house.token().await;
    let station = house.get("/api/cms/stations", Some(&token)).await.body;
    let station = &station["items"][0]["id"];
    let url = format!("ws://{}/ocpp", house.gateway.ocpp);
    for (number, (does, expect, old_in, new_in)) in (10..).zip(ANSWERS) {
        let identity = format!("CP-{number}");
        let body = json!({ "identity": identity, "stationId": station });
        let path = "/api/cms/charging-points";
        let made = house
            .ask(Method::POST, path, Some(&token), Some(body))
            .await;
        let old = text(&made.body["password"]);
        let path = format!("{path}/{}/rotate-key", text(&made.body["id"]));
        let rotate = async || {
            house
                .ask(Method::POST, &path, Some(&token), Some(json!({})))
                .await
        };

        let (told, sent) = if *does == Does::IsAway {
            (rotate().await, None)
        } else {
            let charger = connected(&url, &identity, &old).await;
            let (told, sent) = tokio::join!(rotate(), take(charger, *does));
            (told, Some(sent))
        };
        let said = match told.status.as_u16() {
            200 => text(&told.body["applied"]),
            _ => told.code().to_owned(),
        };
        assert_eq!(said, *expect, "{does:?}: {}", told.body);
        let new = sent.unwrap_or_else(|| text(&told.body["password"]));
        assert_eq!(new.len(), 40, "20 bytes in hex are what OCPP 1.6 takes");
        if told.status == 200 {
            assert_eq!(
                told.body["password"], *new,
                "the desk has what the charger has"
            );
        }
        let point = format!("/api/cms/charging-points/{}", text(&made.body["id"]));
        let comes = async |key: &str| {
            let came = comes_in(&url, &identity, key).await;
            let gone = wait_until(SEEN, async || {
                let told = house.get(&point, Some(&token)).await;
                (told.body["connectivity"] == "offline").then_some(())
            });
            gone.await.expect("it left, and that is noted");
            came
        };
        assert_eq!(comes(&old).await, *old_in, "{does:?}: the old key");
        if *old_in && *new_in {
            // Whoever comes with the old one has no other on its way: the desk may try again.
            check_unsettled(&rotate, &comes, (&old, &new), does).await;
        } else {
            assert_eq!(comes(&new).await, *new_in, "{does:?}: the new key");
        }
    }
}

/// Two keys are taken, until the charger comes with the newer one.
async fn check_unsettled(
    rotate: &impl AsyncFn() -> Answer,
    comes: &impl AsyncFn(&str) -> bool,
    (old, new): (&str, &str),
    does: &Does,
) {
    assert!(comes(new).await, "{does:?}: the new key");
    assert!(comes(new).await, "{does:?}: and again");
    assert!(
        !comes(old).await,
        "{does:?}: the old key, once the new one was used"
    );
    let next = rotate().await;
    assert_eq!(next.body["applied"], "manual", "{does:?}: {}", next.body);
    assert!(comes(new).await, "{does:?}: the key it has");
    let third = text(&rotate().await.body["password"]);
    assert!(
        comes(&third).await,
        "{does:?}: the newest that was typed in"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_may_be_on_its_way_is_not_pushed_out_by_a_third() {
    let house = House::with(|settings| {
        settings.ocpp.call_timeout = SignedDuration::from_millis(200);
        settings.ocpp.takeover_ping = SignedDuration::from_millis(100);
    })
    .await;
    let token = house.token().await;
    let station = house.get("/api/cms/stations", Some(&token)).await.body;
    let body = json!({ "identity": "CP-9", "stationId": station["items"][0]["id"] });
    let path = "/api/cms/charging-points";
    let made = house
        .ask(Method::POST, path, Some(&token), Some(body))
        .await;
    let (id, old) = (text(&made.body["id"]), text(&made.body["password"]));
    let path = format!("{path}/{id}/rotate-key");
    let rotate = async || {
        house
            .ask(Method::POST, &path, Some(&token), Some(json!({})))
            .await
    };
    let url = format!("ws://{}/ocpp", house.gateway.ocpp);
    let mut charger = connected(&url, "CP-9", &old).await;
    let (first, call) = tokio::join!(rotate(), charger.next_call());
    assert_eq!(first.body["applied"], "unanswered");
    let again = rotate().await;
    assert_eq!(
        (again.status.as_u16(), again.code()),
        (409, "resource.conflict"),
        "the charger may have taken the first"
    );
    drop(charger);
    let new = text(&call.2["value"]);
    let mut charger = connected(&url, "CP-9", &old).await;
    let (_, call) = tokio::join!(rotate(), async {
        let call = charger.next_call().await;
        charger
            .answer(&call.0, json!({ "status": "Accepted" }))
            .await;
        call
    });
    drop(charger);
    assert!(!comes_in(&url, "CP-9", &new).await, "the one it never took");
    assert!(comes_in(&url, "CP-9", &text(&call.2["value"])).await);
    // And nobody changes it behind the gateway's back.
    let body = json!({ "chargePointId": id, "key": "authorizationKey", "value": "00".repeat(20) });
    let path = "/api/charger/change-configuration";
    let told = house
        .ask(Method::POST, path, Some(&token), Some(body))
        .await;
    assert_eq!(told.code(), "command.payload_invalid", "{}", told.body);
}

/// The charger is told a key and does something about it. The key it was told.
async fn take(mut charger: Charger, does: Does) -> String {
    let (id, action, payload) = charger.next_call().await;
    assert_eq!(
        (&*action, &payload["key"]),
        ("ChangeConfiguration", &json!("AuthorizationKey"))
    );
    match does {
        Does::Says(status) => charger.answer(&id, json!({ "status": status })).await,
        Does::Refuses(code) => charger.refuse(&id, code).await,
        // It stays until the gateway has given up.
        Does::Nothing => assert!(charger.receive_nothing(Duration::from_secs(2)).await),
        Does::Leaves | Does::IsAway => {}
    }
    text(&payload["value"])
}

/// A charger that came in and is noted as connected: from then on it can be told.
async fn connected(url: &str, identity: &str, key: &str) -> Charger {
    let charger = Charger::try_connect(url, identity, Some(key), Some("ocpp1.6")).await;
    let mut charger = charger.unwrap_or_else(|error| panic!("{identity} is locked out: {error}"));
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    charger.call("BootNotification", boot).await;
    charger
}

async fn comes_in(url: &str, identity: &str, key: &str) -> bool {
    Charger::try_connect(url, identity, Some(key), Some("ocpp1.6"))
        .await
        .is_ok()
}

/// Where on its way a change of key is killed.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The new key is stored; the charger has read nothing.
    Offered,
    /// The charger has read it and not yet stored it.
    Told,
    /// The charger has stored it and not answered.
    Taken,
    /// Its answer is on its way.
    Answered,
    /// The desk has its answer.
    Settled,
    /// The charger has stored it, did not answer, and came anew with it.
    Used,
}

const STEPS: [Step; 6] = [
    Step::Offered,
    Step::Told,
    Step::Taken,
    Step::Answered,
    Step::Settled,
    Step::Used,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_step_of_a_change_locks_no_charger_out() {
    let mut site = Killed::new().await;
    let mut lives = 0;
    for _ in 0..rounds(1, 20) {
        for step in STEPS {
            site.life(step).await;
            lives += 1;
        }
    }
    let gateway = site.serve().await;
    let came = comes_in(gateway.ocpp(), site::IDENTITY, &site.key).await;
    assert!(came, "after the last kill");
    println!("{lives} kills, nobody locked out");
}

/// A site whose gateway is killed again and again, and the key its charger has.
struct Killed {
    data: PathBuf,
    token: String,
    key: String,
    point: String,
    store: Store,
    _folder: TempDir,
}

impl Killed {
    async fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let data = folder.path().join("data");
        let key = site::register(&data);
        sign_up(&data, PASSWORD);
        let store = Store::open(&format!("sqlite://{}/forecourt.db", data.display())).await;
        let mut site = Self {
            data,
            token: String::new(),
            key,
            point: String::new(),
            store: store.expect("it can be looked at beside the gateway"),
            _folder: folder,
        };
        let gateway = site.serve().await;
        site.token = sign_in(gateway.http(), PASSWORD);
        site.point = site.row().await.id.to_string();
        site
    }

    async fn serve(&self) -> Program {
        let data = self.data.display().to_string();
        let [program, words @ ..] = &site::serve(&data)[..] else {
            panic!("a program and its words");
        };
        Program::start(Path::new(program), words, &[]).await
    }

    async fn row(&self) -> domain::charge_point::ChargePoint {
        let identity = domain::Identity::parse(site::IDENTITY).expect("an identity");
        let mut conn = self.store.read().await.expect("a reader");
        let found = charge_points::find_by_identity(&mut conn, &identity).await;
        found.expect("the database answers").expect("registered")
    }

    /// A gateway starts, its charger comes in with the key it has, its key is changed, and the gateway is killed.
    async fn life(&mut self, step: Step) {
        let mut gateway = self.serve().await;
        let url = gateway.ocpp().to_owned();
        let mut charger = connected(&url, site::IDENTITY, &self.key).await;
        let asked = self.ask(gateway.http());
        if matches!(step, Step::Offered) {
            let offered = wait_until(SEEN, async || self.row().await.next_password_hash.map(drop));
            offered.await.expect("it is stored before it is sent");
            gateway.kill();
            return;
        }
        let (id, _, payload) = charger.next_call().await;
        let new = text(&payload["value"]);
        match step {
            Step::Offered | Step::Told => {}
            Step::Taken => self.key = new,
            Step::Answered => {
                charger.answer(&id, json!({ "status": "Accepted" })).await;
                self.key = new;
            }
            Step::Settled => {
                charger.answer(&id, json!({ "status": "Accepted" })).await;
                let told = asked.await.expect("it is asked").expect("it answers");
                assert_eq!((told.0, &told.1["applied"]), (200, &json!("stored")));
                self.key = new;
            }
            Step::Used => {
                drop(charger);
                assert!(comes_in(&url, site::IDENTITY, &new).await, "{step:?}");
                self.key = new;
            }
        }
        gateway.kill();
    }

    fn ask(&self, http: &str) -> JoinHandle<Option<(u16, Value)>> {
        let (http, token) = (http.to_owned(), self.token.clone());
        let path = format!("/api/cms/charging-points/{}/rotate-key", self.point);
        tokio::task::spawn_blocking(move || site::try_post_as(&http, &token, &path, &json!({})))
    }
}

const EMAIL: &str = "desk@example.org";
const PASSWORD: &str = "canary-1 of twenty birds";

fn sign_up(data: &Path, password: &str) {
    let words = ["create-operator", "--email", EMAIL, "--password-stdin"];
    site::done(data, &words, password);
}

fn sign_in(http: &str, password: &str) -> String {
    let body = json!({ "email": EMAIL, "password": password });
    let (status, told) = site::post(http, "/api/cms/auth/login", &body);
    assert_eq!(status, 200, "{told}");
    text(&told["token"])
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a text: {value}"))
        .to_owned()
}
