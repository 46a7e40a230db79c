//! Copies of one request that are here at the same time: they take turns. In memory only: what a process was
//! working on when it died is nobody's turn any more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::repo::idempotency::Name;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};
use tokio::time::timeout;

/// How long a copy waits for the one before it.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// By scope and key.
type Queues = HashMap<(String, String), Arc<Queue<()>>>;

/// The requests being worked on, by name: as many as there are, and no more.
pub(in crate::api) struct Twins {
    patience: Duration,
    queues: Mutex<Queues>,
}

/// The right to work on a request, until it is dropped.
pub(super) struct Turn {
    twins: Arc<Twins>,
    name: (String, String),
    queue: Arc<Queue<()>>,
    held: Option<OwnedMutexGuard<()>>,
}

impl Default for Twins {
    fn default() -> Self {
        Self::new(PATIENCE)
    }
}

impl Twins {
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            patience,
            queues: Mutex::default(),
        }
    }

    /// Waits until no other copy is worked on; `None` when that takes too long.
    pub(super) async fn turn(self: &Arc<Self>, name: &Name) -> Option<Turn> {
        let name = (name.scope.clone(), name.key.clone());
        let queue = Arc::clone(self.lock().entry(name.clone()).or_default());
        // Made before the wait: whoever goes away while waiting clears up too.
        let mut turn = Turn {
            twins: Arc::clone(self),
            name,
            queue,
            held: None,
        };
        let next = Arc::clone(&turn.queue).lock_owned();
        turn.held = Some(timeout(self.patience, next).await.ok()?);
        Some(turn)
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.held = None;
        let mut queues = self.twins.lock();
        // The map's and this one's: nobody else waits, and nobody can come while the map is held.
        if Arc::strong_count(&self.queue) == 2 {
            queues.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(key: &str) -> Name {
        Name {
            scope: "somebody".to_owned(),
            key: key.to_owned(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_copy_waits_ten_seconds_and_another_request_not_at_all() {
        let twins: Arc<Twins> = Arc::default();
        let first = twins.turn(&name("a")).await;
        assert!(first.is_some(), "nobody else is there");
        assert!(
            twins.turn(&name("b")).await.is_some(),
            "another key is another request"
        );
        let begun = tokio::time::Instant::now();
        assert!(
            twins.turn(&name("a")).await.is_none(),
            "the first one never ended"
        );
        assert_eq!(begun.elapsed(), Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_copy_goes_on_when_the_first_ends_and_nothing_is_left_behind() {
        let twins: Arc<Twins> = Arc::default();
        let first = twins.turn(&name("a")).await;
        let waiting = {
            let twins = Arc::clone(&twins);
            tokio::spawn(async move { twins.turn(&name("a")).await.is_some() })
        };
        let given_up = {
            let twins = Arc::clone(&twins);
            tokio::spawn(async move { twins.turn(&name("a")).await.is_some() })
        };
        tokio::task::yield_now().await;
        given_up.abort();
        drop(first);
        assert!(waiting.await.expect("nothing panics"), "its turn came");
        assert!(given_up.await.is_err(), "whoever went away got none");
        assert!(
            twins.lock().is_empty(),
            "a queue nobody stands in is forgotten"
        );
    }
}
