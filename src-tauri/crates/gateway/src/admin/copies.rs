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
        /// The replaced one is what this version left behind: its name tells so.
        #[arg(long, value_name = "VERSION", value_parser = part_of_a_name)]
        after: Option<String>,
    },
    /// Say that the database came back by other means, such as `pg_restore` or a snapshot: numbers jump, so that none is given
    /// twice. While no gateway runs.
    CameBack,
    /// Say what the database is and how its tables stand to this program: none, older, current, newer or damaged. Of PostgreSQL
    /// only that it is that: nobody is asked.
    Database,
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
        Copies::Restore { file, after } => {
            let aside = after.map_or_else(
                || stamped("replaced-%Y%m%dT%H%M%SZ", SystemClock::shared().now()),
                |version| format!("after-{version}"),
            );
            let database = settings.database()?;
            let replaced = store::restore::restore(&database, &file, &aside).await?;
            Ok(json!({ "restored": file, "replaced": replaced }))
        }
        Copies::CameBack => {
            store::restore::came_back(&settings.database_there()?).await?;
            Ok(json!({ "cameBack": true }))
        }
        Copies::Database => {
            let url = settings.database_there()?;
            Ok(match store::tables::look(&url).await? {
                Some((file, tables)) => {
                    json!({ "engine": "sqlite", "file": file, "tables": tables.as_str() })
                }
                None => json!({ "engine": "postgresql", "file": null, "tables": null }),
            })
        }
        Copies::Check => {
            let report = store::check::check(&settings.database_there()?).await?;
            let (checks, faults) = (report.checks, report.faults);
            Ok(json!({ "ok": faults.is_empty(), "checks": checks, "faults": faults }))
        }
    }
}

/// A version, as it may stand in the name of a file.
fn part_of_a_name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || ".+-".contains(c);
    if !text.is_empty() && text.len() <= 64 && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("a version: letters, digits, dots, + and -".to_owned())
    }
}
