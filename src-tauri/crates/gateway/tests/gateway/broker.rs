//! Gateways on a real RabbitMQ: what their readers see while it is dead, what others get when it is back, and
//! what comes from programs that know nothing of us. Pages and sockets are in the whole-system tests.
//!
//! Planted once and seen to fail here: a tick that beats though another gateway lives (`jobs.rs`); raw traffic
//! that is kept beyond the bound, no alert of it, one that comes and goes between two drops (`outbox_watch.rs`);
//! events not held back for another gateway's (`outbox.rs`); dead letters that nobody counts (`dead_letter_watch.rs`);
//! what came again and is pushed again (`pump.rs`); an alarm that never ends (`supervisor.rs`); no bound on what the
//! broker sends ahead (`consumer.rs`).

mod pressure;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bus::Link;
use domain::event::{ChargerDisconnected, Direction, Envelope, FrameKind, OcppMessage, PointRef};
use domain::status::{ChargePointStatus, Connectivity};
use domain::{ChargePointId, Event, Scope, StationId, Timestamp};
use gateway::Gateway;
use gateway::notify::hub::ReaderId;
use gateway::notify::{Full, Pushed, Sink, Subscribe, View, subscribe};
use gateway::outbox_watch::{Level, look};
use gateway::settings::{Listen, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{AmqpProbe, RabbitMq, python, rounds, wait_until};
use tokio::time::timeout;
use uuid::Uuid;

const EVENTS: &str = "ev_charging_events";
const DEAD_LETTERS: &str = "ev_charging_dlq_exchange";
/// How long anything may take that needs no new connection.
const WAIT: Duration = Duration::from_secs(20);
/// MSG-02: connected again at most this long after the broker is back.
const RECONNECT: Duration = Duration::from_secs(35);
/// MSG-05: so many events wait for the broker, in the short form and in the long one.
const BACKLOG: (u32, u32) = (20_000, 1_000_000);
/// MSG-05: so many of them a second must leave.
const DRAINED_A_SECOND: u32 = 500;
/// MSG-05: so much disk they may take, bytes.
const BACKLOG_ON_DISK: u64 = 1_500_000_000;
/// MSG-03: so many of them come again, three times each.
const COME_AGAIN: (u32, u32) = (500, 20_000);
/// Data of one type that a reader remembers; beyond it, only how many there were.
const REMEMBERED: usize = 50_000;

/// A reader that remembers the data of what it was pushed, by type.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<HashMap<String, Vec<Value>>>>);

impl Sink for Memory {
    fn push(&self, envelope: &Pushed) -> Result<(), Full> {
        let mut envelope: Value =
            serde_json::from_str(envelope.get()).expect("an envelope is JSON");
        let name = envelope["type"].as_str().expect("it has a type").to_owned();
        let mut got = self.0.lock().expect("no test panics while it holds this");
        let got = got.entry(name).or_default();
        got.push(if got.len() < REMEMBERED {
            envelope["data"].take()
        } else {
            Value::Null
        });
        Ok(())
    }

    fn close(&self) {}
}

impl Memory {
    fn of(&self, name: &str) -> Vec<Value> {
        let got = self.0.lock().expect("no test panics while it holds this");
        got.get(name).cloned().unwrap_or_default()
    }

    fn count(&self, name: &str) -> usize {
        let got = self.0.lock().expect("no test panics while it holds this");
        got.get(name).map_or(0, Vec::len)
    }

    async fn until(&self, name: &str, count: usize) -> Vec<Value> {
        // Many take longer, where there are many.
        let limit = WAIT + Duration::from_millis(u64::try_from(count).expect("a count"));
        let came = wait_until(limit, async || (self.count(name) >= count).then_some(())).await;
        let got = self.of(name);
        assert!(
            came.is_some(),
            "{count} of {name} were expected, {} came",
            got.len()
        );
        got
    }
}

/// A gateway and an operator's reader in its home room.
struct Site {
    gateway: Gateway,
    reader: ReaderId,
    memory: Memory,
    folder: TempDir,
}

impl Site {
    async fn start(node: &str, broker: &str, database: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut settings = Settings {
            listen: Listen::Off,
            ocpp_listen: ([127, 0, 0, 1], 0).into(),
            data_dir: Some(folder.path().to_owned()),
            database_url: database,
            broker_url: Some(broker.to_owned()),
            node: node.to_owned(),
            ..Settings::default()
        };
        settings.live.tick = "50ms".parse().expect("a duration");
        settings.broker.confirm_timeout = "3s".parse().expect("a duration");
        let gateway = Gateway::start(settings)
            .await
            .expect("it starts without a broker too");
        let memory = Memory::default();
        let reader = gateway
            .hub
            .enter(View::Operator(Scope::All), None, Box::new(memory.clone()));
        Self {
            gateway,
            reader,
            memory,
            folder,
        }
    }

    async fn until(&self, wanted: Link) {
        let mut link = self.gateway.bus.link();
        let seen = timeout(RECONNECT, link.wait_for(|link| *link == wanted)).await;
        assert!(seen.is_ok(), "the link never became {wanted:?}");
    }

    /// Tells of charge points in one unit of work, as an op does.
    async fn tell(&self, points: impl IntoIterator<Item = u128>) {
        self.emit(points.into_iter().map(event).collect()).await;
    }

    async fn emit(&self, events: Vec<Event>) {
        let told = self.gateway.core.write(move |mut unit| {
            Box::pin(async move {
                for event in &events {
                    unit.emit(event).await?;
                }
                Ok(())
            })
        });
        told.await.expect("the database takes it");
    }

    /// How many events wait for the broker.
    async fn depth(&self) -> i64 {
        let mut conn = self
            .gateway
            .core
            .store
            .read()
            .await
            .expect("a reader is free");
        let depth = store::repo::outbox::depth(&mut conn).await;
        depth.expect("a sound question is answered")
    }

    async fn until_drained(&self) {
        self.drained_within(RECONNECT * 2).await;
    }

    async fn drained_within(&self, limit: Duration) {
        let drained = wait_until(limit, async || (self.depth().await == 0).then_some(()));
        assert!(drained.await.is_some(), "{} are left", self.depth().await);
    }

    /// What the data folder takes on disk, the reserve for a full disk aside.
    fn on_disk(&self) -> u64 {
        let files = std::fs::read_dir(self.folder.path()).expect("it is ours");
        let files = files.filter_map(Result::ok).filter(|file| {
            let name = file.file_name();
            !name.to_string_lossy().ends_with(".ballast")
        });
        files
            .filter_map(|file| file.metadata().ok())
            .map(|about| about.len())
            .sum()
    }
}

const NAME: &str = "charger.disconnected";

fn event(point: u128) -> Event {
    Event::ChargerDisconnected(ChargerDisconnected {
        point: PointRef {
            station_id: StationId(Uuid::nil()),
            charge_point_id: ChargePointId(Uuid::from_u128(point)),
            version: 1,
        },
        status: ChargePointStatus::Offline,
        connectivity: Connectivity::Offline,
        since: Timestamp::UNIX_EPOCH,
        reason: None,
    })
}

/// A frame between the gateway and a charger.
fn raw(number: i64) -> Event {
    Event::OcppMessage(OcppMessage {
        point: PointRef {
            station_id: StationId(Uuid::nil()),
            charge_point_id: ChargePointId(Uuid::nil()),
            version: 1,
        },
        identity: "CP-1".to_owned(),
        direction: Direction::In,
        kind: FrameKind::Call,
        action: Some("Heartbeat".to_owned()),
        message_id: Some(number.to_string()),
        payload: Some((&json!({})).into()),
        error: None,
        received_at: Timestamp::UNIX_EPOCH,
        bytes: 30,
        truncated: false,
        trace_id: Uuid::nil(),
    })
}

#[tokio::test]
async fn beyond_its_bound_the_outbox_gives_up_raw_traffic_and_never_what_counts() {
    // Nobody listens there: a broker that is away for days.
    let site = Site::start("main", "amqp://127.0.0.1:1", None).await;
    for round in 0..10 {
        site.emit((0..20).map(|number| raw(round * 20 + number)).collect())
            .await;
        site.tell([1]).await;
    }
    site.memory.until(NAME, 10).await;
    let core = &site.gateway.core;
    let look = async |max, was| look(core, max, was).await.expect("the database answers");
    let (all, level) = look(i64::MAX, None).await;
    // How the gateway is waits for the broker too.
    let status = all.depth - 210;
    assert!(
        (0..=2).contains(&status) && level == Level::Fine,
        "below its bound it keeps all of it: {all:?}"
    );
    let (left, level) = look(all.bytes, Some(level)).await;
    assert_eq!(
        (left.depth - status, level),
        (10, Level::Over),
        "the raw ones are in the message log"
    );
    assert!(
        left.bytes < all.bytes && left.oldest_at.is_some(),
        "{left:?}"
    );
    let raised = site.memory.until("alert.raised", 1).await;
    assert_eq!(raised[0]["alert"]["kind"], "outbox_full");
    assert_eq!(raised[0]["alert"]["severity"], "critical");
    // The alert is news for the broker too.
    let counts = 11 + status;
    let (left, level) = look(1, Some(level)).await;
    assert_eq!(
        (left.depth, level),
        (counts, Level::Over),
        "what counts stays, whatever the disk says"
    );
    let most = left.bytes + left.depth * 700;
    let (_, level) = look(most, Some(level)).await;
    assert_eq!(level, Level::Over, "four fifths are not room again");
    let (left, level) = look(i64::MAX, Some(level)).await;
    assert_eq!((left.depth, level), (counts, Level::Fine));
    site.memory.until("alert.cleared", 1).await;
    look(i64::MAX, Some(level)).await;
    site.tell([2]).await;
    site.memory.until(NAME, 11).await;
    for once in ["alert.raised", "alert.cleared"] {
        assert_eq!(site.memory.of(once).len(), 1, "{once} is told once");
    }
    site.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_broker_is_nothing_to_the_readers_and_its_backlog_comes_whole_and_in_order() {
    let backlog = usize::try_from(rounds(BACKLOG.0, BACKLOG.1)).expect("it fits");
    let again = rounds(COME_AGAIN.0, COME_AGAIN.1);
    let mut broker = RabbitMq::start().await;
    let site = Site::start("main", &broker.url(), None).await;
    site.until(Link::Connected).await;
    let queue = ["theirs".to_owned(), "declare".to_owned()];
    let url = broker.url();
    python::run("amqp_order.py", &[&url, &queue[1], EVENTS, &queue[0]], "").await;
    // A broker that is killed within two seconds may forget what was just bound: let it write that down first.
    broker.stop().await;
    site.until(Link::Down).await;
    broker.start_again().await;
    site.until(Link::Connected).await;
    site.tell([1]).await;
    site.memory.until(NAME, 1).await;
    site.until_drained().await;

    // At the very start nobody can know what was missed before.
    let gaps = site.memory.of("live.gap").len();
    broker.kill();
    site.until(Link::Down).await;
    let ticks = site.memory.of("live.tick").len();
    site.tell([1]).await;
    site.memory.until(NAME, 2).await;
    site.memory.until("live.tick", ticks + 3).await;
    // With it, perhaps, the news that the broker is gone.
    let waits = site.depth().await;
    assert!((1..=3).contains(&waits), "the broker's copy waits: {waits}");

    let began = Instant::now();
    for _ in 0..backlog / 100 {
        site.tell((0..100).map(|number| number % 10)).await;
    }
    let all = backlog + 2;
    site.memory.until(NAME, all).await;
    let bytes = site.on_disk();
    println!(
        "{backlog} events were told and pushed in {:.2?} and take {} MB",
        began.elapsed(),
        bytes / 1_000_000
    );
    assert!(bytes < BACKLOG_ON_DISK, "{bytes} bytes on disk");
    assert_eq!(
        site.memory.count(NAME),
        all,
        "each once, and none waited for the broker"
    );
    assert_eq!(
        site.memory.of("live.gap").len(),
        gaps,
        "nothing of it was missed"
    );

    broker.start_again().await;
    site.until(Link::Connected).await;
    let began = Instant::now();
    let may_take = Duration::from_secs(backlog as u64) / DRAINED_A_SECOND;
    site.drained_within(may_take).await;
    println!("{backlog} events were drained in {:.2?}", began.elapsed());
    let count = all.to_string();
    let told = python::run("amqp_order.py", &[&url, "drain", &queue[0], &count], "").await;
    let told: Value = serde_json::from_str(&told).expect("it prints JSON");
    assert_eq!(told["distinct"], all, "none is lost: {told}");
    assert_eq!(
        (&told["inversions"], &told["holes"]),
        (&json!(0), &json!(0)),
        "in order: {told}"
    );
    assert_eq!(site.memory.count(NAME), all, "what came back was known");
    events_that_come_again_have_no_second_effect(&site, &url, again).await;
    site.gateway.stop().await;
}

/// MSG-03: whatever comes three times over the broker is told once. As another gateway's events do that were published
/// before a kill and not forgotten.
async fn events_that_come_again_have_no_second_effect(site: &Site, url: &str, count: u32) {
    let before = site.memory.count(NAME);
    let line = |number: u32| {
        let id = Uuid::from_u128(u128::from(number) + 1);
        let event = event(u128::from(number % 10));
        let body = Envelope::print(id.into(), &event, Timestamp::UNIX_EPOCH);
        json!({ "key": NAME, "id": id, "body": body }).to_string()
    };
    let once: Vec<String> = (0..count).map(line).collect();
    let thrice = [once.join("\n"), once.join("\n"), once.join("\n")].join("\n");
    python::run("amqp_notify.py", &[url, EVENTS], &thrice).await;
    let all = before + usize::try_from(count).expect("it fits");
    site.memory.until(NAME, all).await;
    // Behind all of it, in the same queue.
    let last = json!({ "key": NAME, "id": Uuid::nil(), "body": Envelope::print(Uuid::nil().into(), &event(1), Timestamp::UNIX_EPOCH) });
    python::run("amqp_notify.py", &[url, EVENTS], &last.to_string()).await;
    site.memory.until(NAME, all + 1).await;
    assert_eq!(site.memory.count(NAME), all + 1, "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_other_programs_tell_is_shown_once_where_it_belongs_and_poison_holds_up_nothing() {
    const MANY: usize = 2_000;
    const LAST: u64 = 2_000;
    let broker = RabbitMq::start().await;
    let site = Site::start("main", &broker.url(), None).await;
    site.until(Link::Connected).await;
    let url = broker.url();
    let mut dead = AmqpProbe::start(&url, DEAD_LETTERS, "").await;
    let (station, other) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let line = |number: usize, text: String| {
        json!({ "key": "notification.station", "id": format!("theirs-{number}"), "body": text })
            .to_string()
    };
    let notice = |number: usize, station: Uuid| {
        json!({ "type": "depot.notice", "data": { "stationId": station, "number": number },
            "timestamp": "2026-11-22T09:30:00Z" })
        .to_string()
    };
    // Each three times, as after lost connections, and one in the middle that nobody can read.
    let mut lines = Vec::new();
    for number in 0..MANY {
        lines.push(line(number, notice(number, station)));
        if number == MANY / 2 {
            lines.push(line(9_999, "{\"type\":".to_owned()));
        }
    }
    let again = lines.clone();
    let once_more = again.iter().filter(|line| !line.contains("9999")).cloned();
    lines.extend(once_more.clone().chain(once_more.clone()));
    let input = lines.join("\n");
    let sent = python::run("amqp_notify.py", &[&url, EVENTS], &input).await;
    assert_eq!(
        sent.trim(),
        (3 * MANY + 1).to_string(),
        "the broker has them"
    );

    let got = site.memory.until("depot.notice", MANY).await;
    let numbers: Vec<Option<u64>> = got.iter().map(|data| data["number"].as_u64()).collect();
    let expected: Vec<Option<u64>> = (0..LAST).map(Some).collect();
    assert_eq!(numbers, expected, "in order, each once");
    let letter = dead.next(WAIT).await;
    assert_eq!(letter["body"], "{\"type\":", "as it came");
    let reason = letter["headers"]["x-reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("not a notification"), "{letter}");
    // It waits for somebody, who is told; and told when nothing waits any more (MSG-04).
    let raised = site.memory.until("alert.raised", 1).await;
    assert_eq!(raised[0]["alert"]["kind"], "dead_letters", "{raised:?}");
    let host = broker.vhost();
    broker
        .ctl(&["purge_queue", "ev_charging_dlq", "--vhost", &host])
        .await;
    site.memory.until("alert.cleared", 1).await;
    assert_eq!(site.memory.count("alert.raised"), 1, "once");

    // In the room of its station, to operators; and to whoever comes later, from the log.
    let Site {
        gateway, reader, ..
    } = &site;
    let after = gateway.hub.head().seq;
    let public = Memory::default();
    let passer_by = gateway
        .hub
        .enter(View::Public, None, Box::new(public.clone()));
    let room = format!("station:{other}");
    let ask = Subscribe {
        rooms: vec![room.clone()],
        after: Some(after),
        stream: Some(gateway.hub.head().stream),
    };
    gateway
        .hub
        .part(*reader, &View::Operator(Scope::All).home());
    for (view, id) in [
        (View::Operator(Scope::All), *reader),
        (View::Public, passer_by),
    ] {
        let joined = subscribe::join(&gateway.hub, &gateway.core.store, view, id, &ask).await;
        assert_eq!(joined.expect("both may").missed.len(), 0, "nothing yet");
    }
    let lines = [
        line(10_001, notice(10_001, station)),
        line(10_002, notice(10_002, other)),
    ];
    python::run("amqp_notify.py", &[&url, EVENTS], &lines.join("\n")).await;
    let got = site.memory.until("depot.notice", MANY + 1).await;
    assert_eq!(got[MANY]["number"], 10_002, "only that of its room");
    assert!(
        public.of("depot.notice").is_empty(),
        "passers-by hear nothing of it"
    );
    let late = subscribe::look_back(
        &gateway.hub,
        &gateway.core.store,
        View::Operator(Scope::All),
        &ask,
    )
    .await;
    let late = late.expect("the log has it").missed;
    assert!(
        late.len() == 1 && late[0].get().contains("10002"),
        "{late:?}"
    );
    site.gateway.stop().await;
}
