//! One of our own programs, run as an admin would: started by its binary, known only by the line it
//! prints when ready, its logs and its exit code.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Process, exit_code};
use crate::tools;

const READY: Duration = Duration::from_mins(1);
const STOP: Duration = Duration::from_secs(30);

/// The process of a WebKitGTK webview's pages. The kernel keeps fifteen letters of a name.
pub(crate) const PAGES: &str = "WebKitWebProces";

/// A running program that printed its ready line.
#[derive(Debug)]
pub struct Program {
    process: Process,
    ready: Value,
    _folder: TempDir,
}

impl Program {
    /// Starts `exe` with `args`, `--ready-json` and `envs`, and waits for
    /// `{"ready":true,"http":…,"ocpp":…,"version":…}`. `FORECOURT_…` settings of the test's own
    /// environment do not reach it.
    pub async fn start(exe: &Path, args: &[&str], envs: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("forecourt-program-")
            .tempdir();
        let folder = folder.expect("the folder for temporary files is writable");
        let mut command = Command::new(exe);
        tools::hide_env(&mut command, "FORECOURT_");
        command
            .current_dir(folder.path())
            .args(args)
            .arg("--ready-json")
            .envs(envs.iter().copied());
        let mut process = Process::spawn(&exe.display().to_string(), &mut command, folder.path());
        let ready = process
            .ready(READY, async |process| ready_line(process))
            .await;
        Self {
            process,
            ready,
            _folder: folder,
        }
    }

    /// The ready line as it was printed.
    pub fn ready(&self) -> &Value {
        &self.ready
    }

    /// The address of pages, REST and Socket.IO: `http://127.0.0.1:PORT`.
    pub fn http(&self) -> &str {
        self.field("http")
    }

    /// The address for chargers, without the identity: `ws://127.0.0.1:PORT/ocpp`.
    pub fn ocpp(&self) -> &str {
        self.field("ocpp")
    }

    /// The version the program says it is.
    pub fn version(&self) -> &str {
        self.field("version")
    }

    /// The number of its process, for tests that look at it from outside or trace it.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The exit code of a program that ended by itself; `None` while it runs.
    pub fn exited(&mut self) -> Option<i32> {
        self.process.try_exit().map(exit_code)
    }

    /// All of standard error so far.
    pub fn logs(&self) -> String {
        self.process.stderr()
    }

    /// All of standard output so far, the ready line included.
    pub fn stdout(&self) -> String {
        self.process.stdout()
    }

    /// Asks the program to end (SIGTERM), waits, and returns its exit code: 128 + N when signal N ended it.
    pub async fn terminate(&mut self) -> i32 {
        exit_code(self.process.stop(Signal::TERM, STOP).await)
    }

    /// Kills the program as a power cut would (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Kills the processes of a webview's pages, as a fault within them does. How many there were.
    pub fn kill_pages(&self) -> usize {
        self.signal_pages(Signal::KILL)
    }

    /// Lets them hang.
    pub fn suspend_pages(&self) -> usize {
        self.signal_pages(Signal::STOP)
    }

    fn signal_pages(&self, signal: Signal) -> usize {
        let pages = self.process.members(PAGES);
        for page in &pages {
            kill_process(*page, signal).expect("a process of ours can be signalled");
        }
        pages.len()
    }

    /// Stops the program where it is: it keeps its connections and says nothing.
    pub fn suspend(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        kill_process(id.expect("a process has a number"), signal)
            .expect("a process of ours can be signalled");
    }

    fn field(&self, name: &str) -> &str {
        let value = self.ready.get(name).and_then(Value::as_str);
        value.unwrap_or_else(|| {
            self.process.fail(&format!(
                "names no `{name}` in its ready line {}",
                self.ready
            ))
        })
    }
}

/// The first line of standard output, once it is whole. Anything else than the ready line is a fault:
/// standard output is a contract.
fn ready_line(process: &Process) -> Option<Value> {
    let stdout = process.stdout();
    let (line, _) = stdout.split_once('\n')?;
    match serde_json::from_str::<Value>(line) {
        Ok(ready) if ready["ready"] == true => Some(ready),
        _ => process.fail(&format!("printed {line:?} where its ready line belongs")),
    }
}
