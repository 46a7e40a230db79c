//! When every reading of a load is due: evenly over the level, each charger in its turn, whatever the
//! gateway makes of the ones before. What is late is late against this, not against the answer before.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::load::Order;

/// Between the last charge's start and the first reading.
const HEAD_START: Duration = Duration::from_millis(500);

/// When each reading is due, and when it was written. A reading's place is its turn, counted from 0.
pub struct Schedule {
    start: Instant,
    rate: u32,
    chargers: u32,
    total: u32,
    written: Vec<OnceLock<Instant>>,
}

impl Schedule {
    /// The schedule of a load whose chargers are ready.
    pub fn new(order: &Order) -> Self {
        Self {
            start: Instant::now() + HEAD_START,
            rate: order.rate,
            chargers: order.chargers(),
            total: order.total(),
            written: (0..order.total()).map(|_| OnceLock::new()).collect(),
        }
    }

    /// When a reading is due.
    pub fn due(&self, place: u32) -> Instant {
        self.start + Duration::from_secs(1) * place / self.rate
    }

    /// The time between two readings of one charger.
    pub fn every(&self) -> Duration {
        Duration::from_secs(1) * self.chargers / self.rate
    }

    /// The places of the readings of charger `charger`.
    pub fn places(&self, charger: u32) -> impl Iterator<Item = u32> + use<> {
        let (chargers, total) = (self.chargers, self.total);
        (0..)
            .map(move |turn| charger + turn * chargers)
            .take_while(move |place| *place < total)
    }

    /// Notes when a reading is written.
    pub fn wrote(&self, place: u32, at: Instant) {
        if let Some(slot) = usize::try_from(place)
            .ok()
            .and_then(|at| self.written.get(at))
        {
            // Each is sent once.
            let _ = slot.set(at);
        }
    }

    /// When each reading was written, in the order of their places.
    pub fn written(&self) -> impl Iterator<Item = Option<Instant>> {
        self.written.iter().map(|slot| slot.get().copied())
    }
}
