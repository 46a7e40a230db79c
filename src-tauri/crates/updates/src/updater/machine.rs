//! The machine as the updater sees it: where things are, and the programs that it lets work: dpkg, systemd, and the gateway's own commands,
//! which run as the gateway's user.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use semver::Version;
use updates::keys::Keys;
use updates::offer::Kind;

use crate::memory::Memory;
use crate::trouble::Trouble;

/// The package, and its programs.
pub const PACKAGE: &str = "forecourt";
const GATEWAY: &str = "usr/bin/forecourt-gateway";
const DATA: &str = "var/lib/forecourt";
/// The services that may run here.
const SERVICES: [&str; 2] = ["forecourt-gateway.service", "forecourt-kiosk.service"];
/// The last words of a program that failed.
const LAST_WORDS: usize = 2_000;

/// The machine.
pub struct Machine {
    root: PathBuf,
    /// Its kind.
    pub kind: Kind,
}

impl Machine {
    /// The one whose files are there.
    pub fn at(root: &Path) -> Result<Self, Trouble> {
        Ok(Self {
            root: root.canonicalize().map_err(Trouble::file(root))?,
            kind: Kind::here().ok_or(Trouble::OtherKind)?,
        })
    }

    /// A file of it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// What the updater knows of it.
    pub fn memory(&self) -> Memory {
        Memory::at(self.path("var/lib/forecourt-updater"))
    }

    /// Where the app lays what it fetched.
    pub fn inbox(&self) -> PathBuf {
        self.path(DATA).join("updates")
    }

    /// The keys whose signature counts: those that the package brought.
    pub fn keys(&self) -> Result<Keys, Trouble> {
        let path = self.path("usr/share/forecourt/update-keys");
        let about = fs::symlink_metadata(&path).map_err(Trouble::file(&path))?;
        if !about.is_file() || about.uid() != 0 || about.mode() & 0o022 != 0 {
            return Err(Trouble::Writable(path));
        }
        let list = fs::read_to_string(&path).map_err(Trouble::file(&path))?;
        Ok(Keys::read(&list)?)
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
        done(self.rooted("dpkg-query").args(words))
    }

    /// Installs a package that has that version, older or newer than what is there, whatever state that is in.
    pub fn install(&self, package: &Path, version: &Version) -> Result<(), Trouble> {
        let mut dpkg = self.rooted("dpkg");
        done(dpkg.args(["--force-downgrade", "--install"]).arg(package))?;
        // dpkg skips what its settings do not like, and calls that well.
        let (is, should) = (self.state()?, well(version));
        if is == should {
            return Ok(());
        }
        Err(Trouble::OtherPackage { is, should })
    }

    /// Whether that version is installed, and whole.
    pub fn has(&self, version: &Version) -> bool {
        self.state().is_ok_and(|is| is == well(version))
    }

    fn state(&self) -> Result<String, Trouble> {
        let format = "--showformat=${Version} ${db:Status-Status}";
        self.query(&["--show", format, PACKAGE])
    }

    /// Which of the services run.
    pub fn running(&self) -> Vec<String> {
        let is_here = self.root == Path::new("/") && Path::new("/run/systemd/system").is_dir();
        let runs = |service: &&str| {
            is_here && done(program("systemctl").args(["is-active", "--quiet", service])).is_ok()
        };
        let running = SERVICES.iter().filter(|service| runs(service));
        running.map(|service| (*service).to_owned()).collect()
    }

    /// Whether those services are ready before the time is over. What ready means, a script of the package knows.
    pub fn gets_ready(&self, services: &[String], wait: Duration) -> bool {
        let mut ready = program(self.path("usr/lib/forecourt/ready"));
        let child = match ready.args(services).spawn() {
            Ok(child) => child,
            Err(error) => {
                eprintln!("whether it is ready cannot be asked: {error}");
                return false;
            }
        };
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        // One answer: there is always room for it.
        let (tell, told) = sync_channel(1);
        std::thread::spawn(move || {
            let mut child = child;
            let _ = tell.send(child.wait().is_ok_and(|status| status.success()));
        });
        told.recv_timeout(wait).unwrap_or_else(|_| {
            if let Some(id) = id {
                let _ = kill_process(id, Signal::KILL);
            }
            false
        })
    }

    /// Copies the database, where there is one that is copied so; gives the copy.
    pub fn copy_database(&self, to: &Version) -> Result<Option<PathBuf>, Trouble> {
        if !self.path(DATA).join("forecourt.db").is_file() {
            return Ok(None);
        }
        let copy = self.path(DATA).join(format!("before-{to}.db"));
        // One of an attempt before: it is no longer of this moment.
        done(self.as_user("rm")?.arg("-f").arg(&copy))?;
        done(self.admin()?.arg("backup").arg(&copy))?;
        Ok(Some(copy))
    }

    /// Brings that copy back.
    pub fn restore_database(&self, copy: &Path) -> Result<(), Trouble> {
        done(self.admin()?.arg("restore").arg(copy)).map(drop)
    }

    fn admin(&self) -> Result<Command, Trouble> {
        let mut admin = self.as_user(self.path(GATEWAY))?;
        admin.arg("admin").arg("--data-dir").arg(self.path(DATA));
        admin
            .arg("--config")
            .arg(self.path("etc/forecourt/forecourt.toml"));
        Ok(admin)
    }

    /// A program that runs as the owner of the data.
    fn as_user(&self, of: impl AsRef<Path>) -> Result<Command, Trouble> {
        let data = self.path(DATA);
        let about = fs::symlink_metadata(&data).map_err(Trouble::file(&data))?;
        let mut command = program("setpriv");
        command
            .arg(format!("--reuid={}", about.uid()))
            .arg(format!("--regid={}", about.gid()))
            .args(["--clear-groups", "--no-new-privs", "--"])
            .arg(of.as_ref());
        Ok(command)
    }

    fn rooted(&self, name: &str) -> Command {
        let mut command = program(name);
        if self.root != Path::new("/") {
            command.arg(format!("--root={}", self.root.display()));
        }
        command
    }
}

/// dpkg's note of a version that is installed and whole.
fn well(version: &Version) -> String {
    format!("{version} installed")
}

/// Starts or stops services.
pub fn tell(word: &str, services: &[String]) -> Result<(), Trouble> {
    if services.is_empty() {
        return Ok(());
    }
    done(program("systemctl").arg(word).args(services)).map(drop)
}

/// A program from where only root puts programs, that asks nobody anything.
pub fn program(name: impl AsRef<Path>) -> Command {
    let mut command = Command::new(name.as_ref());
    command
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null());
    command
}

/// Runs a program that has to succeed; gives what it printed.
pub fn done(command: &mut Command) -> Result<String, Trouble> {
    let output = command.output();
    let failed = |said: String| Trouble::Program {
        program: format!("{command:?}"),
        said,
    };
    match output {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Ok(output) => {
            let skip = output.stderr.len().saturating_sub(LAST_WORDS);
            let mut said = String::new();
            let _ = (&output.stderr[skip..]).read_to_string(&mut said);
            Err(failed(format!("{}: {}", output.status, said.trim())))
        }
        Err(error) => Err(failed(error.to_string())),
    }
}
