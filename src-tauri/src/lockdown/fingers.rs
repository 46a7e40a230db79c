//! One finger at a time: with two, WebKit zooms and swipes. The others are as if they had not touched.

use std::time::Duration;

/// After so long without news of the first finger another one counts: its end may have been lost.
const LOST: Duration = Duration::from_secs(5);

/// What a finger does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// It comes.
    Begin,
    /// It moves.
    Update,
    /// It goes, or is taken away.
    End,
}

/// The one that counts, known by whatever the system calls a finger.
#[derive(Debug)]
pub struct Fingers<F> {
    first: Option<(F, Duration)>,
}

impl<F> Default for Fingers<F> {
    fn default() -> Self {
        Self { first: None }
    }
}

impl<F: PartialEq> Fingers<F> {
    /// Whether what a finger does reaches the page; `now` is any clock that only goes forward.
    pub fn passes(&mut self, finger: F, touch: Touch, now: Duration) -> bool {
        let is_first = self
            .first
            .as_ref()
            .is_some_and(|(first, _)| *first == finger);
        let held = self
            .first
            .as_ref()
            .is_some_and(|(_, heard)| now.saturating_sub(*heard) < LOST);
        match touch {
            Touch::Begin if held && !is_first => false,
            Touch::Begin => {
                self.first = Some((finger, now));
                true
            }
            Touch::Update if is_first => {
                self.first = Some((finger, now));
                true
            }
            Touch::End if is_first => {
                self.first = None;
                true
            }
            Touch::Update | Touch::End => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Touch::{Begin, End, Update};
    use super::*;

    fn check(story: &[(u64, char, Touch, bool)]) {
        let mut fingers = Fingers::default();
        for (second, finger, touch, expect) in story {
            let passes = fingers.passes(*finger, *touch, Duration::from_secs(*second));
            assert_eq!(
                passes, *expect,
                "{finger} {touch:?} at {second} s of {story:?}"
            );
        }
    }

    #[test]
    fn a_pinch_is_one_finger_that_moves() {
        check(&[
            (0, 'a', Begin, true),
            (0, 'b', Begin, false),
            (1, 'a', Update, true),
            (1, 'b', Update, false),
            (1, 'c', Begin, false),
            (2, 'b', End, false),
            (2, 'a', End, true),
        ]);
    }

    #[test]
    fn the_next_finger_counts_when_the_first_is_gone() {
        check(&[
            (0, 'a', Begin, true),
            (0, 'b', Begin, false),
            (1, 'a', End, true),
            (1, 'b', Update, false),
            (1, 'b', End, false),
            (2, 'b', Begin, true),
            (2, 'b', End, true),
            (2, 'a', Begin, true),
        ]);
    }

    #[test]
    fn a_finger_whose_end_was_lost_blocks_nobody_for_long() {
        check(&[
            (0, 'a', Begin, true),
            (4, 'b', Begin, false),
            (5, 'c', Begin, true),
            (5, 'a', Update, false),
            (6, 'a', End, false),
            (6, 'c', End, true),
        ]);
        // The same finger again.
        check(&[
            (0, 'a', Begin, true),
            (1, 'a', Begin, true),
            (1, 'a', End, true),
        ]);
    }
}
