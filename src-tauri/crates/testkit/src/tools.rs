//! Where the machine's tools are: programs from Debian, and the tools folder that
//! `cargo xtask setup` fills. It never installs anything.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tools folder: `$TESTKIT_TOOLS`, else `tools` in the target folder this test was built in.
pub fn folder() -> PathBuf {
    if let Some(folder) = env::var_os("TESTKIT_TOOLS") {
        return PathBuf::from(folder);
    }
    let exe = env::current_exe().expect("a running test has an executable");
    exe.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .expect("cargo marks its target folder with CACHEDIR.TAG")
        .join("tools")
}

/// The path of a program, looked for in `folders`, then on `PATH`.
pub(crate) fn find(program: &str, folders: &[&str]) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = folders
        .iter()
        .map(PathBuf::from)
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file());
    found.unwrap_or_else(|| missing(Path::new(program)))
}

/// Keeps variables of the test's own environment that start with `prefix` from a part.
pub(crate) fn hide_env(command: &mut Command, prefix: &str) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with(prefix) {
            command.env_remove(name);
        }
    }
}

/// Ends the test with the one sentence that helps.
pub(crate) fn missing(what: &Path) -> ! {
    panic!(
        "{} is not installed: run `cargo xtask setup`",
        what.display()
    )
}
