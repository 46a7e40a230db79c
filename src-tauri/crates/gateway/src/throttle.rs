//! Counts failures per key and says how long to wait: wrong passwords, wrong charger keys.
//! It never asks who is right: whoever is over the limit waits, the others do not notice.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;

/// How many keys are remembered; beyond it the oldest is forgotten.
const KEYS: usize = 10_000;
/// The longest wait.
const LONGEST: Duration = Duration::from_mins(5);

/// Failures per key. After `free` failures the wait doubles with each further one.
pub struct Throttle {
    free: u32,
    window: Duration,
    keys: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Throttle {
    /// `free` failures cost nothing; a key that stays quiet for `window` starts anew.
    pub fn new(free: u32, window: Duration) -> Self {
        Self {
            free,
            window,
            keys: Mutex::new(HashMap::new()),
        }
    }

    /// How long this key has to wait; `None` when it may try now.
    pub fn wait(&self, key: &str, now: Timestamp) -> Option<Duration> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = keys.get(key)?;
        let since = elapsed(failures.last, now);
        self.penalty(failures.count)
            .checked_sub(since)
            .filter(|left| !left.is_zero())
    }

    /// Notes a failure.
    pub fn failed(&self, key: &str, now: Timestamp) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEYS && !keys.contains_key(key) {
            let window = self.window.max(LONGEST);
            keys.retain(|_, failures| elapsed(failures.last, now) < window);
            let oldest = keys.iter().min_by_key(|(_, failures)| failures.last);
            if keys.len() >= KEYS
                && let Some(oldest) = oldest.map(|(key, _)| key.clone())
            {
                keys.remove(&oldest);
            }
        }
        let failures = keys.entry(key.to_owned()).or_insert(Failures {
            count: 0,
            last: now,
        });
        if elapsed(failures.last, now) >= self.window.max(self.penalty(failures.count)) {
            failures.count = 0;
        }
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
    }

    /// Forgets a key that succeeded.
    pub fn succeeded(&self, key: &str) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
    }

    fn penalty(&self, count: u32) -> Duration {
        match count.checked_sub(self.free) {
            None | Some(0) => Duration::ZERO,
            Some(over) => Duration::from_secs(1_u64 << over.min(9)).min(LONGEST),
        }
    }
}

fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a small number of seconds is a time")
    }

    #[test]
    fn failures_cost_more_and_more_and_only_the_one_who_fails() {
        let throttle = Throttle::new(3, Duration::from_mins(1));
        for _ in 0..3 {
            throttle.failed("a", at(0));
        }
        assert_eq!(
            throttle.wait("a", at(0)),
            None,
            "the free ones cost nothing"
        );
        throttle.failed("a", at(0));
        assert_eq!(throttle.wait("a", at(0)), Some(Duration::from_secs(2)));
        throttle.failed("a", at(2));
        assert_eq!(throttle.wait("a", at(2)), Some(Duration::from_secs(4)));
        assert_eq!(
            throttle.wait("b", at(2)),
            None,
            "a stranger's failures are not mine"
        );
        for _ in 0..40 {
            throttle.failed("a", at(3));
        }
        assert_eq!(
            throttle.wait("a", at(3)),
            Some(LONGEST),
            "there is always an end to it"
        );
        assert_eq!(throttle.wait("a", at(303)), None);
        throttle.succeeded("a");
        assert_eq!(throttle.wait("a", at(3)), None);
    }

    #[test]
    fn a_quiet_minute_wipes_the_slate() {
        let throttle = Throttle::new(3, Duration::from_mins(1));
        for second in 0..3 {
            throttle.failed("a", at(second));
        }
        throttle.failed("a", at(70));
        assert_eq!(
            throttle.wait("a", at(70)),
            None,
            "one failure a minute is no attack"
        );
    }
}
