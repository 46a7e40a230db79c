//! The real program with many charge points on it, looked at from outside: its memory, its open files, its log. For
//! what must be measured of the gateway alone; `site` is a gateway in the test's own process.

use std::path::Path;
use std::time::{Duration, Instant};

use domain::Identity;
use domain::authorization::IdTokenStatus;
use gateway::ops::add_charge_point::{Credentials, NewChargePoint};
use gateway::ops::add_charge_points::add_charge_points;
use gateway::ops::add_id_token::add_id_token;
use gateway::ops::add_station::add_station;
use gateway::settings::Settings;
use serde_json::json;
use tempfile::TempDir;
use testkit::charger::Knock;
use testkit::{Charger, Program, memory};

use super::site::KEY;
use crate::site;

/// A running gateway; its charge points are `CP-0001` and so on, each with the card `CARD-0001` and so on.
pub struct Running {
    pub program: Program,
    folder: TempDir,
}

impl Running {
    /// With so many charge points, and settings as its environment names them, without `FORECOURT_`.
    pub async fn start(points: u32, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let data = folder.path().join("data");
        register(&data, points).await;
        let data = data.display().to_string();
        let words = site::serve(&data);
        let named: Vec<_> = settings
            .iter()
            .map(|(name, value)| (format!("FORECOURT_{name}"), *value))
            .collect();
        let named: Vec<_> = named
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        let program = Program::start(Path::new(words[0]), &words[1..], &named).await;
        Self { program, folder }
    }

    /// Where its database is.
    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("data/forecourt.db")
    }

    /// How charge point `number` knocks, counted from 1.
    pub fn knock(number: u32) -> (String, Knock) {
        let identity = format!("CP-{number:04}");
        let knock = Knock::new(&identity, Some(KEY));
        (identity, knock)
    }

    /// Charge point `number`, connected.
    pub async fn charger(&self, number: u32) -> Charger {
        let (identity, knock) = Self::knock(number);
        let charger = Charger::knock(self.program.ocpp(), &identity, &knock).await;
        charger.unwrap_or_else(|error| panic!("{identity} has its key: {error}"))
    }

    /// Resident memory, KiB.
    pub fn memory(&self) -> u64 {
        memory::resident_kib(self.program.id())
    }

    /// How many sockets it has open.
    pub fn sockets(&self) -> usize {
        let folder = std::fs::read_dir(format!("/proc/{}/fd", self.program.id()));
        let open = folder.expect("it runs").filter_map(Result::ok);
        let names = open.filter_map(|file| std::fs::read_link(file.path()).ok());
        names
            .filter(|name| name.to_string_lossy().starts_with("socket:"))
            .count()
    }

    /// Panics with what it logged when something in it panicked.
    pub fn has_not_panicked(&self) {
        let logs = self.program.logs();
        let line = logs.lines().find(|line| line.contains("panicked"));
        assert_eq!(line, None, "a panic in the gateway");
    }
}

async fn register(data: &Path, points: u32) {
    let settings = Settings {
        data_dir: Some(data.to_owned()),
        ..Settings::default()
    };
    let core = gateway::app::open_core(&settings).await;
    let core = core.expect("a fresh database can be opened");
    add_station(&core, "Test")
        .await
        .expect("a station can be added");
    let like = NewChargePoint {
        identity: Identity::parse("CP").expect("a valid identity"),
        name: None,
        station: "Test".to_owned(),
        connectors: 1,
        max_power_w: 22_000,
        credentials: Credentials::Key(KEY.to_owned()),
    };
    let added = add_charge_points(&core, "CP-", points, like).await;
    added.expect("charge points can be added");
    for number in 1..=points {
        let card = format!("CARD-{number:04}");
        let added = add_id_token(&core, &card, IdTokenStatus::Accepted).await;
        added.expect("a card can be added");
    }
    core.store.close().await;
}

/// How long answers took.
#[derive(Debug, Default)]
pub struct Latency(Vec<Duration>);

impl Latency {
    /// One Heartbeat and how long its answer took.
    pub async fn beat(&mut self, charger: &mut Charger) {
        let began = Instant::now();
        let answer = charger.call("Heartbeat", json!({})).await;
        assert_eq!(answer[0], 3, "who is inside is served: {answer}");
        self.0.push(began.elapsed());
    }

    pub fn note(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// What 99 of 100 keep to; nothing where nothing was measured.
    pub fn p99(&mut self) -> Duration {
        self.0.sort_unstable();
        let at = self.0.len() * 99 / 100;
        self.0
            .get(at)
            .or(self.0.last())
            .copied()
            .unwrap_or_default()
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}
