//! From the bus to the page over IPC: the same envelopes in the same order as over Socket.IO.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gateway::notify::hub::ReaderId;
use gateway::notify::{Full, Hub, Pushed, Sink};
use tauri::ipc::Channel;

/// The page's subscriptions, so that they end with the page.
#[derive(Default)]
pub(super) struct Readers(Mutex<HashSet<ReaderId>>);

impl Readers {
    /// Remembers a reader of the page.
    pub(super) fn add(&self, id: ReaderId) {
        self.lock().insert(id);
    }

    /// Ends one; `false` when it is none of the page's.
    pub(super) fn leave(&self, hub: &Hub, id: ReaderId) -> bool {
        let known = self.lock().remove(&id);
        if known {
            hub.leave(id);
        }
        known
    }

    /// Ends all of them.
    pub(super) fn leave_all(&self, hub: &Hub) {
        self.lock().drain().for_each(|id| hub.leave(id));
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<ReaderId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One IPC channel of the page.
pub(super) struct Ipc(pub(super) Channel<Pushed>);

impl Sink for Ipc {
    fn push(&self, envelope: &Pushed) -> Result<(), Full> {
        self.0.send(envelope.clone()).map_err(|_| Full)
    }

    // A channel has no end of its own: the page notices that the ticks stop, and signs in anew.
    fn close(&self) {}
}
