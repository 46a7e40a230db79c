//! The site's books, which the gateway's own commands look at, copy and bring back, as the user whose they are: that user's programs and
//! files get nothing of root's rights.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::programs::{LONG, SOON, done, line, program_as};
use crate::trouble::Trouble;

/// How many copies there are at most, with the one that is made.
const COPIES: usize = 2;
/// For how many seconds the books may have been written since a copy that comes back by itself: a day is longer than any try takes.
pub const FRESH: u64 = 24 * 60 * 60;

/// The database, as the program that is installed says.
#[derive(Debug, Deserialize)]
pub struct Database {
    /// Its file; none, where it is a server's.
    file: Option<PathBuf>,
    /// How its tables stand to that program.
    tables: Option<String>,
}

impl Database {
    /// Whether there is something in it that can be copied.
    fn has_books(&self) -> bool {
        matches!(self.tables.as_deref(), Some("older" | "current"))
    }

    /// Whether the program could work with it. Of a server's nobody knows; where there are no tables it would make some.
    pub fn is_of_use(&self, had_books: bool) -> bool {
        match self.tables.as_deref() {
            None => true,
            Some("none") => !had_books,
            Some(_) => self.has_books(),
        }
    }
}

/// A copy of the database.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Copied {
    /// Where.
    pub file: PathBuf,
    /// Of which database.
    of: PathBuf,
}

impl Copied {
    /// When the books were written last, in their file or the log beside it.
    pub fn books_written(&self) -> Option<SystemTime> {
        let mut log = OsString::from(&self.of);
        log.push("-wal");
        let files = [self.of.as_path(), Path::new(&log)].into_iter();
        let times =
            files.filter_map(|file| fs::metadata(file).and_then(|about| about.modified()).ok());
        times.max()
    }
}

/// The books of a machine.
#[derive(Clone, Debug)]
pub struct Books {
    gateway: PathBuf,
    config: PathBuf,
    data: PathBuf,
}

impl Books {
    /// Those of the machine whose files are there.
    pub fn of(root: &Path) -> Self {
        Self {
            gateway: root.join("usr/bin/forecourt-gateway"),
            config: root.join("etc/forecourt/forecourt.toml"),
            data: root.join("var/lib/forecourt"),
        }
    }

    /// What the database is.
    pub fn look(&self) -> Result<Database, Trouble> {
        let mut ask = self.admin()?;
        ask.arg("database");
        let said = done(&mut ask, SOON)?;
        serde_json::from_str(&said).map_err(|error| Trouble::Program {
            program: line(&ask),
            said: format!("{said:?}: {error}"),
        })
    }

    /// Copies it, where there is something to copy. While nobody writes to it, so that the copy has all.
    pub fn copy(&self, to: &Version) -> Result<Option<Copied>, Trouble> {
        let database = self.look()?;
        let has_books = database.has_books();
        let Some(of) = database.file.filter(|_| has_books) else {
            return Ok(None);
        };
        let file = self.data.join(format!("before-{to}.db"));
        let new = self.data.join(format!("before-{to}.db.new"));
        self.remove(&[&new])?;
        self.tidy()?;
        done(self.admin()?.arg("backup").arg(&new), LONG)?;
        // One of an attempt before is no longer of this moment, and stays until this one is there.
        let mut rename = self.as_owner()?;
        rename.args(["mv", "-f", "-T", "--"]).arg(&new).arg(&file);
        done(&mut rename, SOON)?;
        Ok(Some(Copied { file, of }))
    }

    /// Brings that copy back; says where the replaced one is.
    pub fn restore(&self, copy: &Copied, after: &Version) -> Result<String, Trouble> {
        let mut restore = self.admin()?;
        restore.arg("restore").arg(&copy.file);
        done(restore.arg("--after").arg(after.to_string()), LONG)
    }

    /// Takes the oldest copies away: there is room for one more.
    fn tidy(&self) -> Result<(), Trouble> {
        let entries = fs::read_dir(&self.data).map_err(Trouble::file(&self.data))?;
        let mut copies: Vec<_> = entries
            .flatten()
            .filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with("before-") && name.ends_with(".db")
            })
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        copies.sort();
        let most = copies.len().saturating_sub(COPIES - 1);
        let old: Vec<&Path> = copies.iter().take(most).map(|(_, path)| &**path).collect();
        self.remove(&old)
    }

    fn remove(&self, files: &[&Path]) -> Result<(), Trouble> {
        if files.is_empty() {
            return Ok(());
        }
        done(
            self.as_owner()?.arg("rm").args(["-f", "--"]).args(files),
            SOON,
        )
        .map(drop)
    }

    fn admin(&self) -> Result<Command, Trouble> {
        let mut admin = self.as_owner()?;
        admin.arg(&self.gateway).arg("admin");
        admin.arg("--data-dir").arg(&self.data);
        admin.arg("--config").arg(&self.config);
        Ok(admin)
    }

    /// Something that runs as the owner of the data, wherever the admin has laid it.
    fn as_owner(&self) -> Result<Command, Trouble> {
        let about = fs::metadata(&self.data).map_err(Trouble::file(&self.data))?;
        if about.uid() == 0 || about.gid() == 0 {
            return Err(Trouble::RootsData(self.data.clone()));
        }
        Ok(program_as(about.uid(), about.gid()))
    }
}
