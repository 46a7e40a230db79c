//! `cargo xtask tidy [DIR]`: the house rules of ARCHITECTURE.md as facts. Each rule is a function from
//! the tree to findings; the tables it reads stand at the top of its file.
//! Not for what rustfmt, clippy, tsc and eslint say already: see `ci`.

mod code;
mod finding;
mod homes;
mod layers;
mod licence;
mod lints;
mod lockfiles;
mod shape;
mod tree;
mod words;

use std::path::{Path, PathBuf};

use crate::{
    args::Args,
    error::{Outcome, Stop},
    workspace::Workspace,
};
use finding::Finding;
use tree::Tree;

type Rule = fn(&Tree) -> Vec<Finding>;

/// The rules that need nothing but the files.
const RULES: &[Rule] = &[
    homes::names_in_source,
    homes::shell_bridge,
    homes::pure_crates,
    homes::no_floats_in_money,
    shape::top_level,
    shape::opening,
    shape::length,
    words::markup,
    words::unfinished,
    words::switched_off_tests,
    words::sleeps,
    words::registry_hosts,
    words::machine_paths,
    lints::kept,
    lockfiles::npm,
];

/// `tidy [DIR]`
pub fn verb(ws: &Workspace, mut args: Args) -> Outcome {
    let dir = args.name().map(PathBuf::from);
    args.finish()?;
    check(ws, dir.as_deref().unwrap_or(&ws.root))
}

/// The rules over this checkout.
pub fn check_checkout(ws: &Workspace) -> Outcome {
    check(ws, &ws.root)
}

fn check(ws: &Workspace, dir: &Path) -> Outcome {
    let findings = findings(ws, dir)?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            eprintln!("xtask: tidy: nothing to mend");
            Ok(())
        }
        count => Err(Stop::Failed(format!(
            "tidy: {count} to mend; the lines above say how"
        ))),
    }
}

fn findings(ws: &Workspace, dir: &Path) -> Outcome<Vec<Finding>> {
    let tree = Tree::read(ws, dir)?;
    let mut found: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    if tree.file("Cargo.toml").is_some() {
        found.extend(layers::check(ws, &tree)?);
    }
    found.extend(lockfiles::cargo(ws, &tree)?);
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests;
