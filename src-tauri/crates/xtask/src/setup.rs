//! `cargo xtask setup`: everything the project needs on a fresh machine, and nothing twice.
//! A second run finds all in place and ends well under a second. Not for building: the verbs do that.

mod apt;
mod front_end;
mod node;
mod node_clients;
mod oracle;
mod packages;
mod python;

use std::env;

use crate::{
    args::Args,
    bundle,
    error::{Outcome, Stop},
    workspace::Workspace,
};
use apt::Apt;

/// What the machine is wanted for; each includes the one before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Build and run without a window.
    Headless,
    /// Build and run the kiosk's window.
    Window,
    /// Run every test with its real parts.
    Test,
}

impl Purpose {
    /// A window where there is a display, else none.
    pub fn of_this_display() -> Self {
        let shown = ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
        if shown { Self::Window } else { Self::Headless }
    }
}

/// `setup [--for run|test]`; without a word it is for both.
pub fn verb(ws: &mut Workspace, mut args: Args) -> Outcome {
    let purpose = match args.value("--for")?.as_deref() {
        None | Some("test") => Purpose::Test,
        Some("run") => Purpose::of_this_display(),
        Some(other) => {
            return Err(Stop::Refused(format!(
                "--for takes `run` or `test`, not `{other}`"
            )));
        }
    };
    args.finish()?;
    ensure(ws, purpose)?;
    eprintln!("xtask: this machine has all it needs");
    Ok(())
}

/// Installs what is missing for `purpose`, and points `ws` at the node to use.
pub fn ensure(ws: &mut Workspace, purpose: Purpose) -> Outcome {
    system_packages(ws, purpose)?;
    node::bring(ws)?;
    if purpose == Purpose::Test {
        python::install(ws, &ws.root.join("tests/python/requirements.txt"))?;
        node_clients::install(ws)?;
        oracle::fetch(ws)?;
        // Tests pack, too.
        bundle::bring_tools(ws)?;
    }
    front_end::build(ws)
}

fn system_packages(ws: &Workspace, purpose: Purpose) -> Outcome {
    let mut wanted = packages::missing(ws, purpose);
    let node_missing = !node::is_here(ws);
    if wanted.is_empty() && !node_missing {
        return Ok(());
    }
    let Some(apt) = Apt::of(ws) else {
        return packages::refuse_without_apt(&wanted, node_missing && python::find(ws).is_none());
    };
    // The lists of a fresh machine are empty: only then is it known which node apt has.
    if apt.may_install() {
        apt.update()?;
    }
    let mut names: Vec<&str> = wanted.drain(..).map(|package| package.debian).collect();
    if node_missing {
        names.extend(node::debian_packages(ws, &apt));
    }
    names.dedup();
    if names.is_empty() {
        Ok(())
    } else {
        apt.install(&names)
    }
}
