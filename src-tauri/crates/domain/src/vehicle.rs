//! What a driver drives, as its driver calls it. Not for what a car says of itself.

use jiff::Timestamp;

use crate::energy::WattHours;
use crate::ids::{CustomerId, VehicleId};

/// The most one driver keeps.
pub const MOST_VEHICLES: usize = 20;

/// A car of a driver's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vehicle {
    /// Its id.
    pub id: VehicleId,
    /// Whose.
    pub customer_id: CustomerId,
    /// What its driver calls it.
    pub name: String,
    /// Its number plate.
    pub plate: Option<String>,
    /// What its battery holds.
    pub battery: Option<WattHours>,
    /// Rises with each change.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
