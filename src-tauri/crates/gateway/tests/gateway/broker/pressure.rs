//! Several gateways on one broker, a broker in alarm, and a backlog on it. Which bugs these were seen red on: see `broker`.

use std::time::{Duration, Instant};

use bus::Link;
use gateway::peers::{Census, look_around};
use serde_json::json;
use testkit::{Postgres, RabbitMq, memory, python, rounds, wait_until};
use tokio::time::timeout;
use uuid::Uuid;

use super::{DRAINED_A_SECOND, EVENTS, NAME, RECONNECT, Site, WAIT};
use crate::house::House;
use crate::user::{charger, status};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_gateways_tell_each_other_once_and_the_heir_of_one_that_is_gone_tells_the_rest() {
    let postgres = Postgres::start().await;
    let mut broker = RabbitMq::start().await;
    let database = postgres.database_url("site").await;
    let one = Site::start("one", &broker.url(), Some(database.clone())).await;
    let two = Site::start("two", &broker.url(), Some(database.clone())).await;
    one.until(Link::Connected).await;
    two.until(Link::Connected).await;
    for _ in 0..25 {
        one.tell([1, 2]).await;
        two.tell([2, 3]).await;
    }
    for site in [&one, &two] {
        site.memory.until(NAME, 100).await;
        site.until_drained().await;
        assert_eq!(
            site.memory.of(NAME).len(),
            100,
            "each event once at each gateway"
        );
    }

    let gaps = two.memory.of("live.gap").len();

    // Without the broker each has its own alone; so neither says that it is live while both live.
    let (mut census, now) = (Census::default(), tokio::time::Instant::now());
    let alone = look_around(&two.gateway.core, &mut census, now).await;
    assert!(
        alone.expect("the database answers"),
        "another gateway lives"
    );
    broker.kill();
    one.until(Link::Down).await;
    two.until(Link::Down).await;
    one.tell([1, 1, 1]).await;
    two.tell([1]).await;
    one.memory.until(NAME, 103).await;
    two.memory.until(NAME, 101).await;
    let ticks = two.memory.of("live.tick").len();
    for number in 1..=20 {
        two.tell([3]).await;
        two.memory.until(NAME, 101 + number).await;
    }
    assert!(
        two.memory.of("live.tick").len() <= ticks + 1,
        "while the other one lives, it is not live without the broker"
    );

    // One is gone for good: after a minute of its silence the other one takes over what it left.
    one.gateway.stop().await;
    let look = async |census: &mut Census, seconds| {
        let at = now + Duration::from_secs(seconds);
        let others = look_around(&two.gateway.core, census, at).await;
        others.expect("the database answers")
    };
    // Its last sign of life came at the first look, or since.
    assert!(
        look(&mut census, 59).await,
        "less than a minute is no silence"
    );
    assert!(!look(&mut census, 120).await, "a minute is");
    let got = two.memory.until(NAME, 124).await;
    assert_eq!(
        got.len(),
        124,
        "what nobody had told its readers comes now, once"
    );

    broker.start_again().await;
    two.until_drained().await;
    assert_eq!(two.memory.of(NAME).len(), 124, "and nothing twice");
    assert_eq!(
        two.memory.of("live.gap").len(),
        gaps,
        "its queue outlived the broker"
    );
    two.gateway.stop().await;
}

/// MSG-08: two minutes in the long form.
const ALARM: (u32, u32) = (3, 120);
/// MSG-08: connected and drained so soon after the alarm.
const RECOVERED: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_in_alarm_is_nothing_to_a_charger_and_gets_what_waits_once_it_is_over() {
    let broker = RabbitMq::start().await;
    let url = broker.url();
    let house = House::with(|settings| {
        settings.broker_url = Some(url);
        settings.broker.confirm_timeout = "3s".parse().expect("a duration");
    })
    .await;
    let mut link = house.gateway.bus.link();
    let mut until = async |wanted: Link| {
        let seen = timeout(RECONNECT, link.wait_for(|link| *link == wanted)).await;
        assert!(seen.is_ok(), "the link never became {wanted:?}");
    };
    until(Link::Connected).await;
    let mut charger = charger(&house).await;
    broker
        .ctl(&["set_vm_memory_high_watermark", "0.0001"])
        .await;
    let lasts = Duration::from_secs(rounds(ALARM.0, ALARM.1).into());
    let (began, mut took) = (Instant::now(), Vec::new());
    while began.elapsed() < lasts || *house.gateway.bus.link().borrow() != Link::Blocked {
        for (connector, word) in [
            (1, "Preparing"),
            (2, "Preparing"),
            (1, "Available"),
            (2, "Available"),
        ] {
            let asked = Instant::now();
            status(&mut charger, connector, word).await;
            took.push(asked.elapsed());
        }
        assert!(began.elapsed() < lasts + RECONNECT, "the alarm is noticed");
    }
    took.sort_unstable();
    let p99 = took[took.len() * 99 / 100];
    println!(
        "{} answers in an alarm of {lasts:?}: p99 {p99:.2?}",
        took.len()
    );
    assert!(p99 < Duration::from_secs(1), "a charger waited {p99:?}");

    let core = &house.gateway.core;
    let depth = async || {
        let mut conn = core.store.read().await.expect("a reader is free");
        let depth = store::repo::outbox::depth(&mut conn).await;
        depth.expect("a sound question is answered")
    };
    let waited = depth().await;
    assert!(waited > 0, "nothing got through");
    let lifted = Instant::now();
    broker.ctl(&["set_vm_memory_high_watermark", "0.4"]).await;
    until(Link::Connected).await;
    let flows = wait_until(RECOVERED, async || (depth().await < waited).then_some(()));
    assert!(flows.await.is_some(), "{} are left", depth().await);
    assert!(lifted.elapsed() < RECOVERED, "{:?}", lifted.elapsed());
    let waited = u64::try_from(waited).expect("a count");
    println!(
        "{waited} events waited; connected and publishing {:.2?} after the alarm",
        lifted.elapsed()
    );
    let may_take = RECOVERED + Duration::from_secs(waited / u64::from(DRAINED_A_SECOND));
    let drained = wait_until(may_take, async || (depth().await == 0).then_some(()));
    assert!(drained.await.is_some(), "{} are left", depth().await);
    house.gateway.stop().await;
}

/// MSG-07: so many events wait for a gateway that was away.
const WAITS: (u32, u32) = (5_000, 100_000);
/// MSG-07: so much memory they may cost it, kB.
const MEMORY_KB: u64 = 50_000;
/// And so much they are together, bytes: far more than that.
const WAITS_BYTES: usize = 70_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_on_the_broker_costs_a_gateway_no_memory() {
    let count = rounds(WAITS.0, WAITS.1);
    let broker = RabbitMq::start().await;
    let url = broker.url();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().display().to_string();
    let mut words = crate::site::serve(&data);
    words.extend(["--broker-url", &url]);
    let start =
        async || testkit::Program::start(std::path::Path::new(words[0]), &words[1..], &[]).await;
    let waits = async || {
        let host = broker.vhost();
        let ask = [
            "list_queues",
            "--vhost",
            &host,
            "--no-table-headers",
            "name",
            "messages",
        ];
        let queues = broker.ctl(&ask).await;
        let line = queues.lines().find_map(|line| {
            line.strip_prefix("forecourt.live.main\t")
                .map(str::to_owned)
        });
        line.and_then(|count| count.trim().parse::<u32>().ok())
    };
    let text = "x".repeat(WAITS_BYTES / usize::try_from(count).expect("it fits"));
    // Its queue is there, and some of it came through: what any run costs is in the figure.
    let line = |number: u32| {
        let body = json!({ "type": "depot.notice", "data": { "stationId": Uuid::nil(), "text": text },
            "timestamp": "2026-11-22T09:30:00Z" });
        json!({ "key": "notification.station", "id": format!("n-{number}"), "body": body.to_string() }).to_string()
    };
    let publish = async |from: u32, to: u32| {
        let lines: Vec<String> = (from..to).map(line).collect();
        python::run("amqp_notify.py", &[&url, EVENTS], &lines.join("\n")).await;
    };
    let mut gateway = start().await;
    let there = wait_until(RECONNECT, async || waits().await).await;
    assert!(there.is_some(), "its queue is there");
    publish(0, 500).await;
    let taken = wait_until(WAIT, async || (waits().await == Some(0)).then_some(())).await;
    assert!(taken.is_some(), "{}", gateway.logs());
    let before = memory::peak_kib(gateway.id());
    assert_eq!(gateway.terminate().await, 0);

    publish(500, 500 + count).await;
    assert_eq!(waits().await, Some(count), "all of it waits");
    let mut gateway = start().await;
    let began = Instant::now();
    let taken = wait_until(WAIT * 60, async || (waits().await == Some(0)).then_some(())).await;
    assert!(
        taken.is_some(),
        "{:?} are left: {}",
        waits().await,
        gateway.logs()
    );
    let most = memory::peak_kib(gateway.id());
    println!(
        "{count} waiting events were taken in {:.2?}; memory {before} kB before, {most} kB at most",
        began.elapsed()
    );
    assert!(most < before + MEMORY_KB, "{most} kB, {before} kB before");
    assert_eq!(gateway.terminate().await, 0);
}
