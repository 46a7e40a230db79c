//! A bucket of requests for each caller (WEB-10): whoever asks faster than it fills waits, and nobody else notices.
//! Not for failures: wrong passwords and wrong keys are `throttle`'s. Own code, because the crates that do this keep
//! every caller they ever saw until somebody sweeps.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many callers are remembered.
const CALLERS: usize = 10_000;

/// How many seconds' worth a full bucket holds: a page that opens asks for much at once.
const SECONDS: u32 = 10;

/// Buckets that fill with time, one for each caller.
pub struct Buckets {
    /// What one request costs.
    each: Duration,
    /// When each caller's bucket is full again. A time that has passed says no more than none does.
    full_at: Mutex<HashMap<Box<str>, Instant>>,
}

impl Buckets {
    /// `per_second` requests in each second, and ten seconds' worth at once.
    pub fn new(per_second: u32) -> Self {
        Self {
            each: Duration::from_secs(1) / per_second.max(1),
            full_at: Mutex::default(),
        }
    }

    /// Takes one request out of the caller's bucket; where none is left, how long to wait for one.
    pub fn take(&self, caller: &str, now: Instant) -> Result<(), Duration> {
        let most = Duration::from_secs(SECONDS.into());
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let before = full_at.get(caller).copied().unwrap_or(now).max(now);
        let after = before + self.each;
        if let Some(wait) = after.checked_duration_since(now + most)
            && !wait.is_zero()
        {
            return Err(wait);
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
fn make_room(full_at: &mut HashMap<Box<str>, Instant>, now: Instant) {
    full_at.retain(|_, full_at| *full_at > now);
    if full_at.len() < CALLERS {
        return;
    }
    let mut times: Vec<Instant> = full_at.values().copied().collect();
    let (_, least, _) = times.select_nth_unstable(CALLERS / 10);
    let least = *least;
    full_at.retain(|_, full_at| *full_at > least);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_bucket_is_emptied_at_once_and_fills_with_time_and_nobody_empties_anothers() {
        let buckets = Buckets::new(20);
        let start = Instant::now();
        let taken = |caller, at| {
            let tries = 0..1_000;
            tries.filter(|_| buckets.take(caller, at).is_ok()).count()
        };
        assert_eq!(taken("a", start), 200, "ten seconds' worth at once");
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
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_thousand_callers_are_not_kept_and_who_took_most_is_not_forgotten_for_them() {
        let buckets = Buckets::new(10);
        let now = Instant::now();
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
