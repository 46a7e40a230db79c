//! The admin commands about the database as a whole: copy it, bring a copy back, look for faults.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::AdminError;
use crate::backups::stamped;
use crate::clock::SystemClock;
use crate::settings::Settings;

/// What is done with the whole database.
#[derive(Clone, Debug, Subcommand)]
pub enum Copies {
    /// Copy the database to a file that is not there yet, beside a running gateway.
    Backup {
        /// Where to.
        file: PathBuf,
    },
    /// Replace the database by a copy, while no gateway runs. The replaced one stays beside it.
    Restore {
        /// Which copy.
        file: PathBuf,
    },
    /// Say that the database came back by other means, such as `pg_restore` or a snapshot: numbers jump, so that none is given
    /// twice. While no gateway runs.
    CameBack,
    /// Look for faults in the database; exit code 1 where there are any.
    Check,
}

/// Runs one of them to the line it prints.
pub(super) async fn run(settings: &Settings, command: Copies) -> Result<Value, AdminError> {
    match command {
        Copies::Backup { file } => {
            let bytes = store::backup::backup(&settings.database_there()?, &file).await?;
            Ok(json!({ "file": file, "bytes": bytes }))
        }
        Copies::Restore { file } => {
            let stamp = stamped("%Y%m%dT%H%M%SZ", SystemClock::shared().now());
            let database = settings.database()?;
            let replaced = store::restore::restore(&database, &file, &stamp).await?;
            Ok(json!({ "restored": file, "replaced": replaced }))
        }
        Copies::CameBack => {
            store::restore::came_back(&settings.database_there()?).await?;
            Ok(json!({ "cameBack": true }))
        }
        Copies::Check => {
            let report = store::check::check(&settings.database_there()?).await?;
            let (checks, faults) = (report.checks, report.faults);
            Ok(json!({ "ok": faults.is_empty(), "checks": checks, "faults": faults }))
        }
    }
}
