//! What the charge points of a fleet do once they are connected, and how long each part of it takes.

use std::time::Duration;

/// [`Scenario::Busy`] and [`Scenario::Flaky`]: no charge lasts longer.
const LONGEST_CHARGE: Duration = Duration::from_secs(20);
/// And no connector rests longer.
const LONGEST_REST: Duration = Duration::from_secs(3);

/// What the charge points of a fleet do once they are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Boot, report every connector available, send heartbeats; charge what the central system starts.
    Idle,
    /// The same, and charge one car after the other on every connector.
    Charge,
    /// The same with short charges and short rests of different lengths: everything happens often.
    Busy,
    /// As busy, over a bad connection and mains: cuts its own socket at random moments, is away for
    /// seconds, or loses its power and forgets what is not in its queue.
    Flaky,
}

impl Scenario {
    /// Cars come by themselves.
    pub(crate) fn charges(self) -> bool {
        self != Self::Idle
    }

    /// How long a charge lasts where the settings say `usual`.
    pub(crate) fn length(self, usual: Duration) -> Duration {
        match self {
            Self::Idle | Self::Charge => usual,
            Self::Busy | Self::Flaky => part_of(usual.min(LONGEST_CHARGE)),
        }
    }

    /// How long a connector rests where the settings say `usual`.
    pub(crate) fn rest(self, usual: Duration) -> Duration {
        match self {
            Self::Idle | Self::Charge => usual,
            Self::Busy | Self::Flaky => part_of(usual.min(LONGEST_REST)),
        }
    }
}

/// A trouble of a flaky charge point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The socket is gone in the middle of things.
    Cut,
    /// The same, and no connection can be made for a time.
    Away(Duration),
    /// The power is gone for a time.
    PowerLoss(Duration),
}

impl Trouble {
    /// Any of them; no time is longer than `longest`.
    pub(crate) fn any(longest: Duration) -> Self {
        match rand::random_range(0..4) {
            0 | 1 => Self::Cut,
            2 => Self::Away(part_of(longest)),
            _ => Self::PowerLoss(part_of(longest)),
        }
    }

    /// How long it takes until the next one where it is `average` in the mean.
    pub(crate) fn after(average: Duration) -> Duration {
        rand::random_range(average / 10..=average.saturating_mul(19) / 10)
    }
}

/// A random part, at least a quarter.
fn part_of(most: Duration) -> Duration {
    rand::random_range(most / 4..=most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_charges_are_short_and_differ_and_others_are_as_the_settings_say() {
        let usual = Duration::from_mins(5);
        assert_eq!(Scenario::Charge.length(usual), usual);
        assert_eq!(Scenario::Idle.rest(usual), usual);
        for scenario in [Scenario::Busy, Scenario::Flaky] {
            let lengths: Vec<_> = (0..100).map(|_| scenario.length(usual)).collect();
            let short = LONGEST_CHARGE / 4..=LONGEST_CHARGE;
            assert!(
                lengths.iter().all(|length| short.contains(length)),
                "{lengths:?}"
            );
            assert!(
                lengths.iter().any(|length| *length != lengths[0]),
                "all the same"
            );
            let rest = scenario.rest(Duration::from_millis(8));
            assert!(
                rest <= Duration::from_millis(8),
                "settings shorten: {rest:?}"
            );
        }
    }

    #[test]
    fn every_trouble_comes_and_none_lasts_longer_than_the_longest() {
        let longest = Duration::from_secs(8);
        let troubles: Vec<_> = (0..200).map(|_| Trouble::any(longest)).collect();
        let lasting = |trouble: &Trouble| match trouble {
            Trouble::Cut => Duration::ZERO,
            Trouble::Away(time) | Trouble::PowerLoss(time) => *time,
        };
        assert!(troubles.iter().all(|trouble| lasting(trouble) <= longest));
        for there in [
            |trouble: &Trouble| matches!(trouble, Trouble::Cut),
            |trouble: &Trouble| matches!(trouble, Trouble::Away(_)),
            |trouble: &Trouble| matches!(trouble, Trouble::PowerLoss(_)),
        ] {
            assert!(troubles.iter().any(there), "of 200 troubles: {troubles:?}");
        }
    }
}
