//! A power cut for the process: what SQLite acknowledged before SIGKILL is there after it. Not for a power
//! cut of the machine: the kernel's cache survives here.
#![allow(
    clippy::disallowed_methods,
    reason = "a test that starts itself once more is told so by the environment"
)]

use std::process::Stdio;

use domain::ChargePointId;
use store::repo::{id_tokens, outbox};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use crate::database::{Database, ask, commit, open};
use crate::samples::{NODE, at, event, id, id_token};

/// Tells a copy of this test to be the writer, and on which database.
const VICTIM: &str = "STORE_SUITE_VICTIM";
const ROUNDS: u32 = 10;
/// Enough at once that commits carry groups.
const WRITERS: u128 = 8;
const ACKNOWLEDGED: &str = "acknowledged ";

/// Runs twice: once as itself, and in each round once more as the writer that it kills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_writer_acknowledged_is_there_when_the_file_is_opened_again() {
    if let Ok(url) = std::env::var(VICTIM) {
        write_for_ever(&url).await;
    }
    let mut db = Database::sqlite().await;
    let mut acknowledged: Vec<u128> = Vec::new();
    for round in 0..ROUNDS {
        db.store.close().await;
        let first = 1 + acknowledged.iter().max().map_or(0, |last| last + 1000);
        acknowledged.extend(one_life(&db.url, first, 3 + 17 * round).await);

        db = db.reopen().await;
        let check = db.column("PRAGMA integrity_check").await;
        assert_eq!(
            check,
            [Some("ok".to_owned())],
            "round {round}: the file is sound"
        );
        for number in &acknowledged {
            let stored = ask!(db.store, |conn| id_tokens::find(conn, &number.to_string()));
            assert!(stored.is_some(), "round {round}: {number} was acknowledged");
        }
        let tokens = db.column("SELECT token FROM id_token").await.len();
        let events = ask!(db.store, |conn| outbox::depth(conn));
        assert_eq!(
            i64::try_from(tokens),
            Ok(events),
            "round {round}: state and event, or neither"
        );
    }
}

/// Starts a writer, kills it once it has acknowledged `enough`, and returns all it acknowledged.
async fn one_life(url: &str, first: u128, enough: u32) -> Vec<u128> {
    let mut writer =
        Command::new(std::env::current_exe().expect("a running test has an executable"))
            .args(["--exact", "--nocapture"])
            .arg("kill::what_a_killed_writer_acknowledged_is_there_when_the_file_is_opened_again")
            .env(VICTIM, format!("{first} {url}"))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("this executable starts");
    let mut lines = BufReader::new(writer.stdout.take().expect("it is piped")).lines();
    let mut acknowledged = Vec::new();
    for _ in 0..enough {
        acknowledged.push(
            next(&mut lines)
                .await
                .expect("it writes until it is killed"),
        );
    }
    writer.start_kill().expect("it still runs");
    // What it printed before its end counts as well.
    while let Some(number) = next(&mut lines).await {
        acknowledged.push(number);
    }
    writer.wait().await.expect("it was ours to wait for");
    acknowledged
}

/// The next number the writer acknowledged; `None` at its end.
async fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> Option<u128> {
    loop {
        let line = lines.next_line().await.expect("the pipe is ours")?;
        // The test runner has begun the first line with the test's name.
        if let Some((_, number)) = line.split_once(ACKNOWLEDGED) {
            // A kill in the middle of a line leaves a part of a number, without its full stop.
            return number.strip_suffix('.')?.parse().ok();
        }
    }
}

/// The writer: units without end, each with a state and an event, each told on standard output when answered.
async fn write_for_ever(told: &str) {
    let (first, url) = told.split_once(' ').expect("a number and a URL");
    let first: u128 = first.parse().expect("a number");
    let store = open(url).await;
    let writers = (0..WRITERS).map(|writer| {
        let store = store.clone();
        async move {
            for unit in 0.. {
                let number = first + writer + unit * WRITERS;
                let text = number.to_string();
                let key: ChargePointId = id(writer);
                commit!(store, [], |conn| async {
                    id_tokens::insert(conn, &id_token(number), &text, at(1)).await?;
                    outbox::append(conn, NODE, &event(key, "told"), at(1), || id(number)).await
                })
                .expect("nothing refuses it");
                println!("{ACKNOWLEDGED}{number}.");
            }
        }
    });
    futures_util::future::join_all(writers).await;
}
