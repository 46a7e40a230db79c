//! What is to be pushed, in the order of its numbers: commits that run side by side hand on theirs as they end.
//! A number that does not come (whoever had it handed on is gone) is found by looking twice.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// What waits for a lower number.
pub(super) struct Sequence<T> {
    next: i64,
    waiting: BTreeMap<i64, T>,
    /// What was missing at the last look.
    missed: Option<i64>,
}

impl<T> Sequence<T> {
    /// Everything up to and with `newest` has been pushed.
    pub(super) const fn new(newest: i64) -> Self {
        Self {
            next: newest + 1,
            waiting: BTreeMap::new(),
            missed: None,
        }
    }

    /// Adds what has a number; what was pushed under it before is left out.
    pub(super) fn put(&mut self, seq: i64, item: T) {
        if seq >= self.next {
            self.waiting.insert(seq, item);
        }
    }

    /// The same of several.
    pub(super) fn put_all(&mut self, items: impl IntoIterator<Item = (i64, T)>) {
        for (seq, item) in items {
            self.put(seq, item);
        }
    }

    /// What is to be pushed next, if it is there.
    pub(super) fn take(&mut self) -> Option<(i64, T)> {
        let next = self.waiting.remove_entry(&self.next)?;
        self.next += 1;
        Some(next)
    }

    /// Looks whether numbers are missing, where `newest` is given by now: those that were missing at the look before
    /// already.
    pub(super) fn look(&mut self, newest: i64) -> Option<RangeInclusive<i64>> {
        let upto = self.waiting.keys().next().map_or(newest, |first| first - 1);
        let missing = (self.next <= upto).then_some(self.next);
        let before = std::mem::replace(&mut self.missed, missing);
        (missing.is_some() && missing == before).then_some(self.next..=upto)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(sequence: &mut Sequence<&'static str>) -> Vec<(i64, &'static str)> {
        std::iter::from_fn(|| sequence.take()).collect()
    }

    #[test]
    fn what_comes_in_any_order_goes_in_that_of_its_numbers() {
        let mut sequence = Sequence::new(4);
        sequence.put(6, "six");
        sequence.put(7, "seven");
        assert_eq!(taken(&mut sequence), [], "five is to come");
        sequence.put(5, "five");
        sequence.put(4, "four again");
        assert_eq!(
            taken(&mut sequence),
            [(5, "five"), (6, "six"), (7, "seven")]
        );
    }

    #[test]
    fn what_is_missing_at_two_looks_is_fetched() {
        let mut sequence = Sequence::new(0);
        assert_eq!(sequence.look(0), None, "nothing is");
        sequence.put(3, "three");
        assert_eq!(sequence.look(3), None, "it may be on its way");
        assert_eq!(sequence.look(3), Some(1..=2));
        sequence.put(1, "one");
        taken(&mut sequence);
        assert_eq!(sequence.look(3), None, "two is missing for the first time");
        sequence.put(2, "two");
        taken(&mut sequence);
        assert_eq!(sequence.look(5), None);
        assert_eq!(
            sequence.look(6),
            Some(4..=6),
            "that nobody handed on at all"
        );
    }
}
