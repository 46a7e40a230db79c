//! What an op does with the thing it made, inside its own unit of work: keeps the answer to a request that may
//! be repeated, so that effect and answer commit together or not at all. It knows nothing of HTTP; see
//! `api/idempotent.rs` for who fills it in.

use std::sync::Arc;

use store::Work;

use crate::core::{OpError, Unit};

type Then<T> =
    dyn for<'u, 'c> Fn(&'u mut Unit<'c>, &'u T) -> Work<'u, Result<(), OpError>> + Send + Sync;

/// What is done in an op's unit with what the op made. An op that takes one calls [`Keep::answer`] as the last
/// step of its unit.
pub struct Keep<T>(Option<Arc<Then<T>>>);

impl<T> Keep<T> {
    /// Nothing: the op was not asked for by a request that may be repeated.
    pub const fn nothing() -> Self {
        Self(None)
    }

    /// This, in the op's unit; again where the unit has to run again.
    pub fn with<F>(then: F) -> Self
    where
        F: for<'u, 'c> Fn(&'u mut Unit<'c>, &'u T) -> Work<'u, Result<(), OpError>>
            + Send
            + Sync
            + 'static,
    {
        Self(Some(Arc::new(then)))
    }

    /// Does it. An error must end the unit: somebody else answered the same request, and this effect is one too
    /// many.
    pub async fn answer(&self, unit: &mut Unit<'_>, made: &T) -> Result<(), OpError> {
        match &self.0 {
            Some(then) => then(unit, made).await,
            None => Ok(()),
        }
    }
}

// Not derived: what is made need not be cloned with it.
impl<T> Clone for Keep<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
