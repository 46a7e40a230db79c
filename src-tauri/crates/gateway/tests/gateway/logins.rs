//! Passwords under attack: how many guesses of an account are evaluated (WEB-04: 3,000 in an hour of a clock that is
//! moved, in the long form 100,000), and what 200 logins a second cost (WEB-03: for two seconds, in the long form for 30).
//!
//! Planted once and seen red: guesses counted by source alone (`guesses.rs`); as many hashes at once as are asked for
//! (`secret.rs`).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use domain::Timestamp;
use gateway::clock::{Clock, SystemClock};
use gateway::core::{Core, OpError};
use gateway::guesses::Guesses;
use gateway::ops::sign_in::{Place, Realm, sign_in};
use serde_json::json;
use testkit::{Program, memory, rounds, wait_until};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::house::{EMAIL, House, PASSWORD};
use crate::site;

/// A clock that stands still until it is moved.
struct Held(AtomicI64);

impl Clock for Held {
    fn now(&self) -> Timestamp {
        let now = Timestamp::from_millisecond(self.0.load(Ordering::SeqCst));
        now.expect("a time of this century")
    }

    fn id(&self) -> Uuid {
        SystemClock.id()
    }
}

#[tokio::test]
async fn of_many_guesses_an_hour_a_hundred_are_evaluated_at_most_and_the_owner_gets_in() {
    let house = House::new().await;
    let start = house.gateway.core.clock.now().as_millisecond();
    let clock = Arc::new(Held(AtomicI64::new(start)));
    let core = Core {
        clock: clock.clone(),
        ..house.gateway.core.clone()
    };
    let guesses = Guesses::new();
    let count = rounds(3_000, 100_000);
    let knock = async |source: &str, password: &str| {
        let place = Place {
            source: source.to_owned(),
            window: false,
        };
        let given = (EMAIL, password.to_owned());
        sign_in(&core, &guesses, &place, Realm::Operators, given).await
    };
    knock("home", PASSWORD)
        .await
        .expect("the owner, before it begins");
    let mut evaluated = 0;
    for number in 0..count {
        clock.0.store(
            start + i64::from(number) * 3_600_000 / i64::from(count),
            Ordering::SeqCst,
        );
        let source = format!("10.0.{}.7", number % 50);
        match knock(&source, &format!("guess {number}")).await {
            Err(OpError::Wait { seconds }) => assert!(seconds >= 1),
            Err(OpError::Refused { .. }) => evaluated += 1,
            other => panic!("{other:?}"),
        }
        if number % (count / 10) == 0 {
            knock("home", PASSWORD)
                .await
                .expect("the owner gets in meanwhile");
        }
    }
    println!("{count} guesses in an hour from 50 places, {evaluated} evaluated");
    assert!((30..=100).contains(&evaluated), "{evaluated}");
}

/// Logins a second.
const PACE: u32 = 200;
/// The row's mark, and what four hashes need.
const MEMORY: u64 = 100 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_logins_a_second_cost_four_hashes_at_once_and_no_more_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    site::register(&data);
    let shown = data.display().to_string();
    let words = site::serve(&shown);
    let gateway = Program::start(
        Path::new(words[0]),
        &words[1..],
        // Else the storm ends at the bucket of the one address that it comes from.
        &[("FORECOURT_LIMITS__REQUESTS_PER_SECOND", "100000")],
    )
    .await;
    let http = gateway.http().to_owned();
    let address = http.trim_start_matches("http://").to_owned();
    site::get(&http, "/health/ready");
    let before = memory::resident_kib(gateway.id());
    let seconds = rounds(2, 30);
    let began = Instant::now();
    let mut open = Vec::new();
    for number in 0..PACE * seconds {
        let due = began + Duration::from_secs(1) * number / PACE;
        wait_until(Duration::from_secs(1), async || {
            (Instant::now() >= due).then_some(())
        })
        .await;
        // Each of an account of its own: else all but five are refused before anything is hashed.
        let body =
            json!({ "email": format!("{number}@example.org"), "password": "wrong" }).to_string();
        let length = body.len();
        let mut socket = TcpStream::connect(&address)
            .await
            .expect("the door is open");
        let head = format!(
            "POST /api/cms/auth/login HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        socket.write_all(head.as_bytes()).await.expect("it listens");
        open.push(socket);
    }
    let storm = began.elapsed();
    let asked = Instant::now();
    let url = http.clone();
    let (status, _) = tokio::task::spawn_blocking(move || site::get(&url, "/api/user/stations"))
        .await
        .expect("it is asked");
    let waited = asked.elapsed();
    // What was the most, not what it is now.
    let grown = memory::peak_kib(gateway.id()).saturating_sub(before);
    println!(
        "{} logins in {storm:?}: {} MB more, another waits {waited:?}",
        open.len(),
        grown / 1024
    );
    assert_eq!(status, 200);
    assert!(
        waited < Duration::from_secs(1),
        "the others wait {waited:?}"
    );
    assert!(grown < MEMORY, "{grown} KiB more than before");
}
