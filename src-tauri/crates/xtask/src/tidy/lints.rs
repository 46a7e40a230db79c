//! The lints that keep a bad message from ending the process (SUP-06): forbidden unsafe code and `unwrap` outside tests
//! stand in the workspace, and each package of ours takes the workspace's. Not for what they find: that is clippy's.

use super::{finding::Finding, tree::Tree};

const ROOT: &str = "Cargo.toml";

/// What the workspace says, and which levels do.
const WANTED: &[(&str, &[&str])] = &[
    ("unsafe_code", &["forbid"]),
    ("unwrap_used", &["warn", "deny", "forbid"]),
];

/// The workspace forbids it, and no package leaves the workspace's lints.
pub fn kept(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(root) = tree.file(ROOT) {
        for (lint, levels) in WANTED {
            let says = |line: &str| {
                levels
                    .iter()
                    .any(|level| line == format!("{lint} = \"{level}\""))
            };
            if !root.text.lines().any(says) {
                let advice = format!("say {lint} = \"{}\" in [workspace.lints]", levels[0]);
                found.push(Finding::at(ROOT, 1, "lints", advice));
            }
        }
    }
    for file in &tree.files {
        let is_package = file.path.ends_with(ROOT) && file.text.contains("[package]");
        if is_package && !file.text.contains("[lints]\nworkspace = true") {
            let advice = "take the workspace's lints: [lints] workspace = true";
            found.push(Finding::at(&file.path, 1, "lints", advice));
        }
    }
    found
}
