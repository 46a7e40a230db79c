//! Where things are: the repository, the build folder, the tools the set-up brought; and how a
//! command starts there. Not for what is run: each verb says that.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::error::{Outcome, Stop};

/// The checkout a chore works on.
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's build folder: `CARGO_TARGET_DIR`, else `target` in the root.
    pub target: PathBuf,
    /// A folder of programs that goes before `PATH`: node, where the machine's own is too old.
    extra_path: Option<PathBuf>,
}

impl Workspace {
    /// The checkout that this program was started for.
    pub fn here() -> Outcome<Self> {
        // At run time first: with a shared build folder the compiled-in path may be another clone's.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .ancestors()
            .nth(3)
            .filter(|root| root.join("tauri.conf.json").is_file())
            .ok_or_else(|| Stop::Refused("start this as `cargo xtask` in the checkout".into()))?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => env::current_dir()
                .map_err(|e| Stop::file(&root, &e))?
                .join(dir),
            None => root.join("target"),
        };
        Ok(Self {
            root,
            target,
            extra_path: None,
        })
    }

    /// Where set-up puts what it brings: the packages of the tests' Python and Node clients, node.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The front end's package.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// From here on, programs in `dir` are found before the machine's own.
    pub fn put_on_path(&mut self, dir: PathBuf) {
        self.extra_path = Some(dir);
    }

    /// Where `program` is, the way a command started from here would find it.
    pub fn which(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.path())
            .map(|dir| dir.join(program))
            .find(|file| file.is_file())
    }

    /// `program`, to be run in the root.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path());
        // `cargo run` tells us about our own package; what we start must not take it for theirs.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if [
                "CARGO_PKG_",
                "CARGO_MANIFEST_",
                "CARGO_BIN_",
                "CARGO_CRATE_",
            ]
            .iter()
            .any(|ours| name.starts_with(ours))
            {
                command.env_remove(name.as_ref());
            }
        }
        command
    }

    /// The cargo that started us, with its first words.
    pub fn cargo(&self, words: &[&str]) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = self.command(cargo);
        command.args(words);
        command
    }

    /// `npm` with its words, in the front end's folder.
    pub fn npm(&self, words: &[&str]) -> Command {
        self.npm_in(&self.ui(), words)
    }

    /// `npm` with its words, in the folder of another package.
    pub fn npm_in(&self, dir: &Path, words: &[&str]) -> Command {
        let mut command = self.command("npm");
        command.current_dir(dir).args(words);
        for (name, value) in [
            ("FUND", "false"),
            ("AUDIT", "false"),
            ("UPDATE_NOTIFIER", "false"),
        ] {
            command.env(format!("NPM_CONFIG_{name}"), value);
        }
        command
    }

    fn path(&self) -> OsString {
        let machine = env::var_os("PATH").unwrap_or_default();
        let Some(extra) = &self.extra_path else {
            return machine;
        };
        let dirs = std::iter::once(extra.clone()).chain(env::split_paths(&machine));
        // A folder with a colon in its name cannot stand in PATH at all: then the machine's stands.
        env::join_paths(dirs).unwrap_or(machine)
    }
}

/// Makes `dir` exist and be empty.
pub fn fresh_dir(dir: &Path) -> Outcome {
    if dir.exists() {
        fs::remove_dir_all(dir).map_err(|e| Stop::file(dir, &e))?;
    }
    fs::create_dir_all(dir).map_err(|e| Stop::file(dir, &e))
}
