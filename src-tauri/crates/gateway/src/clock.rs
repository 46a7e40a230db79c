//! The one place that reads the wall clock and draws ids; everything else takes a [`Clock`] as an argument.

use std::sync::Arc;

use domain::Timestamp;
use uuid::Uuid;

/// Time and ids, so that tests can hold both still.
pub trait Clock: Send + Sync {
    /// Now, in UTC, to the millisecond: what is stored and what is sent are the same moment.
    fn now(&self) -> Timestamp;

    /// A fresh UUID v7; later ones of a process sort behind earlier ones.
    fn id(&self) -> Uuid;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The machine's clock, shared.
    pub fn shared() -> Arc<dyn Clock> {
        Arc::new(Self)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that everything else is given"
)]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    fn id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
