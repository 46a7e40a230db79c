//! Answers already given, so that a CALL sent again is answered alike and has no second effect (FLT-11), also
//! after a reconnect. Bounded in number, size and time: a charger that counts its ids anew after a boot says
//! something new under an old id, and must be heard.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::ChargePointId;
use ocpp::MessageId;
use tokio::time::Instant;

/// Answers remembered per station.
const PER_STATION: usize = 256;
/// Stations remembered; beyond it the one longest silent is forgotten.
const STATIONS: usize = 2_000;
/// Longer answers are not worth keeping: ours have a hundred bytes.
const LONGEST: usize = 1024;
/// How long a CALL that is not about a transaction counts as sent again. What is about one carries its own
/// time, so the same payload is the same message whenever it comes.
const FRESH: Duration = Duration::from_mins(10);

/// The answers of all stations.
#[derive(Default)]
pub(super) struct Repeats {
    hasher: RandomState,
    stations: Mutex<HashMap<ChargePointId, Station>>,
}

struct Station {
    answers: VecDeque<Answered>,
    used: Instant,
}

struct Answered {
    id: MessageId,
    what: u64,
    at: Instant,
    lasting: bool,
    answer: Box<str>,
}

impl Repeats {
    /// The whole answer frame this very CALL got before.
    pub(super) fn find(
        &self,
        point: ChargePointId,
        id: &MessageId,
        action: &str,
        payload: &str,
        now: Instant,
    ) -> Option<String> {
        if answers_with_the_time(action) {
            return None;
        }
        let what = self.hasher.hash_one((action, payload));
        let stations = self.lock();
        let answered = stations.get(&point)?.answers.iter().rev();
        answered
            .filter(|known| known.id == *id)
            .find(|known| known.what == what && (known.lasting || now - known.at < FRESH))
            .map(|known| known.answer.to_string())
    }

    /// Keeps an answer. A boot forgets what came before it, but for transactions.
    pub(super) fn remember(
        &self,
        point: ChargePointId,
        id: &MessageId,
        action: &str,
        payload: &str,
        answer: &str,
        now: Instant,
    ) {
        let what = self.hasher.hash_one((action, payload));
        let mut stations = self.lock();
        if action == "BootNotification"
            && let Some(station) = stations.get_mut(&point)
        {
            station.answers.retain(|known| known.lasting);
        }
        // The limit on the frame's length holds for the id too: it is part of the answer.
        if answers_with_the_time(action) || answer.len() > LONGEST {
            return;
        }
        make_room(&mut stations, point);
        let station = stations.entry(point).or_insert_with(|| Station {
            answers: VecDeque::new(),
            used: now,
        });
        station.used = now;
        // An id used for something else stands for that from now on.
        station.answers.retain(|known| known.id != *id);
        if station.answers.len() == PER_STATION {
            station.answers.pop_front();
        }
        station.answers.push_back(Answered {
            id: id.clone(),
            what,
            at: now,
            lasting: matches!(
                action,
                "StartTransaction" | "StopTransaction" | "MeterValues"
            ),
            answer: answer.into(),
        });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChargePointId, Station>> {
        self.stations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An old answer would set the charger's clock back, and doing these twice does no harm.
fn answers_with_the_time(action: &str) -> bool {
    matches!(action, "BootNotification" | "Heartbeat")
}

fn make_room(stations: &mut HashMap<ChargePointId, Station>, point: ChargePointId) {
    if stations.len() < STATIONS || stations.contains_key(&point) {
        return;
    }
    let silent = stations.iter().min_by_key(|(_, station)| station.used);
    if let Some(silent) = silent.map(|(point, _)| *point) {
        stations.remove(&silent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: ChargePointId = ChargePointId(uuid::Uuid::max());

    fn id(text: &str) -> MessageId {
        MessageId::from_wire(text)
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_call_gets_its_answer_again_and_another_one_does_not() {
        let repeats = Repeats::default();
        let now = Instant::now();
        let say = |message: &str, action: &str, payload: &str, answer: &str, at| {
            repeats.remember(POINT, &id(message), action, payload, answer, at);
        };
        let find = |message: &str, action: &str, payload: &str, at| {
            repeats.find(POINT, &id(message), action, payload, at)
        };
        say("1", "StatusNotification", "{a}", "first", now);
        say("2", "StartTransaction", "{b}", "start", now);
        say("3", "Heartbeat", "{}", "noon", now);
        let check = |message, action, payload, at, expect: Option<&str>, why| {
            assert_eq!(
                find(message, action, payload, at).as_deref(),
                expect,
                "{why}"
            );
        };
        check(
            "1",
            "StatusNotification",
            "{a}",
            now,
            Some("first"),
            "sent again",
        );
        check(
            "1",
            "StatusNotification",
            "{b}",
            now,
            None,
            "another payload",
        );
        check("1", "Authorize", "{a}", now, None, "another action");
        check("9", "StatusNotification", "{a}", now, None, "another id");
        check(
            "3",
            "Heartbeat",
            "{}",
            now,
            None,
            "an old time is no answer",
        );
        let later = now + FRESH;
        check(
            "1",
            "StatusNotification",
            "{a}",
            later,
            None,
            "a counter come round",
        );
        check(
            "2",
            "StartTransaction",
            "{b}",
            later,
            Some("start"),
            "it carries its own time",
        );
        say("1", "StatusNotification", "{b}", "second", now);
        say("1", "StatusNotification", "{a}", "third", now);
        check(
            "1",
            "StatusNotification",
            "{a}",
            now,
            Some("third"),
            "the newest use of an id counts",
        );
        say("4", "BootNotification", "{}", "booted", now);
        check(
            "1",
            "StatusNotification",
            "{a}",
            now,
            None,
            "a boot counts its ids anew",
        );
        check(
            "2",
            "StartTransaction",
            "{b}",
            now,
            Some("start"),
            "but transactions outlive it",
        );
        assert_eq!(
            repeats.find(
                ChargePointId(uuid::Uuid::nil()),
                &id("2"),
                "StartTransaction",
                "{b}",
                now
            ),
            None,
            "another station's ids are its own"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_newest_256_of_a_station_are_kept_and_no_more() {
        let repeats = Repeats::default();
        let now = Instant::now();
        for number in 0..1_000 {
            let text = number.to_string();
            repeats.remember(POINT, &id(&text), "MeterValues", &text, &text, now);
        }
        let kept = (0..1_000).filter(|number| {
            let text = number.to_string();
            repeats.find(POINT, &id(&text), "MeterValues", &text, now) == Some(text)
        });
        let kept: Vec<i32> = kept.collect();
        assert_eq!(kept, (744..1_000).collect::<Vec<_>>(), "256 of them");
        repeats.remember(
            POINT,
            &id("long"),
            "MeterValues",
            "{}",
            &"x".repeat(LONGEST + 1),
            now,
        );
        assert_eq!(
            repeats.find(POINT, &id("long"), "MeterValues", "{}", now),
            None,
            "what would take much room is worked out again"
        );
        for number in 0..=STATIONS as u128 {
            let point = ChargePointId(uuid::Uuid::from_u128(number));
            let at = now + Duration::from_millis(u64::try_from(number).expect("small"));
            repeats.remember(point, &id("1"), "MeterValues", "{}", "x", at);
        }
        assert_eq!(repeats.lock().len(), STATIONS, "stations are bounded too");
        assert!(
            !repeats
                .lock()
                .contains_key(&ChargePointId(uuid::Uuid::nil())),
            "the silent go first"
        );
    }
}
