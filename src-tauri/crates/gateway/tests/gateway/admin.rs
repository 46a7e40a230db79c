//! The admin commands as an admin types them: the real program, its one JSON line, its exit codes, each
//! refusal; and beside a running gateway, which acts on them at once.

mod rows;

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Charger, Postgres, Program, wait_until};

use rows::{GOOD, REFUSED};

use crate::site::{self, admin, done};

/// How soon a running gateway acts on what a command did.
const ACTS: Duration = Duration::from_secs(1);

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}

fn keys(answer: &Value) -> Vec<&str> {
    let object = answer.as_object().expect("an answer is an object");
    object.keys().map(String::as_str).collect()
}

#[test]
fn each_command_answers_with_its_one_line_and_each_refusal_with_two_and_one_sentence() {
    let folder = folder();
    for (words, input, expected, values) in GOOD {
        let answer = done(folder.path(), words, input);
        assert_eq!(keys(&answer), *expected, "{words:?}: {answer}");
        let values: Value = serde_json::from_str(values).expect("a literal object");
        for (key, value) in values.as_object().expect("a literal object") {
            assert_eq!(&answer[key], value, "{words:?}: {key}");
        }
    }
    let before = done(folder.path(), &["check"], "");
    for (words, input, says) in REFUSED {
        let output = admin(folder.path(), words, input);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {errors}");
        assert!(output.stdout.is_empty(), "{words:?}: nothing for programs");
        assert_eq!(
            errors.lines().count(),
            1,
            "{words:?}: one sentence: {errors}"
        );
        for word in *says {
            assert!(
                errors.contains(word),
                "{words:?}: {word:?} is not in {errors}"
            );
        }
    }
    // Of many at once all or none are made: what was refused left nothing behind.
    let made = [
        "add-charge-points",
        "--prefix",
        "NEW-",
        "--count",
        "3",
        "--station",
        "South",
    ];
    done(folder.path(), &made, "");
    let after = done(folder.path(), &["check"], "");
    assert_eq!(before["ok"], after["ok"], "{after}");
}

#[test]
fn a_database_with_a_fault_ends_the_check_with_one_and_says_which() {
    let folder = folder();
    site::register(folder.path());
    let fault = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(\"UPDATE charge_point SET status = 'dreaming'\"); db.commit()";
    let planted = std::process::Command::new("python3")
        .args(["-c", fault])
        .arg(folder.path().join("forecourt.db"))
        .status();
    assert!(
        planted.is_ok_and(|status| status.success()),
        "the fault is planted"
    );
    let output = admin(folder.path(), &["check"], "");
    assert_eq!(output.status.code(), Some(1), "a fault is no wrong start");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one JSON line");
    assert_eq!(answer["ok"], false);
    assert_eq!(
        answer["faults"],
        json!(["unreadable charge_point.status: dreaming"])
    );

    let nothing = self::folder();
    let output = admin(nothing.path(), &["check"], "");
    assert_eq!(output.status.code(), Some(2), "no database is no fault");
    assert!(
        !nothing.path().join("forecourt.db").exists(),
        "and looking makes none"
    );
}

async fn started(data: &Path) -> Program {
    let data = data.display().to_string();
    let words = site::serve(&data);
    Program::start(Path::new(words[0]), &words[1..], &[]).await
}

#[tokio::test]
async fn a_running_gateway_acts_within_a_second_on_what_a_command_did() {
    let folder = folder();
    let gateway = started(folder.path()).await;
    done(folder.path(), &["add-station", "--name", "Test"], "");
    let point = ["add-charge-point", "CP-7", "--station", "Test"];
    let key = done(folder.path(), &point, "")["password"].clone();
    let mut charger = Charger::connect(gateway.ocpp(), "CP-7", key.as_str()).await;
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    let answer = charger.call("BootNotification", boot).await;
    assert_eq!(answer[2]["status"], "Accepted", "at once: {answer}");

    done(folder.path(), &["add-id-token", "04A1"], "");
    let answer = charger.call("Authorize", json!({ "idTag": "04A1" })).await;
    assert_eq!(answer[2]["idTagInfo"]["status"], "Accepted", "{answer}");
    done(folder.path(), &["add-station", "--name", "Late"], "");
    let told = wait_until(ACTS, async || {
        let (_, metrics) = site::get_text(gateway.http(), "/metrics", &[]);
        metrics.contains("forecourt_outbox_events 0").then_some(())
    });
    assert!(told.await.is_some(), "and what it emitted is on its way");
}

#[tokio::test]
async fn a_copy_is_made_beside_a_running_gateway_and_comes_back_only_without_one() {
    let folder = folder();
    site::register(folder.path());
    let mut gateway = started(folder.path()).await;
    let copy = folder.path().join("copy.db");
    let copy = copy.to_str().expect("temporary folders have UTF-8 names");
    let made = done(folder.path(), &["backup", copy], "");
    assert!(
        made["bytes"].as_i64().is_some_and(|bytes| bytes > 0),
        "{made}"
    );
    let again = admin(folder.path(), &["backup", copy], "");
    assert_eq!(
        again.status.code(),
        Some(2),
        "a backup never replaces a file"
    );
    let refused = admin(folder.path(), &["restore", copy], "");
    let sentence = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{sentence}");
    assert!(sentence.contains("stop it first"), "{sentence}");
    let (_, before) = site::get(gateway.http(), "/api/user/stations");

    done(folder.path(), &["add-station", "--name", "Later"], "");
    gateway.kill();
    let restored = done(folder.path(), &["restore", copy, "--after", "0.2.0"], "");
    let replaced = restored["replaced"].as_str().expect("there was one before");
    assert!(
        Path::new(replaced).exists(),
        "the replaced one is kept: {replaced}"
    );
    assert!(replaced.ends_with("forecourt.db.after-0.2.0"), "{replaced}");
    // A second one of that name is not written over it.
    let again = done(folder.path(), &["restore", copy, "--after", "0.2.0"], "");
    let second = again["replaced"].as_str().expect("there was one before");
    assert!(second.ends_with("forecourt.db.after-0.2.0-2"), "{second}");
    let gateway = started(folder.path()).await;
    let (status, after) = site::get(gateway.http(), "/api/user/stations");
    assert_eq!(status, 200);
    assert_eq!(after, before, "the state of the copy");
}

#[tokio::test]
async fn a_second_gateway_on_the_same_folder_is_told_so() {
    let folder = folder();
    let gateway = started(folder.path()).await;
    let data = folder.path().display().to_string();
    let words = site::serve(&data);
    let output = std::process::Command::new("timeout")
        .env_clear()
        .arg("20")
        .args(&words)
        .output()
        .expect("the program starts");
    let sentence = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{sentence}");
    assert!(sentence.contains("another gateway runs on"), "{sentence}");
    assert_eq!(
        site::get(gateway.http(), "/health/live").0,
        204,
        "the first runs on"
    );
}

#[tokio::test]
async fn on_postgresql_the_same_commands_work_and_copies_name_its_own_tools() {
    let server = Postgres::start().await;
    let url = server.database_url("site").await;
    let folder = folder();
    let on_it = |words: &[&'static str]| {
        let mut words: Vec<&str> = words.to_vec();
        words.extend(["--database-url", &url]);
        admin(folder.path(), &words, "")
    };
    for words in [
        &["add-station", "--name", "Test", "--price-per-kwh", "0.45"] as &[_],
        &[
            "add-charge-points",
            "--prefix",
            "SIM-",
            "--count",
            "3",
            "--station",
            "Test",
        ],
        &["add-id-token", "04A1"],
        &["check"],
    ] {
        let output = on_it(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {errors}");
    }
    for (words, tool) in [
        (&["backup", "x.db"], "pg_dump"),
        (&["restore", "x.db"], "pg_restore"),
    ] {
        let output = on_it(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {errors}");
        assert!(
            errors.contains(tool) && errors.lines().count() == 1,
            "{words:?}: {errors}"
        );
    }
    let said = on_it(&["database"]).stdout;
    let said: Value = serde_json::from_slice(&said).expect("a line of JSON");
    assert_eq!(
        said,
        json!({ "engine": "postgresql", "file": null, "tables": null })
    );
}
