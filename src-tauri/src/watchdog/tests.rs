//! What is done about a page, whatever becomes of it.

use super::*;

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_page_that_beats_is_left_alone_and_one_that_missed_three_is_ended_once() {
    let mut watchdog = Watchdog::new(at(3), 3);
    watchdog.begins(at(0));
    for second in 1..100 {
        watchdog.beat(at(second));
        assert_eq!(watchdog.look(at(second)), None);
    }
    assert_eq!(watchdog.look(at(101)), None, "two missed");
    assert_eq!(watchdog.look(at(102)), Some(Deed::End));
    assert_eq!(watchdog.look(at(103)), None, "it is being ended");
    assert_eq!(watchdog.look(at(122)), Some(Deed::End), "and once more");
    assert_eq!(watchdog.died(&[], at(123)), Some(Deed::Reload));
}

#[test]
fn a_page_that_never_comes_is_ended_be_it_the_first_or_the_next() {
    let mut watchdog = Watchdog::new(at(3), 3);
    assert_eq!(watchdog.look(at(19)), None);
    assert_eq!(watchdog.look(at(20)), Some(Deed::End));
    assert_eq!(watchdog.died(&[], at(21)), Some(Deed::Reload));
    assert_eq!(watchdog.look(at(40)), None);
    assert_eq!(watchdog.look(at(41)), Some(Deed::End));
}

#[test]
fn the_third_failure_in_five_minutes_starts_the_app_anew() {
    let mut watchdog = Watchdog::new(at(3), 3);
    assert_eq!(watchdog.died(&[], at(0)), Some(Deed::Reload));
    assert_eq!(watchdog.died(&[], at(200)), Some(Deed::Reload));
    assert_eq!(
        watchdog.died(&[], at(301)),
        Some(Deed::Reload),
        "the first is long ago"
    );
    assert_eq!(watchdog.died(&[], at(302)), Some(Deed::Restart));
}

#[test]
fn after_three_starts_for_nothing_the_app_says_so_and_stays() {
    let mut watchdog = Watchdog::new(at(3), 1);
    let minutes = |minutes: u64| at(minutes * 60);
    let starts = [minutes(1), minutes(20), minutes(31)];
    assert_eq!(
        watchdog.died(&starts, at(0)),
        Some(Deed::Restart),
        "one is long ago"
    );
    let starts = [minutes(1), minutes(20), minutes(30)];
    assert_eq!(watchdog.died(&starts, at(1)), Some(Deed::GiveUp));
    assert_eq!(
        watchdog.died(&[], at(2)),
        Some(Deed::GiveUp),
        "that page, too, is shown again"
    );
}
