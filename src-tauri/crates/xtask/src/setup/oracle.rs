//! The crates of the tests' independent price calculator, which is a workspace of its own: cargo fetches those of ours by
//! itself. Not for building it: its test does that.

use crate::{error::Outcome, process, workspace::Workspace};

/// Fetches what the lockfile in `tests/oracle` pins, unless it is here.
pub fn fetch(ws: &Workspace) -> Outcome {
    let manifest = ws.root.join("tests/oracle/Cargo.toml");
    let mut here = ws.cargo(&["fetch", "--locked", "--offline", "--quiet"]);
    if process::succeeds(here.arg("--manifest-path").arg(&manifest)) {
        return Ok(());
    }
    let mut cargo = ws.cargo(&["fetch", "--locked", "--quiet"]);
    process::run(cargo.arg("--manifest-path").arg(&manifest))
}
