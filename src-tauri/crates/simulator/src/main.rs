//! `forecourt-simulator`: a fleet from the command line. Prints one JSON summary on standard output;
//! a fault is one sentence on standard error.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use jiff::SignedDuration;
use ocpp::Version;
use simulator::{Fleet, FleetConfig, Scenario};
use tokio::signal::unix::{SignalKind, signal};

/// Nothing was wrong with the request, but no charge point ever connected.
const NEVER_CONNECTED: u8 = 1;
/// A flag that cannot be used; clap ends with the same code.
const UNUSABLE: u8 = 2;

/// Simulated charge points, each over a real WebSocket; prints a JSON summary when it ends.
#[derive(Debug, Parser)]
#[command(name = "forecourt-simulator", version)]
struct Flags {
    /// Where charge points connect, without the identity
    #[arg(long, default_value = "ws://127.0.0.1:8181/ocpp")]
    url: String,
    /// How many charge points
    #[arg(long, default_value_t = 1)]
    count: u32,
    /// Identities are this and four digits from 0001
    #[arg(long, default_value = "SIM-")]
    prefix: String,
    /// OCPP version
    #[arg(long, default_value = "1.6", value_parser = [Version::V1_6.short_name()])]
    protocol: String,
    /// What the charge points do
    #[arg(long, value_enum, default_value_t = Behaviour::Charge)]
    scenario: Behaviour,
    /// Time between two meter values
    #[arg(long, default_value = "10s", value_parser = duration)]
    meter_interval: Duration,
    /// Ends charges and stops after this time; without it, at Ctrl-C
    #[arg(long, value_parser = duration)]
    duration: Option<Duration>,
    /// Password of every charge point (Basic auth)
    #[arg(long)]
    password: Option<String>,
    /// Id tag presented before each charge; given several times, connectors take them in turn
    #[arg(long, default_value = "SIMULATOR")]
    id_tag: Vec<String>,
    /// Connectors per charge point
    #[arg(long, default_value_t = 1)]
    connectors: u16,
    /// Keeps the queues across restarts, and the truth file, in this folder
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Behaviour {
    /// Boot, status and heartbeats
    Idle,
    /// One charge after the other on every connector
    Charge,
    /// Short charges with short rests
    Busy,
    /// As busy, with cuts, absences and power losses
    Flaky,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    // A socket each, and a queue file, are more than the usual 1,024.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files stays");
    }
    let runtime = tokio::runtime::Runtime::new();
    let runtime = runtime.expect("the system lets a program start threads and watch sockets");
    runtime.block_on(run(flags))
}

async fn run(flags: Flags) -> ExitCode {
    let duration = flags.duration;
    let fleet = match Fleet::start(config(flags)) {
        Ok(fleet) => fleet,
        Err(fault) => {
            eprintln!("{fault}");
            return ExitCode::from(UNUSABLE);
        }
    };
    tokio::select! {
        () = asked_to_end() => {}
        () = after(duration) => {}
    }
    let refusal = fleet.refusal();
    let summary = fleet.stop().await;
    println!(
        "{}",
        serde_json::to_string(&summary).expect("a summary has string keys and plain values")
    );
    if summary.connected > 0 {
        return ExitCode::SUCCESS;
    }
    eprintln!(
        "no charge point could connect: {}",
        refusal.unwrap_or_else(|| "no answer yet".to_owned())
    );
    ExitCode::from(NEVER_CONNECTED)
}

fn config(flags: Flags) -> FleetConfig {
    FleetConfig {
        count: flags.count,
        prefix: flags.prefix,
        password: flags.password,
        scenario: match flags.scenario {
            Behaviour::Idle => Scenario::Idle,
            Behaviour::Charge => Scenario::Charge,
            Behaviour::Busy => Scenario::Busy,
            Behaviour::Flaky => Scenario::Flaky,
        },
        id_tags: flags.id_tag,
        connectors: flags.connectors,
        meter_interval: flags.meter_interval,
        data_dir: flags.data_dir,
        ..FleetConfig::new(flags.url)
    }
}

async fn after(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}

/// Ends at Ctrl-C or SIGTERM.
async fn asked_to_end() {
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be watched");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Reads `10s`, `500ms`, `2m`, `1h 30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let parsed: SignedDuration = text
        .parse()
        .map_err(|_| "give a time like 10s, 500ms or 2m".to_owned())?;
    Duration::try_from(parsed).map_err(|_| "a time cannot be negative".to_owned())
}
