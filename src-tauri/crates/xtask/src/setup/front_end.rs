//! The front end's packages and the pinned client files that the pages load, redone only when their
//! sources changed. Not for checking or testing the front end: see `ci` and `test`.

use crate::{
    error::{Outcome, Stop},
    process,
    stamp::{Stamp, files_under},
    workspace::Workspace,
};

/// Installs `ui/node_modules` and builds `public/vendor`.
pub fn build(ws: &Workspace) -> Outcome {
    let (ui, modules) = (ws.ui(), ws.ui().join("node_modules"));
    let lock = ui.join("package-lock.json");
    if !lock.is_file() {
        return Err(Stop::Failed(format!(
            "{} is missing; restore it with git",
            lock.display()
        )));
    }
    // The notes live inside node_modules: whoever removes the folder removes them too.
    let packages = Stamp::new(modules.join(".forecourt-packages"), &[lock]);
    if !packages.is_current() {
        process::run(&mut ws.npm(&["ci", "--no-fund", "--no-audit"]))?;
        packages.note()?;
    }
    let sources = files_under(&ui, &["node_modules", "types"]);
    let client_files = Stamp::new(modules.join(".forecourt-build"), &sources);
    if client_files.is_current() && ws.root.join("public/vendor").is_dir() {
        return Ok(());
    }
    process::run(&mut ws.npm(&["run", "build", "--silent"]))?;
    client_files.note()
}
