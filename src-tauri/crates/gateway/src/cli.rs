//! The command line of `forecourt-gateway`, and the `serve` that `forecourt --headless` shares.
//! What cannot be used ends with exit code 2 and one sentence.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::admin::{self, AdminCommand};
use crate::app::{Gateway, StartError};
use crate::logging;
use crate::service;
use crate::settings::{LogFormat, LogLevel, Settings, SettingsError};
use crate::updating::feed::Plain;

/// The gateway of Forecourt, without a window.
#[derive(Parser)]
#[command(name = "forecourt-gateway", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the gateway.
    Serve(ServeFlags),
    /// Register operators, stations, charge points and id tokens; works beside a running gateway.
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Admin {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        command: AdminCommand,
    },
}

/// Where the settings and the database are.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// The settings file (TOML).
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The folder of the database file.
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// sqlite://… or postgres://…; overrides the data folder.
    #[arg(long, value_name = "URL", global = true)]
    database_url: Option<String>,
}

/// The flags of `serve`; each is also a setting.
#[derive(Args, Clone, Debug, Default)]
pub struct ServeFlags {
    #[command(flatten)]
    place: Place,
    /// Where pages, REST and Socket.IO are served, or "off".
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where chargers connect.
    #[arg(long, value_name = "ADDRESS")]
    ocpp_listen: Option<SocketAddr>,
    /// amqp(s)://… of the broker; without it events stay in this process.
    #[arg(long, value_name = "URL")]
    broker_url: Option<String>,
    /// Fill an empty database with a demo site.
    #[arg(long)]
    demo: bool,
    /// How much is logged.
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<LogLevel>,
    /// Logs for people or for programs.
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Print one JSON line on stdout when connections are accepted.
    #[arg(long)]
    pub ready_json: bool,
}

impl Place {
    fn settings(&self) -> Map<String, Value> {
        let mut set = Map::new();
        put(&mut set, "data_dir", self.data_dir.as_ref());
        put(&mut set, "database_url", self.database_url.as_ref());
        set
    }

    /// The settings as far as the place decides them.
    fn load(&self, flags: &Map<String, Value>) -> Result<Settings, SettingsError> {
        let mut settings = Settings::load(self.config.as_deref(), flags)?;
        if settings.data_dir.is_none() {
            settings.data_dir = dirs::data_dir().map(|data| data.join("forecourt"));
        }
        Ok(settings)
    }
}

impl ServeFlags {
    /// The settings these flags make, over the environment and the file.
    pub fn settings(&self) -> Result<Settings, SettingsError> {
        let mut set = self.place.settings();
        put(&mut set, "listen", self.listen.as_ref());
        put(&mut set, "ocpp_listen", self.ocpp_listen.as_ref());
        put(&mut set, "broker_url", self.broker_url.as_ref());
        put(&mut set, "demo", self.demo.then_some(true));
        let mut log = Map::new();
        put(&mut log, "level", self.log_level);
        put(&mut log, "format", self.log_format);
        set.insert("log".to_owned(), Value::Object(log));
        self.place.load(&set)
    }
}

fn put<T: Serialize>(set: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        set.insert(key.to_owned(), json!(value));
    }
}

/// Runs the program to its exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    match cli.command {
        Command::Serve(flags) => serve(&flags, |_| ()),
        Command::Admin { place, command } => {
            let settings = match place.load(&place.settings()) {
                Ok(settings) => settings,
                Err(error) => return refuse(&error.to_string()),
            };
            match block_on(admin::run(settings, command)) {
                Ok(answer) => {
                    println!("{answer}");
                    // Only a self-check says whether all is well.
                    ExitCode::from(u8::from(answer["ok"] == false))
                }
                Err(error) => refuse(&error.to_string()),
            }
        }
    }
}

/// Help and version as they are; anything else as one sentence and exit code 2.
pub fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        print!("{error}");
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return refuse("a command is missing; see --help");
    }
    // Its first paragraph says what is wrong; hints and the usage follow.
    let text = error.to_string();
    let sentence: Vec<&str> = text
        .lines()
        .take_while(|line| !line.is_empty())
        .map(str::trim)
        .collect();
    let sentence = sentence.join(" ");
    refuse(&format!(
        "{}; see --help",
        sentence.trim_start_matches("error: ")
    ))
}

fn refuse(sentence: &str) -> ExitCode {
    eprintln!("{}", sentence.replace('\n', " "));
    ExitCode::from(2)
}

/// Runs the gateway until it is told to stop. What `started` returns lives as long as the gateway does.
pub fn serve<C>(flags: &ServeFlags, started: impl FnOnce(&Gateway) -> C) -> ExitCode {
    let settings = match flags.settings() {
        Ok(settings) => settings,
        Err(error) => return refuse(&error.to_string()),
    };
    logging::start(settings.log);
    install_tls();
    let served = block_on(async {
        let gateway = Gateway::start(settings).await?;
        let companion = started(&gateway);
        gateway.renew(Arc::new(Plain));
        let stop = asked_to_stop();
        announce(&gateway, flags.ready_json);
        stop.await;
        drop(companion);
        gateway.stop().await;
        Ok::<(), StartError>(())
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&error.to_string()),
    }
}

/// Begins to log as the settings say. For hosts that start the gateway themselves.
pub fn start_logging(settings: &Settings) {
    logging::start(settings.log);
}

/// Chooses ring for TLS. Once a process, before any connection.
pub fn install_tls() {
    // Fails only where one is installed already, and then it is this one: no other is in the graph.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("gateway")
        .build()
        .expect("a process that may start threads can have a runtime")
        .block_on(work)
}

/// Says where the doors are: the demo's sign-in and the addresses for people, one line for programs; and to a service manager that
/// it serves.
pub fn announce(gateway: &Gateway, ready_json: bool) {
    let http = gateway.http.map(|address| format!("http://{address}"));
    let ocpp = format!("ws://{}/ocpp", gateway.ocpp);
    if logging::is_json() {
        say_as_json(gateway, http.as_deref(), &ocpp);
    } else {
        say(gateway, http.as_deref(), &ocpp);
    }
    service::is_ready();
    if ready_json {
        let version = env!("CARGO_PKG_VERSION");
        println!(
            "{}",
            json!({ "ready": true, "http": http, "ocpp": ocpp, "version": version })
        );
    }
}

fn say(gateway: &Gateway, http: Option<&str>, ocpp: &str) {
    if let Some(demo) = &gateway.demo {
        eprintln!(
            "demo site: sign in as {} with the password {}",
            demo.email, demo.password
        );
        for (email, password) in &demo.drivers {
            eprintln!("demo driver: {email} with the password {password}");
        }
    }
    if let Some(code) = &gateway.setup {
        let page = http.map_or_else(|| "the desk".to_owned(), |http| format!("{http}/cms.html"));
        eprintln!(
            "first set-up:  open {page} and type the code {}; it holds until there is an operator",
            code.printed()
        );
    }
    if let Some(http) = http {
        eprintln!("driver board:  {http}/user-panel.html");
        eprintln!("operator desk: {http}/cms.html");
    }
    eprintln!("chargers:      {ocpp}/IDENTITY");
}

/// The same where standard error is read by a program: every line there is one object.
fn say_as_json(gateway: &Gateway, http: Option<&str>, ocpp: &str) {
    if let Some(demo) = &gateway.demo {
        let named =
            |(email, password): &(&str, String)| json!({ "email": email, "password": password });
        let drivers: Vec<Value> = demo.drivers.iter().map(named).collect();
        let demo = json!({ "email": demo.email, "password": demo.password, "drivers": drivers });
        eprintln!("{}", json!({ "demo": demo }));
    }
    if let Some(code) = &gateway.setup {
        eprintln!("{}", json!({ "setup": { "code": code.printed() } }));
    }
    tracing::info!(http, ocpp, "the doors are open");
}

/// Resolves at SIGTERM or Ctrl-C. SIGTERM is heard from the call on, not only once it is awaited.
#[cfg(unix)]
pub fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = signal(SignalKind::terminate());
    wait_for(terminated)
}

#[cfg(unix)]
async fn wait_for(terminated: std::io::Result<tokio::signal::unix::Signal>) {
    match terminated {
        Ok(mut terminated) => tokio::select! {
            _ = terminated.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be heard; only Ctrl-C stops the gateway");
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

/// Resolves at Ctrl-C.
#[cfg(not(unix))]
pub async fn asked_to_stop() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C cannot be heard; close the window to stop");
        std::future::pending::<()>().await;
    }
}
