//! The gateway under measurement: `forecourt --headless` in a process of its own. `testkit::Program`
//! looks every 20 ms whether it is ready; here that very time is a figure.

use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use gateway::settings::Settings;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use testkit::memory;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::Outcome;

/// How long it may take to start, and to stop.
const PATIENCE: Duration = Duration::from_mins(1);

/// A gateway that accepts connections. It is killed with the value.
pub struct Gateway {
    /// Where pages, REST and Socket.IO are: `http://127.0.0.1:PORT`.
    pub http: String,
    /// Where chargers connect, without the identity.
    pub ocpp: String,
    /// How long it took from the start of the program to its ready line.
    pub ready_after: Duration,
    child: Child,
    /// Held open: a program whose output has no reader is killed by writing.
    _stdout: BufReader<ChildStdout>,
}

impl Gateway {
    /// Starts it on its data folder and servers; what it logs goes to `log`.
    pub async fn start(settings: &Settings, log: &Path) -> Outcome<Self> {
        let began = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_forecourt"));
        command
            .args(["--headless", "--ready-json"])
            .args(["--listen", "127.0.0.1:0", "--ocpp-listen", "127.0.0.1:0"])
            // No FORECOURT_… setting of the shell reaches it.
            .env_clear();
        if let Some(data) = &settings.data_dir {
            command.arg("--data-dir").arg(data);
        }
        if let Some(url) = &settings.database_url {
            command.args(["--database-url", url]);
        }
        if let Some(url) = &settings.broker_url {
            command.args(["--broker-url", url]);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log)?)
            .kill_on_drop(true)
            .spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut line = String::new();
        let read = timeout(PATIENCE, stdout.read_line(&mut line)).await;
        let ready_after = began.elapsed();
        read.map_err(|_| format!("the gateway was not ready after {PATIENCE:?}"))??;
        let ready: Value = serde_json::from_str(&line).map_err(|_| {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            format!("the gateway did not start: {line}{said}")
        })?;
        Ok(Self {
            http: field(&ready, "http")?,
            ocpp: field(&ready, "ocpp")?,
            ready_after,
            child,
            _stdout: stdout,
        })
    }

    /// Its resident memory now, KiB.
    pub fn resident_kib(&self) -> Outcome<u64> {
        Ok(memory::resident_kib(self.id()?))
    }

    /// Asks it to end and waits.
    pub async fn stop(mut self) -> Outcome {
        let id = Pid::from_raw(i32::try_from(self.id()?)?).ok_or("process 0 is not ours")?;
        kill_process(id, Signal::TERM)?;
        let status = timeout(PATIENCE, self.child.wait())
            .await
            .map_err(|_| format!("the gateway did not stop in {PATIENCE:?}"))??;
        // One that is asked in its very first moment may not listen for it yet, and ends by the signal.
        if status.success() || status.signal() == Some(Signal::TERM.as_raw()) {
            return Ok(());
        }
        Err(format!("the gateway ended badly: {status}").into())
    }

    fn id(&self) -> Outcome<u32> {
        self.child
            .id()
            .ok_or_else(|| "the gateway has ended by itself".into())
    }
}

fn field(ready: &Value, name: &str) -> Outcome<String> {
    let value = ready[name].as_str();
    Ok(value
        .ok_or_else(|| format!("the ready line names no {name}"))?
        .to_owned())
}
