//! A RabbitMQ broker of one's own that can be killed and started again. It leaves no Erlang port
//! mapper (`epmd`) behind and shares nothing with a broker the machine may run.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::port::Port;
use crate::process::Process;
use crate::tools;

/// The real scripts: the wrappers in /usr/sbin change user and drop the environment.
const BINARIES: &str = "/usr/lib/rabbitmq/bin";
/// 5–8 s on an idle machine, 30 s seen on a loaded one after a kill.
const READY: Duration = Duration::from_secs(90);
const STOP: Duration = Duration::from_secs(30);
/// The first bytes an AMQP 0-9-1 client sends; the broker answers with a method frame (type 1).
const GREETING: &[u8] = b"AMQP\x00\x00\x09\x01";

/// A RabbitMQ node with one user and one virtual host, both named for this run alone.
#[derive(Debug)]
pub struct RabbitMq {
    process: Option<Process>,
    port: Port,
    distribution: Port,
    secret: String,
    folder: TempDir,
    /// Whether it was seen to count itself as started.
    started: AtomicBool,
}

impl RabbitMq {
    /// Starts a broker and waits until it speaks AMQP.
    pub async fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("forecourt-rabbitmq-")
            .tempdir();
        let mut broker = Self {
            process: None,
            port: Port::lease(),
            distribution: Port::lease(),
            secret: secret(),
            folder: folder.expect("the folder for temporary files is writable"),
            started: AtomicBool::new(false),
        };
        broker.configure();
        broker.start_again().await;
        broker
    }

    /// The AMQP URL with user, password and virtual host.
    pub fn url(&self) -> String {
        let Self { port, secret, .. } = self;
        format!(
            "amqp://user-{secret}:{secret}@127.0.0.1:{}/host-{secret}",
            port.number()
        )
    }

    /// The name of the virtual host, for `rabbitmqctl --vhost`.
    pub fn vhost(&self) -> String {
        format!("host-{}", self.secret)
    }

    /// Runs `rabbitmqctl` against this node and returns what it prints. Panics when it fails.
    pub async fn ctl(&self, args: &[&str]) -> String {
        // The broker speaks AMQP a moment before it counts itself as started, and refuses most commands until then.
        if !self.started.swap(true, Ordering::Relaxed) {
            self.run_ctl(&["await_startup", "--timeout", "60"]).await;
        }
        self.run_ctl(args).await
    }

    async fn run_ctl(&self, args: &[&str]) -> String {
        let mut command = tokio::process::Command::from(self.command("rabbitmqctl"));
        let output = command
            .arg("--quiet")
            .args(args)
            .kill_on_drop(true)
            .output()
            .await
            .expect("rabbitmqctl comes with the broker");
        assert!(
            output.status.success(),
            "rabbitmqctl {args:?} failed: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Kills the broker as a power cut would (SIGKILL). Its data stays for `start_again`.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Shuts the broker down in order and waits for its end. Its data stays for `start_again`.
    pub async fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.stop(Signal::TERM, STOP).await;
        }
    }

    /// Starts a killed or stopped broker on the same ports and data; does nothing while it runs.
    pub async fn start_again(&mut self) {
        if self.process.is_none() {
            self.started.store(false, Ordering::Relaxed);
            let mut server = self.command("rabbitmq-server");
            let mut process = Process::spawn("RabbitMQ", &mut server, self.folder.path());
            let port = self.port.number();
            process
                .ready(READY, async |_| speaks_amqp(port).await.then_some(()))
                .await;
            self.process = Some(process);
        }
    }

    fn configure(&self) {
        let Self { secret, folder, .. } = self;
        let write = |file: &str, text: &str| {
            let path = folder.path().join(file);
            fs::write(&path, text).expect("our own temporary folder is writable");
            path
        };
        write(
            "rabbitmq.conf",
            &format!(
                "default_user = user-{secret}\ndefault_pass = {secret}\ndefault_vhost = host-{secret}\n"
            ),
        );
        write("plugins", "[].\n");
        // Written here because Erlang's own cookie is guessable, and the server and a `ctl` that
        // start together would both make one.
        let cookie = write(".erlang.cookie", secret);
        fs::set_permissions(cookie, fs::Permissions::from_mode(0o400)).expect("the file is ours");
    }

    /// One of the broker's programs, with an environment in which every file and port is ours.
    fn command(&self, program: &str) -> Command {
        let folder = self.folder.path();
        let distribution = self.distribution.number();
        let node = format!("t{}@localhost", self.port.number());
        let mut command = Command::new(tools::find(program, &[BINARIES]));
        tools::hide_env(&mut command, "RABBITMQ_");
        command
            .current_dir(folder)
            .env("HOME", folder)
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env("RABBITMQ_NODENAME", &node)
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", self.port.number().to_string())
            .env("RABBITMQ_DIST_PORT", distribution.to_string())
            .env("RABBITMQ_LOGS", "-")
            .env(
                "RABBITMQ_CTL_ERL_ARGS",
                format!("{} -dist_listen false", no_epmd(distribution)),
            )
            // The node's name is given to the virtual machine itself: a node that names itself
            // later starts an `epmd` first, whatever `-start_epmd` says.
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                format!(
                    "-sname {node} -kernel inet_dist_use_interface {{127,0,0,1}} {}",
                    no_epmd(distribution)
                ),
            );
        for (variable, file) in FILES {
            command.env(variable, folder.join(file));
        }
        command
    }
}

/// Where the node keeps its files, inside its folder.
const FILES: [(&str, &str); 8] = [
    ("RABBITMQ_CONFIG_FILE", "rabbitmq.conf"),
    ("RABBITMQ_ENABLED_PLUGINS_FILE", "plugins"),
    ("RABBITMQ_MNESIA_BASE", "mnesia"),
    ("RABBITMQ_LOG_BASE", "log"),
    ("RABBITMQ_PID_FILE", "pid"),
    ("RABBITMQ_GENERATED_CONFIG_DIR", "config"),
    ("RABBITMQ_SCHEMA_DIR", "schema"),
    ("RABBITMQ_FEATURE_FLAGS_FILE", "feature_flags"),
];

/// Erlang finds the node by this port instead of asking a port mapper.
fn no_epmd(distribution: u16) -> String {
    format!("-start_epmd false -erl_epmd_port {distribution}")
}

async fn speaks_amqp(port: u16) -> bool {
    let greet = async {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).await?;
        socket.write_all(GREETING).await?;
        socket.read_u8().await
    };
    matches!(greet.await, Ok(1))
}

fn secret() -> String {
    let mut bytes = [0; 16];
    let read = fs::File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut bytes));
    read.expect("the kernel gives random bytes");
    format!("{:032x}", u128::from_ne_bytes(bytes))
}
