//! dpkg: what it has noted, and installing with it. It is judged by the state it leaves: it calls well what its settings made it skip, and
//! a fault what only another package's trigger did.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::park_timeout;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, fcntl_lock};
use semver::Version;

use crate::programs::{LONG, SOON, done, program};
use crate::trouble::Trouble;

/// The package.
pub const PACKAGE: &str = "forecourt";
/// dpkg's words for a package that is installed and whole. Of the last two, others' triggers are still to run.
const WHOLE: [&str; 3] = ["installed", "triggers-awaited", "triggers-pending"];
/// How often it is looked whether another one is done.
const AGAIN: Duration = Duration::from_millis(250);

/// The dpkg of a machine.
#[derive(Clone, Debug)]
pub struct Dpkg {
    root: PathBuf,
}

/// Nobody else installs anything until it is dropped.
pub struct Claim {
    _frontend: File,
}

impl Dpkg {
    /// The one of the machine whose files are there.
    pub fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// Takes the lock that every front end of dpkg takes, once it is free.
    pub fn claim(&self, wait: Duration) -> Result<Claim, Trouble> {
        let until = Instant::now() + wait;
        let path = |name: &str| self.root.join("var/lib/dpkg").join(name);
        loop {
            // The second one is dpkg's own, which it takes itself.
            let frontend = lock(&path("lock-frontend"))?;
            if let Some(frontend) = frontend
                && lock(&path("lock"))?.is_some()
            {
                return Ok(Claim {
                    _frontend: frontend,
                });
            }
            if Instant::now() >= until {
                return Err(Trouble::DpkgBusy(path("lock-frontend")));
            }
            park_timeout(AGAIN);
        }
    }

    /// The version that is installed, well or not.
    pub fn installed(&self) -> Result<Version, Trouble> {
        let said = self.query(&["--show", "--showformat=${Version}", PACKAGE])?;
        Version::parse(&said).map_err(|error| Trouble::Program {
            program: "dpkg-query".to_owned(),
            said: format!("{said:?}: {error}"),
        })
    }

    /// Asks dpkg what it has noted.
    pub fn query(&self, words: &[&str]) -> Result<String, Trouble> {
        done(self.rooted("dpkg-query").args(words), SOON)
    }

    /// Installs a package that has that version, older or newer than what is there, whatever state that is in.
    pub fn install(&self, _: &Claim, package: &Path, version: &Version) -> Result<(), Trouble> {
        let mut dpkg = self.rooted("dpkg");
        dpkg.env("DPKG_FRONTEND_LOCKED", "true");
        dpkg.args(["--force-downgrade", "--install"]).arg(package);
        let ran = done(&mut dpkg, LONG);
        if self.has(version) {
            if let Err(trouble) = ran {
                eprintln!("{version} is installed all the same: {trouble}");
            }
            return Ok(());
        }
        ran?;
        Err(Trouble::OtherPackage {
            is: self.state()?,
            should: format!("{version} installed"),
        })
    }

    /// Whether that version is installed, and whole.
    pub fn has(&self, version: &Version) -> bool {
        self.state()
            .is_ok_and(|is| WHOLE.iter().any(|whole| is == format!("{version} {whole}")))
    }

    fn state(&self) -> Result<String, Trouble> {
        let format = "--showformat=${Version} ${db:Status-Status}";
        self.query(&["--show", format, PACKAGE])
    }

    fn rooted(&self, name: &str) -> Command {
        let mut command = program(name);
        if self.root != Path::new("/") {
            command.arg(format!("--root={}", self.root.display()));
        }
        command
    }
}

/// Takes one lock, as dpkg does; none, where another process has it.
fn lock(path: &Path) -> Result<Option<File>, Trouble> {
    let mut how = File::options();
    let file = how.create(true).append(true).open(path);
    let file = file.map_err(Trouble::file(path))?;
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::AGAIN | rustix::io::Errno::ACCESS) => Ok(None),
        Err(error) => Err(Trouble::file(path)(error.into())),
    }
}

/// Name, version and architecture of a package.
pub fn about(package: &Path) -> Result<String, Trouble> {
    let mut ask = program("dpkg-deb");
    ask.arg("--showformat=${Package} ${Version} ${Architecture}");
    done(ask.arg("--show").arg(package), LONG)
}
