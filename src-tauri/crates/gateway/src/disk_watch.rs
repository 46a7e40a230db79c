//! Ends the process when the disk lost what it was given. Not for a disk that is only full: the store tries
//! that again by itself.

use tokio_util::sync::CancellationToken;

use crate::core::Core;

/// The exit code of a gateway whose disk lost what was written to it.
const DISK_LOST: i32 = 1;

/// Waits for the one failure after which nothing can be relied on: a flush that failed. A second one would say
/// that all is well (DB-05). Whoever started the gateway starts it again, on what is really there.
pub async fn run(core: Core, stopping: CancellationToken) {
    tokio::select! {
        () = core.store.broken() => {}
        () = stopping.cancelled() => return,
    }
    tracing::error!(
        "the disk lost what was written to it; the gateway ends here, look at the disk before it runs again"
    );
    std::process::exit(DISK_LOST);
}
