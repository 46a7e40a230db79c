//! Our own programs: ready line, logs, exit code, and that nothing outlives a killed test.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use testkit::{Program, wait_until};

const SHELL: &str = "/bin/sh";
/// Says its own process id as `version`, logs a line, and leaves with 7 when asked to end.
const SERVER: &str = r#"
trap 'echo leaving >&2; exit 7' TERM
echo "started with $1" >&2
printf '{"ready":true,"http":"http://127.0.0.1:1","ocpp":"ws://127.0.0.1:2/ocpp","version":"%s"}\n' $$
while :; do sleep 1000 & wait; done
"#;

async fn server() -> Program {
    Program::start(Path::new(SHELL), &["-c", SERVER, "server"], &[]).await
}

fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

#[tokio::test]
async fn the_ready_line_the_logs_and_the_exit_code_are_read() {
    let mut program = server().await;
    assert_eq!(program.http(), "http://127.0.0.1:1");
    assert_eq!(program.ocpp(), "ws://127.0.0.1:2/ocpp");
    assert_eq!(program.ready()["ready"], true);
    assert_eq!(
        program.stdout().lines().count(),
        1,
        "the ready line is the only one"
    );
    assert_eq!(
        program.terminate().await,
        7,
        "the program's own code, not the signal's"
    );
    assert_eq!(program.logs(), "started with --ready-json\nleaving\n");
}

#[tokio::test]
async fn a_killed_program_is_gone_at_once() {
    let mut program = server().await;
    let pid = program.version().to_owned();
    assert!(runs(&pid), "it runs until it is killed");
    program.kill();
    assert!(!runs(&pid), "it is gone when `kill` returns");
}

#[tokio::test]
#[should_panic(expected = "--listen takes an address")]
async fn a_program_that_refuses_to_start_says_why_in_the_panic() {
    let script = "echo '--listen takes an address' >&2; exit 2";
    Program::start(Path::new(SHELL), &["-c", script], &[]).await;
}

#[tokio::test]
#[should_panic(expected = "where its ready line belongs")]
async fn anything_else_on_standard_output_is_a_fault() {
    Program::start(Path::new(SHELL), &["-c", "echo hello; sleep 1000"], &[]).await;
}

/// Runs twice: once as itself, and once more in a process that it kills.
#[tokio::test]
async fn a_test_that_is_killed_leaves_nothing_running() {
    const VICTIM: &str = "TESTKIT_VICTIM";
    if let Some(report) = std::env::var_os(VICTIM) {
        let program = server().await;
        std::fs::write(report, program.version()).expect("the folder is the other process's");
        std::future::pending::<()>().await;
    }

    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    let report = folder.path().join("pid");
    let mut victim =
        Command::new(std::env::current_exe().expect("a running test has an executable"))
            .args([
                "--exact",
                "program::a_test_that_is_killed_leaves_nothing_running",
            ])
            .env(VICTIM, &report)
            .stdout(Stdio::null())
            .spawn()
            .expect("this executable starts");
    let pid = wait_until(Duration::from_secs(30), async || {
        std::fs::read_to_string(&report)
            .ok()
            .filter(|pid| !pid.is_empty())
    });
    let pid = pid.await.expect("the victim starts its program");
    assert!(runs(&pid), "the program runs while its test does");

    victim.kill().expect("it still runs");
    victim.wait().expect("it was ours to wait for");
    let gone = wait_until(Duration::from_secs(10), async || {
        (!runs(&pid)).then_some(())
    })
    .await;
    assert!(gone.is_some(), "the leash took the program along");
}
