//! The site under load: one operator, one station and many charge points with a card each, registered as the admin
//! commands do it.

use std::path::{Path, PathBuf};

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

use crate::Outcome;
use crate::app::Gateway;

pub const EMAIL: &str = "bench@example.org";
pub const PASSWORD: &str = "measured and not guessed";

const STATION: &str = "Bench";
/// Enough that the fastest level still leaves each a pace a charger could keep.
const CHARGE_POINTS: usize = 1000;

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

/// The registered site.
pub struct Site {
    folder: TempDir,
    pub charge_points: Vec<Registered>,
}

impl Site {
    /// Fills a new database below `disk`.
    pub async fn register(disk: &Path) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(disk)?;
        let settings = Settings {
            data_dir: Some(data(&folder)),
            ..Settings::default()
        };
        let core = gateway::app::open_core(&settings).await?;
        let charge_points = fill(&core).await?;
        core.store.close().await;
        Ok(Self {
            folder,
            charge_points,
        })
    }

    /// Starts the gateway on it.
    pub async fn serve(&self) -> Outcome<Gateway> {
        Gateway::start(&data(&self.folder), &self.folder.path().join("log")).await
    }
}

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

async fn fill(core: &Core) -> Outcome<Vec<Registered>> {
    create_operator(core, EMAIL, Role::Operator, PASSWORD.to_owned()).await?;
    add_station(core, STATION).await?;
    let mut charge_points = Vec::with_capacity(CHARGE_POINTS);
    for number in 1..=CHARGE_POINTS {
        let identity = format!("BENCH-{number:04}");
        let key = secret::make_key();
        let new = NewChargePoint {
            identity: Identity::parse(&identity)?,
            name: None,
            station: STATION.to_owned(),
            connectors: 1,
            max_power_w: 400_000,
            credentials: Credentials::Key(key.clone()),
        };
        add_charge_point(core, new).await?;
        let point = Registered { identity, key };
        add_id_token(core, point.card(), IdTokenStatus::Accepted).await?;
        charge_points.push(point);
    }
    Ok(charge_points)
}
