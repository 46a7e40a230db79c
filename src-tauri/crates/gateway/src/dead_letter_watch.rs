//! Alarms the depth of the dead letters (MSG-04): what no gateway could handle waits for a person, who must know of it.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::ops::alarm_dead_letters::alarm_dead_letters;

/// How long to wait after the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs until the gateway stops. `depth` is `None` until the broker has said it for the first time.
pub async fn run(core: Core, mut depth: watch::Receiver<Option<u32>>, stopping: CancellationToken) {
    let mut told = None;
    loop {
        let now = *depth.borrow_and_update();
        let standing = now.map(|waiting| waiting > 0);
        if let Some(waiting) = now
            && told != standing
        {
            match alarm_dead_letters(&core, waiting).await {
                Ok(()) => told = standing,
                Err(error) => {
                    tracing::error!(%error, waiting, "dead letters could not be told of");
                    tokio::select! {
                        () = tokio::time::sleep(PAUSE) => continue,
                        () = stopping.cancelled() => return,
                    }
                }
            }
        }
        tokio::select! {
            changed = depth.changed() => if changed.is_err() { return },
            () = stopping.cancelled() => return,
        }
    }
}
