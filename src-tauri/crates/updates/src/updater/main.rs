//! `forecourt-updater`: installs a signed package as root, and takes it back where what it brings does not get ready. It fetches nothing and
//! listens to nobody: it finds a folder with a feed and a package in it, and believes neither before it has seen the signature.

mod inbox;
mod machine;
mod memory;
mod repack;
mod trouble;
mod update;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use machine::Machine;
use trouble::Trouble;
use update::{Outcome, Update};

/// Installs signed packages of Forecourt.
#[derive(Parser)]
#[command(name = "forecourt-updater", version, about)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// The machine's files, where they are not those of this one.
    #[arg(long, global = true, default_value = "/")]
    root: PathBuf,
    /// How many seconds the services have to get ready.
    #[arg(long, global = true, default_value_t = 120)]
    wait: u64,
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
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, Trouble> {
    let machine = Machine::at(&cli.root)?;
    if let Verb::Status = cli.verb {
        println!("{}", machine.memory().peek()?);
        return Ok(ExitCode::SUCCESS);
    }
    let (memory, _claim) = machine.memory().claim()?;
    let mut update = Update {
        machine,
        memory,
        wait: Duration::from_secs(cli.wait),
    };
    let outcome = match cli.verb {
        Verb::Install { from } => update.install(from.as_deref().map(Path::new))?,
        Verb::Resume | Verb::Status => update.resume()?,
    };
    Ok(match outcome {
        Outcome::Nothing => ExitCode::SUCCESS,
        Outcome::Waits => {
            eprintln!("the new version is here; whether it gets ready is seen after the start");
            ExitCode::SUCCESS
        }
        Outcome::Updated(version) => {
            eprintln!("{version} is here and ready");
            ExitCode::SUCCESS
        }
        Outcome::TakenBack { failed, back } => {
            eprintln!("{failed} did not get ready: {back} is back");
            ExitCode::FAILURE
        }
    })
}
