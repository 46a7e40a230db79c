//! The packages that admins install: what is in them, and what installing, a signed update, removing and purging leave. `dpkg` does it
//! for real, in a root folder of the test's own; the programs are those that are tested, signed by Tauri's CLI with a throw-away key. Where
//! systemd would act, the test does: it starts the updater when the feed is laid, stops the app for it, and starts what is there then.
//! Seen red: a purge that takes the books; settings that an upgrade writes over.

use std::fs;
use std::io::{Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use rustix::process::geteuid;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::releases::{Answer, file};
use testkit::{Display, Program, ReleaseServer, wait_until};

use crate::rest::Rest;
use crate::site::{ADMIN, CARD, Charge, IDENTITY, PASSWORD};

/// Where packages are that are never fetched.
const FEED: &str = "https://updates.example/";
/// How long something may take that happens by itself.
const SOON: Duration = Duration::from_mins(1);

/// A machine's files, and dpkg's notes of them.
struct Machine {
    folder: TempDir,
}

impl Machine {
    /// One with nothing on it.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        // The user of the package has to get through.
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(), open).expect("it is ours");
        let machine = Self { folder };
        for part in [
            "etc",
            "var/lib/dpkg/info",
            "var/lib/dpkg/updates",
            "var/lib/dpkg/triggers",
        ] {
            fs::create_dir_all(machine.at(part)).expect("a folder can be made");
        }
        for file in ["status", "available"] {
            fs::write(machine.at("var/lib/dpkg").join(file), "").expect("a file can be made");
        }
        machine
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn has(&self, path: &str) -> bool {
        self.at(path).exists()
    }

    fn read(&self, path: &str) -> String {
        let text = fs::read_to_string(self.at(path));
        text.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs dpkg; gives all that was printed.
    fn dpkg(&self, words: &[&str]) -> String {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg(format!("--root={}", self.folder.path().display()));
        // Its libraries are this machine's, and its scripts run here, on that folder.
        dpkg.args([
            "--force-depends",
            "--force-script-chrootless",
            "--force-not-root",
        ]);
        done(
            dpkg.args(words)
                .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
        )
    }

    /// What the app laid, by the updater that is installed.
    fn update(&self) {
        let mut updater = Command::new(self.at("usr/bin/forecourt-updater"));
        updater.arg("--root").arg(self.folder.path());
        updater.env("DPKG_FORCE", "depends,script-chrootless,not-root");
        let said = done(updater.arg("install"));
        assert!(said.ends_with("0.1.1 is here and ready\n"), "{said}");
    }

    /// An admin's command, as the package's user, which owns the books; gives what it printed.
    fn admin(&self, words: &[&str], typed: &str) -> Value {
        let user = self.user().to_string();
        let mut admin = Command::new("/usr/bin/setpriv");
        admin.args(["--reuid", &user, "--regid", &user, "--clear-groups"]);
        admin.arg(self.at("usr/bin/forecourt-gateway")).arg("admin");
        admin
            .args(words)
            .arg("--data-dir")
            .arg(self.at("var/lib/forecourt"));
        admin
            .arg("--config")
            .arg(self.at("etc/forecourt/forecourt.toml"));
        let mut file = tempfile::tempfile().expect("a temporary file can be made");
        file.write_all(typed.as_bytes()).expect("it can be written");
        file.rewind().expect("it is a file");
        let said = done(admin.stdin(file));
        serde_json::from_str(said.trim()).unwrap_or_else(|error| panic!("{error}: {said}"))
    }

    fn version(&self) -> String {
        let mut query = Command::new("dpkg-query");
        query.arg(format!("--admindir={}", self.at("var/lib/dpkg").display()));
        done(query.args([
            "--show",
            "--showformat=${Version} ${db:Status-Status}",
            "forecourt",
        ]))
    }

    /// Rights, owner and group of a file, as numbers.
    fn rights(&self, path: &str) -> (u32, u32, u32) {
        let about = fs::metadata(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        (about.mode() & 0o7777, about.uid(), about.gid())
    }

    /// The number of the user that the package made.
    fn user(&self) -> u32 {
        let users = self.read("etc/passwd");
        let line = users.lines().find(|line| line.starts_with("forecourt:"));
        let id = line.and_then(|line| line.split(':').nth(2)?.parse().ok());
        id.unwrap_or_else(|| panic!("no user in {users}"))
    }

    /// Starts the app as that user, with its window.
    async fn open(&self, display: &Display) -> Program {
        let user = self.user().to_string();
        let at = |path: &str| self.at(path).display().to_string();
        let (app, config, data) = (
            at("usr/bin/forecourt"),
            at("etc/forecourt/forecourt.toml"),
            at("var/lib/forecourt"),
        );
        let words = [
            "--reuid",
            &user,
            "--regid",
            &user,
            "--clear-groups",
            "--no-new-privs",
            &app,
            "--config",
            &config,
            "--data-dir",
            &data,
            "--listen",
            "127.0.0.1:0",
            "--ocpp-listen",
            "127.0.0.1:0",
        ];
        let screen = display.env();
        let mut envs: Vec<(&str, &str)> = vec![("HOME", &data), ("LIBGL_ALWAYS_SOFTWARE", "1")];
        envs.extend(
            screen
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        Program::start(Path::new("/usr/bin/setpriv"), &words, &envs).await
    }
}

/// Runs a command that has to succeed; gives all that it printed.
fn done(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("it can be started");
    let said = [stdout, stderr]
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .concat();
    assert!(status.success(), "{command:?}: {status}\n{said}");
    said
}

/// Makes a key to sign with, as whoever releases does; gives its file, and the list of keys that a package brings.
fn key(into: &Path) -> (PathBuf, PathBuf) {
    let (key, keys) = (into.join("key"), into.join("update-keys"));
    let signer = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/.bin/tauri");
    let mut make = Command::new(signer);
    done(
        make.args(["signer", "generate", "--ci", "-p", "", "-w"])
            .arg(&key),
    );
    let public = fs::read_to_string(into.join("key.pub")).expect("it was written");
    let mut decode = Command::new("base64");
    let text = into.join("text");
    fs::write(&text, public.trim()).expect("it can be written");
    let public = done(decode.arg("--decode").arg(&text));
    let line = public.lines().nth(1).expect("minisign's two lines");
    fs::write(&keys, format!("# ours\n{line}\n")).expect("it can be written");
    (key, keys)
}

/// The package of the programs under test, as that version, signed, with a feed for where it will be.
fn package(version: &str, (key, keys): &(PathBuf, PathBuf), into: &Path, feed: &str) -> PathBuf {
    let programs = Path::new(env!("CARGO_BIN_EXE_forecourt")).parent();
    let target = programs.and_then(Path::parent).expect("a build folder");
    let into = into.join(version);
    let mut xtask = Command::new(env!("CARGO"));
    xtask
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", target)
        .env("TAURI_SIGNING_PRIVATE_KEY_PATH", key)
        .env("TAURI_SIGNING_PRIVATE_KEY_PASSWORD", "");
    xtask.args([
        "run",
        "--quiet",
        "--locked",
        "--package",
        "xtask",
        "--",
        "bundle",
        "--debug",
    ]);
    done(
        xtask
            .args(["--kind", "deb", "--version", version, "--into"])
            .arg(&into)
            .args(["--feed", feed, "--keys"])
            .arg(keys),
    );
    into.join(format!("Forecourt_{version}_amd64.deb"))
}

/// The names of all that a `CycloneDX` list has.
fn parts(list: &str) -> Vec<String> {
    let list: Value = serde_json::from_str(list).expect("a list is JSON");
    assert_eq!(list["bomFormat"], "CycloneDX");
    let parts = list["components"].as_array().expect("it has parts");
    let name = |part: &Value| format!("{} {}", part["name"], part["version"]).replace('"', "");
    parts.iter().map(name).collect()
}

#[tokio::test]
async fn a_package_installs_upgrades_and_goes_and_the_books_stay() {
    assert!(
        geteuid().is_root(),
        "only root may give files to users, as dpkg does"
    );
    let made = tempfile::tempdir().expect("a temporary folder can be made");
    let key = key(made.path());
    let server = ReleaseServer::start().await;
    let first = package("0.1.0", &key, made.path(), FEED);
    let second = package("0.1.1", &key, made.path(), &server.url("/"));
    let offered = fs::read(second.with_file_name("latest.json")).expect("it was written");
    server.put("/latest.json", Answer::Bytes(offered));
    let bytes = fs::read(&second).expect("it was written");
    server.put(&format!("/{}", file("0.1.1")), Answer::Bytes(bytes));
    let machine = Machine::new();
    let display = Display::start().await;
    machine.dpkg(&["--install", first.to_str().expect("a plain path")]);
    assert_eq!(machine.version(), "0.1.0 installed");
    let user = machine.user();
    assert_eq!(machine.rights("var/lib/forecourt"), (0o700, user, user));
    assert_eq!(machine.rights("etc/forecourt"), (0o750, 0, user));
    assert_eq!(
        machine.rights("etc/forecourt/forecourt.toml"),
        (0o640, 0, user)
    );
    for program in [
        "usr/bin/forecourt",
        "usr/bin/forecourt-gateway",
        "usr/bin/forecourt-updater",
    ] {
        assert_eq!(machine.rights(program), (0o755, 0, 0), "{program}");
    }
    units(&machine);
    papers(&machine);
    // It runs as its own user, with a window, and keeps its books there.
    let mut app = machine.open(&display).await;
    assert_eq!(app.terminate().await, 0);
    let book = "var/lib/forecourt/forecourt.db";
    assert_eq!(machine.rights(book).1, user);
    let told = format!(
        "{}node = \"ours\"\n[updates]\nfeed = \"{}\"\nquiet_hours = \"00:00-23:59\"\n",
        machine.read("etc/forecourt/forecourt.toml"),
        server.url("/latest.json")
    );
    fs::write(machine.at("etc/forecourt/forecourt.toml"), &told).expect("the admin may write");

    renews_itself(&machine, &display).await;
    let copy = "var/lib/forecourt/before-0.1.1.db";
    assert_eq!(machine.rights(copy), (0o600, user, user));
    assert_eq!(machine.read("etc/forecourt/forecourt.toml"), told);
    let lines = machine.read("etc/passwd");
    assert_eq!(lines.matches("forecourt:x:").count(), 1, "{lines}");

    machine.dpkg(&["--remove", "forecourt"]);
    assert!(
        !machine.has("usr/bin/forecourt")
            && !machine.has("usr/lib/systemd/system/forecourt-kiosk.service")
    );
    assert!(machine.has(book) && machine.has("etc/forecourt/forecourt.toml"));
    let said = machine.dpkg(&["--purge", "forecourt"]);
    assert!(!machine.has("etc/forecourt") && !machine.has("var/lib/forecourt-updater"));
    assert!(machine.has(book) && said.contains("books stay"), "{said}");
}

/// Nobody touches this machine: it fetches, waits for the last charge, and runs the new version on the books of the old one.
async fn renews_itself(machine: &Machine, display: &Display) {
    let mut app = machine.open(display).await;
    let operator = ["create-operator", "--email", ADMIN, "--password-stdin"];
    machine.admin(&operator, PASSWORD);
    machine.admin(&["add-station", "--name", "Test"], "");
    machine.admin(&["add-id-token", CARD], "");
    let point = ["add-charge-point", IDENTITY, "--station", "Test"];
    let point = machine.admin(&point, "");
    let password = point["password"].as_str().expect("it is made").to_owned();
    let mut desk = Rest::sign_in_as(app.http(), ADMIN, PASSWORD).await;
    let mut charge = Charge::connect(app.ocpp(), IDENTITY, &password).await;
    charge.start(0).await;
    let check = json!({ "act": "check" });
    desk.post("/api/cms/update", &check).await;
    let waits = wait_until(SOON, async || {
        let told = desk.try_get("/api/cms/update").await?.body;
        (told["version"] == "0.1.1" && told["waitsFor"] == "session").then_some(())
    });
    assert!(waits.await.is_some(), "it is fetched, and waits");
    let laid = machine.at("var/lib/forecourt/updates/latest.json");
    assert!(!laid.exists(), "not while somebody charges");
    charge.stop(1500).await;
    let there = wait_until(SOON, async || laid.exists().then_some(()));
    assert!(there.await.is_some(), "without a hand on it");
    // systemd sees it, and the updater has the app stopped.
    assert_eq!(app.terminate().await, 0);
    machine.update();
    assert_eq!(machine.version(), "0.1.1 installed");
    assert!(!laid.exists(), "it is done with");
    let mut app = machine.open(display).await;
    let mut desk = Rest::sign_in_as(app.http(), ADMIN, PASSWORD).await;
    let told = desk.get("/api/cms/update").await.body;
    assert_eq!(
        (&told["running"], &told["state"]),
        (&json!("0.1.1"), &json!("current")),
        "{told}"
    );
    let charges = desk.get("/api/cms/sessions/completed").await.body;
    assert_eq!(charges["items"][0]["energyWh"], 1500, "{charges}");
    let alerts = desk.get("/api/cms/alerts?status=open").await.body;
    assert_eq!(alerts["total"], 0, "{alerts}");
    assert_eq!(app.terminate().await, 0);
}

/// What systemd says of the units: that it understands them, and how much they expose (0 to 10).
fn units(machine: &Machine) {
    // Of other packages, as far as they are named.
    for program in ["usr/bin/cage", "bin/sh"] {
        let file = machine.at(program);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        fs::write(&file, "").expect("a file can be made");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&file, mode).expect("it is ours");
    }
    for unit in ["forecourt-gateway", "forecourt-kiosk"] {
        let file = machine.at(&format!("usr/lib/systemd/system/{unit}.service"));
        let mut look = Command::new("systemd-analyze");
        look.args(["security", "--offline=true", "--threshold=20", "--no-pager"]);
        done(look.arg(&file));
    }
    // Only there while an update is underway.
    let updater = machine.at("var/lib/forecourt-updater");
    fs::create_dir_all(&updater).expect("a folder can be made");
    let program = machine.at("usr/bin/forecourt-updater");
    fs::copy(program, updater.join("updater")).expect("it is there");
    let mut verify = Command::new("systemd-analyze");
    verify.arg(format!("--root={}", machine.at("").display()));
    verify.args(["verify", "--recursive-errors=no"]);
    let said = done(verify.args([
        "forecourt-gateway.service",
        "forecourt-kiosk.service",
        "forecourt-resume.service",
        "forecourt-update.service",
        "forecourt-update.path",
    ]));
    assert_eq!(said, "", "systemd understands every line");
    fs::remove_dir_all(updater).expect("it is ours");
    // Whichever is enabled, and however long ago, brings what ends an interrupted update; and disabling one takes it from nobody.
    for unit in ["forecourt-gateway", "forecourt-kiosk"] {
        let unit = machine.read(&format!("usr/lib/systemd/system/{unit}.service"));
        let wants =
            "\nWants=forecourt-resume.service forecourt-update.service forecourt-update.path\n";
        assert!(unit.contains(wants) && !unit.contains("Also="), "{unit}");
    }
    // It would hide the folder of the session's socket, and no window would ever open.
    let kiosk = machine.read("usr/lib/systemd/system/forecourt-kiosk.service");
    assert!(!kiosk.contains("\nProtectHome="), "{kiosk}");
}

/// The licences and the lists of what is in it: every package of both lockfiles that is shipped (SUP-04).
fn papers(machine: &Machine) {
    let doc = "usr/share/doc/forecourt";
    assert!(
        machine
            .read(&format!("{doc}/copyright"))
            .contains("Apache License")
    );
    let notices = machine.read(&format!("{doc}/third-party.txt"));
    let lists = ["programs", "pages"].map(|list| {
        let listed = parts(&machine.read(&format!("{doc}/{list}.cdx.json")));
        assert!(!listed.is_empty(), "{list}");
        listed
    });
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(env!("CARGO_MANIFEST_DIR"));
    tree.args([
        "tree",
        "--locked",
        "--quiet",
        "--package",
        "forecourt",
        "--features",
        "desktop",
    ]);
    tree.args(["--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let mut shipped = 0;
    for line in done(&mut tree).lines().filter(|line| !line.contains('(')) {
        let name = line.replacen(" v", " ", 1);
        assert!(lists[0].contains(&name), "{name} is in no list");
        assert!(
            notices.contains(&format!("\n{name}: ")),
            "{name} has no licence"
        );
        shipped += 1;
    }
    assert!(shipped > 300, "{shipped} crates");
    for package in ["lit-html", "socket.io-client", "uplot"] {
        assert!(
            lists[1].iter().any(|part| part.starts_with(package)),
            "{package}"
        );
        assert!(notices.contains(&format!("\n{package} ")), "{package}");
    }
}
