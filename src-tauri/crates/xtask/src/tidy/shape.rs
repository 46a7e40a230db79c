//! The shape of the tree and of its files: what may stand at the top, how a file opens, how long it
//! may grow. Not for what stands in it: see `words`.

use super::{
    finding::Finding,
    tree::{SourceFile, Tree},
};

/// All that is visible at the top; dotfiles are free.
const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "migrations",
    "public",
    "src-tauri",
    "tauri.conf.json",
    "tests",
    "ui",
];

/// How a file of each kind may open.
const OPENINGS: &[(&str, &[&str])] = &[
    ("rs", &["//"]),
    ("js", &["//", "/*"]),
    ("mjs", &["//", "/*"]),
    ("css", &["/*"]),
    ("sql", &["--", "/*"]),
    ("sh", &["#"]),
];

/// The most lines a Rust file, and a module that pages load, may have.
const RUST_LINES: usize = 500;
const PAGE_LINES: usize = 200;

/// Nothing else is visible at the top.
pub fn top_level(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for file in &tree.files {
        let top = file.path.split('/').next().unwrap_or(&file.path);
        let known = top.starts_with('.') || TOP.contains(&top);
        // Sorted by path: one finding for a whole folder.
        let told = found.last().is_some_and(|last| last.path == top);
        if !known && !told {
            let advice = format!("move it below one of: {}", TOP.join(" "));
            found.push(Finding::at(top, 1, "top-level", advice));
        }
    }
    found
}

/// A file says at its top what it is for.
pub fn opening(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in &tree.files {
        let Some((_, openings)) = OPENINGS.iter().find(|(ending, _)| *ending == file.ending())
        else {
            continue;
        };
        let mut lines = file.text.lines().map(str::trim_start);
        let first = lines.next().unwrap_or_default();
        // A script's first line is for the machine; `#![…]` is Rust, not a shebang.
        let script = first.starts_with("#!") && !first.starts_with("#![");
        let said = if script {
            lines.next().unwrap_or_default()
        } else {
            first
        };
        if !openings.iter().any(|opening| said.starts_with(opening)) {
            let advice = "open with 1 to 6 comment lines: what it is for, what it is not for";
            found.push(Finding::at(&file.path, 1, "opening", advice));
        }
    }
    found
}

/// Long files are several files.
pub fn length(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in &tree.files {
        let Some(most) = most_lines(file) else {
            continue;
        };
        let lines = file.text.lines().count();
        if lines > most {
            let advice = format!("{lines} lines, {most} at most: split it by what it does");
            found.push(Finding::at(&file.path, most + 1, "length", advice));
        }
    }
    found
}

fn most_lines(file: &SourceFile) -> Option<usize> {
    match file.ending() {
        "rs" => Some(RUST_LINES),
        "js" | "mjs" if file.is_in("public") => Some(PAGE_LINES),
        _ => None,
    }
}
