//! PostgreSQL's machine goes down (DB-04): the server ends at any moment, with all that it had not written, while drivers
//! pay in, charge and are billed; it comes up again on what is there. What was acknowledged by then is there, and the books
//! add up. Only the server's processes end: the kernel's cache survives, so that what is written and not flushed is not lost
//! here. Its flushes are PostgreSQL's to prove.
//!
//! Seen red in every run, as the control: commits that the server does not write before it answers.
#![allow(
    clippy::disallowed_methods,
    reason = "a test that starts itself once more is told so by the environment"
)]

use std::process::Stdio;

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use testkit::{Dice, Postgres, rounds};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use crate::power_cut::{ACKNOWLEDGED, charge_and_pay, look_at};

/// Tells a copy of a test to be the one that writes, and into which database.
const VICTIM: &str = "STORE_SUITE_SERVER_CRASH";
/// How often the server ends.
const CRASHES: (u32, u32) = (4, 200);
/// Within how many acknowledgements: the writer tells a few hundred.
const WITHIN: usize = 500;
/// The rows of the control.
const CENTS: &str = "SELECT 'cent ' || id FROM cent";

/// Runs twice: once as itself, and in each round once more as the one that writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_the_server_ended_is_there_after_it() {
    if let Ok(url) = std::env::var(VICTIM) {
        return charge_and_pay(&url).await;
    }
    let disk = tempfile::tempdir().expect("a temporary folder can be made");
    let mut server = Postgres::start_durable(disk.path()).await;
    let mut dice = Dice::thrown();
    let mut told = 0;
    for round in 0..rounds(CRASHES.0, CRASHES.1) {
        let url = server.database_url(&format!("round{round}")).await;
        let enough = 1 + dice.roll(WITHIN);
        let test = "what_was_acknowledged_before_the_server_ended_is_there_after_it";
        let (acknowledged, after) = one_life(server, test, &url, enough).await;
        server = after;
        let found = look_at(url, None, &acknowledged).await;
        assert_eq!(found.faults, Vec::<String>::new(), "round {round}: sound");
        assert_eq!(found.lost, Vec::<String>::new(), "round {round}");
        told += acknowledged.len();
    }
    println!("{told} acknowledged");
    assert!(told > 100, "much was acknowledged: {told}");
}

/// The control: the same rig, and a server that answers before it has written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_answers_before_it_writes_loses_what_was_acknowledged() {
    if let Ok(url) = std::env::var(VICTIM) {
        return pay_in_without_writing(&url).await;
    }
    let disk = tempfile::tempdir().expect("a temporary folder can be made");
    let server = Postgres::start_durable(disk.path()).await;
    let url = server.database_url("control").await;
    let test = "a_server_that_answers_before_it_writes_loses_what_was_acknowledged";
    let (acknowledged, _server) = one_life(server, test, &url, WITHIN).await;
    let mut connection = PgConnection::connect(&url).await.expect("it is up again");
    let stored: Vec<String> = sqlx::query_scalar(CENTS)
        .fetch_all(&mut connection)
        .await
        .expect("its rows are read");
    let lost = acknowledged.iter().filter(|one| !stored.contains(one));
    assert!(lost.count() > 0, "the rig sees what is lost");
}

/// Starts a writer and ends the server once it has acknowledged `enough`, or has done all it wanted. What it acknowledged, and
/// the server that is up again.
async fn one_life(
    server: Postgres,
    test: &str,
    url: &str,
    enough: usize,
) -> (Vec<String>, Postgres) {
    let program = std::env::current_exe().expect("a running test has an executable");
    let mut writer = Command::new(program)
        .args(["--exact", "--nocapture"])
        .arg(format!("server_crash::{test}"))
        .env(VICTIM, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("this executable starts");
    let mut lines = BufReader::new(writer.stdout.take().expect("it is piped")).lines();
    let mut acknowledged = Vec::new();
    for _ in 0..enough {
        match next(&mut lines).await {
            Some(what) => acknowledged.push(what),
            None => break,
        }
    }
    let server = server.crash().await;
    // What was on its way counts as well. The writer ends with its connections, or when it is told to.
    writer.start_kill().expect("it was not waited for");
    while let Some(what) = next(&mut lines).await {
        acknowledged.push(what);
    }
    writer.wait().await.expect("it was ours to wait for");
    (acknowledged, server)
}

/// What the writer acknowledged next; `None` at its end.
async fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> Option<String> {
    loop {
        let line = lines.next_line().await.expect("the pipe is ours")?;
        // The test runner has begun the first line with the test's name; a kill in the middle leaves a part of one.
        if let Some((_, what)) = line.split_once(ACKNOWLEDGED) {
            return what.strip_suffix('.').map(str::to_owned);
        }
    }
}

/// The control's writer: a row at a time, on a connection whose commits are not waited for.
async fn pay_in_without_writing(url: &str) {
    let mut connection = PgConnection::connect(url).await.expect("it is up");
    for sql in [
        "CREATE TABLE cent (id BIGINT PRIMARY KEY)",
        "SET synchronous_commit = off",
    ] {
        sqlx::query(sql)
            .execute(&mut connection)
            .await
            .expect("it is new");
    }
    for number in 0..=i64::MAX {
        let paid = sqlx::query("INSERT INTO cent (id) VALUES ($1)").bind(number);
        if paid.execute(&mut connection).await.is_err() {
            return;
        }
        println!("{ACKNOWLEDGED}cent {number}.");
    }
}
