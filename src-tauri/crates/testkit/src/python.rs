//! Third-party clients in Python: the interpreter of the tools folder, and an AMQP consumer on pika
//! that knows nothing of our code. The scripts are in `tests/python/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::process::Process;
use crate::tools;
use crate::wait::wait_until;

const READY: Duration = Duration::from_secs(30);
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/python");

/// The Python that `cargo xtask setup` filled with `tests/python/requirements.txt`.
pub fn interpreter() -> PathBuf {
    let python = tools::folder().join("venv/bin/python");
    if !python.is_file() {
        tools::missing(&python);
    }
    python
}

/// Runs a script of `tests/python`.
pub(crate) fn command(script: &str) -> Command {
    let mut command = Command::new(interpreter());
    command.arg(Path::new(SCRIPTS).join(script));
    command
}

/// Runs a script of `tests/python` to its end with this on its standard input, and returns what it printed.
/// Panics when it fails.
pub async fn run(script: &str, args: &[&str], input: &str) -> String {
    let mut process = tokio::process::Command::new(interpreter())
        .arg(Path::new(SCRIPTS).join(script))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the interpreter is installed");
    let mut stdin = process.stdin.take().expect("it was asked for");
    let text = input.to_owned();
    // Beside the reading: a script that prints much while it is fed would stop otherwise.
    let feeding = tokio::spawn(async move { stdin.write_all(text.as_bytes()).await });
    let output = process.wait_with_output().await;
    let output = output.expect("a child can be waited for");
    // A script that does not read closes its end, which is its own affair.
    let _ = feeding.await;
    assert!(
        output.status.success(),
        "{script} {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A plain AMQP consumer in a process of its own, with an exclusive queue.
#[derive(Debug)]
pub struct AmqpProbe {
    process: Process,
    read: usize,
    _folder: TempDir,
}

impl AmqpProbe {
    /// Binds a new queue to `exchange`, which must exist, with `key`, and waits until it consumes.
    pub async fn start(url: &str, exchange: &str, key: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("forecourt-amqp-").tempdir();
        let folder = folder.expect("the folder for temporary files is writable");
        let mut command = command("amqp_consume.py");
        command.args([url, exchange, key]);
        let mut process = Process::spawn("the AMQP consumer", &mut command, folder.path());
        let consumes =
            async |process: &Process| process.stdout().starts_with("ready\n").then_some(());
        process.ready(READY, consumes).await;
        Self {
            process,
            read: 1,
            _folder: folder,
        }
    }

    /// The next message, in the order of delivery:
    /// `{routing_key, message_id, app_id, delivery_mode, content_type, headers, body}`, where `body`
    /// is the JSON it held, or its text. Panics when none comes before the deadline.
    pub async fn next(&mut self, deadline: Duration) -> Value {
        let line = wait_until(deadline, async || self.line()).await;
        let line = line.unwrap_or_else(|| {
            let seen = self.read - 1;
            self.process.fail(&format!(
                "saw no message after its first {seen} in {deadline:?}"
            ))
        });
        self.read += 1;
        serde_json::from_str(&line).expect("the consumer prints a JSON object per line")
    }

    fn line(&self) -> Option<String> {
        let stdout = self.process.stdout();
        let line = stdout.split_inclusive('\n').nth(self.read)?;
        line.strip_suffix('\n').map(str::to_owned)
    }
}
