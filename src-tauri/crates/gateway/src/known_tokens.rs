//! The id tokens that were asked for lately, for when the database does not answer (FLT-13): a driver with a known card
//! need not wait for it. Bounded in number and time; what was last seen of a token is all that counts, so one that was
//! seen blocked stays blocked. Not for starts: those are stored, or not answered.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::authorization::IdToken;
use tokio::time::Instant;

/// How many tokens a half holds; there are two.
const HALF: usize = 5_000;
/// How long a token may be answered for from here. Another gateway may have blocked it meanwhile.
const FRESH: Duration = Duration::from_hours(1);

/// The tokens of one gateway.
#[derive(Debug, Default)]
pub struct KnownTokens(Mutex<Halves>);

/// What is new goes into one half; when that is full, it becomes the old one, and the old one is forgotten.
#[derive(Debug, Default)]
struct Halves {
    new: HashMap<String, (IdToken, Instant)>,
    old: HashMap<String, (IdToken, Instant)>,
    /// Counts what was forgotten: what was read before that is not taken in after it.
    forgotten: u64,
}

/// When a reading began.
#[derive(Clone, Copy, Debug)]
pub struct Reading(u64);

impl KnownTokens {
    /// To be taken before the database is asked.
    pub fn reading(&self) -> Reading {
        Reading(self.lock().forgotten)
    }

    /// Takes in what the database said of a token.
    pub fn note(&self, reading: Reading, token: &str, found: Option<&IdToken>) {
        let mut halves = self.lock();
        if halves.forgotten != reading.0 {
            return;
        }
        let Some(found) = found else {
            halves.new.remove(token);
            halves.old.remove(token);
            return;
        };
        if halves.new.len() >= HALF && !halves.new.contains_key(token) {
            halves.old = std::mem::take(&mut halves.new);
        }
        let seen = (found.clone(), Instant::now());
        halves.new.insert(token.to_owned(), seen);
    }

    /// What was last seen of a token, where that is not too long ago.
    pub fn find(&self, token: &str) -> Option<IdToken> {
        let halves = self.lock();
        let (found, at) = halves.new.get(token).or_else(|| halves.old.get(token))?;
        (at.elapsed() < FRESH).then(|| found.clone())
    }

    /// Forgets the tokens that somebody changed.
    pub fn forget(&self, changed: impl Fn(&IdToken) -> bool) {
        let mut halves = self.lock();
        halves.forgotten += 1;
        halves.new.retain(|_, (token, _)| !changed(token));
        halves.old.retain(|_, (token, _)| !changed(token));
    }

    fn lock(&self) -> MutexGuard<'_, Halves> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use domain::IdTokenId;
    use domain::authorization::IdTokenStatus;
    use uuid::Uuid;

    use super::*;

    fn token(number: u128, status: IdTokenStatus) -> IdToken {
        IdToken {
            id: IdTokenId(Uuid::from_u128(number)),
            status,
            expires_at: None,
            customer_id: None,
            parent: None,
        }
    }

    fn status(tokens: &KnownTokens, text: &str) -> Option<IdTokenStatus> {
        tokens.find(text).map(|token| token.status)
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_last_seen_of_a_token_counts_for_an_hour_and_until_it_is_changed() {
        use IdTokenStatus::{Accepted, Blocked};
        let tokens = KnownTokens::default();
        let note = |status| {
            let reading = tokens.reading();
            tokens.note(reading, "A", Some(&token(1, status)));
        };
        assert_eq!(status(&tokens, "A"), None, "never seen");
        note(Accepted);
        assert_eq!(status(&tokens, "A"), Some(Accepted));
        note(Blocked);
        assert_eq!(status(&tokens, "A"), Some(Blocked), "seen blocked");
        tokio::time::advance(FRESH).await;
        assert_eq!(status(&tokens, "A"), None, "too long ago");
        note(Accepted);
        tokens.note(tokens.reading(), "A", None);
        assert_eq!(status(&tokens, "A"), None, "it is gone");

        note(Accepted);
        let slow = tokens.reading();
        tokens.forget(|token| token.id.0 == Uuid::from_u128(1));
        tokens.note(slow, "A", Some(&token(1, Accepted)));
        assert_eq!(status(&tokens, "A"), None, "read before it was changed");
    }

    #[test]
    fn they_are_bounded_and_the_newest_are_kept() {
        let tokens = KnownTokens::default();
        for number in 0..5 * HALF {
            let one = token(number as u128, IdTokenStatus::Accepted);
            tokens.note(tokens.reading(), &number.to_string(), Some(&one));
        }
        let halves = tokens.lock();
        assert!(halves.new.len() + halves.old.len() <= 2 * HALF);
        drop(halves);
        let newest = (5 * HALF - 1).to_string();
        assert!(tokens.find(&newest).is_some(), "the newest");
        assert!(tokens.find("0").is_none(), "not the first");
    }
}
