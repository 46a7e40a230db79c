//! The operator's desk over REST, a file per area.

pub(super) mod points;
pub(super) mod sessions;
