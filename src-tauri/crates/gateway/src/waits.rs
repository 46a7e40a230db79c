//! How long rows have waited, whatever happens to the wall clock meanwhile (FLT-15): a row's own time counts once, when
//! it is first seen, so that a wait survives a restart; from then on the machine's uptime does.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use domain::Timestamp;
use tokio::time::Instant;

/// What waits, by id: how long it had waited when it was first seen, and when that was.
#[derive(Debug)]
pub struct Waits<Id> {
    seen: HashMap<Id, (Duration, Instant)>,
}

impl<Id> Default for Waits<Id> {
    fn default() -> Self {
        Self {
            seen: HashMap::new(),
        }
    }
}

impl<Id: Copy + Eq + Hash> Waits<Id> {
    /// Looks at all that waits now, each with the time of its row, and gives those that have waited long enough.
    pub fn over(
        &mut self,
        waiting: &[(Id, Timestamp)],
        wait: Duration,
        wall: Timestamp,
        now: Instant,
    ) -> Vec<Id> {
        let known = std::mem::take(&mut self.seen);
        for (id, since) in waiting {
            let had = Duration::try_from(wall.duration_since(*since)).unwrap_or_default();
            let seen = known.get(id).copied().unwrap_or((had, now));
            self.seen.insert(*id, seen);
        }
        let over = |id: &Id| {
            let (had, seen) = self.seen[id];
            had + (now - seen) >= wait
        };
        waiting.iter().map(|(id, _)| *id).filter(over).collect()
    }
}

// Planted once and seen red: waits told by the wall clock.
#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const WAIT: Duration = Duration::from_mins(2);
    const DAY: SignedDuration = SignedDuration::from_hours(24);

    #[tokio::test(start_paused = true)]
    async fn a_wall_clock_that_jumps_by_a_day_a_hundred_times_ends_no_wait_early_and_none_late() {
        let mut wall: Timestamp = "2026-11-24T12:00:00Z".parse().expect("a literal time");
        let mut now = Instant::now();
        let mut waits = Waits::default();
        let second = Duration::from_secs(1);
        let mut waiting: Vec<(u32, Timestamp, Instant)> = Vec::new();
        let mut ended = 0;
        for round in 0..100 {
            waiting.push((round, wall, now));
            for beat in 0..50 {
                let rows: Vec<_> = waiting.iter().map(|(id, at, _)| (*id, *at)).collect();
                let over = waits.over(&rows, WAIT, wall, now);
                waiting.retain(|(id, _, since)| {
                    let waited = now - *since;
                    assert_eq!(
                        over.contains(id),
                        waited >= WAIT,
                        "{id} has waited {waited:?}"
                    );
                    waited < WAIT
                });
                ended += over.len();
                // In the middle of things, so that every wait meets several.
                if beat == 20 {
                    wall += if round % 2 == 0 { DAY } else { -DAY };
                }
                wall += second;
                now += second;
            }
        }
        assert!(ended > 90, "most have ended by then: {ended}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_waited_before_a_restart_has_waited() {
        let wall: Timestamp = "2026-11-24T12:00:00Z".parse().expect("a literal time");
        let rows = [
            (1, wall - WAIT),
            (2, wall - WAIT / 2),
            // Of a clock that has gone back since.
            (3, wall + DAY),
        ];
        let (mut waits, now) = (Waits::default(), Instant::now());
        assert_eq!(waits.over(&rows, WAIT, wall, now), [1]);
        let later = now + WAIT / 2;
        assert_eq!(waits.over(&rows[1..], WAIT, wall, later), [2]);
        assert_eq!(waits.over(&rows[2..], WAIT, wall, now + WAIT), [3]);
    }
}
