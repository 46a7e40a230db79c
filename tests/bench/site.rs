//! The site under load: one operator, stations of ten and many charge points with a card each, registered as the admin
//! commands do it.

use std::path::Path;

use domain::Identity;
use domain::authorization::IdTokenStatus;
use domain::operator::Role;
use gateway::core::Core;
use gateway::ops::add_charge_point::{Credentials, NewChargePoint, add_charge_point};
use gateway::ops::add_id_token::add_id_token;
use gateway::ops::add_station::add_station;
use gateway::ops::create_operator::create_operator;
use gateway::secret;
use gateway::settings::Settings;
use tempfile::TempDir;
use testkit::{Postgres, RabbitMq};
use tokio::task::JoinSet;

use crate::Outcome;
use crate::app::Gateway;

pub const EMAIL: &str = "bench@example.org";
pub const PASSWORD: &str = "measured and not guessed";

/// As many as one gateway lets in (`limits.sockets`).
pub const CHARGE_POINTS: usize = 5000;
/// How many stand at one station.
const AT_A_STATION: usize = 10;
/// How many are registered at the same time: they share a commit.
const AT_ONCE: usize = 64;

/// A charge point that may connect.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Registered {
    pub identity: String,
    pub key: String,
}

impl Registered {
    /// The card of whoever charges there: one that charges at one plug is refused at the next.
    pub fn card(&self) -> &str {
        &self.identity
    }
}

/// What the gateway stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A file and no broker: one kiosk.
    Sqlite,
    /// Servers of their own on the same machine and the same cores.
    Servers,
}

impl Ground {
    /// In the words of the table and of the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite + in-process",
            Self::Servers => "PostgreSQL + RabbitMQ",
        }
    }
}

/// The registered site.
pub struct Site {
    folder: TempDir,
    /// They end with the site.
    _servers: Option<(Postgres, RabbitMq)>,
    settings: Settings,
    pub charge_points: Vec<Registered>,
}

impl Site {
    /// Fills a new database below `disk`.
    pub async fn register(disk: &Path, ground: Ground) -> Outcome<Self> {
        Self::of(disk, ground, CHARGE_POINTS).await
    }

    /// The same with so many charge points.
    pub async fn of(disk: &Path, ground: Ground, count: usize) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(disk)?;
        let mut settings = Settings {
            data_dir: Some(folder.path().join("data")),
            ..Settings::default()
        };
        let mut servers = None;
        if ground == Ground::Servers {
            // Unlike the tests' own, this server waits for the disk.
            let postgres = Postgres::start_durable(disk).await;
            let rabbitmq = RabbitMq::start().await;
            settings.database_url = Some(postgres.database_url("bench").await);
            settings.broker_url = Some(rabbitmq.url());
            servers = Some((postgres, rabbitmq));
        }
        let core = gateway::app::open_core(&settings).await?;
        let charge_points = fill(&core, count).await?;
        core.store.close().await;
        Ok(Self {
            folder,
            _servers: servers,
            settings,
            charge_points,
        })
    }

    /// The arguments that make a program run on it.
    pub fn arguments(&self) -> Vec<String> {
        let data = self.folder.path().join("data");
        vec!["--data-dir".to_owned(), data.display().to_string()]
    }

    /// Starts the gateway on it.
    pub async fn serve(&self) -> Outcome<Gateway> {
        Gateway::start(&self.settings, &self.folder.path().join("log")).await
    }
}

async fn fill(core: &Core, count: usize) -> Outcome<Vec<Registered>> {
    create_operator(core, EMAIL, Role::Operator, PASSWORD.to_owned()).await?;
    for number in 0..count.div_ceil(AT_A_STATION) {
        add_station(core, &station(number)).await?;
    }
    let mut charge_points = Vec::with_capacity(count);
    let numbers: Vec<usize> = (1..=count).collect();
    for few in numbers.chunks(AT_ONCE) {
        let mut adding = JoinSet::new();
        for number in few {
            adding.spawn(add(core.clone(), *number));
        }
        for added in adding.join_all().await {
            charge_points.push(added?);
        }
    }
    charge_points.sort_by(|one, other| one.identity.cmp(&other.identity));
    Ok(charge_points)
}

async fn add(core: Core, number: usize) -> Outcome<Registered> {
    let identity = format!("BENCH-{number:04}");
    let key = secret::make_key();
    let new = NewChargePoint {
        identity: Identity::parse(&identity)?,
        name: None,
        station: station((number - 1) / AT_A_STATION),
        connectors: 1,
        max_power_w: 22_000,
        credentials: Credentials::Key(key.clone()),
    };
    add_charge_point(&core, new).await?;
    let point = Registered { identity, key };
    add_id_token(&core, point.card(), IdTokenStatus::Accepted).await?;
    Ok(point)
}

/// The name of a station, counted from 0.
fn station(number: usize) -> String {
    format!("Bench {number:03}")
}
