//! Running other programs: from where only root puts programs, asking nobody anything, for so long and no longer, and with no more of
//! their words kept than anybody reads. None of what they start outlives its time.

use std::io::Read;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::trouble::Trouble;

/// For what only looks something up.
pub const SOON: Duration = Duration::from_mins(1);
/// For what copies a database, packs or installs a package.
pub const LONG: Duration = Duration::from_mins(15);
/// How much of what a program says is kept: of more, the end.
const MOST_WORDS: usize = 1024 * 1024;
/// The last words of a program that failed.
const LAST_WORDS: usize = 2_000;
/// How long after a program's end its words are waited for: something that it left behind may hold them.
const REST: Duration = Duration::from_secs(2);

/// Where programs are looked for.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// A program of root's.
pub fn program(name: impl AsRef<Path>) -> Command {
    let mut command = Command::new(name.as_ref());
    command
        .env("PATH", PATH)
        .env("LC_ALL", "C.UTF-8")
        .env("DEBIAN_FRONTEND", "noninteractive")
        // With all that it starts, it can be ended as one.
        .process_group(0);
    command
}

/// A program that runs as somebody else: with nothing of root's environment, and in a session of its own, so that root's terminal is
/// none of it.
pub fn program_as(uid: u32, gid: u32) -> Command {
    // `setsid` becomes the program in place: the process that is started leads the session and its group.
    let mut command = Command::new("/usr/bin/setsid");
    command
        .env_clear()
        .env("PATH", PATH)
        .env("LC_ALL", "C.UTF-8");
    command
        .arg("/usr/bin/setpriv")
        .arg(format!("--reuid={uid}"))
        .arg(format!("--regid={gid}"))
        .args(["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--"]);
    command
}

/// Runs a program that has to succeed within that time; gives what it printed.
pub fn done(command: &mut Command, within: Duration) -> Result<String, Trouble> {
    let program = line(command);
    let failed = |said: String| Trouble::Program { program, said };
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Err(failed(error.to_string())),
    };
    let end = watch(child, within);
    let said = String::from_utf8_lossy(&end.err.bytes);
    let skip = said.len().saturating_sub(LAST_WORDS);
    let last = said
        .get(said.ceil_char_boundary(skip)..)
        .unwrap_or_default();
    match end.status {
        None => Err(failed(format!(
            "it was not done after {} s, and was ended. {}",
            within.as_secs(),
            last.trim()
        ))),
        Some(status) if !status.success() => Err(failed(format!("{status}: {}", last.trim()))),
        // A list without its beginning is no list.
        Some(_) if end.out.cut => Err(failed("it said more than anybody reads".to_owned())),
        Some(_) => Ok(String::from_utf8_lossy(&end.out.bytes).into_owned()),
    }
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// How a program ended; without a status it was ended.
struct End {
    status: Option<ExitStatus>,
    out: Words,
    err: Words,
}

/// What a program said; the end of it, where it is cut.
#[derive(Clone, Default)]
struct Words {
    bytes: Vec<u8>,
    cut: bool,
}

fn watch(mut child: Child, within: Duration) -> End {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let out = listen(child.stdout.take());
    let err = listen(child.stderr.take());
    // One answer: there is always room for it.
    let (tell, told) = sync_channel(1);
    thread::spawn(move || {
        let _ = tell.send(child.wait().ok());
    });
    let status = told.recv_timeout(within).unwrap_or_else(|_| {
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = told.recv_timeout(REST);
        None
    });
    End {
        status,
        out: heard(out),
        err: heard(err),
    }
}

type Ear = (Arc<Mutex<Words>>, Receiver<()>);

/// Hears all, so that the program is never held up by its own words; keeps the end.
fn listen(from: Option<impl Read + Send + 'static>) -> Ear {
    let words = Arc::new(Mutex::new(Words::default()));
    let (over, is_over): (SyncSender<()>, _) = sync_channel(1);
    let kept = Arc::clone(&words);
    thread::spawn(move || {
        let _over = over;
        let Some(mut from) = from else { return };
        let mut some = [0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut some) {
            let mut words = kept.lock().unwrap_or_else(PoisonError::into_inner);
            words.bytes.extend_from_slice(&some[..read]);
            let more = words.bytes.len().saturating_sub(MOST_WORDS);
            words.bytes.drain(..more);
            words.cut |= more > 0;
        }
    });
    (words, is_over)
}

fn heard((words, is_over): Ear) -> Words {
    // That nobody sends is how the end is told.
    let _ = is_over.recv_timeout(REST);
    words.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn sh(script: &str) -> Command {
        let mut sh = program("sh");
        sh.args(["-c", script]);
        sh
    }

    #[test]
    fn what_is_not_done_in_time_is_ended_with_all_that_it_started() {
        let began = Instant::now();
        let mut hung = sh("sleep 600 & echo $! >&2; wait");
        let said = done(&mut hung, Duration::from_millis(500)).expect_err("it hangs");
        assert!(began.elapsed() < Duration::from_secs(20), "{said}");
        let said = said.to_string();
        let child = said
            .rsplit(' ')
            .next()
            .and_then(|id| id.parse::<u32>().ok());
        let child = child.unwrap_or_else(|| panic!("no number in {said}"));
        let state = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        let gone = state.is_empty() || state.contains(") Z ");
        assert!(gone, "it is gone, too: {state}");
    }

    #[test]
    fn what_is_left_behind_with_the_words_in_its_hands_holds_nobody_up() {
        let began = Instant::now();
        let said = done(&mut sh("echo well; setsid sleep 30 & exit 0"), SOON);
        assert_eq!(said.expect("it ended"), "well\n");
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn of_many_words_the_last_are_told_and_a_list_is_never_cut() {
        let many = "head -c 3000000 /dev/zero | tr '\\0' x";
        let failed = done(
            &mut sh(&format!("{many} >&2; echo because >&2; exit 3")),
            SOON,
        );
        let said = failed.expect_err("it failed").to_string();
        assert!(
            said.ends_with("because") && said.len() < 3 * LAST_WORDS,
            "{}",
            said.len()
        );
        let cut = done(&mut sh(many), SOON).expect_err("it is cut");
        assert!(cut.to_string().contains("more than anybody reads"));
    }
}
