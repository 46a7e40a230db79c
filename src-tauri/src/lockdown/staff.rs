//! How staff leaves the lock: how often a PIN may be tried, and for how long the right one holds. The clock comes in: any that
//! only goes forward. Whether a PIN is right is the gateway's to say.

use std::time::Duration;

use serde::Deserialize;

/// How many wrong PINs cost no waiting.
const FREE: u32 = 4;
/// What the next one costs; each further one twice as much.
const FIRST: Duration = Duration::from_mins(1);
/// The most.
const LONGEST: Duration = Duration::from_mins(15);
/// How long the right PIN holds without another word.
const HOLDS: Duration = Duration::from_mins(2);

/// What staff may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// Leave the lock, until the next start.
    Unlock,
    /// Lock again.
    Lock,
    /// The drivers' board.
    Driver,
    /// The operator's desk.
    Desk,
    /// Start the app anew.
    Restart,
    /// End it.
    Quit,
}

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too many wrong PINs: nobody is listened to for so long.
    Wait(Duration),
    /// No right PIN stands behind it.
    Outside,
}

/// Who stands in front of the screen, as far as PINs tell.
#[derive(Debug, Default)]
pub struct Staff {
    wrong: u32,
    until: Duration,
    inside: Option<Duration>,
}

impl Staff {
    /// Somebody says a PIN. It counts as a wrong one until it is known to be right, so that many at once are as many tries.
    pub fn tries(&mut self, now: Duration) -> Result<(), Refusal> {
        if now < self.until {
            return Err(Refusal::Wait(self.until.saturating_sub(now)));
        }
        self.inside = None;
        self.wrong = self.wrong.saturating_add(1);
        if let Some(beyond) = self.wrong.checked_sub(FREE + 1) {
            let wait = FIRST
                .saturating_mul(2_u32.saturating_pow(beyond))
                .min(LONGEST);
            self.until = now.saturating_add(wait);
        }
        Ok(())
    }

    /// It was the right one.
    pub fn enters(&mut self, now: Duration) {
        *self = Self {
            inside: Some(now.saturating_add(HOLDS)),
            ..Self::default()
        };
    }

    /// Nobody was asked: the site has no PIN.
    pub fn was_not_asked(&mut self) {
        *self = Self::default();
    }

    /// Something is asked for that only staff may.
    pub fn may_act(&mut self, now: Duration) -> Result<(), Refusal> {
        if self.inside.is_none_or(|until| now >= until) {
            return Err(Refusal::Outside);
        }
        self.inside = Some(now.saturating_add(HOLDS));
        Ok(())
    }

    /// They go.
    pub fn leaves(&mut self) {
        self.inside = None;
    }

    /// How long nobody is listened to.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        Some(self.until.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn five_wrong_pins_are_followed_by_a_minute_and_each_further_one_by_twice_as_long() {
        let mut staff = Staff::default();
        for free in 0..4 {
            assert_eq!(staff.tries(seconds(free)), Ok(()), "try {free}");
            assert_eq!(staff.waits(seconds(free)), None);
        }
        let mut now = 10;
        for wait in [60, 120, 240, 480, 900, 900, 900] {
            assert_eq!(staff.tries(seconds(now)), Ok(()));
            assert_eq!(staff.waits(seconds(now)), Some(seconds(wait)));
            let early = staff.tries(seconds(now + wait - 1));
            assert_eq!(early, Err(Refusal::Wait(seconds(1))), "and that is no try");
            now += wait;
        }
    }

    #[test]
    fn waiting_longer_than_one_has_to_does_not_give_five_tries_back() {
        let mut staff = Staff::default();
        for _ in 0..5 {
            staff.tries(seconds(0)).expect("they are free");
        }
        assert_eq!(staff.tries(seconds(86_400)), Ok(()));
        assert_eq!(staff.waits(seconds(86_400)), Some(seconds(120)));
    }

    #[test]
    fn the_right_pin_forgives_the_wrong_ones_and_holds_for_two_minutes_without_a_word() {
        let mut staff = Staff::default();
        assert_eq!(staff.may_act(seconds(0)), Err(Refusal::Outside));
        for _ in 0..3 {
            staff.tries(seconds(0)).expect("they are free");
        }
        staff.tries(seconds(1)).expect("it is the fourth");
        staff.enters(seconds(1));
        assert_eq!(staff.may_act(seconds(100)), Ok(()));
        assert_eq!(staff.may_act(seconds(219)), Ok(()), "each word counts");
        assert_eq!(staff.may_act(seconds(339)), Err(Refusal::Outside));
        staff.enters(seconds(400));
        staff.leaves();
        assert_eq!(staff.may_act(seconds(400)), Err(Refusal::Outside));
    }

    #[test]
    fn a_wrong_pin_takes_away_what_the_right_one_gave() {
        let mut staff = Staff::default();
        staff.tries(seconds(0)).expect("it is free");
        staff.enters(seconds(0));
        staff.tries(seconds(1)).expect("it is free");
        assert_eq!(staff.may_act(seconds(1)), Err(Refusal::Outside));
    }

    #[test]
    fn no_count_of_wrong_pins_is_too_much() {
        let mut staff = Staff {
            wrong: u32::MAX,
            ..Staff::default()
        };
        staff.tries(seconds(u64::MAX)).expect("the wait is over");
        assert_eq!(staff.wrong, u32::MAX);
    }
}
