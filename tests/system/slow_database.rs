//! A database that hangs, is locked by another program, or fails: nothing is acknowledged that is not stored, who only
//! asks for the time or shows a known card is answered all the same, memory stays where it was, and what waited is
//! delivered soon after (FLT-13).
//!
//! Planted once and seen red: a heartbeat that waits for its commit (`heartbeat.rs`), and with it no card remembered
//! (`known_tokens.rs`).

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulator::{Fleet, FleetConfig, truth};
use testkit::{Charger, Postgres, Program, Tracer, memory, python, rounds, wait_until};

use crate::invariants::look;
use crate::site::{CARD, IDENTITY, Site};

const CHARGERS: u32 = 8;
/// How long the lock is held, seconds.
const LOCKED: (u32, u32) = (6, 60);
/// How long each stall takes, and how many there are.
const STALL: (u32, u32) = (2, 5);
const STALLS: (u32, u32) = (1, 5);
/// FLT-13.
const ANSWERED: Duration = Duration::from_secs(2);
const MEMORY_KB: u64 = 100_000;
const CAUGHT_UP: Duration = Duration::from_secs(30);
/// Far above what anything else here takes.
const LIMIT: Duration = Duration::from_mins(1);

/// Holds SQLite's write lock from its `ready` until its input ends.
const LOCK_SQLITE: &str = r"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
db.execute('BEGIN IMMEDIATE')
print('ready', flush=True)
sys.stdin.read()
db.execute('ROLLBACK')
";

/// Another program with a lock, until it is let go.
struct Lock(Child);

impl Lock {
    async fn sqlite(file: &str) -> Self {
        let mut child = Command::new(python::interpreter())
            .args(["-c", LOCK_SQLITE, file])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the interpreter is installed");
        ready(&mut child, "ready").await;
        Self(child)
    }

    async fn postgres(url: &str) -> Self {
        let mut child = Command::new("psql")
            .args(["--no-psqlrc", "--quiet", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("psql comes with PostgreSQL");
        let mut stdin = child.stdin.take().expect("it is piped");
        // All that a reading needs; reading them is refused too.
        let lock = "BEGIN; LOCK TABLE meter_reading, session, charge_point, id_token IN ACCESS EXCLUSIVE MODE; \\echo locked\n";
        stdin.write_all(lock.as_bytes()).expect("it reads");
        child.stdin = Some(stdin);
        ready(&mut child, "locked").await;
        Self(child)
    }

    fn release(mut self) {
        drop(self.0.stdin.take());
        self.0.wait().expect("it is ours to wait for");
    }
}

/// Waits for a line of a child that says so.
async fn ready(child: &mut Child, word: &'static str) {
    let stdout = child.stdout.take().expect("it is piped");
    let waited = tokio::task::spawn_blocking(move || {
        let lines = std::io::BufRead::lines(std::io::BufReader::new(stdout));
        lines.map_while(Result::ok).any(|line| line.contains(word))
    });
    let locked = tokio::time::timeout(LIMIT, waited).await;
    assert!(matches!(locked, Ok(Ok(true))), "the lock is held");
}

/// Makes system calls of a gateway slow, or fail, until it is dropped.
async fn trouble(process: u32, inject: &str) -> Tracer {
    Tracer::attach(process, &["-e", inject], Path::new("/dev/null")).await
}

/// A gateway with chargers that charge, and one that only says that it is alive and at which a card is shown.
struct Yard {
    site: Site,
    gateway: Program,
    fleet: Fleet,
    idle: Charger,
    folder: tempfile::TempDir,
    before_kb: u64,
}

impl Yard {
    async fn open(site: Site) -> Self {
        let access = site.add_fleet("SIM-", CHARGERS).await;
        let gateway = site.serve(&[]).await;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let fleet = Fleet::start(FleetConfig {
            meter_interval: Duration::from_millis(200),
            charge_time: Duration::from_secs(3),
            call_timeout: Duration::from_secs(3),
            data_dir: Some(folder.path().to_owned()),
            ..access.busy(gateway.ocpp())
        })
        .expect("the settings work");
        let mut idle = Charger::connect(gateway.ocpp(), IDENTITY, Some(site.key())).await;
        assert_eq!(authorize(&mut idle, CARD).await["status"], "Accepted");
        let mut yard = Self {
            site,
            gateway,
            fleet,
            idle,
            folder,
            before_kb: 0,
        };
        yard.charge_on(100).await;
        yard.before_kb = memory::resident_kib(yard.gateway.id());
        yard
    }

    async fn charge_on(&self, more: u64) {
        let before = self.fleet.summary().meter_values;
        let busy = wait_until(LIMIT, async || {
            (self.fleet.summary().meter_values >= before + more).then_some(())
        });
        busy.await.expect("chargers charge");
    }

    /// For so long, with the database as it is now: heartbeats, and a known card where `cards`.
    async fn ask_for(&mut self, lasts: Duration, cards: bool) -> Vec<Duration> {
        let (began, mut took) = (Instant::now(), Vec::new());
        let mut slowest_card = Duration::ZERO;
        while began.elapsed() < lasts {
            for _ in 0..20 {
                let asked = Instant::now();
                let answer = self.idle.call("Heartbeat", json!({})).await;
                took.push(asked.elapsed());
                assert!(answer[2]["currentTime"].is_string(), "{answer}");
            }
            if !cards {
                continue;
            }
            let asked = Instant::now();
            let info = authorize(&mut self.idle, CARD).await;
            slowest_card = slowest_card.max(asked.elapsed());
            assert_eq!(info["status"], "Accepted", "a card it knows");
        }
        println!("the slowest card was answered after {slowest_card:.2?}");
        took
    }

    /// The trouble is over: what waited is delivered, nothing that was acknowledged is lost.
    async fn close(mut self, mut took: Vec<Duration>) {
        let over = Instant::now();
        let stopped = self.fleet.summary().transactions_stopped;
        let caught_up = wait_until(CAUGHT_UP, async || {
            let now = self.fleet.summary().transactions_stopped;
            (now >= stopped + u64::from(CHARGERS)).then_some(())
        });
        assert!(
            caught_up.await.is_some(),
            "chargers are answered again: {}",
            self.gateway.logs()
        );
        let (after, most) = (over.elapsed(), memory::peak_kib(self.gateway.id()));
        took.sort_unstable();
        let p99 = took[took.len() * 99 / 100];
        println!(
            "{} heartbeats: p99 {p99:.2?}; caught up after {after:.2?}; memory {} kB before, {most} kB at most",
            took.len(),
            self.before_kb
        );
        assert!(p99 < ANSWERED, "a heartbeat took {p99:.2?}");
        assert!(most < self.before_kb + MEMORY_KB, "{most} kB");
        self.fleet.stop().await;
        assert_eq!(self.gateway.terminate().await, 0, "{}", self.gateway.logs());
        let entries = truth::read(self.folder.path().join(truth::FILE_NAME));
        let entries = entries.expect("a sound truth file");
        let findings = look(&self.site.database_url(), &entries).await;
        let findings = findings.expect("it can be looked at");
        assert_eq!(findings.violations, Vec::<String>::new());
        assert!(findings.acknowledged > 100, "{findings:?}");
    }
}

async fn authorize(charger: &mut Charger, card: &str) -> Value {
    let answer = charger.call("Authorize", json!({ "idTag": card })).await;
    answer[2]["idTagInfo"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_another_program_holds_sqlites_lock_who_needs_no_commit_is_answered() {
    let mut yard = Yard::open(Site::new().await).await;
    let file = yard.site.database_url();
    let lock = Lock::sqlite(file.strip_prefix("sqlite://").expect("a file")).await;
    let lasts = rounds(LOCKED.0, LOCKED.1);
    let took = yard.ask_for(Duration::from_secs(lasts.into()), true).await;
    lock.release();
    yard.close(took).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_disk_stalls_and_then_refuses_who_needs_no_commit_is_answered() {
    let mut yard = Yard::open(Site::new().await).await;
    let (stall, stalls) = (rounds(STALL.0, STALL.1), rounds(STALLS.0, STALLS.1));
    let mut took = Vec::new();
    for _ in 0..stalls {
        // Each flush takes so long.
        let slow = format!("inject=fdatasync,fsync:delay_enter={}", stall * 1_000_000);
        let trouble = trouble(yard.gateway.id(), &slow).await;
        let lasts = Duration::from_secs(u64::from(stall) * 2);
        took.extend(yard.ask_for(lasts, true).await);
        drop(trouble);
        yard.charge_on(20).await;
    }
    let trouble = trouble(yard.gateway.id(), "inject=pwrite64:error=EIO").await;
    let lasts = Duration::from_secs(stall.into());
    // Nothing new begins on such a disk, so no card is welcome.
    took.extend(yard.ask_for(lasts, false).await);
    drop(trouble);
    yard.close(took).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgresqls_tables_are_locked_who_needs_no_commit_is_answered() {
    let server = Postgres::start().await;
    let url = server.database_url("locked").await;
    let mut yard = Yard::open(Site::in_database(url.clone()).await).await;
    let lock = Lock::postgres(&url).await;
    let lasts = rounds(LOCKED.0, LOCKED.1);
    let took = yard.ask_for(Duration::from_secs(lasts.into()), true).await;
    lock.release();
    yard.close(took).await;
}
