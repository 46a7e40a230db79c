//! A site in a box: a station, a charge point, a card and an operator in a database of the test's own,
//! registered as an admin would, and the programs that run on it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;
use std::time::Duration;

use domain::operator::Role;
use gateway::admin::{self, AdminCommand, ChargePointFlags, Register};
use gateway::core::Core;
use gateway::ops::add_customer::add_customer;
use gateway::ops::adjust_wallet::opening_balance;
use gateway::ops::create_operator::create_operator;
use gateway::settings::Settings;
use serde_json::{Value, json};
use simulator::{FleetConfig, Scenario};
use tempfile::TempDir;
use testkit::payments::{STRIPE_SECRET, WEBHOOK_SECRET};
use testkit::port::Port;
use testkit::{Charger, PaymentServer, Program};

pub const IDENTITY: &str = "CP-1";
pub const CARD: &str = "04A1B27F2A";
pub const EMAIL: &str = "desk@example.org";
/// Whom `add_admin` adds.
pub const ADMIN: &str = "admin@example.org";
pub const PASSWORD: &str = "a long enough password";

/// What many charge points share, and what their drivers do not.
pub struct FleetAccess {
    pub password: String,
    pub id_tags: Vec<String>,
}

impl FleetAccess {
    /// Charge points that charge all the time and give nothing up: what is not acknowledged stays owed. They come
    /// back soon: what is looked at is the gateway's return, not a charger's patience.
    pub fn busy(self, ocpp: impl Into<String>) -> FleetConfig {
        FleetConfig {
            count: u32::try_from(self.id_tags.len()).expect("a card each"),
            password: Some(self.password),
            id_tags: self.id_tags,
            scenario: Scenario::Busy,
            meter_interval: Duration::from_millis(100),
            charge_time: Duration::from_secs(2),
            rest_time: Duration::from_millis(200),
            call_timeout: Duration::from_secs(5),
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(1),
            retry_interval: Duration::from_millis(100),
            transaction_attempts: u32::MAX,
            ..FleetConfig::new(ocpp)
        }
    }
}

/// A registered site that no program runs on yet.
pub struct Site {
    folder: TempDir,
    database: Option<String>,
    key: String,
    /// The charge point's id, as pages and events know it.
    pub charge_point: String,
    /// Its station's id.
    pub station: String,
}

impl Site {
    /// In a SQLite file.
    pub async fn new() -> Self {
        Self::register(None, None).await
    }

    /// In the database behind a URL.
    pub async fn in_database(url: String) -> Self {
        Self::register(Some(url), None).await
    }

    /// In a SQLite file, or in the database behind a URL, at a price per kWh with 19 % tax inside.
    pub async fn with_price(database: Option<String>, per_kwh: &str) -> Self {
        Self::register(database, Some(per_kwh)).await
    }

    async fn register(database: Option<String>, per_kwh: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let settings = || Settings {
            data_dir: Some(folder.path().join("data")),
            database_url: database.clone(),
            ..Settings::default()
        };
        let core = gateway::app::open_core(&settings())
            .await
            .expect("a fresh database can be opened");
        add_operator(&core, EMAIL, Role::Operator).await;
        core.store.close().await;
        let station = Register::AddStation {
            name: "Test".to_owned(),
            price_per_kwh: per_kwh.map(str::to_owned),
            tax_percent: per_kwh.map(|_| "19".to_owned()),
        };
        let station = admin(settings(), station).await;
        let token = Register::AddIdToken {
            token: CARD.to_owned(),
            customer: None,
            status: domain::authorization::IdTokenStatus::Accepted,
        };
        admin(settings(), token).await;
        let point = admin(settings(), add_charge_point(IDENTITY)).await;
        Self {
            key: text(&point, "password"),
            charge_point: text(&point, "id"),
            station: text(&station, "id"),
            folder,
            database,
        }
    }

    /// What the site's charge point is let in with.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Adds somebody who may also manage users.
    pub async fn add_admin(&self) {
        let settings = Settings {
            data_dir: Some(self.folder.path().join("data")),
            database_url: self.database.clone(),
            ..Settings::default()
        };
        let core = gateway::app::open_core(&settings)
            .await
            .expect("a database that was opened before");
        add_operator(&core, ADMIN, Role::Admin).await;
        core.store.close().await;
    }

    /// Registers a second charge point beside the first and returns its id.
    pub async fn add_another(&self, identity: &str) -> String {
        let settings = Settings {
            data_dir: Some(self.folder.path().join("data")),
            database_url: self.database.clone(),
            ..Settings::default()
        };
        let point = admin(settings, add_charge_point(identity)).await;
        text(&point, "id")
    }

    /// Registers many charge points, each with a card of its own.
    pub async fn add_fleet(&self, prefix: &str, count: u32) -> FleetAccess {
        self.add_fleet_of(prefix, count, None).await
    }

    /// The same, and each card is of an account with so much money.
    pub async fn add_fleet_with_money(&self, count: u32, balance: &str) -> FleetAccess {
        self.add_fleet_of("SIM-", count, Some(balance)).await
    }

    async fn add_fleet_of(&self, prefix: &str, count: u32, balance: Option<&str>) -> FleetAccess {
        let settings = || Settings {
            data_dir: Some(self.folder.path().join("data")),
            database_url: self.database.clone(),
            ..Settings::default()
        };
        let points = Register::AddChargePoints {
            prefix: prefix.to_owned(),
            count,
            flags: flags(),
        };
        let password = text(&admin(settings(), points).await, "password");
        let id_tags: Vec<_> = (1..=count)
            .map(|number| format!("{prefix}CARD{number:04}"))
            .collect();
        for token in &id_tags {
            let customer = match balance {
                Some(balance) => Some(add_account(settings(), token, balance).await),
                None => None,
            };
            let token = Register::AddIdToken {
                token: token.clone(),
                customer,
                status: domain::authorization::IdTokenStatus::Accepted,
            };
            admin(settings(), token).await;
        }
        FleetAccess { password, id_tags }
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where its database is.
    pub fn database_url(&self) -> String {
        let file = self.folder.path().join("data/forecourt.db");
        let file = file.to_str().expect("temporary folders have UTF-8 names");
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite://{file}"))
    }

    /// The arguments that make a program run on this site.
    pub fn arguments(&self) -> Vec<String> {
        let data = self.folder.path().join("data");
        let data = data.to_str().expect("temporary folders have UTF-8 names");
        let mut arguments = vec!["--data-dir".to_owned(), data.to_owned()];
        if let Some(url) = &self.database {
            arguments.extend(["--database-url".to_owned(), url.clone()]);
        }
        arguments
    }

    /// The same at these doors: for pages, for chargers. They stay where the program starts anew.
    pub fn arguments_at(&self, doors: &[Port; 2]) -> Vec<String> {
        let at = |door: &Port| format!("127.0.0.1:{}", door.number());
        let [http, ocpp] = doors.each_ref().map(at);
        let mut arguments = self.arguments();
        arguments.extend(["--listen", &http, "--ocpp-listen", &ocpp].map(str::to_owned));
        arguments
    }

    /// Runs the gateway on this site, without a window, on ports of its own.
    pub async fn serve(&self, more: &[&str]) -> Program {
        self.run(more, &[]).await
    }

    /// The same with settings in its environment.
    pub async fn serve_with(&self, settings: &[(&str, &str)]) -> Program {
        self.run(&[], settings).await
    }

    /// The same with more arguments and settings in its environment.
    pub async fn run(&self, more: &[&str], settings: &[(&str, &str)]) -> Program {
        let ports = ["--listen", "127.0.0.1:0", "--ocpp-listen", "127.0.0.1:0"];
        self.run_at(&[&ports, more].concat(), settings).await
    }

    /// The same with its doors among the arguments.
    pub async fn run_at(&self, more: &[&str], settings: &[(&str, &str)]) -> Program {
        let mut arguments = self.arguments();
        arguments.push("--headless".to_owned());
        let arguments: Vec<&str> = arguments
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied())
            .collect();
        Program::start(&headless_app(), &arguments, settings).await
    }

    /// Connects the site's charge point with another subprotocol, or none.
    pub async fn connect_speaking(
        &self,
        ocpp: &str,
        subprotocol: Option<&str>,
    ) -> Result<Charger, testkit::charger::Error> {
        Charger::try_connect(ocpp, IDENTITY, Some(&self.key), subprotocol).await
    }

    /// Connects the site's charge point and lets it boot.
    pub async fn charger(&self, ocpp: &str) -> Charge {
        Charge::connect(ocpp, IDENTITY, &self.key).await
    }
}

async fn add_operator(core: &Core, email: &str, role: Role) {
    create_operator(core, email, role, PASSWORD.to_owned())
        .await
        .expect("nobody has that address yet");
}

/// The address of the account behind a card of a fleet with money.
pub fn email_of(card: &str) -> String {
    format!("{card}@example.org").to_lowercase()
}

/// The settings with which a gateway takes money through a provider of the tests', Stripe's way.
pub fn paid_through(provider: &PaymentServer) -> [(&'static str, String); 4] {
    let text = str::to_owned;
    [
        ("FORECOURT_PUBLIC_URL", text("https://kiosk.example")),
        ("FORECOURT_PAYMENTS__STRIPE__SECRET", text(STRIPE_SECRET)),
        (
            "FORECOURT_PAYMENTS__STRIPE__WEBHOOK_SECRET",
            text(WEBHOOK_SECRET),
        ),
        ("FORECOURT_PAYMENTS__STRIPE__BASE_URL", provider.base_url()),
    ]
}

/// An account with money; gives the address it signs in with.
async fn add_account(settings: Settings, name: &str, balance: &str) -> String {
    let core = gateway::app::open_core(&settings)
        .await
        .expect("a database that was opened before");
    let balance = opening_balance(balance, "EUR").expect("an amount");
    let email = email_of(name);
    let added = add_customer(&core, &email, PASSWORD.to_owned(), Some(balance)).await;
    added.expect("a new address");
    core.store.close().await;
    email
}

async fn admin(settings: Settings, command: Register) -> Value {
    admin::run(settings, AdminCommand::Register(command))
        .await
        .expect("a fresh site can be registered")
}

fn add_charge_point(identity: &str) -> Register {
    Register::AddChargePoint {
        identity: identity.to_owned(),
        name: None,
        flags: flags(),
    }
}

fn flags() -> ChargePointFlags {
    ChargePointFlags {
        station: "Test".to_owned(),
        connectors: 1,
        protocol: "1.6".to_owned(),
        security_profile: 1,
        max_power_w: 22_000,
        password_stdin: false,
    }
}

fn text(answer: &Value, key: &str) -> String {
    answer[key]
        .as_str()
        .unwrap_or_else(|| panic!("{answer} has no {key}"))
        .to_owned()
}

/// A charge point at work.
pub struct Charge {
    charger: Charger,
    transaction: i64,
}

impl Charge {
    /// Connects a charge point and lets it boot.
    pub async fn connect(ocpp: &str, identity: &str, key: &str) -> Self {
        let mut charger = Charger::connect(ocpp, identity, Some(key)).await;
        let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
        let answer = charger.call("BootNotification", boot).await;
        assert_eq!(
            answer[2]["status"], "Accepted",
            "a registered charger may work: {answer}"
        );
        Self {
            charger,
            transaction: 0,
        }
    }

    /// Plugs in, shows the card, starts.
    pub async fn start(&mut self, meter_wh: i64) {
        self.start_under(CARD, meter_wh).await;
    }

    /// The same under another token, such as one that came with a remote start.
    pub async fn start_under(&mut self, token: &str, meter_wh: i64) {
        self.status("Preparing").await;
        let start = json!({
            "connectorId": 1, "idTag": token, "meterStart": meter_wh, "timestamp": "2026-11-22T09:00:00Z",
        });
        let answer = self.charger.call("StartTransaction", start).await;
        assert_eq!(
            answer[2]["idTagInfo"]["status"], "Accepted",
            "the card may charge: {answer}"
        );
        self.transaction = answer[2]["transactionId"]
            .as_i64()
            .expect("every start gets a number");
        self.status("Charging").await;
    }

    /// Measures: the register and the power, `minute` minutes after the first half hour.
    pub async fn measure(&mut self, minute: u8, meter_wh: i64, power_w: i64) {
        let sample = |measurand: &str, unit: &str, value: i64| json!({ "measurand": measurand, "unit": unit, "value": value.to_string(), "context": "Sample.Periodic" });
        let values = json!({
            "connectorId": 1,
            "transactionId": self.transaction,
            "meterValue": [{
                "timestamp": format!("2026-11-22T09:{:02}:00Z", 30 + minute),
                "sampledValue": [
                    sample("Energy.Active.Import.Register", "Wh", meter_wh),
                    sample("Power.Active.Import", "W", power_w),
                ],
            }],
        });
        let answer = self.charger.call("MeterValues", values).await;
        assert_eq!(answer[0], 3, "readings are taken: {answer}");
    }

    /// Stops and unplugs.
    pub async fn stop(&mut self, meter_wh: i64) {
        let stop = json!({
            "transactionId": self.transaction, "meterStop": meter_wh, "timestamp": "2026-11-22T10:00:00Z", "reason": "Local",
        });
        let answer = self.charger.call("StopTransaction", stop).await;
        assert_eq!(answer[0], 3, "a stop is always taken: {answer}");
        self.status("Available").await;
    }

    /// The number of the charge that runs.
    pub fn transaction(&self) -> i64 {
        self.transaction
    }

    /// The bare charger, for what it would never say by itself.
    pub fn charger(&mut self) -> &mut Charger {
        &mut self.charger
    }

    /// Reports the connector's state.
    pub async fn status(&mut self, status: &str) {
        let report = json!({ "connectorId": 1, "errorCode": "NoError", "status": status });
        let answer = self.charger.call("StatusNotification", report).await;
        assert_eq!(answer[0], 3, "a report is taken: {answer}");
    }
}

/// The app as it was built with these tests. Without a window it works whatever the features are.
pub fn headless_app() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_forecourt"))
}

/// A window's setting where its pages share two cores with the rest of the tests: one that is late is not taken for hung.
pub const SLOW_MACHINE: (&str, &str) = ("FORECOURT_KIOSK__HUNG_AFTER", "60s");

/// The app with its window. `cargo xtask test` builds it so; plain `cargo test` builds it here.
pub fn app_with_window() -> PathBuf {
    static BUILT: Once = Once::new();
    if !cfg!(feature = "desktop") {
        BUILT.call_once(|| {
            let built = Command::new(env!("CARGO"))
                .args([
                    "build",
                    "--quiet",
                    "--features",
                    "desktop",
                    "--bin",
                    "forecourt",
                ])
                .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
                .status();
            assert!(
                built.is_ok_and(|status| status.success()),
                "the window must build"
            );
        });
    }
    headless_app()
}
