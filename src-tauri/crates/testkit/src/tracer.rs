//! strace on a process that runs: makes its system calls slow, or fail.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::wait_until;

const ATTACHED: Duration = Duration::from_secs(30);

/// A tracer that is attached to every thread of a process, until it is dropped.
#[derive(Debug)]
pub struct Tracer(Child);

impl Tracer {
    /// Attaches with strace's own words for what is to happen; `log` gets what it saw.
    pub async fn attach(process: u32, words: &[&str], log: &Path) -> Self {
        let tracer = Command::new("strace")
            .args(["-f", "-o"])
            .arg(log)
            .args(words)
            .args(["-p", &process.to_string()])
            .stderr(Stdio::null())
            .spawn()
            .expect("strace is there: cargo xtask setup");
        let tracer = Self(tracer);
        // A process that ended at the first call that failed is nobody's to trace: until the test asks how it ended, it
        // stays there as a zombie.
        let traced = |task: std::io::Result<std::fs::DirEntry>| {
            let status = task.map(|task| task.path().join("status"));
            let status = status.and_then(std::fs::read_to_string).unwrap_or_default();
            !status.contains("TracerPid:\t0") || status.contains("State:\tZ")
        };
        let attached = wait_until(ATTACHED, async || {
            let mut tasks = std::fs::read_dir(format!("/proc/{process}/task")).ok()?;
            tasks.all(traced).then_some(())
        });
        attached
            .await
            .expect("strace may trace what this user started");
        tracer
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        // Told to end, it lets go of what it traces first. It may have ended with that.
        if let Some(id) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(id, Signal::TERM);
        }
        let _ = self.0.wait();
    }
}
