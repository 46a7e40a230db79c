//! The proxy between a client and a server of the test's own: each fault is seen from both sides.
//!
//! Planted once and seen red: a black hole that tells of an end, a half-open connection whose other side is told, a
//! delay and a rate that are not kept (`carry.rs`).

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout};

use super::*;

/// Far above what loopback takes.
const SOON: Duration = Duration::from_secs(5);
/// Long enough to say that nothing comes.
const NOTHING: Duration = Duration::from_millis(150);

/// Both ends of a connection through a proxy.
struct Line {
    proxy: FaultProxy,
    listener: TcpListener,
}

impl Line {
    async fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("some port is free");
        let target = listener.local_addr().expect("it is bound");
        Self {
            proxy: FaultProxy::start(target).await,
            listener,
        }
    }

    async fn connect(&self) -> (TcpStream, TcpStream) {
        let client = TcpStream::connect(self.proxy.address()).await;
        let (server, _) = self.listener.accept().await.expect("the proxy connects");
        (client.expect("the proxy listens"), server)
    }
}

/// What comes next: some bytes, nothing at an orderly end, an error at a reset. Panics when nothing happens.
async fn next(side: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; 64 * 1024];
    let read = timeout(SOON, side.read(&mut buffer)).await;
    let length = read.expect("something comes soon")?;
    buffer.truncate(length);
    Ok(buffer)
}

async fn is_quiet(side: &mut TcpStream) -> bool {
    let mut byte = [0];
    timeout(NOTHING, side.read(&mut byte)).await.is_err()
}

async fn say(side: &mut TcpStream, bytes: &[u8]) {
    side.write_all(bytes).await.expect("it takes bytes");
}

#[tokio::test]
async fn a_proxy_without_faults_changes_nothing_and_carries_both_ends() {
    let line = Line::new().await;
    let (mut client, mut server) = line.connect().await;
    say(&mut client, b"question").await;
    assert_eq!(next(&mut server).await.expect("bytes"), b"question");
    say(&mut server, b"answer").await;
    assert_eq!(next(&mut client).await.expect("bytes"), b"answer");
    client.shutdown().await.expect("it is open");
    assert_eq!(next(&mut server).await.expect("an orderly end"), b"");
    say(&mut server, b"last words").await;
    assert_eq!(next(&mut client).await.expect("bytes"), b"last words");
    drop(server);
    assert_eq!(next(&mut client).await.expect("an orderly end"), b"");
    let gone = crate::wait_until(SOON, async || {
        line.proxy.connections().is_empty().then_some(())
    });
    assert!(gone.await.is_some(), "nothing is left of it");
}

#[tokio::test]
async fn a_delay_is_kept_each_way_in_order_and_can_be_taken_away() {
    let line = Line::new().await;
    let (mut client, mut server) = line.connect().await;
    let delay = Duration::from_millis(200);
    line.proxy.set_all(Faults {
        delay,
        ..Faults::default()
    });
    let began = Instant::now();
    say(&mut client, b"1").await;
    assert_eq!(next(&mut server).await.expect("bytes"), b"1");
    assert!(began.elapsed() >= delay, "there: {:?}", began.elapsed());
    say(&mut server, b"2").await;
    assert_eq!(next(&mut client).await.expect("bytes"), b"2");
    assert!(began.elapsed() >= delay * 2, "back: {:?}", began.elapsed());
    line.proxy.set_all(Faults {
        delay: Duration::from_hours(1),
        ..Faults::default()
    });
    say(&mut client, b"3").await;
    assert!(is_quiet(&mut server).await, "it is under way");
    line.proxy.set_all(Faults::default());
    assert_eq!(next(&mut server).await.expect("bytes"), b"3", "at once");
}

#[tokio::test]
async fn a_throttled_connection_passes_no_more_than_its_rate_and_others_do() {
    let line = Line::new().await;
    let (mut slow, mut slow_end) = line.connect().await;
    let number = line.proxy.newest();
    let (mut fast, mut fast_end) = line.connect().await;
    let rate = Faults {
        bytes_per_second: Some(10_000),
        ..Faults::default()
    };
    assert!(line.proxy.set(number, rate), "it is there");
    let began = Instant::now();
    say(&mut slow, &[7; 4_000]).await;
    let mut came = 0;
    while came < 4_000 {
        came += next(&mut slow_end).await.expect("bytes").len();
    }
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(300), "in {took:?}");
    say(&mut fast, &[7; 4_000]).await;
    assert!(!next(&mut fast_end).await.expect("bytes").is_empty());
    // More than sockets and the proxy hold: the sender itself must wait.
    let flood = timeout(NOTHING, slow.write_all(&vec![7; 32 * 1024 * 1024])).await;
    assert!(flood.is_err(), "who sends too much is slowed down");
}

#[tokio::test]
async fn a_cut_is_heard_by_both_as_an_end_or_as_a_reset() {
    let line = Line::new().await;
    let (mut client, mut server) = line.connect().await;
    assert!(line.proxy.cut(line.proxy.newest(), Cut::Close));
    assert_eq!(next(&mut client).await.expect("an orderly end"), b"");
    assert_eq!(next(&mut server).await.expect("an orderly end"), b"");
    let (mut client, mut server) = line.connect().await;
    line.proxy.cut_all(Cut::Reset);
    for side in [&mut client, &mut server] {
        let error = next(side).await.expect_err("a reset");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
    assert!(!line.proxy.cut(99, Cut::Close), "there never was a 99th");
}

#[tokio::test]
async fn of_a_half_open_connection_one_side_is_told_nothing() {
    let line = Line::new().await;
    let (mut client, mut server) = line.connect().await;
    let number = line.proxy.newest();
    line.proxy.cut(number, Cut::ClientGone);
    next(&mut client).await.expect_err("it is gone");
    say(&mut server, b"still there?").await;
    assert!(
        is_quiet(&mut server).await,
        "it hears nothing, no end either"
    );
    say(&mut server, b"still there?").await;
    assert_eq!(line.proxy.connections(), [number], "its half is open");
    line.proxy.cut(number, Cut::Reset);
    next(&mut server).await.expect_err("now it is told");

    let (mut client, mut server) = line.connect().await;
    line.proxy.cut(line.proxy.newest(), Cut::ServerGone);
    next(&mut server).await.expect_err("it is gone");
    say(&mut client, b"still there?").await;
    assert!(is_quiet(&mut client).await, "the same the other way about");
}

#[tokio::test]
async fn a_black_hole_swallows_bytes_and_ends_until_it_is_lifted() {
    let line = Line::new().await;
    let (mut client, mut server) = line.connect().await;
    let hole = Faults {
        black_hole: true,
        ..Faults::default()
    };
    line.proxy.set_all(hole);
    say(&mut client, b"swallowed").await;
    say(&mut server, b"swallowed").await;
    assert!(is_quiet(&mut server).await && is_quiet(&mut client).await);
    line.proxy.set_all(Faults::default());
    say(&mut client, b"after it").await;
    assert_eq!(next(&mut server).await.expect("bytes"), b"after it");
    line.proxy.set_all(hole);
    drop(client);
    assert!(is_quiet(&mut server).await, "the end is swallowed, too");
    line.proxy.set_all(Faults::default());
    assert_eq!(next(&mut server).await.expect("an orderly end"), b"");
}

#[tokio::test]
async fn whoever_is_refused_is_reset_and_those_inside_stay() {
    let line = Line::new().await;
    let (mut client, mut server) = line.connect().await;
    line.proxy.refuse(true);
    // The kernel may take a connection before we refuse it.
    if let Ok(mut refused) = TcpStream::connect(line.proxy.address()).await {
        next(&mut refused).await.expect_err("a reset");
    }
    say(&mut client, b"inside").await;
    assert_eq!(next(&mut server).await.expect("bytes"), b"inside");
    line.proxy.refuse(false);
    line.connect().await;
}

#[tokio::test]
async fn what_is_said_in_words_is_done_and_what_is_no_word_is_explained() {
    let line = Line::new().await;
    let (mut client, mut server) = line.connect().await;
    for (said, expect) in [
        ("delay 20ms", "1: delay 20ms, rate off, hole off"),
        ("1 rate 500", "1: delay 20ms, rate 500, hole off"),
        ("1 hole on", "1: delay 20ms, rate 500, hole on"),
        ("hole off", "1: delay 20ms, rate off, hole off"),
        ("1 clear", "1: delay 0ms, rate off, hole off"),
    ] {
        obey(&line.proxy, said).unwrap_or_else(|error| panic!("{said}: {error}"));
        assert_eq!(obey(&line.proxy, "list").as_deref(), Ok(expect), "{said}");
    }
    for nonsense in [
        "",
        "delay",
        "delay soon",
        "hole maybe",
        "half",
        "1 list",
        "7 cut",
        "7 clear",
        "-1 cut",
    ] {
        let error = obey(&line.proxy, nonsense).expect_err(nonsense);
        assert!(error.contains("list"), "{nonsense}: {error}");
    }
    obey(&line.proxy, "1 half client").expect("there is one");
    next(&mut client).await.expect_err("it is gone");
    assert!(is_quiet(&mut server).await, "and the other is told nothing");
}
