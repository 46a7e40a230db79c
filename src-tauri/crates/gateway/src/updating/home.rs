//! Where the running program was installed, if a package of ours brought it: which version that is, and whose signature its updates need.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use semver::Version;
use updates::keys::Keys;
use updates::offer::Kind;

/// What a package of ours brought beside the program.
#[derive(Clone, Debug)]
pub struct Home {
    /// The version that the package is.
    pub version: Version,
    /// The kind of machine.
    pub kind: Kind,
    /// The keys whose signature counts.
    pub keys: Keys,
}

impl Home {
    /// Of the program that runs. None, with the reason, where no package brought it, or one that knows no keys: then nothing can
    /// install an update by itself.
    pub fn of_this_program() -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        Self::of(&program)
    }

    /// Of a program in `usr/bin`.
    pub fn of(program: &Path) -> Result<Self, String> {
        let kind = Kind::here().ok_or("there are no signed packages for this kind of machine")?;
        let bin = program.parent().unwrap_or(program);
        let share = bin.with_file_name("share").join("forecourt");
        if !bin.join("forecourt-updater").is_file() {
            return Err("this program did not come in a package".to_owned());
        }
        let version = read(share.join("version"))?;
        let version = Version::parse(version.trim()).map_err(|error| error.to_string())?;
        let keys = Keys::read(&read(share.join("update-keys"))?).map_err(|e| e.to_string())?;
        if keys.is_empty() {
            return Err("this package knows nobody whose signature counts".to_owned());
        }
        Ok(Self {
            version,
            kind,
            keys,
        })
    }
}

fn read(file: PathBuf) -> Result<String, String> {
    let failed = |error: io::Error| format!("{}: {error}", file.display());
    fs::read_to_string(&file).map_err(failed)
}
