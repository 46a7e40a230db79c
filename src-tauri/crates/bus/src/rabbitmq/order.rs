//! The numbers of the keys as they come out of the gateway's own queue: a hole means that messages of others
//! were lost on the way. Pure.

use std::collections::HashMap;

/// How many keys are remembered. Beyond it all are forgotten and the next message of each begins anew, so
/// that a broker full of keys does not fill the memory.
const MOST_KEYS: usize = 100_000;

/// The newest number seen of each key.
#[derive(Debug, Default)]
pub(super) struct KeyOrder {
    newest: HashMap<String, i64>,
}

impl KeyOrder {
    /// Takes a message's number. `Some`: so many of its key are missing before it. One that comes again is
    /// no hole, and neither is the first of a key: what came before this queue is not known.
    pub(super) fn take(&mut self, key: &str, seq: i64) -> Option<i64> {
        let Some(newest) = self.newest.get_mut(key) else {
            if self.newest.len() >= MOST_KEYS {
                self.newest.clear();
            }
            self.newest.insert(key.to_owned(), seq);
            return None;
        };
        let missing = seq.saturating_sub(*newest).saturating_sub(1);
        *newest = seq.max(*newest);
        (missing > 0).then_some(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_told_once_and_a_repeat_is_none() {
        let mut order = KeyOrder::default();
        for (key, seq, missing) in [
            ("a", 7, None),
            ("a", 8, None),
            ("b", 1, None),
            // A batch whose confirm was lost comes again.
            ("a", 7, None),
            ("a", 8, None),
            ("a", 11, Some(2)),
            ("a", 12, None),
            ("b", 3, Some(1)),
            ("b", 2, None),
            ("b", 4, None),
            ("a", i64::MAX, Some(i64::MAX - 13)),
            ("c", i64::MIN, None),
            ("c", i64::MAX, Some(i64::MAX - 1)),
        ] {
            assert_eq!(order.take(key, seq), missing, "{key} {seq}");
        }
    }

    #[test]
    fn the_memory_of_keys_is_bounded() {
        let mut order = KeyOrder::default();
        for number in 0..=MOST_KEYS {
            order.take(&number.to_string(), 1);
        }
        assert_eq!(order.newest.len(), 1, "all but the newest were forgotten");
    }
}
