//! The energy meter of a connector and the power a car draws over one charge. Pure: time comes in
//! as an argument, figures are whole numbers.

use std::time::Duration;

/// A millijoule is a watt for a millisecond.
const MILLIJOULES_PER_WH: u64 = 3_600_000;

/// An import register that only ever rises, finer than the Wh it shows: short intervals lose nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Meter {
    millijoules: u64,
}

impl Meter {
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

/// The power drawn `elapsed` into a charge of `length`: a quick rise, a long plateau at `max_w`, and
/// from 70 % on the taper of a battery that fills up, down to a tenth.
pub(crate) fn power_w(max_w: u32, elapsed: Duration, length: Duration) -> u32 {
    let done = per_mille(elapsed, length);
    let share = match done {
        0..30 => 200 + done * 800 / 30,
        30..700 => 1000,
        700.. => 1000 - (done - 700) * 3,
    };
    u32::try_from(u64::from(max_w) * share / 1000).unwrap_or(max_w)
}

fn per_mille(part: Duration, whole: Duration) -> u64 {
    let share = part.as_millis().saturating_mul(1000) / whole.as_millis().max(1);
    u64::try_from(share).unwrap_or(1000).min(1000)
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

    #[test]
    fn power_rises_stays_and_tapers_without_ever_exceeding_the_maximum() {
        let at = |seconds| {
            power_w(
                22_000,
                Duration::from_secs(seconds),
                Duration::from_secs(1000),
            )
        };
        assert_eq!(at(0), 4_400, "the car begins carefully");
        assert_eq!(at(30), 22_000, "the plateau begins after 3 %");
        assert_eq!(at(699), 22_000, "and lasts to 70 %");
        assert_eq!(at(1000), 2_200, "a tenth is left when the battery is full");
        assert_eq!(at(5000), 2_200, "a charge that overruns trickles on");
        for second in 700..1000 {
            assert!(
                at(second + 1) <= at(second),
                "the taper never rises (second {second})"
            );
        }
    }
}
