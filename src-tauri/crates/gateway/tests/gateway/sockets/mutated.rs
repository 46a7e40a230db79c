//! Mutated messages and WebSocket frames on real sockets of the real program (FLT-09), while others are served: no
//! panic, no growth, and each stream of frames ends as RFC 6455 says. What reads them without a socket gets the great
//! numbers: `ocpp/tests/mutated`.
//!
//! Planted once and seen red: a control frame that is too big told as a large message (`connection.rs`), which was so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use testkit::charger::{Knock, Message};
use testkit::frame_mutator::{Fate, text_frame};
use testkit::{Charger, Dice, Mutator};
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};

use super::running::{Latency, Running};

/// Far above what anything takes.
const SOON: Duration = Duration::from_secs(20);
/// The row's mark, and what others may wait for an answer.
const GROWTH_KIB: u64 = 20 * 1024;
const OTHERS: Duration = Duration::from_secs(1);
/// Those who are served meanwhile.
const BYSTANDERS: u32 = 5;
/// A Heartbeat after so many frames shows that the connection lives.
const BETWEEN_BEATS: u32 = 50;

/// Comes in, whatever of its earlier connections the gateway still has to notice.
async fn come_in(ocpp: &str, number: u32) -> Charger {
    let (identity, knock) = Running::knock(number);
    let mut pace = interval(Duration::from_millis(20));
    let knocking = async {
        loop {
            pace.tick().await;
            if let Ok(charger) = Charger::knock(ocpp, &identity, &knock).await {
                return charger;
            }
        }
    };
    let let_in = timeout(SOON, knocking).await;
    let_in.unwrap_or_else(|_| panic!("{identity} is let in"))
}

/// Waits for the answer to `id`, whatever comes before it; `false` when the connection ends.
async fn answered(charger: &mut Charger, id: &str) -> bool {
    let waiting = async {
        loop {
            match charger.receive().await {
                Some(Ok(Message::Text(text))) if text.contains(id) => return true,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return false,
                Some(Ok(_)) => {}
            }
        }
    };
    let waited = timeout(SOON, waiting).await;
    waited.unwrap_or_else(|_| panic!("{id} has neither an answer nor an end"))
}

/// Sends mutated messages; one that is no text ends its connection with 1007, and nothing else does.
async fn send_messages(ocpp: String, number: u32, mut mutator: Mutator, frames: u32) {
    let mut charger = come_in(&ocpp, number).await;
    for sent in 1..=frames {
        let bytes = mutator.text();
        match String::from_utf8(bytes) {
            Ok(text) => charger.send(&text).await,
            Err(error) => {
                charger
                    .send_bytes(&text_frame(error.as_bytes(), [0; 4]))
                    .await;
                let closed = charger.closed().await;
                assert_eq!(closed, Some(1007), "{:?}", error.as_bytes());
                charger = come_in(&ocpp, number).await;
            }
        }
        if sent % BETWEEN_BEATS == 0 || sent == frames {
            let id = format!("beat-{sent}");
            charger
                .send(&format!(r#"[2,"{id}","Heartbeat",{{}}]"#))
                .await;
            assert!(
                answered(&mut charger, &id).await,
                "after frame {sent} the connection goes on"
            );
        }
    }
}

/// Sends streams of WebSocket frames and looks that each ends as it must.
async fn send_streams(ocpp: String, number: u32, mut mutator: Mutator, streams: u32) {
    let mut open = None;
    for sent in 1..=streams {
        let mut charger = match open.take() {
            Some(charger) => charger,
            None => come_in(&ocpp, number).await,
        };
        let stream = mutator.stream();
        let what = format!("{} ({:?})", stream.what, stream.bytes);
        charger.send_bytes(&stream.bytes).await;
        match stream.fate {
            Fate::Whole => {
                let id = format!("beat-{sent}");
                charger
                    .send(&format!(r#"[2,"{id}","Heartbeat",{{}}]"#))
                    .await;
                assert!(answered(&mut charger, &id).await, "{what} is in order");
                open = Some(charger);
            }
            Fate::Broken(code) => {
                // Its answers to what it took before, then the end.
                let closed = timeout(SOON, charger.closed()).await;
                let closed = closed.unwrap_or_else(|_| panic!("{what} goes on"));
                // A wrong goodbye may be answered with the sender's own code.
                let told = closed == Some(code) || (code == 1002 && what.contains("close code"));
                assert!(told, "{what}: {closed:?} and not {code}");
            }
            Fate::Unfinished => {}
        }
    }
}

/// Says more than it reads: ten answers a second of as many as it can make.
async fn read_slowly(ocpp: String, number: u32, over: Arc<AtomicBool>) {
    let (identity, knock) = Running::knock(number);
    let knock = Knock {
        small_buffer: true,
        ..knock
    };
    let charger = Charger::knock(&ocpp, &identity, &knock).await;
    let mut charger = charger.expect("it has the key");
    let text = format!(r#"[2,"slow","{}",{{}}]"#, "No".repeat(100));
    let mut pace = interval(Duration::from_millis(100));
    while !over.load(Ordering::Relaxed) {
        pace.tick().await;
        // As much as goes out at once, and one answer.
        let flood = async {
            while charger
                .send_message(Message::text(text.clone()))
                .await
                .is_ok()
            {}
        };
        let _ = timeout(Duration::from_millis(1), flood).await;
        if !matches!(charger.came().await, None | Some(Ok(_))) {
            return;
        }
    }
}

/// Sends one message in fragments, as long as it is let, and gives the close code and how much went out.
async fn send_a_flood_of_fragments(ocpp: &str, number: u32, megabytes: u32) -> (Option<u16>, u32) {
    let mut charger = come_in(ocpp, number).await;
    let part = |first: u8| {
        let head = vec![first, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        [head, vec![b'x'; 65_536]].concat()
    };
    charger.send_bytes(&part(0x01)).await;
    let more = part(0x00);
    let mut sent = 1;
    // One more than 1 MiB holds is read, and told of.
    for _ in 0..16 {
        charger.send_bytes(&more).await;
        sent += 1;
    }
    let code = charger.closed().await;
    while sent < megabytes * 16 && charger.try_send_bytes(&more).await.is_ok() {
        sent += 1;
    }
    (code, sent / 16)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_frames_are_mutated_on_real_sockets_others_are_served_and_nothing_grows() {
    let frames = testkit::rounds(1_500, 200_000);
    let is_long = frames == 200_000;
    let mut dice = Dice::thrown();
    let site = Running::start(
        BYSTANDERS + 8,
        &[
            ("LIMITS__ACCEPTS_PER_SECOND", "10000"),
            ("OCPP__TAKEOVER_PING", "200ms"),
            ("OCPP__WRITE_TIMEOUT", "5s"),
        ],
    )
    .await;
    let ocpp = site.program.ocpp().to_owned();
    let over = Arc::new(AtomicBool::new(false));
    let bystanders: Vec<JoinHandle<Latency>> = {
        let mut all = Vec::new();
        for number in 1..=BYSTANDERS {
            let mut charger = site.charger(number).await;
            let over = Arc::clone(&over);
            all.push(tokio::spawn(async move {
                let mut latency = Latency::default();
                let mut pace = interval(Duration::from_millis(50));
                while !over.load(Ordering::Relaxed) {
                    pace.tick().await;
                    latency.beat(&mut charger).await;
                }
                latency
            }));
        }
        all
    };
    let mut senders = |share: u32| {
        let mut all = Vec::new();
        for number in 0..6 {
            let mutator = Mutator::new(Dice::new(dice.bits()));
            let number = BYSTANDERS + 1 + number;
            all.push(if number.is_multiple_of(3) {
                tokio::spawn(send_streams(ocpp.clone(), number, mutator, share / 24))
            } else {
                tokio::spawn(send_messages(
                    ocpp.clone(),
                    number,
                    mutator,
                    share * 11 / 48,
                ))
            });
        }
        all
    };
    let finish = async |senders: Vec<JoinHandle<()>>| {
        for sender in senders {
            sender.await.expect("each frame has its end");
        }
    };
    // Buffers, caches and the message log's pages come to stay with the first frames.
    finish(senders(frames / 4)).await;
    let before = site.memory();
    let slow = tokio::spawn(read_slowly(ocpp.clone(), BYSTANDERS + 7, Arc::clone(&over)));
    let megabytes = if is_long { 1_024 } else { 32 };
    let (code, sent) = send_a_flood_of_fragments(&ocpp, BYSTANDERS + 8, megabytes).await;
    assert_eq!(code, Some(1009), "a message that is too large in its parts");
    assert!(sent < megabytes, "it is not read to its end: {sent} MiB");
    finish(senders(frames)).await;
    let after = site.memory();
    over.store(true, Ordering::Relaxed);
    slow.await.expect("it is served or cut off");
    let mut latency = Latency::default();
    for bystander in bystanders {
        latency.append(bystander.await.expect("no bystander was thrown out"));
    }
    println!(
        "{frames} frames: others' p99 {:?} of {}, memory {before} KiB and then {after} KiB",
        latency.p99(),
        latency.count()
    );
    site.has_not_panicked();
    assert!(latency.p99() < OTHERS, "others wait {:?}", latency.p99());
    let growth = after.saturating_sub(before);
    assert!(growth < GROWTH_KIB, "it grew by {growth} KiB");
    let mut last = come_in(&ocpp, BYSTANDERS + 7).await;
    assert_eq!(last.call("Heartbeat", json!({})).await[0], 3);
}
