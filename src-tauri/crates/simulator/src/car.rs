//! The car at a connector: how much power it takes and how full its battery is. Pure, and the same
//! for the same charge point and charge, so that a run can be repeated. Not the register: see `meter`.

use std::time::Duration;

/// What the on-board chargers of cars take, W: one phase of 32 A, three of 32 A, three of 16 A (most cars).
const ON_BOARD_W: [u32; 4] = [7_400, 22_000, 11_000, 11_000];
/// A connector that delivers more, W, is a DC one: there the battery sets the limit.
const MOST_AC_W: u32 = 22_000;
/// The least share of a DC connector's power that a car takes, percent.
const LEAST_DC_SHARE: u64 = 60;
/// No car takes its nominal power to the watt: mains voltage and cables cost up to this, per mille.
const MOST_LOSS: u64 = 80;

/// Drivers come with a battery of this much, percent.
const EMPTIEST: u64 = 12;
const FULLEST: u64 = 58;

/// One car for one charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Car {
    takes_w: u32,
    arrived_percent: u64,
}

impl Car {
    /// The car that comes to `connector` of `identity` as number `charge`; it never takes more than `max_w`.
    pub(crate) fn arriving(identity: &str, connector: i32, charge: u32, max_w: u32) -> Self {
        let mut dice = Dice::of(identity, connector, charge);
        let nominal = if max_w > MOST_AC_W {
            portion(max_w, dice.roll(LEAST_DC_SHARE, 100) * 10)
        } else {
            let kind = usize::try_from(dice.roll(0, 3)).unwrap_or_default();
            ON_BOARD_W[kind].min(max_w)
        };
        Self {
            takes_w: portion(nominal, 1000 - dice.roll(0, MOST_LOSS)),
            arrived_percent: dice.roll(EMPTIEST, FULLEST),
        }
    }

    /// The power drawn `elapsed` into a charge of `length`: a quick rise, a long plateau, and from
    /// 70 % on the taper of a battery that fills up, down to a tenth.
    pub(crate) fn power_w(self, elapsed: Duration, length: Duration) -> u32 {
        let done = per_mille(elapsed, length);
        let share = match done {
            0..30 => 200 + done * 800 / 30,
            30..700 => 1000,
            700.. => 1000 - (done - 700) * 3,
        };
        portion(self.takes_w, share)
    }

    /// The battery's state of charge then, percent; it is full when the charge ends.
    pub(crate) fn soc_percent(self, elapsed: Duration, length: Duration) -> u64 {
        let missing = 100 - self.arrived_percent;
        self.arrived_percent + missing * energy_share(per_mille(elapsed, length)) / 1000
    }
}

/// How much of a charge's energy has flowed after `done` of its time, per mille: the area under the
/// curve of [`Car::power_w`], of 853,000 in all.
fn energy_share(done: u64) -> u64 {
    let area = match done {
        0..30 => 200 * done + 800 * done * done / 60,
        30..700 => 18_000 + 1000 * (done - 30),
        700.. => 688_000 + 1000 * (done - 700) - 3 * (done - 700) * (done - 700) / 2,
    };
    area / 853
}

fn portion(power_w: u32, per_mille: u64) -> u32 {
    u32::try_from(u64::from(power_w) * per_mille / 1000).unwrap_or(power_w)
}

fn per_mille(part: Duration, whole: Duration) -> u64 {
    let share = part.as_millis().saturating_mul(1000) / whole.as_millis().max(1);
    u64::try_from(share).unwrap_or(1000).min(1000)
}

/// Figures that look random and are the same in every run, whatever the versions of Rust and its crates.
struct Dice(u64);

impl Dice {
    /// Seeds by FNV-1a over what names a charge.
    fn of(identity: &str, connector: i32, charge: u32) -> Self {
        let bytes = identity
            .bytes()
            .chain(connector.to_le_bytes())
            .chain(charge.to_le_bytes());
        Self(bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        }))
    }

    /// A figure from `least` to `most`, by `SplitMix64`: FNV alone leaves neighbours alike.
    fn roll(&mut self, least: u64, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        least + (mixed ^ (mixed >> 31)) % (most - least + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const LENGTH: Duration = Duration::from_secs(1000);

    #[test]
    fn power_rises_stays_and_tapers_without_ever_exceeding_the_cars_own() {
        let car = Car {
            takes_w: 22_000,
            arrived_percent: 20,
        };
        let at = |seconds| car.power_w(Duration::from_secs(seconds), LENGTH);
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

    #[test]
    fn the_battery_fills_as_energy_flows_and_is_full_at_the_end() {
        let car = Car {
            takes_w: 11_000,
            arrived_percent: 20,
        };
        let at = |seconds| car.soc_percent(Duration::from_secs(seconds), LENGTH);
        assert_eq!((at(0), at(1000), at(5000)), (20, 100, 100));
        for second in 0..1000 {
            assert!(
                at(second) <= at(second + 1),
                "a charging battery never empties"
            );
        }
        let mut delivered = 0;
        let total: u64 = (0..1000)
            .map(|second| u64::from(car.power_w(Duration::from_secs(second), LENGTH)))
            .sum();
        for second in 0..1000 {
            let expected = 20 + 80 * delivered / total;
            assert!(
                at(second).abs_diff(expected) <= 1,
                "second {second}: {} % where the energy says {expected} %",
                at(second)
            );
            delivered += u64::from(car.power_w(Duration::from_secs(second), LENGTH));
        }
    }

    #[test]
    fn cars_differ_by_charge_point_connector_and_charge_and_are_the_same_in_every_run() {
        let car =
            |identity: &str, connector, charge| Car::arriving(identity, connector, charge, 22_000);
        let first = Car {
            takes_w: 10_923,
            arrived_percent: 15,
        };
        assert_eq!(
            car("SIM-0001", 1, 1),
            first,
            "the first car of the demo never changes"
        );
        assert_ne!(car("SIM-0001", 1, 1), car("SIM-0001", 1, 2), "the next car");
        assert_ne!(
            car("SIM-0001", 1, 1),
            car("SIM-0001", 2, 1),
            "the other plug"
        );
        // To a tenth of a kW, as pages show it.
        let shown = (1..=4).map(|n| car(&format!("SIM-{n:04}"), 1, 1).takes_w / 100);
        assert_eq!(
            shown.collect::<HashSet<_>>().len(),
            4,
            "no two bays of the demo show the same power"
        );
    }

    #[test]
    fn no_car_takes_more_than_the_connector_gives_or_comes_full() {
        let check = |max_w: u32, least: u32| {
            for charge in 0..1000 {
                let car = Car::arriving("SIM-0001", 1, charge, max_w);
                assert!(
                    (least..=max_w).contains(&car.takes_w),
                    "{car:?} at a connector of {max_w} W"
                );
                assert!(
                    (EMPTIEST..=FULLEST).contains(&car.arrived_percent),
                    "{car:?}"
                );
            }
        };
        check(3_700, 3_400);
        check(11_000, 6_800);
        check(22_000, 6_800);
        check(150_000, 82_000);
        check(u32::MAX, 1_000_000);
    }
}
