//! A thousand commands at a station that is slow, silent or wrong about it (FLT-10): one out at a time, none after its
//! time, each with its own answer or an end, and what the station says meanwhile is served.
//!
//! Planted once and seen red: a command sent after its time, any answer taken for the one in flight, two out at once
//! (`calls.rs`).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use gateway::central_system::CallFailure;
use jiff::SignedDuration;
use ocpp::RawValue;
use serde_json::{Value, json};
use testkit::charger::Message;
use testkit::{Charger, Dice};
use tokio::task::JoinSet;
use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use super::site::Site;

const TIMEOUT: Duration = Duration::from_millis(120);
/// So many may wait; as many more are asked, so that the queue is full now and then.
const QUEUE: usize = 40;
/// What a loaded machine may add between a clock here and one there.
const SLACK: Duration = Duration::from_millis(60);

/// What a station heard and said.
#[derive(Default)]
struct Station {
    /// When each mark came.
    came: HashMap<String, Instant>,
    /// The id of a CALL it has not answered.
    out: Option<(String, String, Instant)>,
    /// That one it will not answer in time.
    sulks: bool,
    late: Vec<(String, String)>,
    own: usize,
    answered: usize,
    most_out: usize,
}

impl Station {
    /// Reads, answers as the dice fall, and says things of its own, until all commands have ended.
    async fn live(mut self, mut charger: Charger, mut dice: Dice, over: CancellationToken) -> Self {
        let mut beat = interval(Duration::from_millis(7));
        loop {
            tokio::select! {
                () = over.cancelled() => break,
                came = charger.receive() => match came {
                    Some(Ok(Message::Text(text))) => self.hear(&mut charger, &mut dice, &text).await,
                    Some(Ok(_)) => {}
                    other => panic!("its socket ended: {other:?}"),
                },
                _ = beat.tick() => self.act(&mut charger, &mut dice).await,
            }
        }
        // Everything of its own is answered in the end.
        charger.send(r#"[2,"last","Heartbeat",{}]"#).await;
        loop {
            let frame = charger.next().await;
            if frame[1] == "last" {
                return self;
            }
            self.note(&frame);
        }
    }

    fn note(&mut self, frame: &Value) {
        if frame[0] == 2 {
            return;
        }
        assert_eq!(frame[0], 3, "nothing of its own is refused: {frame}");
        assert_eq!(frame[1], format!("own-{}", self.answered), "in order");
        self.answered += 1;
    }

    async fn hear(&mut self, charger: &mut Charger, dice: &mut Dice, text: &str) {
        let frame: Value = serde_json::from_str(text).expect("JSON");
        if frame[0] != 2 {
            return self.note(&frame);
        }
        let now = Instant::now();
        let word = |value: &Value| value.as_str().expect("a text").to_owned();
        let (id, mark) = (word(&frame[1]), word(&frame[3]["data"]));
        if let Some((late, its_mark, since)) = self.out.take() {
            // It was given up; anything else would be a second one out.
            let given_up = now.duration_since(since) + SLACK >= TIMEOUT;
            self.most_out = self.most_out.max(if given_up { 1 } else { 2 });
            self.late.push((late, its_mark));
        }
        self.most_out = self.most_out.max(1);
        assert!(
            self.came.insert(mark.clone(), now).is_none(),
            "{mark} came twice"
        );
        self.out = Some((id, mark, now));
        self.sulks = dice.once_in(5);
        if dice.once_in(2) {
            self.answer(charger).await;
        }
    }

    async fn answer(&mut self, charger: &mut Charger) {
        if !self.sulks
            && let Some((id, mark, _)) = self.out.take()
        {
            charger
                .answer(&id, json!({ "status": "Accepted", "data": mark }))
                .await;
        }
    }

    /// Something that a station may do at any time, or should not.
    async fn act(&mut self, charger: &mut Charger, dice: &mut Dice) {
        match dice.roll(8) {
            0 | 1 => self.answer(charger).await,
            2 | 3 => {
                let id = format!("own-{}", self.own);
                self.own += 1;
                charger
                    .send(&json!([2, id, "Heartbeat", {}]).to_string())
                    .await;
            }
            4 => {
                if let Some((id, mark)) = self.late.pop() {
                    charger
                        .answer(&id, json!({ "status": "Rejected", "data": mark }))
                        .await;
                }
            }
            5 => {
                charger
                    .answer(
                        "never-asked",
                        json!({ "status": "Rejected", "data": "nobody" }),
                    )
                    .await;
            }
            6 => charger.refuse("never-asked", "InternalError").await,
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_station_gets_one_command_at_a_time_and_none_after_its_time() {
    let commands = testkit::rounds(200, 1_000);
    let mut dice = Dice::thrown();
    let site = Site::with(|settings| {
        settings.ocpp.call_timeout = SignedDuration::try_from(TIMEOUT).expect("it is short");
        settings.ocpp.queue = QUEUE;
    })
    .await;
    let charger = site.charger().await;
    let over = CancellationToken::new();
    let station =
        tokio::spawn(Station::default().live(charger, Dice::new(dice.bits()), over.clone()));
    let mut asked = JoinSet::new();
    let mut pace = interval(Duration::from_millis(15));
    for number in 0..commands {
        // Bursts, and quiet times between them.
        if number % 60 > 30 {
            pace.tick().await;
        }
        let mark = format!("command-{number}");
        let ttl = Duration::from_millis([30, 300, 3_000][dice.roll(3)]);
        let payload = json!({ "vendorId": "test", "data": mark }).to_string();
        let payload = RawValue::from_string(payload).expect("JSON");
        let (outbound, point) = (site.gateway.outbound.clone(), site.point);
        asked.spawn(async move {
            let since = Instant::now();
            let answered = outbound
                .call(point, "DataTransfer", payload, ttl, |_| {})
                .await;
            (mark, since, ttl, answered.outcome, since.elapsed())
        });
    }
    let mut ended = Vec::new();
    while let Some(one) = asked.join_next().await {
        ended.push(one.expect("asking does not panic"));
    }
    over.cancel();
    let station = station.await.expect("the station is served to the end");
    let mut tally: HashMap<&str, u32> = HashMap::new();
    for (mark, since, ttl, outcome, took) in ended {
        let came = station.came.get(&mark);
        let word = match outcome {
            Ok(reply) => {
                let data = format!("\"data\":\"{mark}\"");
                let own = reply.0.get().contains(&data) && reply.0.get().contains("Accepted");
                assert!(
                    own,
                    "{mark} has an answer that is not its own: {}",
                    reply.0.get()
                );
                "answered"
            }
            Err(CallFailure::TimedOut) => "timed out",
            Err(CallFailure::Expired) => {
                assert_eq!(came, None, "{mark} was sent after its time");
                "expired"
            }
            Err(CallFailure::QueueFull) => {
                assert_eq!(came, None, "{mark} was sent and refused");
                "queue full"
            }
            Err(error) => panic!("{mark}: {error}"),
        };
        if let Some(came) = came {
            let waited = came.duration_since(since);
            assert!(
                waited < ttl + SLACK,
                "{mark} came {waited:?} after it was asked, its time was {ttl:?}"
            );
        }
        assert!(
            took < ttl + TIMEOUT + Duration::from_secs(2),
            "{mark} ended after {took:?}"
        );
        *tally.entry(word).or_default() += 1;
    }
    println!(
        "{commands} commands: {tally:?}; {} CALLs of its own",
        station.own
    );
    assert_eq!(station.most_out, 1, "one is out at a time");
    assert_eq!(
        station.own, station.answered,
        "each of its own CALLs is answered"
    );
    for word in ["answered", "timed out", "expired"] {
        assert!(tally.contains_key(word), "nothing was {word}: {tally:?}");
    }
}
