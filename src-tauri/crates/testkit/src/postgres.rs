//! A PostgreSQL server of one's own. Made for speed, not for durability tests of PostgreSQL itself:
//! it does not sync to disk, so it survives a killed process but not a lost machine.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::port::Port;
use crate::process::Process;
use crate::tools;

/// Where Debian's package `postgresql-15` puts the server; it is not on `PATH`.
const BINARIES: &str = "/usr/lib/postgresql/15/bin";
const SUPERUSER: &str = "forecourt";
const READY: Duration = Duration::from_mins(1);

/// A running PostgreSQL 15 with one superuser and no password, open to this machine only.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    port: Port,
    settings: Vec<String>,
    folder: TempDir,
}

impl Postgres {
    /// Starts a server on a copy of an empty cluster, which is made once per tools folder. It does not wait for the
    /// disk, so it is not for tests of durability.
    pub async fn start() -> Self {
        let quick = ["fsync=off", "full_page_writes=off", "shared_buffers=32MB"];
        Self::serve(&std::env::temp_dir(), &quick).await
    }

    /// Starts a server as PostgreSQL comes, below a folder on a real disk: what it commits is durable.
    pub async fn start_durable(disk: &Path) -> Self {
        Self::serve(disk, &[]).await
    }

    async fn serve(parent: &Path, settings: &[&str]) -> Self {
        let account = Account::for_servers();
        let template = template(account.as_ref());
        let folder = temp_folder(parent);
        let data = folder.path().join("data");
        copy(&template, &data);
        if let Some(account) = &account {
            account.own(folder.path());
        }

        let port = Port::lease();
        let settings: Vec<String> = settings.iter().map(|text| (*text).to_owned()).collect();
        let process = run_server(&folder, &port, &settings).await;
        Self {
            process,
            port,
            settings,
            folder,
        }
    }

    /// The server and its workers end at this moment, with all that they had not written, as after a crash; and it comes up
    /// again on what is there.
    pub async fn crash(self) -> Self {
        let Self {
            process,
            port,
            settings,
            folder,
        } = self;
        // As it does when it is dropped: at once.
        drop(process);
        let process = run_server(&folder, &port, &settings).await;
        Self {
            process,
            port,
            settings,
            folder,
        }
    }

    /// The URL of the server's maintenance database.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Creates an empty database and returns its URL. The name must be new on this server.
    pub async fn database_url(&self, name: &str) -> String {
        let created = client("createdb", &self.port)
            .args(["--encoding=UTF8", name])
            .output()
            .await
            .expect("createdb comes with the server");
        assert!(
            created.status.success(),
            "the database {name} cannot be created: {}",
            String::from_utf8_lossy(&created.stderr)
        );
        self.url_of(name)
    }

    /// Dumps a database and restores it under another name, as an operator does; the new one's URL.
    pub async fn dump_and_restore(&self, from: &str, to: &str) -> String {
        let dump = client("pg_dump", &self.port)
            .args(["--format=custom", from])
            .output()
            .await
            .expect("pg_dump comes with the server");
        let fault = String::from_utf8_lossy(&dump.stderr);
        assert!(dump.status.success(), "{from} cannot be dumped: {fault}");
        let file = self.folder.path().join(format!("{to}.dump"));
        fs::write(&file, &dump.stdout).expect("the folder is ours");
        let url = self.database_url(to).await;
        let restored = client("pg_restore", &self.port)
            .args(["--exit-on-error", "--dbname", to])
            .arg(&file)
            .output()
            .await
            .expect("pg_restore comes with the server");
        let fault = String::from_utf8_lossy(&restored.stderr);
        assert!(restored.status.success(), "{to} is not restored: {fault}");
        url
    }

    fn url_of(&self, database: &str) -> String {
        format!(
            "postgres://{SUPERUSER}@127.0.0.1:{}/{database}",
            self.port.number()
        )
    }
}

async fn run_server(folder: &TempDir, port: &Port, settings: &[String]) -> Process {
    let account = Account::for_servers();
    let data = folder.path().join("data");
    let process = Process::spawn(
        "PostgreSQL",
        &mut server(&data, port, account.as_ref(), settings),
        folder.path(),
    );
    // SIGQUIT is PostgreSQL's immediate shutdown: its workers, which leave the group, go with it.
    let mut process = process.on_drop(Signal::QUIT);
    process
        .ready(READY, async |_| accepts(port).await.then_some(()))
        .await;
    process
}

async fn accepts(port: &Port) -> bool {
    let answer = client("pg_isready", port).arg("--quiet").status().await;
    answer.expect("pg_isready comes with the server").success()
}

/// A client program of the same package, pointed at the server.
fn client(program: &str, port: &Port) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(binary(program));
    command
        .args(["--host=127.0.0.1", "--username", SUPERUSER, "--port"])
        .arg(port.number().to_string())
        .kill_on_drop(true);
    command
}

fn server(data: &Path, port: &Port, account: Option<&Account>, settings: &[String]) -> Command {
    let mut command = Command::new(binary("postgres"));
    command
        .arg("-D")
        .arg(data)
        .arg("-p")
        .arg(port.number().to_string());
    let private = ["listen_addresses=127.0.0.1", "unix_socket_directories="];
    let settings = settings.iter().map(String::as_str);
    for setting in private.into_iter().chain(settings) {
        command.args(["-c", setting]);
    }
    run_as(&mut command, account);
    command
}

/// An empty cluster that every test copies: `initdb` takes seconds, a copy takes milliseconds.
fn template(account: Option<&Account>) -> PathBuf {
    let tools = tools::folder();
    let template = tools.join(format!("postgres-{}", version()));
    if template.is_dir() {
        return template;
    }
    fs::create_dir_all(&tools)
        .unwrap_or_else(|error| panic!("{} cannot be made: {error}", tools.display()));
    // Made where the server's account may write, then moved into place in one step: of several tests
    // that start at once on a new machine, the first to finish wins and the others use its cluster.
    let workshop = temp_folder(&std::env::temp_dir());
    if let Some(account) = account {
        account.own(workshop.path());
    }
    initdb(&workshop.path().join("data"), account);
    let staging = temp_folder(&tools);
    let finished = staging.path().join("data");
    copy(&workshop.path().join("data"), &finished);
    if let Err(error) = fs::rename(&finished, &template) {
        assert!(
            template.is_dir(),
            "{} cannot be made: {error}",
            template.display()
        );
    }
    template
}

fn initdb(data: &Path, account: Option<&Account>) {
    let mut command = Command::new(binary("initdb"));
    command
        .args([
            "-U",
            SUPERUSER,
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ])
        .args(["--no-sync", "-D"])
        .arg(data);
    run_as(&mut command, account);
    run(&mut command);
}

fn version() -> String {
    let printed = run(Command::new(binary("postgres")).arg("--version"));
    printed
        .split_whitespace()
        .nth(2)
        .expect("`postgres --version` prints `postgres (PostgreSQL) VERSION`")
        .to_owned()
}

fn copy(from: &Path, to: &Path) {
    run(Command::new("cp")
        .args(["-a", "--reflink=auto"])
        .arg(from)
        .arg(to));
}

fn binary(program: &str) -> PathBuf {
    tools::find(program, &[BINARIES])
}

fn temp_folder(parent: &Path) -> TempDir {
    tempfile::Builder::new()
        .prefix("forecourt-postgres-")
        .tempdir_in(parent)
        .unwrap_or_else(|error| panic!("{} is not writable: {error}", parent.display()))
}

fn run(command: &mut Command) -> String {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The account the server runs as. PostgreSQL refuses to run as root.
#[derive(Debug)]
struct Account {
    user: u32,
    group: u32,
}

impl Account {
    /// Debian's `postgres` where tests run as root; `None` = oneself.
    fn for_servers() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let accounts = fs::read_to_string("/etc/passwd").expect("every system has /etc/passwd");
        let mut fields = accounts
            .lines()
            .find(|line| line.starts_with("postgres:"))
            .unwrap_or_else(|| tools::missing(Path::new("postgresql-15 (account `postgres`)")))
            .split(':')
            .skip(2)
            .map(|id| {
                id.parse()
                    .expect("passwd holds numbers in its third and fourth field")
            });
        let mut id = || fields.next().expect("a passwd line has seven fields");
        Some(Self {
            user: id(),
            group: id(),
        })
    }

    fn own(&self, path: &Path) {
        let fault = |error| panic!("{} cannot be handed to `postgres`: {error}", path.display());
        chown(path, Some(self.user), Some(self.group)).unwrap_or_else(fault);
        if path.is_dir() {
            for entry in fs::read_dir(path)
                .into_iter()
                .flatten()
                .filter_map(Result::ok)
            {
                self.own(&entry.path());
            }
        }
    }
}

fn run_as(command: &mut Command, account: Option<&Account>) {
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
}
