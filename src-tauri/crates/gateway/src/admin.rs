//! The admin commands: they work on the database beside a running gateway, print one JSON line, and exit
//! with 0, or with 2 and one sentence; `check` with 1 where it found a fault.

mod copies;
mod register;

use clap::Subcommand;
use serde_json::Value;
use store::StoreError;

use crate::app::{StartError, open_core};
use crate::core::OpError;
use crate::settings::{Settings, SettingsError};

pub use copies::Copies;
pub use register::{ChargePointFlags, Register};

/// Everything an admin can do.
#[derive(Clone, Debug, Subcommand)]
pub enum AdminCommand {
    /// What is registered.
    #[command(flatten)]
    Register(Register),
    /// The database as a whole.
    #[command(flatten)]
    Copies(Copies),
}

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The database cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A rule refused it.
    #[error(transparent)]
    Op(#[from] OpError),
    /// The arguments are not of their form.
    #[error("{0}")]
    Arguments(String),
    /// The database cannot be copied, brought back or looked at.
    #[error(transparent)]
    Copy(#[from] StoreError),
}

impl From<SettingsError> for AdminError {
    fn from(error: SettingsError) -> Self {
        Self::Start(error.into())
    }
}

/// Runs one command to the line it prints.
pub async fn run(settings: Settings, command: AdminCommand) -> Result<Value, AdminError> {
    match command {
        // These take the database as it is: opening it would bring its tables up to date first.
        AdminCommand::Copies(command) => copies::run(&settings, command).await,
        AdminCommand::Register(command) => {
            let core = open_core(&settings).await?;
            let done = register::run(&core, &settings, command).await;
            core.store.close().await;
            done
        }
    }
}
