//! Which charger's socket is the live one. One per charge point, each with a generation: the end of an
//! old socket never removes the new one (SEC-02).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ChargePointId;
use tokio_util::sync::CancellationToken;

/// The live sockets of this gateway.
#[derive(Default)]
pub(super) struct Registry {
    seats: Mutex<Seats>,
}

#[derive(Default)]
struct Seats {
    last_generation: u64,
    taken: HashMap<ChargePointId, Seat>,
}

/// A socket's place. `replaced` fires when a newer socket takes it.
#[derive(Clone)]
pub(super) struct Seat {
    generation: u64,
    pub(super) replaced: CancellationToken,
}

impl Registry {
    /// Takes the place of a charge point for a new socket; the old one is told to go.
    pub(super) fn take(&self, point: ChargePointId) -> Seat {
        let mut seats = self.lock();
        seats.last_generation += 1;
        let seat = Seat {
            generation: seats.last_generation,
            replaced: CancellationToken::new(),
        };
        if let Some(old) = seats.taken.insert(point, seat.clone()) {
            old.replaced.cancel();
        }
        seat
    }

    /// Gives a place up. `false` when a newer socket has it: then nothing was lost.
    pub(super) fn leave(&self, point: ChargePointId, seat: &Seat) -> bool {
        let mut seats = self.lock();
        let current = seats
            .taken
            .get(&point)
            .is_some_and(|held| held.generation == seat.generation);
        if current {
            seats.taken.remove(&point);
        }
        current
    }

    /// Whether a charge point has a live socket here.
    pub(super) fn has(&self, point: ChargePointId) -> bool {
        self.lock().taken.contains_key(&point)
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_old_socket_never_removes_the_new_one() {
        let registry = Registry::default();
        let point = ChargePointId(uuid::Uuid::max());
        let old = registry.take(point);
        let new = registry.take(point);
        assert!(old.replaced.is_cancelled(), "the old socket is told to go");
        assert!(
            !registry.leave(point, &old),
            "its leaving is no disconnection"
        );
        assert!(registry.has(point));
        assert!(!new.replaced.is_cancelled());
        assert!(registry.leave(point, &new));
        assert!(!registry.has(point), "the newest one's end is the end");
    }
}
