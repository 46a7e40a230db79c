//! Which charger's socket is the live one. One per charge point, each with a generation: the end of an
//! old socket never removes the new one (SEC-02). Who may take a place is decided in `takeover`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ChargePointId;
use ocpp::Version;
use tokio::sync::{Mutex as AsyncMutex, Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::calls::Order;

/// How many newcomers may ask after one socket at once; one more finds it dead.
const CHALLENGES: usize = 8;

/// The live sockets of this gateway.
#[derive(Default)]
pub(super) struct Registry {
    seats: Mutex<Seats>,
}

#[derive(Default)]
struct Seats {
    last_generation: u64,
    taken: HashMap<ChargePointId, Place>,
}

/// What others know of a socket.
#[derive(Clone)]
struct Place {
    generation: u64,
    replaced: CancellationToken,
    line: Line,
    challenges: mpsc::Sender<Challenge>,
    noting: Arc<AsyncMutex<()>>,
}

/// Where to leave CALLs for a socket.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) version: Version,
    /// As many as CALLs may wait; one goes with each order.
    pub(super) places: Arc<Semaphore>,
    /// Boxed: a channel keeps room for 32.
    pub(super) orders: mpsc::Sender<Box<Order>>,
}

/// A newcomer's question to a socket: does your charger still answer? Dropped unanswered, it does not.
pub(super) type Challenge = oneshot::Sender<()>;

/// A socket's own side of its place. `replaced` fires when a newer socket takes it.
pub(super) struct Seat {
    generation: u64,
    pub(super) replaced: CancellationToken,
    pub(super) orders: mpsc::Receiver<Box<Order>>,
    pub(super) challenges: mpsc::Receiver<Challenge>,
    /// Held while the socket is noted as its charge point's, by one socket after the other: a slow one that was
    /// replaced meanwhile must not be noted over the newer.
    pub(super) noting: Arc<AsyncMutex<()>>,
}

/// A socket that holds a place, as a newcomer finds it.
pub(super) struct Holder {
    /// Which one it is.
    pub(super) generation: u64,
    challenges: mpsc::Sender<Challenge>,
}

impl Holder {
    /// Asks after it; the answer resolves to `Ok` when the charger was heard since.
    pub(super) fn challenge(&self) -> oneshot::Receiver<()> {
        let (answer, answered) = oneshot::channel();
        // Dropping the question says that it cannot be asked, which is no sign of life.
        let _ = self.challenges.try_send(answer);
        answered
    }
}

impl Registry {
    /// Takes the place of a charge point for a new socket on which `queue` CALLs may wait; the old one is
    /// told to go. With `only_after` the place must be free or held by that generation: else `None`.
    pub(super) fn take(
        &self,
        point: ChargePointId,
        version: Version,
        queue: usize,
        only_after: Option<u64>,
    ) -> Option<Seat> {
        let mut seats = self.lock();
        let old = seats.taken.get(&point);
        let held = old.map(|place| place.generation);
        let noting = old.map_or_else(Arc::default, |place| Arc::clone(&place.noting));
        if only_after.is_some() && held.is_some() && held != only_after {
            return None;
        }
        seats.last_generation += 1;
        let generation = seats.last_generation;
        let (orders, ordered) = mpsc::channel(queue);
        let (challenges, challenged) = mpsc::channel(CHALLENGES);
        let replaced = CancellationToken::new();
        let place = Place {
            generation,
            replaced: replaced.clone(),
            line: Line {
                version,
                places: Arc::new(Semaphore::new(queue)),
                orders,
            },
            challenges,
            noting: Arc::clone(&noting),
        };
        if let Some(old) = seats.taken.insert(point, place) {
            old.replaced.cancel();
        }
        Some(Seat {
            generation,
            replaced,
            orders: ordered,
            challenges: challenged,
            noting,
        })
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

    /// The socket that holds a charge point's place.
    pub(super) fn holder(&self, point: ChargePointId) -> Option<Holder> {
        self.lock().taken.get(&point).map(|place| Holder {
            generation: place.generation,
            challenges: place.challenges.clone(),
        })
    }

    /// Where to leave CALLs for a charge point.
    pub(super) fn line(&self, point: ChargePointId) -> Option<Line> {
        self.lock()
            .taken
            .get(&point)
            .map(|place| place.line.clone())
    }

    /// How many sockets there are.
    pub(super) fn len(&self) -> usize {
        self.lock().taken.len()
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: ChargePointId = ChargePointId(uuid::Uuid::max());

    fn take(registry: &Registry, only_after: Option<u64>) -> Option<Seat> {
        registry.take(POINT, Version::V1_6, 10, only_after)
    }

    #[test]
    fn the_end_of_an_old_socket_never_removes_the_new_one() {
        let registry = Registry::default();
        let old = take(&registry, None).expect("it is free");
        let new = take(&registry, None).expect("the newest wins");
        assert!(old.replaced.is_cancelled(), "the old socket is told to go");
        assert!(
            !registry.leave(POINT, &old),
            "its leaving is no disconnection"
        );
        assert_eq!(registry.len(), 1);
        assert!(!new.replaced.is_cancelled());
        assert!(registry.leave(POINT, &new));
        assert_eq!(registry.len(), 0, "the newest one's end is the end");
    }

    #[test]
    fn a_place_that_somebody_else_was_faster_to_take_is_not_taken() {
        let registry = Registry::default();
        let first = take(&registry, Some(0)).expect("it is free");
        assert!(take(&registry, Some(0)).is_none(), "it is free no more");
        let second = take(&registry, Some(first.generation)).expect("the first no longer answers");
        assert!(first.replaced.is_cancelled());
        assert!(
            take(&registry, Some(first.generation)).is_none(),
            "of two who found the first one dead one comes in"
        );
        registry.leave(POINT, &second);
        assert!(
            take(&registry, Some(first.generation)).is_some(),
            "free again"
        );
    }

    #[tokio::test]
    async fn a_socket_that_is_gone_answers_no_challenge() {
        let registry = Registry::default();
        let mut seat = take(&registry, None).expect("it is free");
        let holder = registry.holder(POINT).expect("it is taken");
        let answer = holder.challenge();
        let asked = seat.challenges.recv().await.expect("the question came");
        asked.send(()).expect("the newcomer waits");
        assert_eq!(answer.await, Ok(()), "it lives");
        for _ in 0..CHALLENGES {
            let _unanswered = holder.challenge();
        }
        assert!(
            holder.challenge().await.is_err(),
            "one that cannot even be asked"
        );
        drop(seat);
        assert!(holder.challenge().await.is_err(), "one that is gone");
    }
}
