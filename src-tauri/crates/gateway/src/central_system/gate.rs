//! How many chargers come in, and how fast (SEC-03, FLT-12). It counts only those that proved who they are: a
//! flood of strangers is `throttle`'s, and must not keep anybody out who has a key.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A bucket of admissions that fills with time.
pub(super) struct Gate {
    per_second: u32,
    most: usize,
    bucket: Mutex<Bucket>,
}

struct Bucket {
    left: f64,
    filled: Instant,
}

/// Not now; try again in this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full(pub(super) Duration);

impl Gate {
    /// Lets `per_second` chargers in each second (a few seconds' worth at once) and holds `most` sockets.
    pub(super) fn new(per_second: u32, most: usize) -> Self {
        Self {
            per_second,
            most,
            bucket: Mutex::new(Bucket {
                left: burst(per_second),
                filled: Instant::now(),
            }),
        }
    }

    /// Lets one in, while `there` sockets are open besides its own.
    pub(super) fn pass(&self, there: usize, now: Instant) -> Result<(), Full> {
        if there >= self.most {
            return Err(Full(Duration::from_secs(30)));
        }
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let gained = (now - bucket.filled).as_secs_f64() * f64::from(self.per_second);
        bucket.left = (bucket.left + gained).min(burst(self.per_second));
        bucket.filled = now;
        if bucket.left < 1.0 {
            return Err(Full(Duration::from_secs(1)));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

/// How many may come at once after a quiet time: a site's chargers all come back together.
fn burst(per_second: u32) -> f64 {
    f64::from(per_second) * 5.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_storm_is_let_in_at_the_pace_that_was_set() {
        let gate = Gate::new(10, 1_000);
        let start = Instant::now();
        let let_in = |at| (0..200).filter(|_| gate.pass(0, at).is_ok()).count();
        assert_eq!(let_in(start), 50, "five seconds' worth at once");
        assert_eq!(let_in(start), 0, "then no more");
        assert_eq!(
            let_in(start + Duration::from_secs(2)),
            20,
            "and as many as the time allows"
        );
        assert_eq!(
            let_in(start + Duration::from_hours(1)),
            50,
            "quiet times do not add up"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_house_lets_nobody_in() {
        let gate = Gate::new(10, 2);
        let now = Instant::now();
        assert_eq!(gate.pass(1, now), Ok(()), "one place is left");
        assert_eq!(
            gate.pass(2, now),
            Err(Full(Duration::from_secs(30))),
            "none is"
        );
    }
}
