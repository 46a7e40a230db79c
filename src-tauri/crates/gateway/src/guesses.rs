//! How often a password may be guessed (WEB-04): a source that is wrong waits longer and longer for that account, and
//! strangers together get a bounded number of guesses an hour, from however many places they come. A source from which
//! the right password came before does not count among them: its owner gets in whoever else tries. In memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;

use crate::bucket::Buckets;
use crate::throttle::Throttle;

/// Wrong passwords of one source that cost nothing; the next ones wait.
const FREE: u32 = 5;
/// Guesses that strangers together have at once, and how long each further one takes to come.
const STRANGERS: u32 = 30;
const STRANGER_EACH: Duration = Duration::from_secs(90);
/// How many sources are remembered from which somebody signed in.
const KNOWN: usize = 10_000;

/// What was guessed, by account and source.
pub struct Guesses {
    sources: Throttle,
    strangers: Buckets,
    known: Mutex<HashMap<String, Timestamp>>,
}

impl Guesses {
    /// Nobody has guessed yet.
    pub fn new() -> Self {
        Self {
            sources: Throttle::new(FREE, Duration::from_mins(15)),
            strangers: Buckets::new(STRANGER_EACH, STRANGERS),
            known: Mutex::default(),
        }
    }

    /// Whether a password may be tried for an account from here; else how long to wait.
    pub fn may(&self, account: &str, source: &str, now: Timestamp) -> Result<(), Duration> {
        let key = key(account, source);
        if let Some(wait) = self.sources.wait(&key, now) {
            return Err(wait);
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains_key(&key) {
            return Ok(());
        }
        drop(known);
        self.strangers.take(account, now)
    }

    /// Notes a wrong password.
    pub fn wrong(&self, account: &str, source: &str, now: Timestamp) {
        self.sources.failed(&key(account, source), now);
    }

    /// Notes the right one.
    pub fn right(&self, account: &str, source: &str, now: Timestamp) {
        let key = key(account, source);
        self.sources.succeeded(&key);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN && !known.contains_key(&key) {
            let oldest = known.iter().min_by_key(|(_, at)| **at);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                known.remove(&oldest);
            }
        }
        known.insert(key, now);
    }
}

impl Default for Guesses {
    fn default() -> Self {
        Self::new()
    }
}

fn key(account: &str, source: &str) -> String {
    format!("{source} {account}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_get_a_hundred_guesses_an_hour_at_most_and_the_owner_gets_in() {
        let guesses = Guesses::new();
        let start = Timestamp::UNIX_EPOCH;
        guesses.right("a", "home", start);
        let mut evaluated = Vec::new();
        // Ten hours, a hundred thousand guesses, from two hundred places.
        for number in 0..100_000_u32 {
            let now = start + Duration::from_millis(360) * number;
            let source = format!("place {}", number % 200);
            if guesses.may("a", &source, now).is_ok() {
                guesses.wrong("a", &source, now);
                evaluated.push(number / 10_000);
            }
            if number % 1_000 == 0 {
                assert_eq!(guesses.may("a", "home", now), Ok(()), "after {number}");
            }
        }
        for hour in 0..10 {
            let count = evaluated.iter().filter(|at| **at == hour).count();
            assert!((1..=100).contains(&count), "hour {hour}: {count}");
        }
        assert!(
            guesses.may("b", "home", start).is_ok(),
            "of this account alone"
        );
    }
}
