//! This binary once more, as a process of its own: what loads the gateway must not be counted as the gateway's work.

use std::process::Stdio;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use crate::Outcome;

/// A process that does what it was ordered and holds on to it until it is released.
pub struct Helper {
    child: Child,
    stdin: ChildStdin,
}

impl Helper {
    /// Starts the part called `word` with its order, and waits for its report.
    pub async fn start<R: DeserializeOwned>(
        word: &str,
        order: &impl Serialize,
    ) -> Outcome<(Self, R)> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(word)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut stdin = child.stdin.take().ok_or("no standard input")?;
        let mut order = serde_json::to_vec(order)?;
        order.push(b'\n');
        stdin.write_all(&order).await?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let report = BufReader::new(stdout).lines().next_line().await?;
        let report = report.ok_or("the helper did not come to its end; why stands above")?;
        Ok((Self { child, stdin }, serde_json::from_str(&report)?))
    }

    /// Lets it go, and waits until it has gone.
    pub async fn release(self) -> Outcome {
        let Self { mut child, stdin } = self;
        drop(stdin);
        let status = child.wait().await?;
        if status.success() {
            return Ok(());
        }
        Err(format!("the helper ended badly: {status}").into())
    }
}

/// The other end: reads the order.
pub fn order<O: DeserializeOwned>() -> Outcome<O> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

/// Reports, and holds on until it is released.
pub async fn report_and_hold(report: &impl Serialize) -> Outcome {
    println!("{}", serde_json::to_string(report)?);
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
    Ok(())
}
