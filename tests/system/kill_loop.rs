//! A gateway that is killed again and again while chargers charge: what it acknowledged is stored, once, and every
//! charge comes out at what its charger measured (FLT-01, FLT-02, DB-03); and with a broker that is killed and stopped
//! beside it, every committed event reaches a plain consumer, nothing else does, and each key's in order (MSG-01, MSG-06).
//! Every charge is on an account, and some of their drivers pay in meanwhile (see `payers`): after each kill the books add
//! up, and at the end each charge is billed once and each payment in the wallet once (MON-03, -04, -06, -08).
//! One that is told to stop instead loses nothing either, says goodbye and ends in time (FLT-18).
//!
//! Planted once and seen red: answered before the commit (`group_commit.rs`); forgotten before it was published
//! (`relay.rs`); a socket that is not told of the end (`conversation.rs`). The rigs themselves are lied to at the end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ledger::TransferKind;
use simulator::truth::{Action, Entry};
use simulator::{Fleet, FleetConfig, truth};
use store::Store;
use store::repo::{Slice, ledger, outbox, sessions};
use testkit::port::Port;
use testkit::{PaymentServer, Postgres, Program, RabbitMq, python, rounds, wait_until};

use crate::deliveries::{self, Delivery};
use crate::invariants::look;
use crate::payers::Payers;
use crate::site::{Site, email_of, paid_through};

/// DB-03: 200 kills on each engine; in every run 20 on SQLite, ten on PostgreSQL.
const KILLS: (u32, u32) = (20, 200);
const KILLS_ON_A_SERVER: (u32, u32) = (10, 200);
/// FLT-01, MSG-01: the same with a broker.
const KILLS_WITH_BROKER: (u32, u32) = (6, 200);
/// FLT-18: so often it is told to stop under load.
const TERMINATIONS: (u32, u32) = (3, 50);
/// FLT-18: and it ends so soon.
const ENDS_WITHIN: Duration = Duration::from_secs(10);
/// "Going away" (RFC 6455 §7.4.1).
const AWAY: u16 = 1001;
const CHARGERS: u32 = 8;
/// So many of their drivers pay in meanwhile.
const PAYERS: usize = 3;
/// So often the gateway of one site ends; then it is another site's turn.
const SITE_KILLS: u32 = 20;
/// What a charger keeps for a gateway that is away, messages: a charge or two. Beyond it the oldest readings go, as they
/// do in a real one; else each kill would leave more to tell than is told before the next, and all that came would be old.
const KEEPS: usize = 60;
/// Far above what a gateway takes to start and chargers to come back.
const LIMIT: Duration = Duration::from_mins(1);
/// What a kWh costs: charges of two seconds take a few Wh, and each is to cost something.
const PRICE: &str = "50";
/// What each driver has: for as many charges as there may be.
const MONEY: &str = "100000.00";
const EVENTS: &str = "ev_charging_events";
const QUEUE: &str = "theirs";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_gateway_acknowledged_is_stored_and_every_charge_is_true() {
    for kills in sites_for(rounds(KILLS.0, KILLS.1)) {
        end_again_and_again(
            Site::with_price(None, PRICE).await,
            kills,
            End::Killed,
            None,
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_is_told_to_stop_under_load_says_goodbye_and_ends_in_time() {
    for ends in sites_for(rounds(TERMINATIONS.0, TERMINATIONS.1)) {
        end_again_and_again(Site::with_price(None, PRICE).await, ends, End::Told, None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgresql_too_what_a_killed_gateway_acknowledged_is_stored() {
    let server = Postgres::start().await;
    let (short, long) = KILLS_ON_A_SERVER;
    for (number, kills) in (1..).zip(sites_for(rounds(short, long))) {
        let database = server.database_url(&format!("killed_{number}")).await;
        let site = Site::with_price(Some(database), PRICE).await;
        end_again_and_again(site, kills, End::Killed, None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_gateway_committed_is_published_though_the_broker_is_killed_too() {
    for kills in sites_for(rounds(KILLS_WITH_BROKER.0, KILLS_WITH_BROKER.1)) {
        let mut broker = RabbitMq::start().await;
        let url = broker.url();
        // Bound before the first event, and written down before the first kill: a broker may forget what it was told
        // within the last two seconds.
        let bind = [url.as_str(), EVENTS, "#", QUEUE];
        python::run("amqp_consume.py", &bind, "").await;
        broker.ctl(&["eval", "mnesia:sync_log()."]).await;
        end_again_and_again(
            Site::with_price(None, PRICE).await,
            kills,
            End::Killed,
            Some(&mut broker),
        )
        .await;
    }
}

/// So many kills of each site, together `all`. The database is looked at as a whole after every kill: on one site for
/// all of them that takes longer and longer, and the chargers are away for nearly all of the time.
fn sites_for(all: u32) -> impl Iterator<Item = u32> {
    let part = move |first| SITE_KILLS.min(all - first);
    (0..all).step_by(SITE_KILLS as usize).map(part)
}

/// How a gateway ends.
#[derive(Clone, Copy)]
enum End {
    Killed,
    Told,
}

async fn end_again_and_again(site: Site, kills: u32, end: End, mut broker: Option<&mut RabbitMq>) {
    let access = site.add_fleet_with_money(CHARGERS, MONEY).await;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let cards = access.id_tags.iter().take(PAYERS);
    let emails: Vec<_> = cards.map(|card| email_of(card)).collect();
    let (door, desk) = (Port::lease(), Port::lease());
    let ocpp = format!("127.0.0.1:{}", door.number());
    let http = format!("127.0.0.1:{}", desk.number());
    let url = broker.as_ref().map(|broker| broker.url());
    let provider = Arc::new(PaymentServer::start().await);
    let place = Place {
        site: &site,
        ocpp: &ocpp,
        http: &http,
        broker: url.as_deref(),
        provider: &provider,
    };
    let mut payers = None;
    let fleet = Fleet::start(FleetConfig {
        data_dir: Some(folder.path().to_owned()),
        queue_limit: KEEPS,
        ..access.busy(format!("ws://{ocpp}/ocpp"))
    })
    .expect("the settings work");

    for kill in 1..=kills {
        let began = Instant::now();
        let mut gateway = place.serve().await;
        let up = began.elapsed();
        if payers.is_none() {
            payers = Some(Payers::begin(gateway.http(), &provider, &emails).await);
        }
        // Another moment each time, in the middle of things.
        charge_on(&fleet, &gateway, 20 + 13 * u64::from(1 + kill % 10)).await;
        if let Some(broker) = &mut broker {
            // Back only now: this gateway began without it, where the one before lost it.
            broker.start_again().await;
            if kill % 5 == 3 {
                hurt(broker, kill % 10 == 3).await;
                charge_on(&fleet, &gateway, 20).await;
            }
        }
        let charged = began.elapsed();
        match end {
            End::Killed => gateway.kill(),
            End::Told => tell_to_stop(&mut gateway, &site).await,
        }
        let sound = store::check::check(&site.database_url()).await;
        let faults = sound.expect("it can be looked at").faults;
        assert_eq!(faults, Vec::<String>::new(), "kill {kill}: it is sound");
        if kill % 20 == 0 {
            let all = began.elapsed();
            println!("kill {kill}: up in {up:.2?}, charged on by {charged:.2?}, all in {all:.2?}");
        }
    }
    let mut gateway = place.serve().await;
    let before = fleet.summary();
    let calm = wait_until(LIMIT, async || {
        let now = fleet.summary();
        let all = before.transactions_stopped + u64::from(CHARGERS);
        (now.transactions_stopped >= all).then_some(())
    });
    calm.await.expect("what was owed is delivered");
    let payers = payers.expect("they began with the first gateway");
    payers.check(&site.database_url()).await;
    let summary = fleet.stop().await;
    if let Some(broker) = &mut broker {
        broker.start_again().await;
        until_published(&site).await;
    }
    assert_eq!(gateway.terminate().await, 0, "the last one ends in order");

    let sound = store::check::check(&site.database_url()).await;
    let faults = sound.expect("it can be looked at").faults;
    assert_eq!(faults, Vec::<String>::new(), "the books add up in the end");
    assert!(billed(&site).await > 12, "many charges were paid for");

    let entries = truth::read(folder.path().join(truth::FILE_NAME)).expect("a sound truth file");
    let findings = look(&site.database_url(), &entries)
        .await
        .expect("it can be looked at");
    assert_eq!(findings.violations, Vec::<String>::new(), "{summary:?}");
    let (told, ended) = (findings.acknowledged, findings.ended);
    let billed = findings.billed;
    println!(
        "{kills} kills: {told} messages acknowledged, {ended} charges ended, {billed} bills anew"
    );
    assert!(told > 200, "much was told: {findings:?}");
    assert!(ended > 12, "many charges ended: {findings:?}");
    assert!(billed > 12, "many bills stand: {findings:?}");
    for (lie, told) in lies(&entries) {
        let findings = look(&site.database_url(), &lie)
            .await
            .expect("it can be looked at");
        let found = findings.violations.iter().any(|one| one.contains(told));
        assert!(found, "{told}: {:?}", findings.violations);
    }
    if let Some(broker) = broker {
        all_was_published(&site, broker).await;
    }
}

/// How often the fleet's accounts paid for a charge.
async fn billed(site: &Site) -> i64 {
    let store = Store::open(&site.database_url()).await;
    let store = store.expect("others may read it too");
    let mut paid = 0;
    {
        let mut conn = store.read().await.expect("a reader");
        let all = Slice {
            limit: i64::MAX,
            offset: 0,
        };
        let ended = sessions::list(&mut conn, sessions::Filter::default(), all).await;
        for session in ended.expect("a list").items {
            let (_, times) = ledger::moved(&mut conn, session.id, TransferKind::Charge)
                .await
                .expect("a sum");
            paid += times;
        }
    }
    store.close().await;
    paid
}

/// FLT-18: one more charger, which looks at how it is left.
async fn tell_to_stop(gateway: &mut Program, site: &Site) {
    let mut charge = site.charger(gateway.ocpp()).await;
    let told = Instant::now();
    let code = gateway.terminate().await;
    let took = told.elapsed();
    println!("ended with {code} after {took:.2?}");
    assert_eq!(code, 0, "in order: {}", gateway.logs());
    assert!(took <= ENDS_WITHIN, "it took {took:.2?}");
    assert_eq!(charge.charger().closed().await, Some(AWAY), "and said so");
}

async fn charge_on(fleet: &Fleet, gateway: &Program, more: u64) {
    let before = fleet.summary().meter_values;
    let busy = wait_until(LIMIT, async || {
        (fleet.summary().meter_values >= before + more).then_some(())
    });
    busy.await.unwrap_or_else(|| {
        let now = fleet.summary();
        panic!(
            "chargers go on, {before} and {more}: {now:?} {}",
            gateway.logs()
        )
    });
}

/// Ends the broker: as a power cut does, or in order.
async fn hurt(broker: &mut RabbitMq, kill: bool) {
    if kill {
        broker.kill();
    } else {
        broker.stop().await;
    }
}

/// Waits until nothing is left for the broker to get.
async fn until_published(site: &Site) {
    let store = Store::open(&site.database_url()).await;
    let store = store.expect("others may read it too");
    let drained = wait_until(LIMIT, async || {
        let mut conn = store.read().await.ok()?;
        (outbox::depth(&mut conn).await.ok()? == 0).then_some(())
    });
    drained.await.expect("the outbox drains");
    store.close().await;
}

async fn all_was_published(site: &Site, broker: &RabbitMq) {
    let url = broker.url();
    let lines = python::run("amqp_consume.py", &[&url, EVENTS, "#", QUEUE], "").await;
    let came = deliveries::parse(&lines).expect("the consumer prints JSON");
    let check = async |came: &[Delivery]| {
        let looked = deliveries::look(&site.database_url(), came).await;
        looked.expect("it can be looked at")
    };
    let findings = check(&came).await;
    assert_eq!(findings.violations, Vec::<String>::new());
    let (published, repeats) = (findings.published, findings.repeats);
    let waiting = findings.waiting;
    println!("{published} events published, {repeats} repeats, {waiting} of the stop wait");
    assert!(published > 1_000, "much was told: {findings:?}");
    for (lie, told) in lies_of_events(&came) {
        let findings = check(&lie).await;
        let found = findings.violations.iter().any(|one| one.contains(told));
        assert!(found, "{told}: {:?}", findings.violations);
    }
}

/// What came with one thing in it that is not so, and what must be said of it.
fn lies_of_events(came: &[Delivery]) -> Vec<(Vec<Delivery>, &'static str)> {
    let key = |at: usize| came[at].headers.key.clone();
    let next = |first: usize| (first + 1..came.len()).find(|at| key(*at) == key(first));
    let first = (0..came.len()).find(|at| next(*at).and_then(next).is_some());
    let first = first.expect("some key had several events");
    let second = next(first).expect("it was just there");
    let newest = (0..came.len()).rfind(|at| key(*at).is_some());
    let newest = newest.expect("events came");
    let lie = |change: &dyn Fn(&mut Vec<Delivery>)| {
        let mut lie = came.to_vec();
        change(&mut lie);
        lie
    };
    let of = |at: usize| came[at].id.clone();
    let without = |lie: &mut Vec<Delivery>, at: usize| lie.retain(|one| one.id != of(at));
    let invented = |number: &dyn Fn(i64) -> i64| {
        let mut one = came[newest].clone();
        one.id = Some("invented".to_owned());
        one.headers.number = one.headers.number.map(number);
        one
    };
    vec![
        (lie(&|lie| without(lie, newest)), "never published"),
        (lie(&|lie| without(lie, second)), "a hole"),
        (lie(&|lie| lie.swap(first, second)), "out of order"),
        (
            lie(&|lie| lie.push(invented(&|number| number + 1))),
            "never committed",
        ),
        (
            lie(&|lie| lie.push(invented(&|number| number))),
            "two events",
        ),
        (
            lie(&|lie| lie[newest].id = Some("another".to_owned())),
            "shown, marked",
        ),
    ]
}

/// The truth with one thing in it that is not so, and what must be said of it.
fn lies(entries: &[Entry]) -> Vec<(Vec<Entry>, &'static str)> {
    let mut reading = entries.to_vec();
    let mut energy = entries.to_vec();
    let mut transaction = entries.to_vec();
    let mut forgotten = entries.to_vec();
    let measured = reading.iter_mut().find_map(|entry| match entry {
        Entry::Acknowledged(said) if said.action == Action::MeterValues => Some(said),
        _ => None,
    });
    measured.expect("readings were told").timestamp += Duration::from_millis(1);
    let ended = energy.iter_mut().find_map(|entry| match entry {
        Entry::Ended(said) => Some(said),
        Entry::Acknowledged(_) => None,
    });
    ended.expect("charges ended").energy_wh += 1;
    let first = transaction.iter_mut().find_map(|entry| match entry {
        Entry::Acknowledged(said) => Some(said),
        Entry::Ended(_) => None,
    });
    first.expect("messages were told").transaction_id += 1;
    let number = |entry: &Entry| match entry {
        Entry::Acknowledged(said) => said.transaction_id,
        Entry::Ended(said) => said.transaction_id,
    };
    let one = forgotten.first().map(number);
    forgotten.retain(|entry| Some(number(entry)) != one);
    vec![
        (reading, "acknowledged and not stored"),
        (energy, "not what the charger measured"),
        (transaction, "has several transactions"),
        (forgotten, "knows nothing of"),
    ]
}

/// Where a gateway is begun again and again: always at the same doors.
struct Place<'p> {
    site: &'p Site,
    ocpp: &'p str,
    http: &'p str,
    broker: Option<&'p str>,
    provider: &'p PaymentServer,
}

impl Place<'_> {
    async fn serve(&self) -> Program {
        let mut flags = vec!["--listen", self.http, "--ocpp-listen", self.ocpp];
        flags.extend(
            self.broker
                .into_iter()
                .flat_map(|url| ["--broker-url", url]),
        );
        let settings = paid_through(self.provider);
        let settings = settings.each_ref().map(|(name, value)| (*name, &**value));
        self.site.run_at(&flags, &settings).await
    }
}
