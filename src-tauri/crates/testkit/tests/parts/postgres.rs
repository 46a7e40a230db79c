//! A PostgreSQL server that answers, and is gone with its processes.

use std::net::TcpStream;
use std::process::Command;

use testkit::Postgres;

fn ask(url: &str, sql: &str) -> Result<String, String> {
    let output = Command::new("psql")
        .args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--command",
            sql,
            url,
        ])
        .output()
        .expect("psql comes with PostgreSQL");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

#[tokio::test]
async fn databases_of_one_server_are_empty_and_apart() {
    let postgres = Postgres::start().await;
    let first = postgres.database_url("first").await;
    let second = postgres.database_url("second").await;

    ask(
        &first,
        "CREATE TABLE reading (wh BIGINT); INSERT INTO reading VALUES (1520)",
    )
    .expect("a fresh database");
    let sum = ask(&first, "SELECT CAST(SUM(wh) AS BIGINT) FROM reading");
    assert_eq!(sum.as_deref(), Ok("1520"), "what was written is read back");
    let other = ask(&second, "SELECT wh FROM reading")
        .expect_err("the table is in the first database only");
    assert!(other.contains("does not exist"), "psql says why: {other}");
}

#[tokio::test]
async fn two_servers_run_beside_each_other_and_end_with_their_value() {
    let (first, second) = tokio::join!(Postgres::start(), Postgres::start());
    assert_ne!(first.url(), second.url(), "each has a port of its own");
    ask(&first.url(), "CREATE TABLE only_here (n INT)").expect("the first answers");
    ask(&second.url(), "SELECT n FROM only_here").expect_err("the second shares nothing with it");

    let port = first
        .url()
        .split([':', '/'])
        .nth(4)
        .and_then(|port| port.parse().ok());
    let address = ("127.0.0.1", port.expect("the URL names the port"));
    TcpStream::connect(address).expect("it runs until it is dropped");
    drop(first);
    TcpStream::connect(address).expect_err("a dropped server listens no more");
}
