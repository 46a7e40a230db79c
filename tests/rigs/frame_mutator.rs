//! `cargo run --example frame_mutator -- URL IDENTITY PASSWORD COUNT [SEED]`: sends a running gateway so many mutated
//! frames as one of its chargers, a third of them broken below OCPP, and comes back whenever it is thrown out. Exit code
//! 0 when a Heartbeat is answered at the end, 1 when not, 2 when nothing could be sent. `-` for PASSWORD: none.

use std::process::ExitCode;
use std::time::Duration;

use testkit::charger::{Charger, Knock, Message};
use testkit::{Dice, Mutator};
use tokio::time::{interval, timeout};

/// How often it knocks before it gives up: a gateway lets nobody in at any pace.
const KNOCKS: u32 = 100;
const ANSWER: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let count = words.get(3).and_then(|count| count.parse::<u64>().ok());
    let ([url, identity, password, ..], Some(count)) = (&words[..], count) else {
        eprintln!(
            "give a URL such as ws://127.0.0.1:8181/ocpp, an identity, its password, and how many frames"
        );
        return ExitCode::from(2);
    };
    let knock = Knock::new(identity, (password != "-").then_some(password));
    let seed = words.get(4).and_then(|seed| seed.parse().ok());
    let mut dice = seed.map_or_else(Dice::thrown, Dice::new);
    let mut mutator = Mutator::new(dice.clone());
    let (mut charger, mut thrown_out) = (None, 0_u64);
    for _ in 0..count {
        let Some(open) = (match charger.take() {
            Some(open) => Some(open),
            None => come_in(url, identity, &knock).await,
        }) else {
            eprintln!("the gateway lets {identity} in no more");
            return ExitCode::from(2);
        };
        charger = send(open, &mut dice, &mut mutator).await;
        thrown_out += u64::from(charger.is_none());
    }
    drop(charger);
    let alive = match come_in(url, identity, &knock).await {
        None => false,
        Some(mut charger) => {
            let beat = charger.call("Heartbeat", serde_json::json!({}));
            timeout(ANSWER, beat)
                .await
                .is_ok_and(|answer| answer[0] == 3)
        }
    };
    println!(
        "{}",
        serde_json::json!({ "ok": alive, "frames": count, "thrownOut": thrown_out })
    );
    ExitCode::from(u8::from(!alive))
}

/// Sends one frame and takes what has come; the charger, unless it was thrown out.
async fn send(mut charger: Charger, dice: &mut Dice, mutator: &mut Mutator) -> Option<Charger> {
    let text = if dice.once_in(3) {
        None
    } else {
        String::from_utf8(mutator.text()).ok()
    };
    match text {
        Some(text) => charger.send_message(Message::text(text)).await.ok()?,
        None => charger.try_send_bytes(&mutator.stream().bytes).await.ok()?,
    }
    while let Some(came) = charger.came().await {
        if !matches!(
            came,
            Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))
        ) {
            return None;
        }
    }
    Some(charger)
}

async fn come_in(url: &str, identity: &str, knock: &Knock) -> Option<Charger> {
    let mut pace = interval(Duration::from_millis(100));
    for _ in 0..KNOCKS {
        pace.tick().await;
        if let Ok(charger) = Charger::knock(url, identity, knock).await {
            return Some(charger);
        }
    }
    None
}
