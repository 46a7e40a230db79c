//! What is watched from outside: `/metrics` and who may read it, and the logs, in which a request is found by
//! the trace id of its answer.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Charger, Program, wait_until};

use crate::site::{self, CARD, IDENTITY};

/// Far above what anything here takes.
const SEEN: Duration = Duration::from_secs(20);

async fn started(data: &Path, more: &[&str]) -> Program {
    let data = data.display().to_string();
    let mut words = site::serve(&data);
    words.extend(more);
    Program::start(Path::new(words[0]), &words[1..], &[]).await
}

/// The value of a series: `forecourt_x{a="b"}`.
fn value(metrics: &str, series: &str) -> Option<f64> {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series))?;
    line.trim().parse().ok()
}

#[tokio::test]
async fn the_metrics_tell_of_chargers_sessions_commits_requests_and_events() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let key = site::register(folder.path());
    let gateway = started(folder.path(), &[]).await;
    let mut charger = Charger::connect(gateway.ocpp(), IDENTITY, Some(&key)).await;
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    charger.call("BootNotification", boot).await;
    let start = json!({ "connectorId": 1, "idTag": CARD, "meterStart": 0, "timestamp": "2026-11-24T00:00:00Z" });
    charger.call("StartTransaction", start).await;
    charger.call("BootNotification", json!({})).await;
    charger.call("NoSuchAction", json!({})).await;
    site::get(gateway.http(), "/api/user/stations");
    site::get(gateway.http(), "/api/cms/charging-points");
    site::get(
        gateway.http(),
        "/api/user/stations/019a0000-0000-7000-8000-000000000000/points",
    );

    // Each with the least it must say; events take a moment on their way.
    let expected = [
        ("forecourt_chargers_connected", 1.0),
        ("forecourt_sessions_active", 1.0),
        ("forecourt_broker_up", 1.0),
        ("forecourt_database_up", 1.0),
        ("forecourt_live_readers", 0.0),
        ("forecourt_outbox_events", 0.0),
        ("forecourt_outbox_bytes", 0.0),
        ("forecourt_outbox_oldest_seconds", 0.0),
        ("forecourt_events_pushed_total", 3.0),
        ("forecourt_commit_seconds_count", 3.0),
        (
            r#"forecourt_ocpp_messages_total{direction="in",action="BootNotification",result="result"}"#,
            1.0,
        ),
        (
            r#"forecourt_ocpp_messages_total{direction="in",action="BootNotification",result="error"}"#,
            1.0,
        ),
        (
            r#"forecourt_ocpp_messages_total{direction="in",action="StartTransaction",result="result"}"#,
            1.0,
        ),
        (
            r#"forecourt_http_requests_total{method="GET",route="/api/user/stations",status="200"}"#,
            1.0,
        ),
        (
            r#"forecourt_http_requests_total{method="GET",route="/api/cms/charging-points",status="401"}"#,
            1.0,
        ),
        (
            r#"forecourt_http_request_seconds_bucket{route="/api/user/stations",le="30"}"#,
            1.0,
        ),
    ];
    let missing = |metrics: &str| {
        let short = |(series, least): &&(&str, f64)| {
            value(metrics, series).is_none_or(|found| found < *least)
        };
        expected
            .iter()
            .filter(short)
            .map(|(series, _)| *series)
            .collect::<Vec<_>>()
    };
    let told = wait_until(SEEN, async || {
        let (_, metrics) = site::get_text(gateway.http(), "/metrics", &[]);
        missing(&metrics).is_empty().then_some(metrics)
    });
    let metrics = told.await.unwrap_or_else(|| {
        let (_, metrics) = site::get_text(gateway.http(), "/metrics", &[]);
        panic!("not told of {:?}:\n{metrics}", missing(&metrics))
    });
    assert!(
        metrics.contains("forecourt_build_info{version="),
        "{metrics}"
    );
    assert!(
        !metrics.contains("019a0000"),
        "an id in a label is a series without an end: {metrics}"
    );
    assert!(
        !metrics.contains("NoSuchAction"),
        "and so is a name from the wire: {metrics}"
    );
    let undocumented = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split(' ').next())
        .find(|name| !include_str!("../../../../docs/operations.md").contains(*name));
    assert_eq!(undocumented, None, "docs/operations.md names every metric");
}

#[tokio::test]
async fn only_this_machine_and_administrators_read_the_metrics() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    for (email, role) in [("boss@x.org", "admin"), ("desk@x.org", "operator")] {
        let words = [
            "create-operator",
            "--email",
            email,
            "--role",
            role,
            "--password-stdin",
        ];
        site::done(folder.path(), &words, "a long enough password");
    }
    let gateway = started(folder.path(), &[]).await;
    let token = |email: &str| {
        let body = json!({ "email": email, "password": "a long enough password" });
        let answer = site::post(gateway.http(), "/api/cms/auth/login", &body);
        format!(
            "Bearer {}",
            answer.1["token"].as_str().expect("it signs in")
        )
    };
    let (boss, desk) = (token("boss@x.org"), token("desk@x.org"));
    // Whoever comes through a proxy is not on this machine, whatever the socket says.
    let proxied = ("X-Forwarded-For", "203.0.113.7");
    for (headers, status) in [
        (vec![], 200),
        (vec![proxied], 401),
        (vec![("Forwarded", "for=203.0.113.7")], 401),
        (vec![proxied, ("Authorization", "Bearer 0000")], 401),
        (vec![proxied, ("Authorization", &desk)], 403),
        (vec![proxied, ("Authorization", &boss)], 200),
    ] {
        let answer = site::get_text(gateway.http(), "/metrics", &headers);
        assert_eq!(answer.0, status, "{headers:?}: {}", answer.1);
    }
}

#[tokio::test]
async fn a_refused_request_is_in_the_log_once_under_the_trace_id_of_its_answer() {
    for format in ["json", "text"] {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let gateway = started(folder.path(), &["--log-format", format]).await;
        let refused = [
            site::get(gateway.http(), "/api/cms/charging-points"),
            site::get(gateway.http(), "/api/user/stations?limit=1000"),
            site::get(gateway.http(), "/api/live?after=0&stream=x&rooms=public"),
            site::post(gateway.http(), "/api/cms/auth/login", &json!("no object")),
        ];
        for (status, problem) in refused {
            let trace = problem["traceId"]
                .as_str()
                .expect("a problem names its trace");
            assert_ne!(trace, "00000000-0000-0000-0000-000000000000", "{problem}");
            let found = |logs: &str| logs.lines().filter(|line| line.contains(trace)).count();
            let logged = wait_until(SEEN, async || (found(&gateway.logs()) > 0).then_some(()));
            assert!(
                logged.await.is_some(),
                "{format} {status}: {}",
                gateway.logs()
            );
            assert_eq!(
                found(&gateway.logs()),
                1,
                "{format}: once: {}",
                gateway.logs()
            );
            let code = problem["code"].as_str().expect("a code");
            let logs = gateway.logs();
            let line = logs
                .lines()
                .find(|line| line.contains(trace))
                .expect("just seen");
            assert!(line.contains(code), "{format}: with its reason: {line}");
        }
        if format == "json" {
            for line in gateway.logs().lines() {
                let read: Result<Value, _> = serde_json::from_str(line);
                assert!(
                    read.is_ok_and(|line| line.is_object()),
                    "not an object: {line}"
                );
            }
        }
    }
}
