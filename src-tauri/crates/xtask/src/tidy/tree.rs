//! The files the rules look at: what git tracks or would track; in a folder without git, all but
//! build folders. Not for ignored files: what is never committed breaks no rule.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::{Outcome, Stop},
    process,
    stamp::files_under,
    workspace::Workspace,
};

/// What a folder without git leaves out.
const NOT_SOURCE: &[&str] = &[".git", "target", "node_modules", "vendor", "gen"];

/// A tree under test.
pub struct Tree {
    /// Its folder.
    pub root: PathBuf,
    /// Its files, by path.
    pub files: Vec<SourceFile>,
}

/// One text file; what is no text (icons, fonts) has an empty one.
pub struct SourceFile {
    /// From the root, with forward slashes.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl Tree {
    /// Reads the tree in `dir`.
    pub fn read(ws: &Workspace, dir: &Path) -> Outcome<Self> {
        if !dir.is_dir() {
            return Err(Stop::Refused(format!("{} is no folder", dir.display())));
        }
        let root = dir.canonicalize().map_err(|e| Stop::file(dir, &e))?;
        let mut paths = if root.join(".git").exists() {
            listed_by_git(ws, &root)?
        } else {
            walked(&root)
        };
        paths.sort();
        paths.dedup();
        let files = paths
            .into_iter()
            .filter_map(|path| SourceFile::read(&root, path))
            .collect();
        Ok(Self { root, files })
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files whose name ends in one of `endings`.
    pub fn ending<'a>(&'a self, endings: &'a [&str]) -> impl Iterator<Item = &'a SourceFile> {
        self.files
            .iter()
            .filter(|file| endings.contains(&file.ending()))
    }
}

impl SourceFile {
    fn read(root: &Path, path: String) -> Option<Self> {
        // Git also lists what was deleted but not committed yet.
        let bytes = fs::read(root.join(&path)).ok()?;
        Some(Self {
            path,
            text: String::from_utf8(bytes).unwrap_or_default(),
        })
    }

    /// What follows the last dot of the name; empty when there is none.
    pub fn ending(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// Whether it is `place` itself, the module file of that name, or below it.
    pub fn is_in(&self, place: &str) -> bool {
        self.path.strip_prefix(place).is_some_and(|rest| {
            rest.is_empty() || rest == ".rs" || rest.starts_with('/') || place.ends_with('/')
        })
    }

    /// Whether it is a test by its place or name.
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        self.path
            .split('/')
            .any(|part| part == "tests" || part == "test")
            || name == "tests.rs"
            || [".test.js", ".test.mjs", ".spec.js", ".spec.mjs"]
                .iter()
                .any(|end| name.ends_with(end))
    }
}

fn listed_by_git(ws: &Workspace, root: &Path) -> Outcome<Vec<String>> {
    let mut git = ws.command("git");
    git.current_dir(root)
        .args(["ls-files", "-z", "-c", "-o", "--exclude-standard"]);
    Ok(process::capture(&mut git)?
        .split_terminator('\0')
        .map(str::to_owned)
        .collect())
}

fn walked(root: &Path) -> Vec<String> {
    files_under(root, NOT_SOURCE)
        .iter()
        .filter_map(|path| path.strip_prefix(root).ok())
        .map(|path| path.to_string_lossy().replace('\\', "/"))
        .collect()
}
