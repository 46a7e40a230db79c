//! A bucket for each caller (WEB-10, WEB-04): whoever asks faster than it fills waits, and nobody else notices.
//! Not for failures: wrong passwords and wrong keys are `throttle`'s. Own code, because the crates that do this keep
//! every caller they ever saw until somebody sweeps.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;

/// How many callers are remembered.
const CALLERS: usize = 10_000;

/// Buckets that fill with time, one for each caller.
pub struct Buckets {
    /// How long one request takes to come back.
    each: Duration,
    /// How long an empty bucket takes to be full.
    whole: Duration,
    /// When each caller's bucket is full again. A time that has passed says no more than none does.
    full_at: Mutex<HashMap<Box<str>, Timestamp>>,
}

impl Buckets {
    /// Buckets of `most` requests, of which one comes back in `each`.
    pub fn new(each: Duration, most: u32) -> Self {
        Self {
            each,
            whole: each * most,
            full_at: Mutex::default(),
        }
    }

    /// Takes one request out of the caller's bucket; where none is left, how long to wait for one.
    pub fn take(&self, caller: &str, now: Timestamp) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        // A bucket is never more than empty: not after a clock was set back either.
        let (full, empty) = (now, now + self.whole);
        let before = full_at.get(caller).copied().unwrap_or(full);
        let before = before.clamp(full, empty);
        let after = before + self.each;
        if after > empty {
            if let Some(known) = full_at.get_mut(caller) {
                *known = before;
            }
            return Err(Duration::try_from(after.duration_since(empty)).unwrap_or(self.each));
        }
        if let Some(known) = full_at.get_mut(caller) {
            *known = after;
            return Ok(());
        }
        if full_at.len() >= CALLERS {
            make_room(&mut full_at, now);
        }
        full_at.insert(caller.into(), after);
        Ok(())
    }
}

/// Forgets whoever has a full bucket; where nobody has, those who have taken least, a tenth and more at once: a crowd
/// must not make every request look through all.
fn make_room(full_at: &mut HashMap<Box<str>, Timestamp>, now: Timestamp) {
    full_at.retain(|_, full_at| *full_at > now);
    if full_at.len() < CALLERS {
        return;
    }
    let mut times: Vec<Timestamp> = full_at.values().copied().collect();
    let (_, least, _) = times.select_nth_unstable(CALLERS / 10);
    let least = *least;
    full_at.retain(|_, full_at| *full_at > least);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_emptied_at_once_and_fills_with_time_and_nobody_empties_anothers() {
        let buckets = Buckets::new(Duration::from_millis(50), 200);
        let start = Timestamp::UNIX_EPOCH;
        let taken = |caller, at| {
            let tries = 0..1_000;
            tries.filter(|_| buckets.take(caller, at).is_ok()).count()
        };
        assert_eq!(taken("a", start), 200, "all that is in it");
        assert_eq!(
            buckets.take("a", start),
            Err(Duration::from_millis(50)),
            "and then one each 50 ms"
        );
        assert_eq!(taken("b", start), 200, "another has a bucket of its own");
        let later = start + Duration::from_secs(2);
        assert_eq!(taken("a", later), 40, "as many as the time allows");
        let much_later = start + Duration::from_hours(9);
        assert_eq!(taken("a", much_later), 200, "quiet times do not add up");
        assert_eq!(taken("a", start), 0, "a clock that is set back empties it");
        assert_eq!(taken("a", later), 40, "and it fills from there");
    }

    #[test]
    fn a_hundred_thousand_callers_are_not_kept_and_who_took_most_is_not_forgotten_for_them() {
        let buckets = Buckets::new(Duration::from_millis(100), 100);
        let now = Timestamp::UNIX_EPOCH;
        while buckets.take("greedy", now).is_ok() {}
        for caller in 0..30_000 {
            let _ = buckets.take(&format!("stranger {caller}"), now);
        }
        let kept = buckets.full_at.lock().expect("nobody panicked").len();
        assert!(kept <= CALLERS, "{kept}");
        assert!(
            buckets.take("greedy", now).is_err(),
            "a crowd does not fill an empty bucket"
        );
    }
}
