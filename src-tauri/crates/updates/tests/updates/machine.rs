//! A machine of the test's own: a root folder with dpkg's notes and a small package named forecourt in it.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::fs::{FlockOperation, fcntl_lock};
use serde_json::Value;
use tempfile::TempDir;

use crate::maker::{Maker, feed};

/// Who owns the data.
const USER: u32 = 4_242;

/// The machine.
pub struct Machine {
    folder: TempDir,
}

/// What a version of the package is like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// It works.
    Well,
    /// It does not get ready.
    Dead,
    /// It does not get ready, and neither does the old one on what it made of the database.
    Spoiling,
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
        machine.write("var/lib/forecourt/forecourt.db", "books");
        for part in ["var/lib/forecourt", "var/lib/forecourt/forecourt.db"] {
            chown(machine.at(part), Some(USER), Some(USER))
                .expect("tests of the updater run as root");
        }
        let first = machine.package(version, Is::Well, keys);
        let mut dpkg = Command::new("dpkg");
        dpkg.arg(format!("--root={}", machine.folder.path().display()));
        done(dpkg.arg("--install").arg(first).env("DPKG_FORCE", FORCE));
        machine
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.at(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Builds a package: its gateway says its version and copies the database, and its script says whether it is ready.
    pub fn package(&self, version: &str, is: Is, keys: &str) -> PathBuf {
        let folder = self.at(&format!("build-{version}"));
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
        let gateway = format!("#!/bin/sh\n{GATEWAY}\necho {version}\n");
        file("usr/bin/forecourt-gateway", &gateway, 0o755);
        // Large enough for a kill to fall into its writing.
        file("usr/share/forecourt/pages", &version.repeat(400_000), 0o644);
        file(
            "usr/share/forecourt/update-keys",
            &format!("# whose\n{keys}\n"),
            0o644,
        );
        let root = self.folder.path().display();
        let books = format!("{root}/var/lib/forecourt/forecourt.db");
        let ready = match is {
            Is::Well | Is::Unfit => format!("grep -q books {books}"),
            Is::Dead => "exec sleep 600".to_owned(),
            Is::Spoiling => format!("echo newer > {books}; exit 1"),
        };
        file(
            "usr/lib/forecourt/ready",
            &format!("#!/bin/sh\n{ready}\n"),
            0o755,
        );
        let package = self.at(&format!("Forecourt_{version}_amd64.deb"));
        let mut build = Command::new("dpkg-deb");
        build.args(["--root-owner-group", "-Znone", "--build"]);
        done(build.arg(&folder).arg(&package));
        package
    }

    /// Lays a signed package where the app lays what it fetched.
    pub fn offer(&self, version: &str, is: Is, maker: &Maker) {
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
    pub fn updater(&self, words: &[&str]) -> Command {
        let mut updater = Command::new(env!("CARGO_BIN_EXE_forecourt-updater"));
        updater.arg("--root").arg(self.folder.path()).args(words);
        updater.env("DPKG_FORCE", FORCE);
        updater
    }

    /// Runs it; its exit code and what it said.
    pub fn run(&self, words: &[&str]) -> (Option<i32>, String) {
        let output = self.updater(words).output().expect("it can be started");
        (output.status.code(), said(&output))
    }

    /// Starts it, to be killed with all that it started.
    pub fn start(&self, words: &[&str]) -> Child {
        let quiet = || Stdio::null();
        let mut updater = self.updater(words);
        updater.process_group(0).stdout(quiet()).stderr(quiet());
        updater.spawn().expect("it can be started")
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
}

/// Its libraries are this machine's, and its scripts run here.
const FORCE: &str = "depends,script-chrootless,not-root";
/// Where the app lays what it fetched.
pub const INBOX: &str = "var/lib/forecourt/updates";

/// The gateway's commands, as far as the updater uses them: `admin --data-dir D --config C backup|restore FILE`.
const GATEWAY: &str = r#"
if [ "$1" = admin ]; then
    case "$6" in
    backup) [ ! -e "$7" ] && cp "$3/forecourt.db" "$7" && id -u > "$3/copied-by" ;;
    restore) cp "$7" "$3/forecourt.db" ;;
    *) exit 2 ;;
    esac
    exit
fi"#;

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .concat()
}

fn done(command: &mut Command) -> String {
    let output = command.output().expect("it can be started");
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether a folder is empty.
pub fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).expect("it is there").next().is_none()
}
