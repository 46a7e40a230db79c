//! One Python environment under the build folder, for the tests' third-party clients and, where
//! needed, for node. Not for Python on the machine itself: that is never changed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::{Outcome, Stop},
    process,
    stamp::Stamp,
    workspace::Workspace,
};

/// A Python of this machine that can make environments.
pub fn find(ws: &Workspace) -> Option<PathBuf> {
    // The first on PATH may be one built without ensurepip: then Debian's.
    let first = ws.which("python3");
    first
        .into_iter()
        .chain([PathBuf::from("/usr/bin/python3")])
        .find(|python| process::succeeds(ws.command(python).args(["-c", "import venv, ensurepip"])))
}

/// Installs the pinned packages of `requirements`, unless that was done for this very file.
pub fn install(ws: &Workspace, requirements: &Path) -> Outcome {
    let python = dir(ws).join("bin/python");
    if !python.exists() {
        create(ws)?;
    }
    let name = requirements
        .with_extension("")
        .file_name()
        .unwrap_or_default()
        .to_owned();
    let note = dir(ws).join("done-for").join(name);
    let stamp = Stamp::new(note, &[requirements.to_path_buf()]);
    if stamp.is_current() {
        return Ok(());
    }
    let mut pip = ws.command(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    pip.args(["--require-hashes", "--requirement"])
        .arg(requirements);
    process::run(&mut pip)?;
    stamp.note()
}

/// Where the environment keeps its packages.
pub fn site_packages(ws: &Workspace) -> Outcome<PathBuf> {
    let lib = dir(ws).join("lib");
    let versions = fs::read_dir(&lib).map_err(|e| Stop::file(&lib, &e))?;
    versions
        .flatten()
        .map(|version| version.path().join("site-packages"))
        .find(|dir| dir.is_dir())
        .ok_or_else(|| Stop::Failed(format!("{} holds no Python packages", lib.display())))
}

fn dir(ws: &Workspace) -> PathBuf {
    ws.tools().join("venv")
}

fn create(ws: &Workspace) -> Outcome {
    let python = find(ws).ok_or_else(|| {
        Stop::Refused("no Python here can make environments; install python3-venv".into())
    })?;
    let mut venv = ws.command(python);
    process::run(venv.args(["-m", "venv", "--clear"]).arg(dir(ws)))?;
    let notes = dir(ws).join("done-for");
    fs::create_dir_all(&notes).map_err(|e| Stop::file(&notes, &e))
}
