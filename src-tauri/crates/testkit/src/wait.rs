//! The one place where tests wait: until something is seen, never for a length of time.

use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often a probe looks. Small beside every start-up time, large beside the cost of a look.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until `probe` sees something, and returns it; `None` once `deadline` has passed.
///
/// A probe that hangs is cut off by the deadline too.
pub async fn wait_until<T>(
    deadline: Duration,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> Option<T> {
    let looking = async {
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            if let Some(seen) = probe().await {
                return seen;
            }
        }
    };
    timeout(deadline, looking).await.ok()
}

/// The same for `drop`, which cannot await. Returns whether it was seen.
pub(crate) fn block_until(deadline: Duration, mut probe: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    loop {
        if probe() {
            return true;
        }
        if started.elapsed() >= deadline {
            return false;
        }
        std::thread::sleep(LOOK_EVERY / 10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn looking_ends_with_what_was_seen() {
        let mut looks = 0;
        let seen = wait_until(Duration::from_secs(1), async || {
            looks += 1;
            (looks == 3).then_some("ready")
        })
        .await;
        assert_eq!(seen, Some("ready"), "the third look sees it");
        assert_eq!(looks, 3, "nothing looks again once it is seen");
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_hangs_is_cut_off_at_the_deadline() {
        let seen: Option<()> = wait_until(Duration::from_secs(1), async || {
            std::future::pending().await
        })
        .await;
        assert_eq!(seen, None, "the probe never answers");
    }
}
