//! `forecourt-updater`: installs a signed package as root, and takes it back where what it brings does not get ready. It fetches nothing and
//! listens to nobody: it finds a folder with a feed and a package in it, and believes neither before it has seen the signature.

mod database;
mod dpkg;
mod going;
mod inbox;
mod machine;
mod memory;
mod programs;
mod repack;
mod services;
mod trouble;
mod update;
mod vouch;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use rustix::fs::Mode;

use machine::Machine;
use services::Patience;
use trouble::Trouble;
use update::{Outcome, Update};

/// Installs signed packages of Forecourt.
#[derive(Parser)]
#[command(name = "forecourt-updater", version, about, args_override_self = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// The machine's files, where they are not those of this one.
    #[arg(long, global = true, default_value = "/")]
    root: PathBuf,
    /// Who starts the services of a machine that is not this one: a program that takes systemctl's words. Without it, there are none.
    #[arg(long, global = true, value_name = "PROGRAM")]
    systemctl: Option<PathBuf>,
    /// How many seconds a service has to get ready.
    #[arg(long, global = true, default_value_t = 120)]
    wait: u64,
    /// How many seconds it has to stay so: longer than its `WatchdogSec`.
    #[arg(long, global = true, default_value_t = 45)]
    calm: u64,
    /// How many seconds others may install something before.
    #[arg(long, global = true, default_value_t = 60)]
    lock: u64,
}

#[derive(Subcommand)]
enum Verb {
    /// Install what lies in the folder, and stay until it runs or is taken back.
    Install {
        /// A folder with latest.json and the package that it names, such as a stick's; it stays as it is. Without it: what
        /// the app has fetched.
        #[arg(long)]
        from: Option<PathBuf>,
    },
    /// Bring an installation that was interrupted to an end: at boot, before the services start.
    Resume,
    /// Say what is known, as one JSON line.
    Status,
    /// For whoever makes releases: say whether a machine that trusts those keys would take what lies in a folder.
    Vouch {
        /// The list of keys.
        #[arg(long)]
        keys: PathBuf,
        /// The folder; without it, only the keys are read.
        folder: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    // What is made here is for everybody to read, whoever started it: a package has it so.
    rustix::process::umask(Mode::WGRP | Mode::WOTH);
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(trouble) => {
            eprintln!("{trouble}");
            trouble.code()
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, Trouble> {
    if let Verb::Vouch { keys, folder } = &cli.verb {
        println!("{}", vouch::vouch(keys, folder.as_deref())?);
        return Ok(ExitCode::SUCCESS);
    }
    let machine = Machine::at(&cli.root, cli.systemctl)?;
    if let Verb::Status = cli.verb {
        println!("{}", machine.memory().peek()?);
        return Ok(ExitCode::SUCCESS);
    }
    if matches!(cli.verb, Verb::Resume) && !update::is_interrupted(&machine)? {
        return Ok(ExitCode::SUCCESS);
    }
    let (memory, _claim) = machine.memory().claim()?;
    let update = Update {
        machine,
        memory,
        patience: Patience {
            wait: Duration::from_secs(cli.wait),
            calm: Duration::from_secs(cli.calm),
        },
        lock: Duration::from_secs(cli.lock),
    };
    let outcome = match cli.verb {
        Verb::Install { from: Some(folder) } => update.install_from(&folder)?,
        Verb::Install { from: None } => update.install_fetched()?,
        Verb::Resume | Verb::Status | Verb::Vouch { .. } => update.resume()?,
    };
    let (said, code) = match outcome {
        Outcome::Nothing => return Ok(ExitCode::SUCCESS),
        Outcome::Waits => (
            "whether what is installed gets ready is seen after the start".to_owned(),
            ExitCode::SUCCESS,
        ),
        Outcome::Updated(version) => (format!("{version} is here and ready"), ExitCode::SUCCESS),
        Outcome::TakenBack {
            failed,
            back,
            ready: true,
        } => (
            format!("{failed} did not get ready: {back} is back, and ready"),
            ExitCode::FAILURE,
        ),
        Outcome::TakenBack { failed, back, .. } => (
            format!(
                "{failed} did not get ready: {back} is back, and not ready either; its log says why"
            ),
            ExitCode::FAILURE,
        ),
        Outcome::Stays(version) => (
            format!(
                "{version} did not get ready, and stays: the version before has no use for the database, and the copy of it is too old"
            ),
            ExitCode::FAILURE,
        ),
    };
    eprintln!("{said}");
    Ok(code)
}
