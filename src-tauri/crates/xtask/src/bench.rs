//! `cargo xtask bench`: the benchmarks. They print their table and write `bench.json` themselves.

use crate::{
    args::Args,
    error::Outcome,
    process,
    setup::{self, Purpose},
    workspace::Workspace,
};

/// `bench`
pub fn verb(ws: &mut Workspace, args: Args) -> Outcome {
    args.finish()?;
    // Pages are measured in real browsers, and in the kiosk's own window.
    setup::ensure(ws, Purpose::Test)?;
    let bench = [
        "bench",
        "--locked",
        "--features",
        "desktop",
        "--bench",
        "live",
    ];
    process::run(&mut ws.cargo(&bench))?;
    eprintln!(
        "xtask: the figures are in {}",
        ws.target.join("bench.json").display()
    );
    Ok(())
}
