//! Who may take a charge point's place when a socket already holds it (SEC-02). The holder is pinged first.
//! With credentials the newest wins, answered or not; without (security profile 0) the oldest, while it answers.
//! A station that changes hands between living sockets again and again is held: then, too, the oldest stays.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::ChargePointId;
use domain::charge_point::ChargePoint;
use tokio::time::{Instant, timeout};

use super::registry::Registry;

/// More takeovers from a living socket than this within the window, and the station is held.
const MOST: usize = 5;
const WINDOW: Duration = Duration::from_mins(10);
/// How long it is held.
const HOLD: Duration = Duration::from_mins(5);

/// How a newcomer may take its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Whoever holds it by then.
    Newest,
    /// If it is free, or held by this generation that no longer answers (0: none).
    OnlyAfter(u64),
}

/// Why a newcomer must not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contested {
    /// The socket that is there answers, and nobody can prove to be the better one.
    Occupied,
    /// Two living sockets take turns; the one that is there stays until then.
    Held(Duration),
}

/// The takeovers of the last minutes.
#[derive(Default)]
pub(super) struct Takeovers {
    stations: Mutex<HashMap<ChargePointId, Station>>,
}

#[derive(Default)]
struct Station {
    taken: VecDeque<Instant>,
    held_until: Option<Instant>,
}

impl Takeovers {
    /// Asks the holder, if there is one, whether it still lives, and says what the newcomer may do.
    pub(super) async fn contest(
        &self,
        registry: &Registry,
        charger: &ChargePoint,
        patience: Duration,
    ) -> Result<Claim, Contested> {
        let proven = charger.security_profile > 0;
        let Some(holder) = registry.holder(charger.id) else {
            return Ok(if proven {
                Claim::Newest
            } else {
                Claim::OnlyAfter(0)
            });
        };
        let alive = matches!(timeout(patience, holder.challenge()).await, Ok(Ok(())));
        let claim = match (proven, alive) {
            (false, true) => Err(Contested::Occupied),
            (false, false) => Ok(Claim::OnlyAfter(holder.generation)),
            (true, false) => Ok(Claim::Newest),
            (true, true) => self
                .note(charger.id, Instant::now())
                .map(|()| Claim::Newest),
        };
        match claim {
            Ok(_) => {
                tracing::warn!(identity = %charger.identity, old_answers = alive, "a newer connection takes a charger over");
            }
            Err(Contested::Held(left)) => {
                tracing::error!(identity = %charger.identity, seconds = left.as_secs(), "two connections with the same key fight over a charger; the one that is there is kept");
            }
            Err(Contested::Occupied) => {
                tracing::warn!(identity = %charger.identity, "a second connection of a charger without credentials is refused");
            }
        }
        claim
    }

    /// Counts a takeover from a living socket, unless there were too many.
    fn note(&self, point: ChargePointId, now: Instant) -> Result<(), Contested> {
        let mut stations = self.stations.lock().unwrap_or_else(PoisonError::into_inner);
        let station = stations.entry(point).or_default();
        if let Some(until) = station.held_until {
            if now < until {
                return Err(Contested::Held(until - now));
            }
            *station = Station::default();
        }
        while station.taken.front().is_some_and(|at| now - *at >= WINDOW) {
            station.taken.pop_front();
        }
        if station.taken.len() >= MOST {
            station.held_until = Some(now + HOLD);
            return Err(Contested::Held(HOLD));
        }
        station.taken.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn five_takeovers_in_ten_minutes_are_borne_and_the_sixth_is_held_off_for_a_while() {
        let takeovers = Takeovers::default();
        let point = ChargePointId(uuid::Uuid::max());
        let start = Instant::now();
        let at = |minutes: u64| start + Duration::from_mins(minutes);
        for minute in 0..5 {
            assert_eq!(
                takeovers.note(point, at(minute)),
                Ok(()),
                "takeover {minute}"
            );
        }
        assert_eq!(
            takeovers.note(point, at(9)),
            Err(Contested::Held(HOLD)),
            "the sixth within ten minutes"
        );
        assert_eq!(
            takeovers.note(point, at(13)),
            Err(Contested::Held(Duration::from_mins(1))),
            "the hold runs from its beginning"
        );
        let other = ChargePointId(uuid::Uuid::nil());
        assert_eq!(
            takeovers.note(other, at(13)),
            Ok(()),
            "one station's fight is not another's"
        );
        assert_eq!(takeovers.note(point, at(14)), Ok(()), "and it ends");
        for minute in [20, 30, 40, 50, 60, 70, 80] {
            assert_eq!(
                takeovers.note(point, at(minute)),
                Ok(()),
                "rare ones are no fight"
            );
        }
    }
}
