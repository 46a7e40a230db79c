//! Third-party clients in Node: the interpreter, and the packages of the tools folder beside a copy of
//! our scripts in `tests/node/`. Nothing is installed or written in the checkout.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/node");
const MODULES: &str = "node_modules";

/// The node that `cargo xtask setup` found or brought.
fn interpreter() -> PathBuf {
    let brought = tools::folder().join("node/node");
    if brought.is_file() {
        return brought;
    }
    tools::find("node", &[])
}

/// Runs a script of `tests/node` in `folder`. Node finds packages only upwards from a script: so the
/// scripts are copied there, beside a link to the packages.
pub(crate) fn command(script: &str, folder: &Path) -> Command {
    let packages = tools::folder().join("clients").join(MODULES);
    if !packages.is_dir() {
        tools::missing(&packages);
    }
    let link = symlink(&packages, folder.join(MODULES));
    link.expect("our own temporary folder is writable");
    let scripts = fs::read_dir(SCRIPTS).expect("the scripts are in the checkout");
    for file in scripts.flatten().map(|entry| entry.path()) {
        if file.extension().is_some_and(|ending| ending == "mjs") {
            let name = file.file_name().expect("a file in a folder has a name");
            fs::copy(&file, folder.join(name)).expect("our own temporary folder is writable");
        }
    }
    let mut command = Command::new(interpreter());
    // Options of the machine's owner for its own node are none of ours.
    command.env_remove("NODE_OPTIONS").current_dir(folder);
    command.arg(script);
    command
}
