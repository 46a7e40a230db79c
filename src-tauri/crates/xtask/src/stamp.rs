//! Remembers that a slow step was done for these very inputs, so that it is done again only when one
//! of them changes. Not a cache of results: whoever asks also checks that the result is still there.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

use crate::error::{Outcome, Stop};

/// One step's note of what it was done for.
pub struct Stamp {
    file: PathBuf,
    now: String,
}

impl Stamp {
    /// The note at `file` about the contents of `inputs`; a missing input counts as empty.
    pub fn new(file: PathBuf, inputs: &[PathBuf]) -> Self {
        let mut hasher = DefaultHasher::new();
        for input in inputs {
            input.file_name().hash(&mut hasher);
            fs::read(input).unwrap_or_default().hash(&mut hasher);
        }
        Self {
            file,
            now: format!("{:016x}", hasher.finish()),
        }
    }

    /// Whether the step was done for the inputs as they are.
    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|noted| noted == self.now)
    }

    /// Notes that it was.
    pub fn note(&self) -> Outcome {
        fs::write(&self.file, &self.now).map_err(|e| Stop::file(&self.file, &e))
    }
}

/// The files under `dir`, sorted, without the folders named in `skip`.
pub fn files_under(dir: &Path, skip: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let skipped = path
                .file_name()
                .is_some_and(|name| skip.iter().any(|s| name == *s));
            match path.is_dir() {
                _ if skipped => {}
                true if !path.is_symlink() => folders.push(path),
                true => {}
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_current_until_an_input_changes() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let input = dir.path().join("package-lock.json");
        fs::write(&input, "one").expect("written");
        let stamp = || Stamp::new(dir.path().join("stamp"), std::slice::from_ref(&input));
        assert!(!stamp().is_current(), "never done yet");
        stamp().note().expect("noted");
        assert!(stamp().is_current(), "done for this content");
        fs::write(&input, "two").expect("written");
        assert!(!stamp().is_current(), "the content changed");
    }

    #[test]
    fn skipped_folders_are_not_walked() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for path in ["a.js", "shell/b.js", "node_modules/lit/c.js"] {
            let file = dir.path().join(path);
            fs::create_dir_all(file.parent().expect("has one")).expect("made");
            fs::write(file, "").expect("written");
        }
        let found = files_under(dir.path(), &["node_modules"]);
        let names: Vec<_> = found
            .iter()
            .filter_map(|f| f.strip_prefix(dir.path()).ok())
            .collect();
        assert_eq!(
            names,
            [Path::new("a.js"), Path::new("shell/b.js")],
            "sorted, nothing skipped"
        );
    }
}
