//! The energy meter of a connector. Pure: time comes in as an argument, figures are whole numbers.
//! Not what flows through it: see `car`.

use std::time::Duration;

/// A millijoule is a watt for a millisecond.
const MILLIJOULES_PER_WH: u64 = 3_600_000;

/// An import register that only ever rises, finer than the Wh it shows: short intervals lose nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Meter {
    millijoules: u64,
}

impl Meter {
    /// A meter whose register stands at `wh`.
    pub(crate) fn at(wh: i32) -> Self {
        Self {
            millijoules: u64::try_from(wh).unwrap_or_default() * MILLIJOULES_PER_WH,
        }
    }

    /// Adds what `power_w` delivers in `elapsed`.
    pub(crate) fn advance(&mut self, power_w: u32, elapsed: Duration) {
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let delivered = u64::from(power_w).saturating_mul(elapsed_ms);
        self.millijoules = self.millijoules.saturating_add(delivered);
    }

    /// The register in whole Wh, in OCPP's type for it.
    pub(crate) fn wh(self) -> i32 {
        i32::try_from(self.millijoules / MILLIJOULES_PER_WH).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_intervals_add_up_to_the_same_energy_as_long_ones() {
        let hour = Duration::from_hours(1);
        let mut long = Meter::default();
        long.advance(11_000, hour);
        assert_eq!(long.wh(), 11_000, "11 kW for an hour are 11 kWh");

        let mut short = Meter::default();
        for _ in 0..36_000 {
            short.advance(11_000, hour / 36_000);
        }
        assert_eq!(
            short.wh(),
            long.wh(),
            "100 ms at 11 kW are less than a Wh and still count"
        );
    }
}
