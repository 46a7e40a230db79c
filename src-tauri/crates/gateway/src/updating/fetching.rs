//! A package on its way to the shelf, beside all that the keeper does meanwhile.

use std::io;
use std::sync::Arc;

use store::{Disk, Store};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};
use updates::check;
use updates::offer::Offer;

use super::feed::{Fault, Fetch, Source};
use super::note::Shelf;
use super::{Offered, State, Updating};

/// Who fetches what, where to.
#[derive(Clone)]
pub(super) struct Fetcher {
    pub(super) source: Source,
    pub(super) fetch: Arc<dyn Fetch>,
    pub(super) shelf: Shelf,
    pub(super) updating: Arc<Updating>,
    pub(super) store: Store,
}

/// One on its way; it ends with the value.
pub(super) struct Fetching {
    /// What is fetched.
    pub(super) offer: Offer,
    /// Whether it is this machine's next, or only for others.
    pub(super) wanted: bool,
    task: JoinHandle<Result<(), Fault>>,
}

impl Fetching {
    /// Waits for the end of the one that is on its way, and takes it; for ever, where none is.
    pub(super) async fn end(one: &mut Option<Self>) -> (Self, Result<(), Fault>) {
        let done = match one {
            Some(one) => (&mut one.task).await,
            None => std::future::pending().await,
        };
        let failed = |error: JoinError| Err(Fault::Way(error.to_string()));
        let ended = one.take().expect("it is there: it has just ended");
        (ended, done.unwrap_or_else(failed))
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fetcher {
    /// Begins.
    pub(super) fn begin(&self, offer: Offer, manifest: Vec<u8>, wanted: bool) -> Fetching {
        let (one, offered) = (self.clone(), offer.clone());
        if wanted {
            self.tell(&offer, 0);
        }
        Fetching {
            offer,
            wanted,
            task: tokio::spawn(async move { one.bring(offered, manifest, wanted).await }),
        }
    }

    fn tell(&self, offer: &Offer, percent: u8) {
        let version = offer.version.to_string();
        self.updating
            .tell(State::Fetching(Offered { version, percent }));
    }

    async fn bring(self, offer: Offer, manifest: Vec<u8>, wanted: bool) -> Result<(), Fault> {
        // What room there is, charges need.
        if self.store.disk() != Disk::Sound {
            return Err(Fault::Way("the disk is full".to_owned()));
        }
        let tell = |percent| {
            if wanted {
                self.tell(&offer, percent);
            }
        };
        let fetched = self.fetch.package(&self.source, &offer, &manifest, &tell);
        let bytes = fetched.await?;
        let (home, shelf) = (self.source.home.clone(), self.shelf.clone());
        let kept = spawn_blocking(move || {
            check::package(&offer, &bytes, &home.keys, home.kind)?;
            let kept = shelf.put(&offer, home.kind, &bytes);
            kept.map_err(|error: io::Error| Fault::Way(format!("it cannot be kept: {error}")))
        });
        kept.await
            .unwrap_or_else(|error| Err(Fault::Way(error.to_string())))
    }
}
