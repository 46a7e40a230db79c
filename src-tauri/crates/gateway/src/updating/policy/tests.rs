//! When updates are installed, as a table.
//!
//! Seen red with these bugs planted: sessions, or a driver at the screen, not asked for; the hour not asked for, or a yes not heard; not its
//! turn and yet installed; nobody ever asked; quiet hours that end a minute late or never reach over midnight; the same machines always
//! first; one percent too many.

use std::time::Duration;

use jiff::civil::{Time, time};

use super::{QuietHours, Site, Verdict, Why, has_its_turn, judge};

const DAY: Duration = Duration::from_hours(24);

fn site(at: Time) -> Site {
    Site {
        time: at,
        driver_here: false,
        sessions: 0,
        ready_for: DAY,
        agreed: false,
        turn: true,
    }
}

#[test]
fn an_update_waits_for_the_night_and_for_every_session() {
    let night = site(time(3, 0, 0, 0));
    let noon = site(time(12, 0, 0, 0));
    let long = |site: Site| Site {
        ready_for: 7 * DAY,
        ..site
    };
    let agreed = |site: Site| Site {
        agreed: true,
        ..long(site)
    };
    let charging = |site: Site| Site {
        sessions: 1,
        ..site
    };
    let touched = |site: Site| Site {
        driver_here: true,
        ..site
    };
    let later = |site: Site| Site {
        turn: false,
        ..site
    };
    let almost = Site {
        ready_for: Duration::from_secs(7 * 24 * 3_600 - 1),
        ..noon
    };
    for (what, site, verdict) in [
        ("at night", night, Verdict::Install),
        ("at noon", noon, Verdict::Wait(Why::Hour)),
        (
            "somebody charges",
            charging(night),
            Verdict::Wait(Why::Session),
        ),
        (
            "somebody is here",
            touched(night),
            Verdict::Wait(Why::Session),
        ),
        ("not its turn", later(night), Verdict::Wait(Why::Turn)),
        ("a second before a week", almost, Verdict::Wait(Why::Hour)),
        ("a week", long(noon), Verdict::Ask(Why::Hour)),
        (
            "a week of nights with a car",
            long(charging(night)),
            Verdict::Ask(Why::Session),
        ),
        ("a week, a quiet night", long(night), Verdict::Install),
        (
            "a week, not its turn",
            later(long(noon)),
            Verdict::Wait(Why::Turn),
        ),
        ("agreed at noon", agreed(noon), Verdict::Install),
        (
            "agreed, but somebody charges",
            agreed(charging(noon)),
            Verdict::Wait(Why::Session),
        ),
    ] {
        assert_eq!(judge(&site, QuietHours::default()), verdict, "{what}");
    }
}

#[test]
fn quiet_hours_end_when_they_say_and_may_go_over_midnight() {
    let installs = |hours: &str, hour, minute| {
        let quiet = hours.parse().expect("hours");
        judge(&site(time(hour, minute, 0, 0)), quiet) == Verdict::Install
    };
    for (hours, hour, minute, quiet) in [
        ("02:00-05:00", 1, 59, false),
        ("02:00-05:00", 2, 0, true),
        ("02:00-05:00", 4, 59, true),
        ("02:00-05:00", 5, 0, false),
        ("23:00-04:00", 22, 59, false),
        ("23:00-04:00", 23, 0, true),
        ("23:00-04:00", 0, 0, true),
        ("23:00-04:00", 4, 0, false),
    ] {
        assert_eq!(
            installs(hours, hour, minute),
            quiet,
            "{hour}:{minute} in {hours}"
        );
    }
    for text in ["", "02:00", "2-5", "25:00-05:00", "02:00-02:00"] {
        assert!(text.parse::<QuietHours>().is_err(), "{text:?}");
    }
}

#[test]
fn a_roll_out_reaches_that_part_of_all_machines_and_only_more() {
    let reached = |version: &str, percent| -> Vec<usize> {
        let machines = 0..2_000;
        machines
            .filter(|machine| has_its_turn(&format!("machine {machine}"), version, percent))
            .collect()
    };
    assert!(reached("0.2.0", 0).is_empty());
    assert_eq!(reached("0.2.0", 100).len(), 2_000);
    let (few, more) = (reached("0.2.0", 10), reached("0.2.0", 50));
    assert!((140..260).contains(&few.len()), "{}", few.len());
    assert!((900..1_100).contains(&more.len()), "{}", more.len());
    assert!(few.iter().all(|machine| more.contains(machine)));
    // Not always the same ones first.
    assert!(reached("0.3.0", 10) != few);
}
