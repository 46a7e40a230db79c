//! `cargo xtask ci`: every check but the tests. All steps run, also after one has failed, so that one
//! run tells everything there is to mend. Not for tests: `.ci/run` calls both.

use std::time::Instant;

use crate::{
    args::Args,
    contract,
    error::{Outcome, Stop},
    process,
    setup::{self, Purpose},
    tidy,
    workspace::Workspace,
};

type Step = (&'static str, fn(&Workspace) -> Outcome);

/// The cheap steps come first: most faults show within a second.
const STEPS: &[Step] = &[
    ("format", format),
    ("house rules", tidy::check_checkout),
    ("front end", front_end),
    ("lints", lints),
    ("docs", docs),
    ("contract", contract::check),
];

/// `ci`
pub fn verb(ws: &mut Workspace, args: Args) -> Outcome {
    args.finish()?;
    setup::ensure(ws, Purpose::Test)?;
    let failed = run_all(STEPS, ws);
    if failed.is_empty() {
        eprintln!("xtask: ci: all {} steps passed", STEPS.len());
        return Ok(());
    }
    Err(Stop::Failed(format!("ci: failed: {}", failed.join(", "))))
}

/// Runs every step and gives the names of those that failed.
fn run_all(steps: &[Step], ws: &Workspace) -> Vec<&'static str> {
    let mut failed = Vec::new();
    for (name, step) in steps {
        eprintln!("── {name}");
        let start = Instant::now();
        let verdict = match step(ws) {
            Ok(()) => "passed",
            Err(stop) => {
                eprintln!("xtask: {stop}");
                failed.push(*name);
                "FAILED"
            }
        };
        eprintln!(
            "── {name}: {verdict} in {:.1} s",
            start.elapsed().as_secs_f32()
        );
    }
    failed
}

fn format(ws: &Workspace) -> Outcome {
    process::run(&mut ws.cargo(&["fmt", "--all", "--check"]))
}

fn front_end(ws: &Workspace) -> Outcome {
    process::run(&mut ws.npm(&["run", "check", "--silent"]))
}

fn lints(ws: &Workspace) -> Outcome {
    let mut clippy = ws.cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "desktop",
    ]);
    process::run(clippy.args(["--locked", "--", "-D", "warnings"]))
}

fn docs(ws: &Workspace) -> Outcome {
    let mut doc = ws.cargo(&[
        "doc",
        "--workspace",
        "--no-deps",
        "--features",
        "desktop",
        "--locked",
    ]);
    process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_does_not_hide_the_ones_after_it() {
        let bad: fn(&Workspace) -> Outcome = |_| Err(Stop::Failed("planted".into()));
        let good: fn(&Workspace) -> Outcome = |_| Ok(());
        let ws = Workspace::here().expect("tests run in the checkout");
        let failed = run_all(&[("one", bad), ("two", good), ("three", bad)], &ws);
        assert_eq!(failed, ["one", "three"], "both faults are told");
    }
}
