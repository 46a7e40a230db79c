//! A program under a service manager (TAU-12): it says when it serves, lives and stops, and lives no more when it hangs. The
//! manager is a socket of ours: what systemd does with what it hears is systemd's.
//! Seen red: a program that never says that it is ready.

use std::time::Duration;

use tokio::net::UnixDatagram;
use tokio::time::{Instant, timeout};

use crate::site::Site;

/// In which a sign of life is due.
const WITHIN: Duration = Duration::from_secs(6);
const PATIENCE: Duration = Duration::from_secs(20);

async fn heard(manager: &UnixDatagram) -> String {
    let mut text = [0; 200];
    let length = timeout(PATIENCE, manager.recv(&mut text)).await;
    let length = length.expect("it says something").expect("it can be heard");
    String::from_utf8_lossy(&text[..length]).trim().to_owned()
}

#[tokio::test]
async fn a_service_manager_hears_that_it_serves_and_lives_and_stops() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let socket = folder.path().join("notify");
    let manager = UnixDatagram::bind(&socket).expect("a socket can be made");
    let socket = socket.to_str().expect("a plain path");
    let within = WITHIN.as_micros().to_string();
    let site = Site::new().await;
    let settings = [("NOTIFY_SOCKET", socket), ("WATCHDOG_USEC", &within)];
    let mut program = site.serve_with(&settings).await;
    let mut said = Vec::new();
    while !said.contains(&"READY=1".to_owned()) {
        said.push(heard(&manager).await);
        assert!(
            said.len() < 10,
            "it serves and says nothing of it: {said:?}"
        );
    }
    for _ in 0..3 {
        let before = Instant::now();
        assert_eq!(heard(&manager).await, "WATCHDOG=1");
        assert!(before.elapsed() < WITHIN, "in time");
    }
    // One that hangs says nothing.
    program.suspend();
    while timeout(Duration::ZERO, manager.recv(&mut [0; 200]))
        .await
        .is_ok()
    {}
    let nothing = timeout(WITHIN, manager.recv(&mut [0; 200])).await;
    assert!(nothing.is_err(), "{nothing:?}");
    program.resume();
    assert_eq!(heard(&manager).await, "WATCHDOG=1");
    assert_eq!(program.terminate().await, 0);
    loop {
        match heard(&manager).await.as_str() {
            "WATCHDOG=1" => {}
            last => break assert_eq!(last, "STOPPING=1"),
        }
    }
}
