//! The settings: `forecourt.toml`, under it the defaults, over it the environment (`FORECOURT_…`, "." as
//! "__"), over that the flags. Unknown keys are refused. What is stored goes between the defaults and the file.

mod bounds;
pub(crate) mod kiosk;
mod payments;
pub(crate) mod seller;
pub(crate) mod site;
mod stored;
#[cfg(test)]
mod tests;
pub(crate) mod updates;
mod wallet;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format as _, Serialized, Toml};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

pub use kiosk::{Kiosk, Screen};
pub use payments::{Keys, Payments};
pub use seller::Seller;
pub use site::Site;
pub use stored::{Misfit, names as changeable_names};
pub use updates::Updates;
pub use wallet::Wallet;

/// The SQLite file in the data folder.
const DATABASE: &str = "forecourt.db";

/// Everything that can be set. Source: 2-contract, "Settings".
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where pages, REST and Socket.IO are served; `off` closes that door.
    pub listen: Listen,
    /// Where chargers connect, and nothing else is.
    pub ocpp_listen: SocketAddr,
    /// Host names the gateway also answers to, beside loopback and its own address.
    pub allowed_hosts: Vec<String>,
    /// Web origins whose pages may also call it.
    pub allowed_origins: Vec<String>,
    /// Where the database file lives.
    pub data_dir: Option<PathBuf>,
    /// `sqlite://…` or `postgres://…`; none: a SQLite file in the data folder.
    pub database_url: Option<String>,
    /// `amqp(s)://…`; none: the in-process bus.
    pub broker_url: Option<String>,
    /// This gateway's name among several.
    #[serde(deserialize_with = "text")]
    pub node: String,
    /// Whether an empty database is filled with a demo site.
    pub demo: bool,
    /// What is true of the whole site.
    pub site: Site,
    /// Customers' money.
    pub wallet: Wallet,
    /// Who sells.
    pub seller: Seller,
    /// Where browsers find the pages from outside, where that is another address than the one listened on.
    pub public_url: Option<String>,
    /// The providers through which drivers pay money in.
    pub payments: Payments,
    /// This machine's own window.
    pub kiosk: Kiosk,
    /// How this machine's package is renewed.
    pub updates: Updates,
    /// Chargers' sockets.
    pub ocpp: Ocpp,
    /// Live events.
    pub live: Live,
    /// The broker.
    pub broker: Broker,
    /// Bounds.
    pub limits: Limits,
    /// Logs.
    pub log: Log,
    /// Which of those that can be stored the file, the environment or a flag names.
    #[serde(skip)]
    pub named: BTreeSet<&'static str>,
}

/// An address, or no door at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Listen {
    /// No TCP door: the kiosk's own window needs none.
    Off,
    /// This address; port 0 picks a free one.
    On(SocketAddr),
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let address = text.parse().map_err(|_| {
            format!("{text:?} is neither an address such as 127.0.0.1:8180 nor \"off\"")
        })?;
        Ok(Self::On(address))
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> Self {
        match listen {
            Listen::Off => "off".to_owned(),
            Listen::On(address) => address.to_string(),
        }
    }
}

/// `ocpp.*`
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ocpp {
    /// How often a charger is pinged.
    pub ping_interval: SignedDuration,
    /// How long a silent charger may take to answer.
    pub pong_timeout: SignedDuration,
    /// The heartbeat interval chargers are told, each up to a fifth less or more.
    pub heartbeat_interval: SignedDuration,
    /// How long a charger may take to answer a CALL.
    pub call_timeout: SignedDuration,
    /// How long a charger may take to read what it is sent.
    pub write_timeout: SignedDuration,
    /// How long a socket that a newer one wants to replace may take to show that it lives.
    pub takeover_ping: SignedDuration,
    /// How many CALLs may wait for one charger.
    pub queue: usize,
    /// How long a session that was asked for may wait for the plug.
    pub connection_timeout: SignedDuration,
    /// How long a remote start may wait to be sent.
    pub remote_start_ttl: SignedDuration,
    /// How many frames the message log keeps.
    pub log_retain: i64,
    /// How long it keeps them.
    pub log_age: SignedDuration,
}

/// `live.*`
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    /// How often readers hear `live.tick`.
    pub tick: SignedDuration,
    /// How many events the log keeps.
    pub retain: i64,
    /// How often a Socket.IO reader is pinged.
    pub ping_interval: SignedDuration,
    /// How long its answer may take.
    pub ping_timeout: SignedDuration,
}

/// `broker.*`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broker {
    /// The topic exchange of the events.
    pub exchange: String,
    /// Where messages go that cannot be read.
    pub dead_letter_exchange: String,
    /// How long the broker may take to confirm.
    pub confirm_timeout: SignedDuration,
    /// The longest pause between two attempts to connect.
    pub reconnect_max: SignedDuration,
    /// How much may wait for the broker, MB, before raw charger traffic is dropped.
    pub outbox_max_mb: u32,
}

/// `limits.*`
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Failed charger handshakes a minute before a source has to wait; half as many for one identity.
    pub handshake_failures_per_minute: u32,
    /// How many chargers are let in each second.
    pub accepts_per_second: u32,
    /// How many chargers may be connected.
    pub sockets: usize,
    /// The largest request body, KiB.
    pub body_kib: usize,
    /// How long a connection may take to say what it wants: a request's head.
    pub header_timeout: SignedDuration,
    /// How many requests an account may make each second, or an address without one; ten seconds' worth at once.
    pub requests_per_second: u32,
}

/// `log.*`
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How much is said.
    pub level: LogLevel,
    /// For people or for programs.
    pub format: LogFormat,
}

/// `log.level`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What an operator needs.
    Info,
    /// And what a developer needs.
    Debug,
}

/// `log.format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        let seconds = SignedDuration::from_secs;
        Self {
            listen: Listen::On(SocketAddr::from(([127, 0, 0, 1], 8180))),
            ocpp_listen: SocketAddr::from(([127, 0, 0, 1], 8181)),
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            data_dir: None,
            database_url: None,
            broker_url: None,
            node: "main".to_owned(),
            demo: false,
            site: Site::default(),
            wallet: Wallet::default(),
            seller: Seller::default(),
            public_url: None,
            payments: Payments::default(),
            kiosk: Kiosk::default(),
            updates: Updates::default(),
            ocpp: Ocpp {
                ping_interval: seconds(30),
                pong_timeout: seconds(20),
                heartbeat_interval: seconds(300),
                call_timeout: seconds(30),
                write_timeout: seconds(30),
                takeover_ping: seconds(5),
                queue: 100,
                connection_timeout: seconds(120),
                remote_start_ttl: seconds(30),
                log_retain: 200_000,
                log_age: SignedDuration::from_hours(30 * 24),
            },
            live: Live {
                tick: seconds(3),
                retain: 100_000,
                ping_interval: seconds(5),
                ping_timeout: seconds(5),
            },
            broker: Broker {
                exchange: "ev_charging_events".to_owned(),
                dead_letter_exchange: "ev_charging_dlq_exchange".to_owned(),
                confirm_timeout: seconds(10),
                reconnect_max: seconds(30),
                outbox_max_mb: 1500,
            },
            limits: Limits {
                handshake_failures_per_minute: 10,
                accepts_per_second: 100,
                sockets: 5_000,
                body_kib: 256,
                header_timeout: seconds(10),
                requests_per_second: 100,
            },
            log: Log {
                level: LogLevel::Info,
                format: LogFormat::Text,
            },
            named: BTreeSet::new(),
        }
    }
}

/// A setting that cannot be used, in one sentence that says which and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(pub String);

impl Settings {
    /// Reads the file (where one is named), the environment, and the flags given on top.
    pub fn load(file: Option<&Path>, flags: impl Serialize) -> Result<Self, SettingsError> {
        let mut given = Figment::new();
        if let Some(file) = file {
            // Read here for the sentence: figment would tell only of its syntax.
            std::fs::read_to_string(file).map_err(|error| {
                SettingsError(format!(
                    "the settings file {} cannot be read ({error}); check --config",
                    file.display()
                ))
            })?;
            given = given.merge(Toml::file(file));
        }
        given = given
            .merge(Env::prefixed("FORECOURT_").split("__"))
            .merge(Serialized::defaults(flags));
        let read = Figment::from(Serialized::defaults(Self::default())).merge(&given);
        let mut settings: Self = read
            .extract()
            .map_err(|error| SettingsError(describe(error, file)))?;
        settings.named = stored::names()
            .filter(|name| given.find_value(name).is_ok())
            .collect();
        settings.tidy();
        bounds::check(&settings)?;
        Ok(settings)
    }

    /// The host names it answers to beside its own address: those that are set, and that of the public address, where
    /// drivers' phones and payment providers come to.
    pub fn hosts(&self) -> Vec<String> {
        let public = self.public_url.as_deref();
        let public = public.and_then(|text| url::Url::parse(text).ok());
        let named = public.and_then(|url| {
            let host = url.host_str()?;
            let port = url.port().map(|port| format!(":{port}"));
            Some(format!("{host}{}", port.unwrap_or_default()))
        });
        self.allowed_hosts.iter().cloned().chain(named).collect()
    }

    /// The database to open: the one named, or a file in the data folder.
    pub fn database(&self) -> Result<String, SettingsError> {
        if let Some(url) = &self.database_url {
            return Ok(url.clone());
        }
        let folder = self.folder()?;
        make_private(folder, &folder.join(DATABASE)).map_err(|error| {
            SettingsError(format!(
                "the data folder {} cannot be used ({error}); choose another with --data-dir",
                folder.display()
            ))
        })?;
        self.database_there()
    }

    /// The same, for who only looks: nothing is made.
    pub fn database_there(&self) -> Result<String, SettingsError> {
        if let Some(url) = &self.database_url {
            return Ok(url.clone());
        }
        let file = self.folder()?.join(DATABASE);
        let path = file.to_str().ok_or_else(|| {
            SettingsError("the data folder's path must be UTF-8; choose another".to_owned())
        })?;
        Ok(format!("sqlite://{path}"))
    }

    fn folder(&self) -> Result<&Path, SettingsError> {
        self.data_dir.as_deref().ok_or_else(|| {
            SettingsError(
                "there is no place for the database; give --data-dir or --database-url".to_owned(),
            )
        })
    }
}

/// Makes the folder and the file so that only their owner can read them (DB-09): they hold everybody's
/// data. SQLite gives its other files the rights of this one.
fn make_private(folder: &Path, file: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    builder.create(folder)?;
    options.open(file).map(drop)
}

/// Figment's first error, as one sentence: which key, from where, and what to do.
fn describe(error: figment::Error, file: Option<&Path>) -> String {
    let at = |name: &str| {
        let mut path = error.path.clone();
        path.push(name.to_owned());
        path.retain(|part| !part.is_empty());
        path.join(".")
    };
    let name = error
        .metadata
        .as_ref()
        .map_or("", |about| about.name.as_ref());
    let file = file.map_or_else(|| "the file".to_owned(), |file| file.display().to_string());
    let source = match name {
        name if name.contains("TOML") => file.clone(),
        name if name.contains("environment") => {
            format!(
                "the environment's FORECOURT_{}",
                at("").to_uppercase().replace('.', "__")
            )
        }
        _ => "the command line".to_owned(),
    };
    match &error.kind {
        Kind::UnknownField(field, known) => format!(
            "there is no setting {}; remove it, known there are {}",
            at(field),
            known.join(", ")
        ),
        kind if error.path.is_empty() => format!("the settings in {file} cannot be read: {kind}"),
        kind => format!(
            "the setting {} cannot be used: {kind}; change it in {source}",
            at("")
        ),
    }
}

/// A text that may look like a number: the environment does not say which it is.
fn text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Whole(i64),
        Broken(f64),
    }
    Ok(match Written::deserialize(from)? {
        Written::Text(text) => text,
        Written::Whole(number) => number.to_string(),
        Written::Broken(number) => number.to_string(),
    })
}

/// A checked setting as the clock's own type.
pub(crate) fn std(duration: SignedDuration) -> Duration {
    duration.try_into().unwrap_or(Duration::from_secs(1))
}
