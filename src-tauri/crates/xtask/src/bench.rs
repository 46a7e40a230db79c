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
    setup::ensure(ws, Purpose::Headless)?;
    process::run(&mut ws.cargo(&["bench", "--locked", "--bench", "live"]))?;
    eprintln!(
        "xtask: the figures are in {}",
        ws.target.join("bench.json").display()
    );
    Ok(())
}
