//! The admin commands about the database as a whole: copy it, bring a copy back, look for faults.

use std::path::Path;

use serde_json::{Value, json};

use super::AdminError;
use crate::backups::stamped;
use crate::clock::SystemClock;
use crate::settings::Settings;

/// `backup FILE`
pub(super) async fn backup(settings: &Settings, file: &Path) -> Result<Value, AdminError> {
    let bytes = store::backup::backup(&settings.database_there()?, file).await?;
    Ok(json!({ "file": file, "bytes": bytes }))
}

/// `restore FILE`
pub(super) async fn restore(settings: &Settings, file: &Path) -> Result<Value, AdminError> {
    let stamp = stamped("%Y%m%dT%H%M%SZ", SystemClock::shared().now());
    let replaced = store::restore::restore(&settings.database()?, file, &stamp).await?;
    Ok(json!({ "restored": file, "replaced": replaced }))
}

/// `check`
pub(super) async fn check(settings: &Settings) -> Result<Value, AdminError> {
    let report = store::check::check(&settings.database_there()?).await?;
    Ok(json!({ "ok": report.faults.is_empty(), "checks": report.checks, "faults": report.faults }))
}
