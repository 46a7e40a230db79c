//! The npm packages of the tests' third-party clients, below the build folder so that the checkout stays
//! as it was cloned. Not for the front end's packages: see `front_end`.

use std::fs;

use crate::{
    error::{Outcome, Stop},
    process,
    stamp::Stamp,
    workspace::{Workspace, fresh_dir},
};

/// What npm goes by; the scripts beside them are run from the checkout.
const FILES: &[&str] = &["package.json", "package-lock.json"];

/// Installs what the lockfile in `tests/node` pins, unless that was done for these very files.
pub fn install(ws: &Workspace) -> Outcome {
    let (source, clients) = (ws.root.join("tests/node"), ws.tools().join("clients"));
    let inputs: Vec<_> = FILES.iter().map(|name| source.join(name)).collect();
    // Inside node_modules: whoever removes the packages removes the note too.
    let stamp = Stamp::new(clients.join("node_modules/.forecourt-packages"), &inputs);
    if stamp.is_current() {
        return Ok(());
    }
    fresh_dir(&clients)?;
    for (name, file) in FILES.iter().zip(&inputs) {
        fs::copy(file, clients.join(name)).map_err(|e| Stop::file(file, &e))?;
    }
    // None of them needs a script to install; one that came by an update shall not run either.
    let words = ["ci", "--ignore-scripts", "--no-fund", "--no-audit"];
    process::run(&mut ws.npm_in(&clients, &words))?;
    stamp.note()
}
