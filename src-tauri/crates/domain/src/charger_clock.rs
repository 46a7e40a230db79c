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

/// What a charge's own clock is off by: its start as the charger told it, and when it began for us. A start is told after
/// it happened, so one in the future began when it was told.
pub fn began(told: Timestamp, now: Timestamp) -> Timestamp {
    if fault(told, now).is_some() || told > now {
        now
    } else {
        told
    }
}

/// Whether the clock of a start is near enough to ours to measure power by.
pub fn keeps_time(told: Timestamp, began: Timestamp) -> bool {
    told.duration_since(began).abs() <= AHEAD
}

/// When something in a charge happened, by the clock that the charge is counted by. A clock that was wrong at the start
/// and still runs tells how long it is since then; one that was set in between tells nothing: it happened when it came.
pub fn settled(at: Timestamp, (told, began): (Timestamp, Timestamp), now: Timestamp) -> Timestamp {
    let ahead = told.duration_since(began);
    let Ok(shifted) = at.checked_sub(ahead) else {
        return now;
    };
    if now < began {
        // It is our own clock that went back.
        return shifted.max(began);
    }
    // Kept and sent later, a charge of a clock ahead of ours may end a little in the future.
    let latest = if ahead.is_zero() {
        now
    } else {
        now.saturating_add(AHEAD).unwrap_or(now)
    };
    if (began..=latest).contains(&shifted) {
        shifted
    } else {
        now
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

    #[test]
    fn what_happens_in_a_charge_is_dated_by_a_clock_that_can_be_true() {
        let time = |text: &str| text.parse::<Timestamp>().expect("a literal time");
        let now = time("2026-11-24T12:00:00Z");
        for (told, at, expect, why) in [
            (
                "2026-11-24T11:00:00Z",
                "2026-11-24T11:30:00Z",
                "2026-11-24T11:30:00Z",
                "a clock that is right",
            ),
            (
                "2026-08-24T11:00:00Z",
                "2026-08-24T11:30:00Z",
                "2026-08-24T11:30:00Z",
                "kept for months",
            ),
            (
                "2026-11-24T11:00:00Z",
                "2026-11-24T12:00:30Z",
                "2026-11-24T12:00:00Z",
                "a little ahead",
            ),
            (
                "2026-11-24T11:00:00Z",
                "2026-11-24T10:30:00Z",
                "2026-11-24T12:00:00Z",
                "set back since",
            ),
            (
                "2026-11-24T11:00:00Z",
                "2099-12-31T23:59:59Z",
                "2026-11-24T12:00:00Z",
                "broken since",
            ),
            (
                "1970-01-01T00:00:07Z",
                "1970-01-01T00:30:07Z",
                "2026-11-24T12:30:00Z",
                "wrong, and runs",
            ),
            (
                "1970-01-01T00:00:07Z",
                "2026-11-24T11:59:00Z",
                "2026-11-24T12:00:00Z",
                "set since",
            ),
            (
                "2026-11-24T17:00:00Z",
                "2026-11-24T17:10:00Z",
                "2026-11-24T12:10:00Z",
                "of another time zone",
            ),
            (
                "2026-11-24T17:00:00Z",
                "2026-11-24T12:00:00Z",
                "2026-11-24T12:00:00Z",
                "and set since",
            ),
        ] {
            let told = time(told);
            let began = began(told, now);
            assert_eq!(settled(time(at), (told, began), now), time(expect), "{why}");
        }
        let began = time("2026-11-24T13:00:00Z");
        let at = time("2026-11-24T13:30:00Z");
        assert_eq!(
            settled(at, (began, began), now),
            at,
            "our own clock went back"
        );
    }
}
