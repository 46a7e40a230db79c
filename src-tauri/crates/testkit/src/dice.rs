//! Chance that can be had again: a series of numbers from a seed that is told in the test's output.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

/// Dice of one series. The same seed rolls the same numbers.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The series of this seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Another series in each run, or that of `TESTKIT_SEED`. Prints its seed.
    pub fn thrown() -> Self {
        let given = env::var("TESTKIT_SEED").ok();
        let seed = given.and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            now.map_or(0, |now| u64::from(now.subsec_nanos()) ^ now.as_secs())
        });
        println!("seed: {seed} (again with TESTKIT_SEED={seed})");
        Self::new(seed)
    }

    /// The next 64 bits (`SplitMix64`).
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `sides`; 0 where there is none.
    pub fn roll(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.bits() % sides).unwrap_or_default()
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        self.bits().to_le_bytes()[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_rolls_the_same_numbers_again_and_another_one_others() {
        let series = |seed| {
            let mut dice = Dice::new(seed);
            (0..100).map(|_| dice.roll(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(series(1), series(1), "the same seed");
        assert_ne!(series(1), series(2), "another one");
        assert!(series(3).iter().all(|number| *number < 1_000));
        assert_eq!(Dice::new(4).roll(0), 0, "of nothing");
    }
}
