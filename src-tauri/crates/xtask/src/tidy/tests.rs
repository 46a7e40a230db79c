//! Every rule against a planted fault, in a real folder: the clean tree passes, one fault is found at
//! its line by its rule. The bugs are planted in halves, so that this file keeps the rules itself.

mod files;
mod source;
mod supply;

use std::{fs, path::Path};

use super::*;
use crate::process;

const DOMAIN: &str = "src-tauri/crates/domain/src";

/// A small tree that keeps all rules: the packages of ours and a page.
const CLEAN: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"src-tauri/crates/*\"]\n\n[workspace.dependencies]\n\
         domain = { path = \"src-tauri/crates/domain\" }\nsqlx = \"0.9\"\ntestkit = { path = \"src-tauri/crates/testkit\" }\n\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n\n[workspace.lints.clippy]\nunwrap_used = \"warn\"\n",
    ),
    (
        "src-tauri/crates/store/Cargo.toml",
        "[package]\nname = \"store\"\nedition = \"2024\"\n\n[dependencies]\ndomain.workspace = true\n\
         sqlx.workspace = true\n\n[dev-dependencies]\ntestkit.workspace = true\n\n[lints]\nworkspace = true\n",
    ),
    (
        "src-tauri/crates/store/src/lib.rs",
        "//! The only crate that knows SQL.\nuse sqlx::Row;\n",
    ),
    (
        "src-tauri/crates/domain/Cargo.toml",
        "[package]\nname = \"domain\"\nedition = \"2024\"\n\n[lints]\nworkspace = true\n",
    ),
    (
        "src-tauri/crates/domain/src/lib.rs",
        "//! Names no sqlx, no f64, no std::fs.\n",
    ),
    (
        "src-tauri/crates/domain/src/money.rs",
        "//! Money.\npub struct Minor(pub i64);\n",
    ),
    (
        "src-tauri/crates/bus/Cargo.toml",
        "[package]\nname = \"bus\"\nedition = \"2024\"\n\n[lints]\nworkspace = true\n",
    ),
    ("src-tauri/crates/bus/src/lib.rs", "//! Names no lapin.\n"),
    (
        "src-tauri/crates/ocpp/Cargo.toml",
        "[package]\nname = \"ocpp\"\nedition = \"2024\"\n\n[lints]\nworkspace = true\n",
    ),
    ("src-tauri/crates/ocpp/src/lib.rs", "//! Names no clock.\n"),
    (
        "src-tauri/crates/gateway/Cargo.toml",
        "[package]\nname = \"gateway\"\nedition = \"2024\"\n\n[lints]\nworkspace = true\n",
    ),
    ("src-tauri/crates/gateway/src/lib.rs", "//! Composes.\n"),
    (
        "src-tauri/crates/testkit/Cargo.toml",
        "[package]\nname = \"testkit\"\nedition = \"2024\"\n\n[lints]\nworkspace = true\n",
    ),
    (
        "src-tauri/crates/testkit/src/lib.rs",
        "//! May poll.\nfn f() { sleep(); }\n",
    ),
    ("migrations/0001_start.sql", "-- The first tables.\n"),
    (
        "public/utils/host.js",
        "// The bridge.\nimport '@tauri-apps/api/core.js';\n",
    ),
    (
        "public/modules/wallet.js",
        "/* The wallet. */\nexport const skip = (list) => list.skip(1);\n",
    ),
    (
        "ui/package.json",
        "{ \"dependencies\": { \"@tauri-apps/api\": \"2.12.5\" } }\n",
    ),
    ("ui/package-lock.json", "{ \"packages\": { \"\": {} } }\n"),
    (".ci/run.sh", "#!/bin/sh\n# Everything.\n"),
    (
        "README.md",
        "As crates.io does; see https://example.org/home/ and target/work/.\n",
    ),
];

/// What tidy says about the clean tree with `planted` files put over it.
fn findings_with(planted: &[(&str, &str)]) -> Vec<Finding> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in CLEAN.iter().chain(planted) {
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().expect("it is below the folder")).expect("made");
        fs::write(file, text).expect("written");
    }
    let ws = Workspace::here().expect("tests run in the checkout");
    findings(&ws, dir.path()).expect("the tree can be read")
}

/// `text` planted at `path` breaks exactly `rule`, at `line`.
fn check(path: &str, text: &str, rule: &str, line: usize) {
    let found = findings_with(&[(path, text)]);
    let said: Vec<_> = found
        .iter()
        .map(|f| (f.path.as_str(), f.line, f.rule))
        .collect();
    assert_eq!(said, [(path, line, rule)], "planted in {path}:\n{text}");
    assert!(!found[0].advice.is_empty(), "it says what to do");
}

#[test]
fn a_tree_that_keeps_the_rules_passes() {
    assert_eq!(findings_with(&[]), [], "nothing to mend");
}

#[test]
fn git_decides_which_files_count() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let ws = Workspace::here().expect("tests run in the checkout");
    let init = process::run(ws.command("git").args(["init", "--quiet"]).arg(dir.path()));
    init.expect("git is here");
    fs::write(dir.path().join(".gitignore"), "/ignored.txt\n").expect("written");
    fs::write(dir.path().join("ignored.txt"), "").expect("written");
    assert_eq!(
        findings(&ws, dir.path()),
        Ok(vec![]),
        "what is ignored breaks no rule"
    );
    fs::write(dir.path().join("untracked.txt"), "").expect("written");
    let found = findings(&ws, dir.path()).expect("read");
    assert_eq!(found.len(), 1, "what would be committed counts: {found:?}");
}

#[test]
fn a_folder_that_is_not_there_is_bad_usage() {
    let ws = Workspace::here().expect("tests run in the checkout");
    let stop = findings(&ws, Path::new("no-such-folder")).expect_err("there is none");
    assert_eq!(stop.code(), 2, "{stop}");
}

#[test]
fn a_finding_says_place_rule_and_advice() {
    let finding = Finding::at("src-tauri/src/lib.rs", 7, "one-home", "go through desktop");
    let line = "src-tauri/src/lib.rs:7: one-home: go through desktop";
    assert_eq!(finding.to_string(), line, "editors can jump to it");
}
