//! A station: the site with charge points.

use jiff::Timestamp;

use crate::ids::StationId;

/// A site with charge points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its id.
    pub id: StationId,
    /// The name drivers read.
    pub name: String,
    /// Rises with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
