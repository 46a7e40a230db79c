//! Starting other programs: say what runs, run it, read what it printed.
//! Not for deciding which program: see `workspace` and the verbs.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use crate::error::{Outcome, Stop};

/// How long the output may lag behind the end of its program. A stray grandchild can hold the pipe
/// open for ever; the summary we wait for was printed before the program ended.
const OUTPUT_GRACE: Duration = Duration::from_secs(10);

/// The command as one would type it, without its folders and environment.
pub fn line(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
    let words = command
        .get_args()
        .map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name)
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Says the command on stderr.
pub fn echo(command: &Command) {
    eprintln!("$ {}", line(command));
}

/// Runs it with our own input and output; anything but success is an error.
pub fn run(command: &mut Command) -> Outcome {
    echo(command);
    let status = command.status().map_err(|e| cannot_start(command, &e))?;
    if status.success() {
        return Ok(());
    }
    Err(Stop::Failed(format!(
        "`{}` failed ({status}); its output is above",
        line(command)
    )))
}

/// Runs it quietly and gives what it wrote to stdout; on failure the error carries its stderr.
pub fn capture(command: &mut Command) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| cannot_start(command, &e))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Stop::Failed(format!(
        "`{}` failed: {}",
        line(command),
        said.trim()
    )))
}

/// Whether it can be started and succeeds; its output is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs it, passing its output on line by line; gives whether it succeeded and all it printed.
pub fn tee(command: &mut Command) -> Outcome<(bool, String)> {
    echo(command);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| cannot_start(command, &e))?;
    let heard = Arc::new(Mutex::new(String::new()));
    let (ended, all_ended) = mpsc::sync_channel(2);
    if let Some(pipe) = child.stdout.take() {
        let (heard, ended) = (Arc::clone(&heard), ended.clone());
        thread::spawn(move || pass_on(pipe, io::stdout(), &heard, &ended));
    }
    if let Some(pipe) = child.stderr.take() {
        let heard = Arc::clone(&heard);
        thread::spawn(move || pass_on(pipe, io::stderr(), &heard, &ended));
    }
    let status = child.wait().map_err(|e| cannot_start(command, &e))?;
    for _ in 0..2 {
        if all_ended.recv_timeout(OUTPUT_GRACE).is_err() {
            eprintln!(
                "xtask: something `{}` started is still running",
                line(command)
            );
            break;
        }
    }
    let text = heard.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((status.success(), text))
}

/// Copies a pipe to ours and to `heard` until it closes, then says so.
fn pass_on(
    pipe: impl Read,
    mut out: impl Write,
    heard: &Mutex<String>,
    ended: &mpsc::SyncSender<()>,
) {
    let mut lines = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(lines.read_until(b'\n', &mut line), Ok(1..)) {
        // Our own reader may be gone (`| head`): the summary is still wanted.
        let _ = out.write_all(&line).and_then(|()| out.flush());
        heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    // The receiver is gone only after the grace above has run out.
    let _ = ended.send(());
}

fn cannot_start(command: &Command, error: &io::Error) -> Stop {
    Stop::Failed(format!(
        "cannot start `{}` ({error}); `cargo xtask setup` brings what the project needs",
        line(command)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_outputs_and_the_verdict_of_a_program_are_heard() {
        let (ok, text) = tee(&mut sh("echo one; echo two >&2; exit 3")).expect("sh starts");
        assert!(!ok, "exit code 3 is no success");
        assert!(
            text.contains("one\n") && text.contains("two\n"),
            "both pipes are kept: {text}"
        );
    }

    #[test]
    fn a_failed_capture_says_what_the_program_said() {
        let stop = capture(&mut sh("echo no room >&2; exit 1")).expect_err("it failed");
        assert!(
            stop.to_string().contains("no room"),
            "the reason is passed on: {stop}"
        );
    }

    #[test]
    fn a_program_that_is_not_there_leads_to_the_setup() {
        let stop = run(&mut Command::new("forecourt-no-such-program")).expect_err("not there");
        assert!(
            stop.to_string().contains("cargo xtask setup"),
            "it says what to do: {stop}"
        );
    }
}
