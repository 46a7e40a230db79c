//! A machine of the test's own: a root folder with dpkg's notes and a small package named forecourt in it, and a stand-in for systemctl
//! that keeps a service's state in files and asks the installed program how it does.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::fs::{FlockOperation, fcntl_lock};
use serde_json::Value;
use tempfile::TempDir;

use testkit::releases::{Signer, feed};

/// Who owns the data.
pub const USER: u32 = 4_242;
/// Its libraries are this machine's, and its scripts run here.
const FORCE: &str = "depends,script-chrootless,not-root";
/// Where the app lays what it fetched.
pub const INBOX: &str = "var/lib/forecourt/updates";
/// The data, and what is in it.
pub const BOOKS: &str = "var/lib/forecourt/forecourt.db";
const GATEWAY: &str = include_str!("gateway.sh");
const SYSTEMCTL: &str = include_str!("systemctl.sh");
/// The service that is used, unless a test says otherwise.
pub const SERVICE: &str = "forecourt-gateway.service";

/// The machine.
pub struct Machine {
    folder: TempDir,
}

/// What a version of the package is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// It works.
    Well,
    /// It works once it has worked on its start for longer than is waited.
    Slow,
    /// It ends again and again.
    Dead,
    /// It gets ready, and is another process at each look.
    Flapping,
    /// It makes the tables new ones, and ends again and again.
    Migrating,
    /// It takes the books away, and ends again and again.
    Emptying,
    /// Its own script fails while it is installed.
    Unfit,
}

impl Machine {
    /// One with that version on it, that trusts those keys.
    pub fn with(version: &str, keys: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(), open).expect("it is ours");
        let machine = Self { folder };
        for part in [
            "etc/forecourt",
            "proc/sys/kernel/random",
            "run",
            "var/lib/dpkg/info",
            "var/lib/dpkg/updates",
            "var/lib/dpkg/triggers",
            "var/lib/forecourt/updates",
        ] {
            fs::create_dir_all(machine.at(part)).expect("a folder can be made");
        }
        for file in ["status", "available"] {
            machine.write(&format!("var/lib/dpkg/{file}"), "");
        }
        machine.write(BOOT, "the first");
        machine.write(BOOKS, "schema 1\nbooks\n");
        for part in ["var/lib/forecourt", BOOKS] {
            chown(machine.at(part), Some(USER), Some(USER))
                .expect("tests of the updater run as root");
        }
        let root = machine.folder.path().display().to_string();
        machine.script("run/systemctl", &SYSTEMCTL.replace("@ROOT@", &root));
        let first = machine.package(version, Is::Well, keys);
        machine.dpkg(&first);
        machine.write(&format!("run/{SERVICE}.enabled"), "");
        machine.systemctl(&["--no-block", "start", SERVICE]);
        machine
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn has(&self, path: &str) -> bool {
        self.at(path).exists()
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.at(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    fn script(&self, path: &str, text: &str) {
        self.write(path, text);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.at(path), mode).expect("it is ours");
    }

    /// Installs a package as its admin does.
    pub fn dpkg(&self, package: &Path) {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg(format!("--root={}", self.folder.path().display()));
        done(dpkg.arg("--install").arg(package).env("DPKG_FORCE", FORCE));
    }

    /// Builds a package: its gateway is a script that says its version, keeps the books as it is told and tells how it does.
    pub fn package(&self, version: &str, is: Is, keys: &str) -> PathBuf {
        self.package_named(version, version, is, keys)
    }

    /// The same, under another name than its version's.
    pub fn package_named(&self, named: &str, version: &str, is: Is, keys: &str) -> PathBuf {
        let folder = self.at(&format!("build-{named}"));
        let file = |path: &str, text: &str, mode| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder can be made");
            fs::write(&path, text).expect("it can be written");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
        };
        let about = "Maintainer: nobody\nDescription: a small one\n more of it\n";
        let control =
            format!("Package: forecourt\nVersion: {version}\nArchitecture: amd64\n{about}");
        file("DEBIAN/control", &control, 0o644);
        let unfit = if is == Is::Unfit { "exit 1" } else { "exit 0" };
        file("DEBIAN/postinst", &format!("#!/bin/sh\n{unfit}\n"), 0o755);
        let knows = if is == Is::Migrating { "2" } else { "1" };
        let gateway = GATEWAY
            .replace("@ROOT@", &self.folder.path().display().to_string())
            .replace("@VERSION@", version)
            .replace("@KNOWS@", knows)
            .replace("@IS@", &format!("{is:?}"));
        file("usr/bin/forecourt-gateway", &gateway, 0o755);
        // Large enough for a kill to fall into its writing.
        file("usr/share/forecourt/pages", &version.repeat(400_000), 0o644);
        file("usr/share/doc/forecourt/papers", version, 0o644);
        file(
            "usr/share/forecourt/update-keys",
            &format!("# whose\n{keys}\n"),
            0o644,
        );
        let package = self.at(&format!("Forecourt_{named}_amd64.deb"));
        let mut build = Command::new("dpkg-deb");
        build.args(["--root-owner-group", "-Znone", "--build"]);
        done(build.arg(&folder).arg(&package));
        package
    }

    /// Lays a signed package where the app lays what it fetched.
    pub fn offer(&self, version: &str, is: Is, maker: &Signer) {
        let package = self.package(version, is, &maker.key());
        let bytes = fs::read(&package).expect("it was built");
        self.lay(version, &bytes, &maker.sign(&bytes, version));
    }

    /// Lays those bytes there, under that signature.
    pub fn lay(&self, version: &str, bytes: &[u8], signature: &str) {
        let name = format!("Forecourt_{version}_amd64.deb");
        let feed = feed(
            version,
            &format!("https://updates.example/{name}"),
            signature,
        );
        fs::write(self.at(INBOX).join(name), bytes).expect("it can be written");
        self.write(&format!("{INBOX}/latest.json"), &feed.to_string());
    }

    /// What the updater is started with.
    pub fn words(&self, words: &[&str]) -> Vec<String> {
        let root = self.folder.path().display().to_string();
        let systemctl = self.at("run/systemctl").display().to_string();
        let own = ["--root", &root, "--systemctl", &systemctl];
        let patience = ["--wait", "1", "--calm", "1", "--lock", "1"];
        let all = own.iter().chain(&patience).chain(words);
        all.map(|word| (*word).to_owned()).collect()
    }

    /// The updater, to be started.
    pub fn updater(&self, words: &[&str]) -> Command {
        let mut updater = Command::new(UPDATER);
        updater.args(self.words(words)).env("DPKG_FORCE", FORCE);
        updater
    }

    /// Runs it; its exit code and what it said.
    pub fn run(&self, words: &[&str]) -> (Option<i32>, String) {
        let output = self.updater(words).output().expect("it can be started");
        (output.status.code(), said(&output))
    }

    /// Starts it, to be killed with all that it started.
    pub fn start(&self, words: &[&str]) -> Child {
        let mut updater = self.updater(words);
        updater.stdout(Stdio::null()).stderr(Stdio::null());
        updater.spawn().expect("it can be started")
    }

    /// Runs it until it flushes something to the disk for that time; then it is killed. Whether it came so far. A note is flushed
    /// twice: before it gets its name, and its folder behind that.
    pub fn struck(&self, times: usize) -> bool {
        let mut strace = Command::new("strace");
        strace.args(["-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e"]);
        strace.arg(format!("inject=fsync:signal=SIGKILL:when={times}"));
        strace
            .arg(UPDATER)
            .args(self.words(&["--calm", "0", "install"]));
        let output = strace.env("DPKG_FORCE", FORCE).output();
        let status = output.expect("set-up brings strace").status;
        status.code().is_none()
    }

    /// The machine goes off as it is, and starts again: what was interrupted is brought to an end, then the service starts.
    pub fn starts_again(&self) -> (Option<i32>, String) {
        let up = self.at(&format!("run/{SERVICE}.up"));
        let _ = fs::remove_file(up);
        let boot = self.read(BOOT);
        self.write(BOOT, &format!("{boot}, and one more"));
        let resumed = self.run(&["resume"]);
        if self.has(&format!("run/{SERVICE}.enabled")) {
            self.systemctl(&["--no-block", "start", SERVICE]);
        }
        resumed
    }

    pub fn systemctl(&self, words: &[&str]) {
        done(Command::new(self.at("run/systemctl")).args(words));
    }

    /// What the services were told, but for the questions.
    pub fn told(&self) -> Vec<String> {
        let told = self.read("run/told");
        let orders = told.lines().filter(|line| !line.starts_with("show "));
        orders.map(str::to_owned).collect()
    }

    /// Whether the service is up.
    pub fn is_up(&self) -> bool {
        self.has(&format!("run/{SERVICE}.up"))
    }

    /// How often a copy came back.
    pub fn restores(&self) -> usize {
        let restores = self.at("var/lib/forecourt/restores");
        fs::read_to_string(restores).map_or(0, |text| text.lines().count())
    }

    /// Holds dpkg's lock, as one who installs something else.
    pub fn hold_dpkg(&self) -> fs::File {
        let path = self.at("var/lib/dpkg/lock-frontend");
        let mut how = fs::File::options();
        let file = how.create(true).append(true).open(path);
        let file = file.expect("it can be made");
        // A record lock, like dpkg's: it counts against other processes.
        let whole = FlockOperation::NonBlockingLockExclusive;
        fcntl_lock(&file, whole).expect("nobody holds it");
        file
    }

    /// The version, as dpkg noted it and as the program says.
    pub fn version(&self) -> (String, String) {
        let mut query = Command::new("dpkg-query");
        query.arg(format!("--root={}", self.folder.path().display()));
        let format = "--showformat=${Version} ${db:Status-Status}";
        let noted = done(query.args(["--show", format, "forecourt"]));
        let said = done(&mut Command::new(self.at("usr/bin/forecourt-gateway")));
        (noted, said.trim().to_owned())
    }

    /// What the updater knows.
    pub fn known(&self) -> Value {
        let (code, said) = self.run(&["status"]);
        assert_eq!(code, Some(0), "{said}");
        serde_json::from_str(&said).expect("a line of JSON")
    }

    /// Whether nothing is left to be looked at.
    pub fn inbox_is_empty(&self) -> bool {
        let mut inbox = fs::read_dir(self.at(INBOX)).expect("it is there");
        inbox.next().is_none()
    }
}

/// A version that is installed, as dpkg and the program say it.
pub fn both(version: &str) -> (String, String) {
    (format!("{version} installed"), version.to_owned())
}

const UPDATER: &str = env!("CARGO_BIN_EXE_forecourt-updater");
/// Which start of the machine it is.
const BOOT: &str = "proc/sys/kernel/random/boot_id";

pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .concat()
}

pub fn done(command: &mut Command) -> String {
    let output = command.output().expect("it can be started");
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
