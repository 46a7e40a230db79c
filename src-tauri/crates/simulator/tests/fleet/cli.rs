//! `forecourt-simulator` as a user meets it.

use std::process::Output;

use serde_json::Value;
use tokio::process::Command;

use crate::central_system::{CentralSystem, agree};

async fn simulator(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forecourt-simulator"));
    command
        .args(args)
        .kill_on_drop(true)
        .output()
        .await
        .expect("the binary was built with this test")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn a_run_prints_one_json_summary() {
    let central = CentralSystem::start(|action, _| agree(action)).await;
    let run = [
        "--url",
        &central.url,
        "--count",
        "3",
        "--meter-interval",
        "200ms",
        "--duration",
        "2s",
    ];
    let output = simulator(&run).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let stdout = text(&output.stdout);
    assert_eq!(
        stdout.lines().count(),
        1,
        "standard output is the summary and nothing else: {stdout}"
    );
    let summary: Value = serde_json::from_str(&stdout).expect("the summary is JSON");
    assert_eq!(summary["connected"], 3, "{summary}");
    assert_eq!(summary["transactionsStarted"], 3, "{summary}");
    assert_eq!(summary["transactionsStopped"], 3, "{summary}");
    assert!(summary["meterValues"].as_u64() >= Some(3), "{summary}");
    assert!(summary["latencyMs"]["p99"].is_f64(), "{summary}");
}

#[tokio::test]
async fn what_is_not_built_or_cannot_work_ends_with_code_2_and_the_reason() {
    let check = async |args: &[&str], reason: &str| {
        let output = simulator(args).await;
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(reason), "{args:?}: {said}");
        assert!(
            output.stdout.is_empty(),
            "no summary of a run that never was"
        );
    };
    check(&["--scenario", "lazy"], "lazy").await;
    check(&["--protocol", "2.0.1"], "2.0.1").await;
    check(&["--data-dir", "/dev/null/x"], "data folder").await;
    check(&["--url", "wss://127.0.0.1/ocpp"], "charger address").await;
    check(&["--count", "0"], "more than 0").await;
    check(&["--meter-interval", "soon"], "10s, 500ms or 2m").await;
    check(&["--duration=-5s"], "negative").await;
}

#[tokio::test]
async fn the_help_names_only_what_is_built() {
    let help = text(&simulator(&["--help"]).await.stdout);
    for flag in [
        "--url",
        "--count",
        "--prefix",
        "--protocol",
        "--scenario",
        "--id-tag",
        "--connectors",
        "--data-dir",
        "busy",
        "flaky",
    ] {
        assert!(help.contains(flag), "{flag} is part of the contract");
    }
    assert!(!help.contains("2.0.1"), "2.0.1 is not built yet");
}

#[tokio::test]
async fn a_run_without_a_gateway_says_why_and_ends_with_code_1() {
    // Port 9 is the discard service's; nothing listens there.
    let output = simulator(&["--url", "ws://127.0.0.1:9/ocpp", "--duration", "1s"]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.contains("no charge point could connect") && said.contains("refused"),
        "{said}"
    );
}
