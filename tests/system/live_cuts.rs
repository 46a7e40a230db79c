//! A page's reader that is cut off again and again, and whose gateway is killed, while chargers charge: within two
//! seconds of being back it has what the gateway has (SIO-01). It follows the protocol as `public/utils/live-order.js`
//! does: it subscribes with its place, takes what it missed first and only higher numbers after, and loads the snapshot
//! again when it is told of a gap.
//!
//! Planted once and seen red: nothing was missed (`subscribe.rs`). Found by it: a reader that asked before it was heard
//! (`socket_io.rs`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulator::{Fleet, FleetConfig};
use testkit::port::Port;
use testkit::{Program, SocketIoProbe, rounds, wait_until};
use tokio::time::timeout;

use crate::rest::Rest;
use crate::site::Site;

const CUTS: (u32, u32) = (30, 1_000);
/// In so many rounds the gateway is killed once.
const KILL_EVERY: u32 = 12;
/// And once the reader is away for longer than the gateway looks back for it.
const AWAY_EVERY: u32 = 29;
/// More readings than a reader is told of at once.
const TOO_MANY: u64 = 550;
const CHARGERS: u32 = 6;
/// SIO-01: from being back to having it all.
const EQUAL_WITHIN: Duration = Duration::from_secs(2);
/// Far above what anything else here takes.
const LIMIT: Duration = Duration::from_mins(1);
const ROOM: &str = "cms:sessions";

/// What a page shows of a session, and by which version of it.
type Shown = (i64, String, i64);

/// What a reader knows.
#[derive(Default)]
struct Page {
    /// The place in the stream up to which everything is known.
    place: Option<(String, i64)>,
    active: BTreeMap<String, Shown>,
    /// What was shown of each session at each version: the gateway goes on while the two are compared.
    history: HashMap<(String, i64), (String, i64)>,
    /// The place at which a session appeared.
    appeared: HashMap<String, i64>,
    /// The version that the snapshot had.
    loaded: HashMap<String, i64>,
    gaps: u32,
    missed: usize,
}

impl Page {
    /// Takes the snapshot in the place of all it knows.
    async fn load(&mut self, rest: &mut Rest) {
        let (place, sessions) = snapshot(rest).await;
        self.place = Some(place);
        self.active.clear();
        self.loaded.clear();
        for (id, shown) in sessions {
            self.loaded.insert(id.clone(), shown.0);
            self.show(&id, shown);
        }
    }

    fn show(&mut self, id: &str, shown: Shown) {
        let (version, status, energy) = shown.clone();
        self.history
            .insert((id.to_owned(), version), (status, energy));
        self.active.insert(id.to_owned(), shown);
    }

    /// Joins with what is left of the last connection: its place.
    async fn join(&mut self, probe: &SocketIoProbe, rest: &mut Rest) {
        loop {
            let mut ask = json!({ "rooms": [ROOM] });
            if let Some((stream, seq)) = &self.place {
                ask["stream"] = stream.as_str().into();
                ask["after"] = (*seq).into();
            }
            let answer = probe.emit("subscribe", ask).await;
            if answer["code"] == "live.gap" {
                self.gaps += 1;
                self.load(rest).await;
                continue;
            }
            assert_eq!(answer["ok"], true, "{answer}");
            let missed = answer["missed"].as_array().expect("a list");
            self.missed += missed.len();
            for event in missed {
                self.take(event);
            }
            return;
        }
    }

    /// An event: applied once, in order. What the server says of a gap is `pushed`'s.
    fn take(&mut self, event: &Value) {
        let (stream, seq) = self.place.as_mut().expect("it began with a snapshot");
        assert_eq!(event["stream"], *stream, "the log goes on: {event}");
        let number = event["seq"].as_i64().expect("each has a number");
        if number <= *seq {
            return;
        }
        *seq = number;
        let data = &event["data"];
        let Some(id) = data["sessionId"].as_str() else {
            return;
        };
        let version = data["version"].as_i64().unwrap_or_default();
        if self.loaded.get(id).is_some_and(|loaded| version <= *loaded) {
            return;
        }
        let (status, energy) = match event["type"].as_str().unwrap_or_default() {
            "charging.started" => (data["status"].as_str(), Some(0)),
            "meter.values" => (None, data["energyWh"].as_i64()),
            "charging.requested" | "charging.updated" | "charging.suspended"
            | "charging.resumed" => (data["status"].as_str(), data["energyWh"].as_i64()),
            "charging.stopped" | "charging.failed" => {
                self.active.remove(id);
                return;
            }
            _ => return,
        };
        let known = self.active.get(id);
        if known.is_none() {
            self.appeared.insert(id.to_owned(), number);
        }
        let (_, old_status, old_energy) = known.cloned().unwrap_or_default();
        let status = status.map_or(old_status, str::to_owned);
        self.show(id, (version, status, energy.unwrap_or(old_energy)));
    }

    /// Takes what is pushed until nothing comes for a moment.
    async fn pushed(&mut self, probe: &mut SocketIoProbe, rest: &mut Rest) {
        while let Ok(next) = timeout(Duration::from_millis(5), probe.next()).await {
            let event = next.expect("the connection stands").json();
            match event["type"].as_str() {
                Some("live.tick") => {}
                Some("live.gap") => {
                    self.gaps += 1;
                    self.load(rest).await;
                }
                _ => self.take(&event),
            }
        }
    }

    /// Whether it has what the gateway has: the same of each session at the gateway's version, and no session
    /// more, unless it began since.
    fn has(&self, place: i64, theirs: &BTreeMap<String, Shown>) -> Result<(), String> {
        let mine: BTreeMap<String, Shown> = theirs
            .iter()
            .filter_map(|(id, (version, ..))| {
                let shown = self.history.get(&(id.clone(), *version))?;
                Some((id.clone(), (*version, shown.0.clone(), shown.1)))
            })
            .collect();
        let more: BTreeSet<&String> = self
            .active
            .keys()
            .filter(|id| !theirs.contains_key(*id))
            .filter(|id| self.appeared.get(*id).is_none_or(|at| *at <= place))
            .collect();
        if hash(&mine) == hash(theirs) && more.is_empty() {
            return Ok(());
        }
        let now = &self.active;
        Err(format!(
            "page {mine:?} and {more:?}, now {now:?}, gateway {theirs:?}"
        ))
    }
}

fn hash(shown: &BTreeMap<String, Shown>) -> u64 {
    let mut hasher = DefaultHasher::new();
    shown.hash(&mut hasher);
    hasher.finish()
}

/// The place in the stream and the active sessions, as a page loads them.
async fn snapshot(rest: &mut Rest) -> ((String, i64), BTreeMap<String, Shown>) {
    let answer = rest.get("/api/cms/sessions/active?limit=100").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let stream = answer.header("live-stream").expect("a stream").to_owned();
    let seq = answer.header("live-seq").and_then(|seq| seq.parse().ok());
    let items = answer.body["items"].as_array().expect("a list");
    let shown = |item: &Value| {
        let text = |key: &str| item[key].as_str().expect("a text").to_owned();
        let number = |key: &str| item[key].as_i64().expect("a number");
        (
            text("id"),
            (number("version"), text("status"), number("energyWh")),
        )
    };
    (
        (stream, seq.expect("a number")),
        items.iter().map(shown).collect(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_cut_off_at_any_moment_has_what_the_gateway_has_two_seconds_after() {
    let cuts = rounds(CUTS.0, CUTS.1);
    let site = Site::new().await;
    let access = site.add_fleet("SIM-", CHARGERS).await;
    let (http, ocpp) = (Port::lease(), Port::lease());
    let address = |port: &Port| format!("127.0.0.1:{}", port.number());
    let (http, ocpp) = (address(&http), address(&ocpp));
    let mut gateway = serve(&site, &http, &ocpp).await;
    let fleet = Fleet::start(FleetConfig {
        charge_time: Duration::from_secs(3),
        ..access.busy(format!("ws://{ocpp}/ocpp"))
    })
    .expect("the settings work");
    let mut rest = Rest::sign_in(gateway.http()).await;
    let mut page = Page::default();
    page.load(&mut rest).await;

    let (mut longest, mut kills) = (Duration::ZERO, 0);
    for cut in 1..=cuts {
        let mut probe = connect(&gateway, &rest).await;
        if cut % 7 == 3 {
            // Cut before it could say what it wants.
            drop(probe);
            probe = connect(&gateway, &rest).await;
        }
        let back = Instant::now();
        page.join(&probe, &mut rest).await;
        // The gateway goes on: the page comes to where the gateway was when it was asked.
        let (place, theirs) = snapshot(&mut rest).await;
        while let Err(difference) = page.has(place.1, &theirs) {
            assert!(back.elapsed() < EQUAL_WITHIN, "cut {cut}: {difference}");
            page.pushed(&mut probe, &mut rest).await;
        }
        longest = longest.max(back.elapsed());
        // Some way into the stream, another each time.
        charge_on(&fleet, u64::from(cut * 7 % 23)).await;
        page.pushed(&mut probe, &mut rest).await;
        if cut % KILL_EVERY == 0 {
            gateway.kill();
            kills += 1;
            drop(probe);
            gateway = serve(&site, &http, &ocpp).await;
        } else {
            drop(probe);
        }
        let away = if cut % AWAY_EVERY == 0 {
            TOO_MANY
        } else {
            u64::from(cut * 5 % 11)
        };
        charge_on(&fleet, away).await;
    }
    println!(
        "{cuts} cuts and {kills} kills: equal {longest:.2?} after at most; {} events were missed and told, {} gaps",
        page.missed, page.gaps
    );
    assert!(
        page.missed > 0 && page.gaps > 0,
        "both ways back were taken"
    );
    fleet.stop().await;
    assert_eq!(gateway.terminate().await, 0);
}

async fn connect(gateway: &Program, rest: &Rest) -> SocketIoProbe {
    let probe = SocketIoProbe::connect(gateway.http(), Some(&rest.token)).await;
    probe.expect("the sign-in outlives the gateway")
}

async fn charge_on(fleet: &Fleet, more: u64) {
    let before = fleet.summary().meter_values;
    let busy = wait_until(LIMIT, async || {
        (fleet.summary().meter_values >= before + more).then_some(())
    });
    busy.await.expect("chargers come back and go on");
}

async fn serve(site: &Site, http: &str, ocpp: &str) -> Program {
    let mut arguments = site.arguments();
    let doors = ["--headless", "--listen", http, "--ocpp-listen", ocpp];
    arguments.extend(doors.map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Program::start(Path::new(env!("CARGO_BIN_EXE_forecourt")), &arguments, &[]).await
}
