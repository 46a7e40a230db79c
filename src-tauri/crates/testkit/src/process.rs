//! A process of a part with everything it starts: one process group, its output in files, its end
//! certain. Not for our own programs' contract (`program`).

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait::{block_until, wait_until};

/// How much of each log a panic shows, in lines.
const TAIL: usize = 40;
/// How long a killed group may take to be gone: the kernel's work, not the program's.
const REAP: Duration = Duration::from_secs(5);

/// A running process group, killed on drop.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    folder: PathBuf,
    /// `None` once the group was killed.
    leash: Option<Child>,
    on_drop: Signal,
    gone: Option<ExitStatus>,
}

impl Process {
    /// Starts `command` in a process group of its own; its output is appended to the files
    /// `stdout` and `stderr` in `folder`, which is removed if the test process is killed.
    pub(crate) fn spawn(name: &str, command: &mut Command, folder: &Path) -> Self {
        Self::spawn_with(name, command.stdin(Stdio::null()), folder)
    }

    /// The same for a program that reads what the test writes. Its input ends with the returned value.
    pub(crate) fn spawn_listening(
        name: &str,
        command: &mut Command,
        folder: &Path,
    ) -> (Self, ChildStdin) {
        let mut process = Self::spawn_with(name, command.stdin(Stdio::piped()), folder);
        let input = process.child.stdin.take();
        (process, input.expect("a pipe was asked for"))
    }

    fn spawn_with(name: &str, command: &mut Command, folder: &Path) -> Self {
        let log = |file: &str| -> Stdio { append(&folder.join(file)).into() };
        let child = command
            .process_group(0)
            .stdout(log("stdout"))
            .stderr(log("stderr"))
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started ({command:?}): {error}"));
        Self {
            name: name.to_owned(),
            leash: Some(leash(child.id(), folder)),
            child,
            folder: folder.to_owned(),
            on_drop: Signal::KILL,
            gone: None,
        }
    }

    /// Names a gentler signal to try before SIGKILL on drop, for programs that tidy up outside their folder.
    pub(crate) fn on_drop(mut self, signal: Signal) -> Self {
        self.on_drop = signal;
        self
    }

    /// Waits until `probe` sees the part ready. Panics with the logs when the process ends before,
    /// or the deadline passes.
    pub(crate) async fn ready<T>(
        &mut self,
        deadline: Duration,
        mut probe: impl AsyncFnMut(&Self) -> Option<T>,
    ) -> T {
        let seen = wait_until(deadline, async || match self.try_exit() {
            Some(status) => Some(Err(status)),
            None => probe(self).await.map(Ok),
        })
        .await;
        match seen {
            Some(Ok(ready)) => ready,
            Some(Err(status)) => self.fail(&format!("ended before it was ready ({status})")),
            None => self.fail(&format!("was not ready after {deadline:?}")),
        }
    }

    /// Sends `signal` to the first process alone and waits for its end.
    pub(crate) async fn stop(&mut self, signal: Signal, deadline: Duration) -> ExitStatus {
        if self.try_exit().is_none() {
            // It may end in this very moment; then there is nothing to signal.
            let _ = kill_process(self.pid(), signal);
        }
        let status = wait_until(deadline, async || self.try_exit()).await;
        let status = status.unwrap_or_else(|| {
            self.fail(&format!("was still running {deadline:?} after {signal:?}"))
        });
        self.kill();
        status
    }

    /// Kills the whole group and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        // Never twice: the number of a group that is gone may belong to somebody else.
        let Some(mut leash) = self.leash.take() else {
            return;
        };
        let group = self.pid();
        // An empty group is the aim, not a fault.
        let _ = kill_process_group(group, Signal::KILL);
        if self.gone.is_none() {
            self.gone = self.child.wait().ok();
        }
        block_until(REAP, || !lives(group));
        // The leash last: until here it covers a test process that is killed in the middle.
        let _ = leash.kill();
        let _ = leash.wait();
    }

    /// The exit status, once the process has ended.
    pub(crate) fn try_exit(&mut self) -> Option<ExitStatus> {
        if self.gone.is_none() {
            self.gone = self
                .child
                .try_wait()
                .expect("a child can be asked for its status");
        }
        self.gone
    }

    /// The number of the first process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Those of the group whose program has this name.
    pub(crate) fn members(&self, name: &str) -> Vec<Pid> {
        let group = self.pid().as_raw_nonzero().to_string();
        let stats = stats().into_iter();
        let named = stats.filter(|stat| stat.group == group && stat.name == name);
        named.filter_map(|stat| Pid::from_raw(stat.id)).collect()
    }

    /// How long the first of them has been running.
    pub(crate) fn age_of(&self, name: &str) -> Option<Duration> {
        let id = self.members(name).first()?.as_raw_nonzero();
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // proc(5): behind the name, which may hold anything, the 20th is the start, in hundredths of a second since the
        // machine's.
        let (_, fields) = stat.rsplit_once(')')?;
        let start: u64 = fields.split_whitespace().nth(19)?.parse().ok()?;
        let up = fs::read_to_string("/proc/uptime").ok()?;
        let up: f64 = up.split_whitespace().next()?.parse().ok()?;
        Some(Duration::from_secs_f64(up).saturating_sub(Duration::from_millis(start * 10)))
    }

    /// All of the standard output so far.
    pub(crate) fn stdout(&self) -> String {
        read(&self.folder.join("stdout"))
    }

    /// All of the standard error so far.
    pub(crate) fn stderr(&self) -> String {
        read(&self.folder.join("stderr"))
    }

    /// Panics with `what` and the ends of both logs.
    pub(crate) fn fail(&self, what: &str) -> ! {
        panic!("{} {what}\n{}", self.name, self.tail())
    }

    fn tail(&self) -> String {
        let part = |title: &str, text: String| {
            let lines: Vec<_> = text.lines().collect();
            let end = lines[lines.len().saturating_sub(TAIL)..].join("\n");
            format!("--- end of {title} ---\n{end}")
        };
        [part("stdout", self.stdout()), part("stderr", self.stderr())].join("\n")
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.on_drop != Signal::KILL && self.try_exit().is_none() {
            let _ = kill_process(self.pid(), self.on_drop);
            block_until(REAP, || self.try_exit().is_some());
        }
        self.kill();
    }
}

/// The code a shell would show: the exit code, or 128 + the signal that ended it.
pub(crate) fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .expect("a process that ended did so by exit or by signal")
}

/// A shell that outlives the test process by a moment and takes the group and its folder with it:
/// its standard input ends when the test process does, however that ends. Statics are covered too.
fn leash(group: u32, folder: &Path) -> Child {
    Command::new("/bin/sh")
        .arg("-c")
        .arg(r#"read -r _; kill -s KILL -- "-$1"; rm -rf -- "$2""#)
        .arg("leash")
        .arg(group.to_string())
        .arg(folder)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("every Debian has /bin/sh")
}

/// Whether any process of the group still runs. Zombies that init has not buried yet do not count.
fn lives(group: Pid) -> bool {
    let group = group.as_raw_nonzero().to_string();
    let mut stats = stats().into_iter();
    stats.any(|stat| stat.state != "Z" && stat.group == group)
}

/// What the kernel says of a process.
struct Stat {
    id: i32,
    name: String,
    state: String,
    group: String,
}

impl Stat {
    /// "pid (name) state ppid pgrp …"; the name may hold anything, so the rest counts from its end.
    fn read(line: &str) -> Option<Self> {
        let (id, rest) = line.split_once(" (")?;
        let (name, rest) = rest.rsplit_once(')')?;
        let mut fields = rest.split_whitespace();
        Some(Self {
            id: id.parse().ok()?,
            name: name.to_owned(),
            state: fields.next()?.to_owned(),
            group: fields.nth(1)?.to_owned(),
        })
    }
}

/// Of every process there is.
fn stats() -> Vec<Stat> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .filter_map(Result::ok)
        .filter_map(|process| fs::read_to_string(process.path().join("stat")).ok())
        .filter_map(|line| Stat::read(&line))
        .collect()
}

fn append(path: &Path) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap_or_else(|error| panic!("{} cannot be written: {error}", path.display()))
}

fn read(path: &Path) -> String {
    fs::read(path).map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}
