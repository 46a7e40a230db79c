//! A full disk and a disk that lies, met by the real program: what was acknowledged is stored, nothing else
//! is acknowledged, and the gateway comes back by itself or ends for good (DB-05).

use std::collections::BTreeSet;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Charger, Program, Tracer, wait_until};

use crate::site::{self, CARD, IDENTITY, SECOND_CARD};

/// How long the gateway may take to be well again once there is room (DB-05).
const RECOVERED: Duration = Duration::from_secs(10);
/// Far above what anything here takes.
const SEEN: Duration = Duration::from_secs(30);
/// More messages than fill what a full disk has left.
const ENOUGH: u32 = 2_000;

/// Mounts a small disk at $1, copies the site at $2 onto it and runs the rest in its place.
const ON_SMALL_DISK: &str =
    r#"mount -t tmpfs -o size=16m small "$1" && cp -a "$2/." "$1" && shift 2 && exec "$@""#;

/// A gateway on a disk of 16 MB of its own, in a mount namespace of its own.
struct Small {
    gateway: Program,
    charger: Charger,
    transaction: i64,
    minute: u32,
    /// The minutes whose readings were acknowledged.
    acknowledged: BTreeSet<u32>,
    disk: PathBuf,
    folder: TempDir,
}

impl Small {
    async fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let (data, disk) = (folder.path().join("data"), folder.path().join("disk"));
        std::fs::create_dir(&disk).expect("the folder is writable");
        let key = site::register(&data);
        let (data, mount) = (data.display().to_string(), disk.display().to_string());
        let mut words = vec!["-Urm", "sh", "-c", ON_SMALL_DISK, "sh", &mount, &data];
        words.extend(site::serve(&mount));
        let gateway = Program::start(Path::new("unshare"), &words, &[]).await;
        // Its own view of the disk: nobody else has it mounted.
        let disk = PathBuf::from(format!("/proc/{}/root{mount}", gateway.id()));
        let mut charger = Charger::connect(gateway.ocpp(), IDENTITY, Some(&key)).await;
        let transaction = begin(&mut charger).await;
        Self {
            gateway,
            charger,
            transaction,
            minute: 0,
            acknowledged: BTreeSet::new(),
            disk,
            folder,
        }
    }

    /// Takes all the room that is left.
    fn fill(&self, name: &str) {
        let mut filler = std::fs::File::create(self.disk.join(name)).expect("a name costs nothing");
        let full = std::io::copy(&mut std::io::repeat(0xa5), &mut filler);
        assert!(full.is_err(), "the disk has an end");
    }

    /// Sends the next reading. Whether it was acknowledged: a message that could not be stored gets no answer.
    async fn measure(&mut self) -> bool {
        self.minute += 1;
        let reading = measured(self.transaction, self.minute);
        let acknowledged = acknowledged(&mut self.charger, "MeterValues", reading).await;
        if acknowledged {
            self.acknowledged.insert(self.minute);
        }
        acknowledged
    }

    /// Measures until a reading is refused.
    async fn measure_until_refused(&mut self) {
        for _ in 0..ENOUGH {
            if !self.measure().await {
                return;
            }
        }
        panic!("{ENOUGH} readings fitted on a full disk");
    }

    /// Waits until the gateway says that it is ready, or that it is not and why.
    async fn says(&self, status: u16, database: &str, within: Duration) {
        let said = wait_until(within, async || {
            let health = site::get(self.gateway.http(), "/health/ready");
            (health.0 == status && health.1["database"] == database).then_some(())
        });
        said.await.unwrap_or_else(|| {
            let now = site::get(self.gateway.http(), "/health/ready");
            panic!(
                "{status} {database} was to be said, not {now:?}: {}",
                self.gateway.logs()
            )
        });
    }

    /// Ends the gateway, takes its database off the small disk, and reads the minutes whose readings it holds.
    async fn stored(mut self) -> BTreeSet<u32> {
        const QUERY: &str = "import json, sqlite3, sys; rows = sqlite3.connect(sys.argv[1]).execute('SELECT measured_at FROM meter_reading'); print(json.dumps([row[0] for row in rows]))";
        // The mount goes with its last process; whoever has it open keeps it.
        let disk = std::fs::File::open(&self.disk).expect("it is mounted");
        assert_eq!(self.gateway.terminate().await, 0, "{}", self.gateway.logs());
        let held = PathBuf::from(format!("/proc/self/fd/{}", disk.as_raw_fd()));
        let copy = self.folder.path().join("after.db");
        std::fs::copy(held.join("forecourt.db"), &copy).expect("a closed database is one file");
        let output = Command::new("python3")
            .args(["-c", QUERY])
            .arg(&copy)
            .output();
        let output = output.expect("python3 is there");
        let times: Vec<i64> = serde_json::from_slice(&output.stdout).expect("a list of times");
        let first: domain::Timestamp = time(0).parse().expect("a time");
        times
            .iter()
            .map(|time| (time - first.as_millisecond()) / 60_000)
            .map(|minute| u32::try_from(minute).expect("none is before the first"))
            .collect()
    }
}

async fn begin(charger: &mut Charger) -> i64 {
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    let answer = charger.call("BootNotification", boot).await;
    assert_eq!(answer[2]["status"], "Accepted", "{answer}");
    let start = json!({ "connectorId": 1, "idTag": CARD, "meterStart": 0, "timestamp": time(0) });
    let answer = charger.call("StartTransaction", start).await;
    answer[2]["transactionId"]
        .as_i64()
        .expect("a card that may charge")
}

fn time(minute: u32) -> String {
    format!("2026-11-24T{:02}:{:02}:00Z", minute / 60, minute % 60)
}

fn measured(transaction: i64, minute: u32) -> Value {
    let value = json!([{ "value": (minute * 100).to_string(), "unit": "Wh" }]);
    json!({ "connectorId": 1, "transactionId": transaction,
        "meterValue": [{ "timestamp": time(minute), "sampledValue": value }] })
}

/// Sends a CALL and a question that is always answered behind it. Whether the CALL was answered as stored.
async fn acknowledged(charger: &mut Charger, action: &str, payload: Value) -> bool {
    charger
        .send(&json!([2, "told", action, payload]).to_string())
        .await;
    charger.send(r#"[2,"behind","NoSuchAction",{}]"#).await;
    let mut stored = false;
    loop {
        let answer = charger.next().await;
        if answer[1] == "behind" {
            return stored;
        }
        stored = answer[0] == 3 && answer[1] == "told";
    }
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_acknowledged_that_is_not_stored_and_room_mends_it() {
    let mut site = Small::start().await;
    site.says(200, "ok", SEEN).await;
    for _ in 0..20 {
        assert!(site.measure().await, "there is room");
    }

    site.fill("filler-1");
    site.measure_until_refused().await;
    site.says(503, "full", SEEN).await;
    // The reserve was given up for what is already running.
    assert!(
        site.measure().await,
        "a running session goes on: {}",
        site.gateway.logs()
    );

    for (token, status) in [(CARD, "Accepted"), (SECOND_CARD, "Blocked")] {
        let answer = site
            .charger
            .call("Authorize", json!({ "idTag": token }))
            .await;
        let found = &answer[2]["idTagInfo"]["status"];
        assert_eq!(
            found, status,
            "nothing new begins, what runs may stop: {answer}"
        );
    }

    site.fill("filler-2");
    site.measure_until_refused().await;
    assert!(
        !site.measure().await,
        "and with the reserve used up nothing is promised"
    );
    site.says(503, "full", SEEN).await;
    let logs = site.gateway.logs();
    assert!(site.gateway.exited().is_none(), "it lives on: {logs}");

    for filler in ["filler-1", "filler-2"] {
        std::fs::remove_file(site.disk.join(filler)).expect("it is there");
    }
    site.says(200, "ok", RECOVERED).await;
    let back = wait_until(RECOVERED, async || site.measure().await.then_some(())).await;
    assert!(
        back.is_some(),
        "it takes readings again: {}",
        site.gateway.logs()
    );
    let stop = json!({ "transactionId": site.transaction, "meterStop": 999_900, "timestamp": time(1_439) });
    assert!(
        acknowledged(&mut site.charger, "StopTransaction", stop).await,
        "and the stop"
    );

    let ballast = std::fs::metadata(site.disk.join("forecourt.db.ballast"));
    assert!(
        ballast.is_ok_and(|about| about.len() > 1_000_000),
        "the reserve is laid anew"
    );
    let acknowledged = site.acknowledged.clone();
    let stored = site.stored().await;
    let lost: Vec<&u32> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "acknowledged and not stored: {lost:?}");
}

#[tokio::test]
async fn a_flush_that_fails_ends_the_process_and_is_never_tried_again() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let key = site::register(&data);
    let data = data.display().to_string();
    let exe = Path::new(env!("CARGO_BIN_EXE_forecourt-gateway"));
    let words = site::serve(&data);
    let mut gateway = Program::start(exe, &words[1..], &[]).await;
    let mut charger = Charger::connect(gateway.ocpp(), IDENTITY, Some(&key)).await;
    let transaction = begin(&mut charger).await;

    let trace = folder.path().join("trace");
    let _tracer = lie_about_flushes(gateway.id(), &trace).await;
    let reading = json!([2, "told", "MeterValues", measured(transaction, 1)]);
    // The gateway flushes by itself too, and may be gone already: then nothing is lost that it promised.
    let _ = charger.send_message(reading.to_string().into()).await;
    let code = wait_until(SEEN, async || gateway.exited()).await;
    assert_eq!(code, Some(1), "it ends: {}", gateway.logs());
    assert_eq!(
        charger.closed().await,
        None,
        "without an answer and without a goodbye"
    );
    let logs = gateway.logs();
    assert!(
        logs.contains("the disk lost what was written"),
        "and says why: {logs}"
    );
    let traced = std::fs::read_to_string(&trace).expect("the tracer wrote it");
    let refused = traced.matches("INJECTED").count();
    assert_eq!(
        refused, 1,
        "a second flush would have said that all is well: {traced}"
    );
}

/// From its return on each flush of the process fails.
async fn lie_about_flushes(process: u32, log: &Path) -> Tracer {
    let inject = "inject=fsync,fdatasync:error=EIO";
    Tracer::attach(process, &["-e", "trace=fsync,fdatasync", "-e", inject], log).await
}
