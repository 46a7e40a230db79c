//! Clocks that are turned, midnights, and windows that go over them: by the station's clock, whatever UTC says.

use jiff::civil::Weekday;

use super::*;
use Activity::Charging;
use Dimension::{Energy, Time};

/// 1.00 an hour within the restrictions, 10.00 an hour without.
fn inside_and_outside(inside: Restrictions) -> Rates {
    let hour = |price: &str| component(Time, price, "", 1);
    rates(vec![
        element(&[hour("1.00")], inside),
        always(&[hour("10.00")]),
    ])
}

fn hours(start: &str, end: &str) -> Restrictions {
    Restrictions {
        start_time: Some(time(start)),
        end_time: Some(time(end)),
        ..Restrictions::default()
    }
}

/// Minutes inside and outside.
fn minutes(rates: &Rates, began: &str, until: &str) -> (i64, i64) {
    let periods = [period(instant(until), 10_000, Charging)];
    let bill = price(rates, &berlin(), instant(began), &periods);
    let of = |micro: i64| {
        let lines = bill.lines.iter().filter(|line| line.price.micro == micro);
        lines.map(|line| line.quantity / 60_000).sum()
    };
    (of(1_000_000), of(10_000_000))
}

#[test]
fn a_night_is_shorter_and_longer_where_the_clock_is_turned() {
    let night = inside_and_outside(hours("22:00", "06:00"));
    assert_eq!(
        minutes(&night, "2026-01-10T20:00:00Z", "2026-01-11T07:00:00Z"),
        (480, 180),
        "a night of eight hours, one hour before it and two after"
    );
    assert_eq!(
        minutes(&night, "2026-03-28T20:00:00Z", "2026-03-29T07:00:00Z"),
        (420, 240),
        "seven hours: from two it is three"
    );
    assert_eq!(
        minutes(&night, "2026-10-24T19:00:00Z", "2026-10-25T07:00:00Z"),
        (540, 180),
        "nine hours: at three it is two again"
    );
}

#[test]
fn an_hour_that_comes_twice_counts_twice_and_one_that_never_comes_does_not_count() {
    let half_past = inside_and_outside(hours("02:30", "03:00"));
    assert_eq!(
        minutes(&half_past, "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"),
        (60, 180),
        "half past two to three comes twice"
    );
    assert_eq!(
        minutes(&half_past, "2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z"),
        (0, 180),
        "and not at all"
    );
    let over_the_gap = inside_and_outside(hours("01:30", "02:30"));
    assert_eq!(
        minutes(
            &over_the_gap,
            "2026-03-29T00:00:00Z",
            "2026-03-29T03:00:00Z"
        ),
        (30, 150),
        "its end is never on the clock: it ends where the clock jumps past it"
    );
    assert_eq!(
        minutes(
            &over_the_gap,
            "2026-10-24T23:00:00Z",
            "2026-10-25T03:00:00Z"
        ),
        (90, 150),
        "from half past one to half past two, and from two to half past two again"
    );
}

#[test]
fn days_begin_at_the_stations_midnight() {
    let sunday = inside_and_outside(Restrictions {
        days: vec![Weekday::Sunday],
        ..Restrictions::default()
    });
    assert_eq!(
        minutes(&sunday, "2026-10-24T21:00:00Z", "2026-10-26T00:00:00Z"),
        (25 * 60, 120),
        "a Sunday of 25 hours, an hour before it and one after"
    );
    let dated = inside_and_outside(Restrictions {
        start_date: Some("2026-12-24".parse().expect("a day")),
        end_date: Some("2026-12-26".parse().expect("a day")),
        ..Restrictions::default()
    });
    assert_eq!(
        minutes(&dated, "2026-12-23T22:00:00Z", "2026-12-26T01:00:00Z"),
        (48 * 60, 180),
        "the last day is exclusive"
    );
}

#[test]
fn energy_is_divided_evenly_at_midnight_and_none_is_lost() {
    let kwh = |price: &str| component(Energy, price, "", 1);
    let new_year = Restrictions {
        end_date: Some("2027-01-01".parse().expect("a day")),
        ..Restrictions::default()
    };
    let rates = rates(vec![
        element(&[kwh("0.10")], new_year),
        always(&[kwh("0.20")]),
    ]);
    let began = instant("2026-12-31T22:30:00Z");
    let periods = [period(instant("2027-01-01T00:00:00Z"), 10_001, Charging)];
    let bill = price(&rates, &berlin(), began, &periods);
    let wh: Vec<i64> = bill.lines.iter().map(|line| line.quantity).collect();
    assert_eq!(
        wh,
        [3_333, 6_668],
        "half an hour before midnight, an hour after"
    );
}
