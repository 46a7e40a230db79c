//! A gateway with two charge points that have a key and one that has none, and short waits.

use std::time::Duration;

use domain::authorization::IdTokenStatus;
use domain::{ChargePointId, Identity};
use gateway::Gateway;
use gateway::ops::add_charge_point::{Credentials, NewChargePoint, add_charge_point};
use gateway::ops::add_id_token::add_id_token;
use gateway::ops::add_station::add_station;
use gateway::settings::{Listen, Settings};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::repo::charge_points;
use tempfile::TempDir;
use testkit::Charger;
use testkit::charger::{Error, Knock};

pub const KEY: &str = "00112233445566778899aabbccddeeff00112233";
pub const OTHER_KEY: &str = "ffffffffffffffffffffffffffffffffffffffff";
pub const CARD: &str = "04A1B27F2A";

/// A StartTransaction of the card.
pub fn start(meter: i64) -> Value {
    json!({ "connectorId": 1, "idTag": CARD, "meterStart": meter, "timestamp": "2026-11-22T09:30:00Z" })
}

/// A running gateway and its charge points: `CP-1` and `CP:2` with keys, `CP-0` without.
pub struct Site {
    pub gateway: Gateway,
    pub url: String,
    /// `CP-1`.
    pub point: ChargePointId,
    /// `CP-0`.
    pub open_point: ChargePointId,
    folder: TempDir,
}

impl Site {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings than the short waits.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut settings = Settings {
            listen: Listen::Off,
            ocpp_listen: ([127, 0, 0, 1], 0).into(),
            data_dir: Some(folder.path().to_owned()),
            ..Settings::default()
        };
        settings.ocpp.takeover_ping = SignedDuration::from_millis(400);
        change(&mut settings);
        let gateway = Gateway::start(settings)
            .await
            .expect("a fresh gateway starts");
        let core = &gateway.core;
        add_station(core, "Test")
            .await
            .expect("a station can be added");
        add_id_token(core, CARD, IdTokenStatus::Accepted)
            .await
            .expect("a card can be added");
        let add = async |identity: &str, credentials| {
            let new = NewChargePoint {
                identity: Identity::parse(identity).expect("a valid identity"),
                name: None,
                station: "Test".to_owned(),
                connectors: 2,
                max_power_w: 22_000,
                credentials,
            };
            let added = add_charge_point(core, new).await;
            added.expect("a charge point can be added").0
        };
        let point = add("CP-1", Credentials::Key(KEY.to_owned())).await;
        add("CP:2", Credentials::Key(OTHER_KEY.to_owned())).await;
        let open_point = add("CP-0", Credentials::None).await;
        Self {
            url: format!("ws://127.0.0.1:{}/ocpp", gateway.ocpp.port()),
            point,
            open_point,
            gateway,
            folder,
        }
    }

    /// So many charge points more, each with the key of `CP-1`: their identities and ids.
    pub async fn add_more(&self, count: u32) -> Vec<(String, ChargePointId)> {
        let mut all = Vec::new();
        for number in 1..=count {
            let identity = format!("MORE-{number:04}");
            let new = NewChargePoint {
                identity: Identity::parse(&identity).expect("a valid identity"),
                name: None,
                station: "Test".to_owned(),
                connectors: 1,
                max_power_w: 22_000,
                credentials: Credentials::Key(KEY.to_owned()),
            };
            let added = add_charge_point(&self.gateway.core, new).await;
            all.push((identity, added.expect("a charge point can be added").0));
        }
        all
    }

    /// Where the database is.
    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("forecourt.db")
    }

    /// Connects `CP-1`.
    pub async fn charger(&self) -> Charger {
        self.connect("CP-1", self.point).await
    }

    /// Connects a charge point that has the key of `CP-1`. Where it had no socket, CALLs find their way to it by then:
    /// that is a moment after its handshake.
    pub async fn connect(&self, identity: &str, point: ChargePointId) -> Charger {
        let charger = Charger::connect(&self.url, identity, Some(KEY)).await;
        let seated = testkit::wait_until(Duration::from_secs(10), async || {
            self.gateway.outbound.version(point)
        });
        assert!(seated.await.is_some(), "{identity} has its place");
        charger
    }

    /// Knocks as `path`, and tells the HTTP status of a refusal.
    pub async fn knock(&self, path: &str, knock: &Knock) -> Result<Charger, u16> {
        match Charger::knock(&self.url, path, knock).await {
            Ok(charger) => Ok(charger),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{path} was refused without a status: {error}"),
        }
    }

    /// What the database says of a charge point.
    pub async fn row(&self, point: ChargePointId) -> domain::charge_point::ChargePoint {
        let mut conn = self.gateway.core.store.read().await.expect("a reader");
        let row = charge_points::find(&mut conn, point).await;
        row.expect("the database answers")
            .expect("it is registered")
    }
}
