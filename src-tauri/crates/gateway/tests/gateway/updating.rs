//! This machine's package, renewed: from a feed on loopback to where `forecourt-updater` finds it, and what the desk sees and says of it.
//! What is installed is of no matter here; `tests/system/packages.rs` installs. TLS, and Tauri's own fetching, are `tests/ui/kiosk/updates.rs`'.
//!
//! Planted once and seen red: sessions not counted, nobody at the screen seen, any hour good, one that failed tried again, bytes that nobody looked
//! at, an alert that is never over (`keeper.rs`); redirects followed (`feed.rs`); any file given (`mirror.rs`).

mod mirror;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use domain::operator::Role;
use gateway::Gateway;
use gateway::clock::SystemClock;
use gateway::settings::Updates;
use gateway::updating::feed::{Plain, Source};
use gateway::updating::policy::{QuietHours, Why};
use gateway::updating::{Home, Keeper, Order, State, Updating};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use semver::Version;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::releases::{ARCHITECTURE, Answer, TARGET, comment, feed, file};
use testkit::{Charger, ReleaseServer, Signer, wait_until};
use tokio_util::sync::CancellationToken;
use updates::keys::Keys;
use updates::offer::Kind;

use crate::desk::Desk;
use crate::house::House;

const PACKAGE: &[u8] = b"the bytes of 0.3.0";
const PATIENCE: Duration = Duration::from_secs(20);

/// A machine that runs 0.2.0 of a package, at a site with such quiet hours, and the feed that it asks.
struct Machine {
    desk: Desk,
    data: TempDir,
    server: ReleaseServer,
    signer: Signer,
    stopping: CancellationToken,
}

fn now() -> Timestamp {
    SystemClock::shared().now()
}

/// What the package is called there.
fn beside(version: &str) -> String {
    format!("forecourt_{version}_{ARCHITECTURE}.deb")
}

/// The whole day but the minute that is six hours from now.
fn any_hour() -> QuietHours {
    let minute = |more: i64| {
        let at = now() + SignedDuration::from_mins(360 + more);
        at.to_zoned(TimeZone::UTC).strftime("%H:%M").to_string()
    };
    let hours = format!("{}-{}", minute(1), minute(0));
    hours.parse().expect("two times of day")
}

/// The minute that is six hours from now.
fn another_hour() -> QuietHours {
    let any_hour = any_hour().to_string();
    let (from, to) = any_hour.split_once('-').expect("two times");
    format!("{to}-{from}").parse().expect("two times of day")
}

impl Machine {
    async fn new(quiet: QuietHours) -> Self {
        let server = ReleaseServer::start().await;
        let settings = Updates {
            feed: Some(server.url("/latest.json")),
            quiet_hours: quiet,
            ..Updates::default()
        };
        let house = House::with(|all| all.updates = settings).await;
        let token = house.token_of(Role::Admin).await;
        let data = tempfile::tempdir().expect("a temporary folder can be made");
        let machine = Self {
            desk: Desk { house, token },
            data,
            server,
            signer: Signer::new(),
            stopping: CancellationToken::new(),
        };
        let updating = Arc::clone(&machine.gateway().updating);
        machine.start("0.2.0", updating);
        machine.shows("current").await;
        machine
    }

    fn gateway(&self) -> &Gateway {
        &self.desk.house.gateway
    }

    /// Begins to keep the package new, as the program of that version.
    fn start(&self, version: &str, updating: Arc<Updating>) {
        let home = Home {
            version: Version::parse(version).expect("a version"),
            kind: Kind::here().expect("these tests run where packages are made"),
            keys: Keys::read(&self.signer.key()).expect("a key"),
        };
        let core = self.gateway().core.clone();
        let source = Source::of(&core.rules().settings().updates, &home);
        let source = source.expect("a feed").expect("there is one");
        let keeper = Keeper::new(core, updating, source, Arc::new(Plain), self.data.path());
        let keeper = keeper.expect("nobody else keeps it");
        let keeper = keeper.well_after(Duration::from_secs(1));
        tokio::spawn(keeper.run(self.stopping.clone()));
    }

    /// The same after a start of the machine, as that version.
    async fn start_again(&mut self, version: &str) -> Arc<Updating> {
        self.stopping.cancel();
        self.stopping = CancellationToken::new();
        let updating = Arc::<Updating>::default();
        self.start(version, Arc::clone(&updating));
        let begun = async || (updating.state() != State::Off).then_some(());
        wait_until(PATIENCE, begun).await.expect("it begins");
        updating
    }

    /// What the desk is shown, once it is in that state.
    async fn shows(&self, state: &str) -> Value {
        let last = async || {
            let shown = self.desk.get("update").await;
            (shown["state"] == state).then_some(shown)
        };
        match wait_until(PATIENCE, last).await {
            Some(shown) => shown,
            None => panic!("not {state}: {}", self.desk.get("update").await),
        }
    }

    /// Has the feed asked; gives how the update does once nothing is on its way any more.
    async fn check(&self) -> Value {
        let body = Some(json!({ "act": "check" }));
        self.desk.ask(Method::POST, "update", body, 200).await;
        let come = async || {
            let shown = self.desk.get("update").await;
            (shown["state"] != "fetching").then_some(shown)
        };
        wait_until(PATIENCE, come).await.expect("it comes")
    }

    async fn install(&self) -> Value {
        let body = Some(json!({ "act": "install" }));
        self.desk.ask(Method::POST, "update", body, 200).await
    }

    fn laid(&self, name: &str) -> PathBuf {
        self.data.path().join("updates").join(name)
    }

    /// The kinds of the alerts that stand.
    async fn alerts(&self) -> Vec<String> {
        let alerts = self.desk.get("alerts?status=open").await;
        let items = alerts["items"].as_array().expect("a list");
        let kind = |alert: &Value| alert["kind"].as_str().unwrap_or_default().to_owned();
        items.iter().map(kind).collect()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

#[tokio::test]
async fn an_update_waits_for_the_last_charge_and_is_laid_whole_for_the_updater() {
    let machine = Machine::new(any_hour()).await;
    let door = format!("ws://{}/ocpp", machine.gateway().ocpp);
    let mut charger = Charger::connect(&door, "CP-1", None).await;
    let begins =
        json!({ "connectorId": 1, "idTag": "04A1B27F2A", "meterStart": 0, "timestamp": now() });
    let began = charger.call("StartTransaction", begins).await;
    machine.server.release(&machine.signer, "0.3.0", PACKAGE);
    let shown = machine.check().await;
    assert_eq!(
        (&shown["state"], &shown["version"], &shown["running"]),
        (&json!("ready"), &json!("0.3.0"), &json!("0.2.0")),
        "{shown}"
    );
    // An admin's yes changes the hour, not that somebody charges.
    let shown = machine.install().await;
    assert_eq!(shown["waitsFor"], "session", "{shown}");
    assert!(!machine.laid("latest.json").exists());
    let status = machine.gateway().updating.state();
    assert_eq!(status.version(), Some("0.3.0"));
    let ends = json!({ "transactionId": began[2]["transactionId"], "meterStop": 1000, "timestamp": now() });
    charger.call("StopTransaction", ends).await;
    eprintln!(
        "DEBUG {began} {}",
        machine.desk.get("sessions/active").await
    );
    machine.shows("installing").await;
    let there = async || machine.laid("latest.json").exists().then_some(());
    wait_until(PATIENCE, there).await.expect("it is laid");
    let package = fs::read(machine.laid(&beside("0.3.0"))).expect("it is beside");
    assert_eq!(package, PACKAGE);
    let audit = machine.desk.get("audit?kind=gateway").await;
    assert_eq!(audit["total"], 2, "{audit}");
}

#[tokio::test]
async fn an_update_waits_for_the_night_unless_an_admin_says_otherwise() {
    let machine = Machine::new(another_hour()).await;
    machine.server.release(&machine.signer, "0.3.0", PACKAGE);
    machine.check().await;
    let waits = async || {
        let shown = machine.desk.get("update").await;
        (shown["waitsFor"] == "hour").then_some(())
    };
    wait_until(PATIENCE, waits).await.expect("it says for what");
    assert!(!machine.laid("latest.json").exists());
    let mut state = machine.gateway().updating.follow();
    machine.install().await;
    let installs = state.wait_for(|state| matches!(state, State::Installing(_)));
    assert!(installs.await.is_ok());
}

#[tokio::test]
async fn whoever_stands_at_the_screen_is_not_interrupted() {
    let machine = Machine::new(any_hour()).await;
    machine.gateway().updating.is_touched(now());
    machine.server.release(&machine.signer, "0.3.0", PACKAGE);
    machine.check().await;
    let waits = async || match machine.gateway().updating.state() {
        State::Ready(ready) => (ready.why == Some(Why::Session)).then_some(()),
        _ => None,
    };
    wait_until(PATIENCE, waits).await.expect("it waits");
    let long_ago = now() - SignedDuration::from_mins(3);
    machine.gateway().updating.is_touched(long_ago);
    machine.shows("installing").await;
}

#[tokio::test]
async fn what_is_withdrawn_is_not_installed_and_who_comes_last_is_not_interrupted() {
    let machine = Machine::new(another_hour()).await;
    machine.server.release(&machine.signer, "0.3.0", PACKAGE);
    assert_eq!(machine.check().await["state"], "ready");
    // To nobody, for now; then to everybody again; then to nobody ever.
    let place = machine.server.url(&format!("/{}", file("0.3.0")));
    let sound = feed("0.3.0", &place, &machine.signer.sign(PACKAGE, "0.3.0"));
    let mut held = sound.clone();
    held["rollout"] = json!(0);
    machine.server.offer(&held);
    machine.check().await;
    let turn = async || {
        let shown = machine.desk.get("update").await;
        (shown["waitsFor"] == "turn").then_some(())
    };
    wait_until(PATIENCE, turn).await.expect("others come first");
    machine.server.offer(&sound);
    machine.check().await;
    machine.install().await;
    let there = async || machine.laid("latest.json").exists().then_some(());
    wait_until(PATIENCE, there).await.expect("it is laid");
    // The updater has not begun, and somebody stands at the screen.
    machine.gateway().updating.is_touched(now());
    let gone = async || (!machine.laid("latest.json").exists()).then_some(());
    wait_until(PATIENCE, gone).await.expect("it is taken back");
    assert!(!machine.laid(&beside("0.3.0")).exists());
    machine.shows("ready").await;
    machine.server.put("/latest.json", Answer::Status(204));
    assert_eq!(machine.check().await["state"], "current", "withdrawn");
    let fetched = machine.data.path().join("fetched");
    assert!(!fetched.join(beside("0.3.0")).exists());
    assert_eq!(machine.alerts().await, [""; 0]);
}

#[tokio::test]
async fn right_after_a_start_whoever_charged_is_still_charging() {
    let mut machine = Machine::new(any_hour()).await;
    let door = format!("ws://{}/ocpp", machine.gateway().ocpp);
    let mut charger = Charger::connect(&door, "CP-1", None).await;
    let begins =
        json!({ "connectorId": 1, "idTag": "04A1B27F2A", "meterStart": 0, "timestamp": now() });
    charger.call("StartTransaction", begins).await;
    machine.server.release(&machine.signer, "0.3.0", PACKAGE);
    machine.check().await;
    drop(charger);
    let updating = machine.start_again("0.2.0").await;
    let waits = async || match updating.state() {
        State::Ready(ready) => (ready.why == Some(Why::Session)).then_some(()),
        _ => None,
    };
    wait_until(PATIENCE, waits).await.expect("it waits");
    assert!(!machine.laid("latest.json").exists());
}

#[tokio::test]
async fn what_came_of_an_update_is_known_after_the_next_start() {
    let mut machine = Machine::new(any_hour()).await;
    machine.server.release(&machine.signer, "0.3.0", PACKAGE);
    machine.check().await;
    machine.shows("installing").await;
    let there = async || machine.laid("latest.json").exists().then_some(());
    wait_until(PATIENCE, there).await.expect("it is laid");
    // The updater has begun: it takes the feed away, and starts this program anew.
    fs::remove_file(machine.laid("latest.json")).expect("it is laid");
    let updating = machine.start_again("0.3.0").await;
    assert_eq!(updating.state(), State::Current);
    assert_eq!(machine.alerts().await, [""; 0]);
    // A newer one, which is taken back: the old program runs again, and nothing lies in the folder.
    machine
        .server
        .release(&machine.signer, "0.4.0", b"the bytes of 0.4.0");
    // Once the one before has lasted.
    let asks = async || {
        updating.order(Order::Check).await;
        (updating.state() != State::Current).then_some(())
    };
    wait_until(PATIENCE, asks).await.expect("it is seen");
    let mut state = updating.follow();
    let installs = state.wait_for(|state| matches!(state, State::Installing(_)));
    assert!(installs.await.is_ok());
    let there = async || machine.laid("latest.json").exists().then_some(());
    wait_until(PATIENCE, there).await.expect("it is laid");
    fs::remove_file(machine.laid("latest.json")).expect("it is laid");
    let updating = machine.start_again("0.3.0").await;
    let refused = async || matches!(updating.state(), State::Refused(_)).then_some(());
    wait_until(PATIENCE, refused).await.expect("it is told");
    assert_eq!(machine.alerts().await, ["update_failed"]);
    // It is not tried again, and the alert stays: nothing is mended.
    let asked = machine.server.asked().len();
    assert!(updating.order(Order::Check).await);
    assert_eq!(machine.server.asked().len(), asked + 1, "no package");
    assert!(matches!(updating.state(), State::Refused(_)));
    assert_eq!(machine.alerts().await, ["update_failed"]);
    // Until there is a newer one.
    machine
        .server
        .release(&machine.signer, "0.5.0", b"the bytes of 0.5.0");
    assert!(updating.order(Order::Check).await);
    let over = async || machine.alerts().await.is_empty().then_some(());
    wait_until(PATIENCE, over).await.expect("it is over");
}

#[tokio::test]
async fn what_a_feed_should_not_say_is_refused_once_and_told() {
    let machine = Machine::new(any_hour()).await;
    let (server, signer) = (&machine.server, &machine.signer);
    let path = format!("/{}", file("0.3.0"));
    let place = server.url(&path);
    let sound = feed("0.3.0", &place, &signer.sign(PACKAGE, "0.3.0"));
    let old = feed("0.3.0", &place, &signer.sign(b"old", "0.1.0"));
    let strange = feed("0.3.0", &place, &Signer::new().sign(PACKAGE, "0.3.0"));
    let unsigned = "timestamp:1\tfile:Forecourt_0.3.0_amd64.deb";
    let unsigned = feed("0.3.0", &place, &signer.sign_with(PACKAGE, unsigned));
    let other = signer.sign_with(PACKAGE, &comment("0.3.0", "riscv64"));
    let other = feed("0.3.0", &place, &other);
    let plain = feed(
        "0.3.0",
        "http://updates.example/p.deb",
        &signer.sign(PACKAGE, "0.3.0"),
    );
    let mut elsewhere = sound.clone();
    let packages = elsewhere["platforms"].as_object_mut().expect("an object");
    let mine = packages.remove(TARGET).expect("it is there");
    packages.insert("windows-x86_64".to_owned(), mine);
    let huge = vec![b' '; 70_000];
    let bytes = |feed: &Value| feed.to_string().into_bytes();
    for (what, manifest, package) in [
        ("another's key", bytes(&strange), PACKAGE),
        (
            "other bytes",
            bytes(&sound),
            b"the bytes of 0.3.1".as_slice(),
        ),
        ("cut short", bytes(&sound), &PACKAGE[..9]),
        ("an old build under a new number", bytes(&old), b"old"),
        ("no signed version", bytes(&unsigned), PACKAGE),
        ("for other machines", bytes(&other), PACKAGE),
        ("nothing for this machine", bytes(&elsewhere), PACKAGE),
        ("readable on the way", bytes(&plain), PACKAGE),
        ("a feed without end", huge, PACKAGE),
        ("no JSON", b"<html>".to_vec(), PACKAGE),
    ] {
        server.put("/latest.json", Answer::Bytes(manifest));
        server.put(&path, Answer::Bytes(package.to_vec()));
        let shown = machine.check().await;
        assert_eq!(shown["state"], "refused", "{what}: {shown}");
        assert_eq!(machine.alerts().await, ["update_failed"], "{what}");
        // What a sound feed says ends it.
        let signed = signer.sign(b"old", "0.2.0");
        server.offer(&feed("0.2.0", &place, &signed));
        assert_eq!(machine.check().await["state"], "current", "{what}");
        assert_eq!(machine.alerts().await, [""; 0], "{what}");
    }
    // A way that fails is no attack: it is tried again, and nobody is alarmed. Nobody is followed.
    let other = ReleaseServer::start().await;
    other.release(signer, "0.3.0", PACKAGE);
    for answer in [
        Answer::Status(503),
        Answer::Redirect(other.url("/latest.json")),
    ] {
        server.put("/latest.json", answer);
        assert_eq!(machine.check().await["state"], "current");
    }
    server.offer(&sound);
    server.put(&path, Answer::Redirect(other.url(&path)));
    assert_eq!(machine.check().await["state"], "current");
    assert_eq!(other.asked(), [""; 0], "nobody is followed");
    assert_eq!(machine.alerts().await, [""; 0]);
    assert!(!machine.laid("latest.json").exists());
}

#[tokio::test]
async fn a_machine_that_nothing_renews_says_so() {
    let house = House::new().await;
    let token = house.token_of(Role::Admin).await;
    let desk = Desk { house, token };
    let shown = desk.get("update").await;
    assert_eq!(shown["state"], "off", "{shown}");
    for act in ["check", "install"] {
        desk.conflict(Method::POST, "update", json!({ "act": act }))
            .await;
    }
    let told = desk.house.get("/updates/linux/x86_64/0.1.0", None).await;
    assert_eq!(told.status, 404, "it is no mirror");
}
