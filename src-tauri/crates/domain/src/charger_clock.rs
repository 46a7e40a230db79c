//! What a charger's clock says, and whether it can be true.

use jiff::{SignedDuration, Timestamp};

/// Nothing that happened before there was a Forecourt can be told to it: a clock without a battery begins in 1970,
/// 2000 or the year its maker chose.
const FIRST: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// How far ahead of ours a charger's clock may be: a day covers every mistaken time zone.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Why a time that a charger names cannot be true; `None`: it can, be it months old (OCPP 1.6 §3.7).
pub fn fault(at: Timestamp, now: Timestamp) -> Option<&'static str> {
    if at < FIRST {
        Some("its time lies before 2026")
    } else if at.duration_since(now) > AHEAD {
        Some("its time lies more than a day ahead")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_odd_before_2026_and_more_than_a_day_ahead() {
        let time = |text: &str| text.parse::<Timestamp>().expect("a literal time");
        let now = time("2026-11-24T12:00:00Z");
        for (at, odd) in [
            ("1970-01-01T00:00:07Z", true),
            ("1926-11-24T12:00:00Z", true),
            ("2025-12-31T23:59:59Z", true),
            ("2026-01-01T00:00:00Z", false),
            ("2026-08-24T12:00:00Z", false),
            ("2026-11-25T12:00:00Z", false),
            ("2026-11-25T12:00:01Z", true),
            ("2099-12-31T23:59:59Z", true),
        ] {
            assert_eq!(fault(time(at), now).is_some(), odd, "{at}");
        }
    }
}
