//! What a price card shows: what holds now, and when that changes.

use jiff::civil::Weekday;
use proptest::prelude::*;

use super::*;
use Dimension::{Energy, Flat, ParkingTime};

fn kwh(price: &str) -> Component {
    component(Energy, price, "", 1)
}

fn daily(start: &str, end: &str) -> Restrictions {
    Restrictions {
        start_time: Some(time(start)),
        end_time: Some(time(end)),
        ..Restrictions::default()
    }
}

#[test]
fn the_next_turn_is_the_first_moment_at_which_something_else_holds() {
    let check = |rates: &Rates, after: &str, expect: Option<&str>, why: &str| {
        let turn = rates.next_turn(&berlin(), instant(after));
        assert_eq!(turn, expect.map(instant), "{why}");
    };
    let steady = rates(vec![always(&[kwh("0.45")])]);
    check(&steady, "2026-10-24T12:00:00Z", None, "it never turns");

    let night = rates(vec![
        element(&[kwh("0.25")], daily("22:00", "06:00")),
        always(&[kwh("0.45")]),
    ]);
    check(
        &night,
        "2026-10-24T12:00:00Z",
        Some("2026-10-24T20:00:00Z"),
        "ten in the evening",
    );
    check(
        &night,
        "2026-10-24T20:00:00Z",
        Some("2026-10-25T05:00:00Z"),
        "six, after the clock was turned",
    );
    let same = rates(vec![
        element(&[kwh("0.45")], daily("22:00", "06:00")),
        always(&[kwh("0.45")]),
    ]);
    check(
        &same,
        "2026-10-24T12:00:00Z",
        None,
        "another element and the same price is no turn",
    );

    let sunday = rates(vec![
        element(
            &[kwh("0.25")],
            Restrictions {
                days: vec![Weekday::Sunday],
                ..Restrictions::default()
            },
        ),
        always(&[kwh("0.45")]),
    ]);
    check(
        &sunday,
        "2026-10-25T23:00:00Z",
        Some("2026-10-31T23:00:00Z"),
        "six days later",
    );

    let far = rates(vec![
        element(
            &[kwh("0.25")],
            Restrictions {
                days: vec![Weekday::Monday],
                start_date: Some("2027-01-01".parse().expect("a day")),
                end_date: Some("2027-02-01".parse().expect("a day")),
                ..Restrictions::default()
            },
        ),
        always(&[kwh("0.45")]),
    ]);
    check(
        &far,
        "2026-10-24T12:00:00Z",
        Some("2027-01-03T23:00:00Z"),
        "the first Monday from that day on",
    );
    check(
        &far,
        "2027-02-01T12:00:00Z",
        None,
        "and no more once it is over",
    );
}

#[test]
fn a_card_shows_what_a_charge_begins_with_and_idling_whenever_it_is_taken() {
    let after = Restrictions {
        min_duration_s: Some(3_600),
        ..Restrictions::default()
    };
    let beyond = Restrictions {
        min_wh: Some(10_000),
        ..Restrictions::default()
    };
    let rates = rates(vec![
        element(&[component(ParkingTime, "6", "", 1)], after),
        element(&[kwh("0.80")], beyond),
        always(&[kwh("0.40"), component(Flat, "1", "20", 1)]),
    ]);
    let now = rates.now(&TimeZone::UTC, instant("2026-10-24T12:00:00Z"));
    let micro = |component: Option<Component>| component.map(|one| one.gross(rates.basis).micro);
    assert_eq!(micro(now.energy), Some(400_000), "the first kWh");
    assert_eq!(
        micro(now.idle),
        Some(6_000_000),
        "an hour from now, and told now"
    );
    assert_eq!(micro(now.flat), Some(1_200_000), "with the tax on top");
    assert_eq!(micro(now.time), None);
}

#[test]
fn rates_have_a_short_form_where_they_are_what_it_makes() {
    let short = Short {
        per_kwh: micro("0.45", "KWD"),
        per_minute: Some(micro("0.020001", "KWD")),
        session_fee: None,
        idle_per_minute: Some(micro("0.1", "KWD")),
        tax: percent("19"),
    };
    let mut made = rates(short.elements());
    assert_eq!(Short::of(&made), None, "tax on top");
    made.basis = TaxBasis::Included;
    assert_eq!(Short::of(&made), Some(short));
    made.elements[0].components[1].step_size = 60;
    assert_eq!(Short::of(&made), None, "a step");
    made.elements = vec![made.elements[0].clone(), always(&[kwh("0.45")])];
    assert_eq!(Short::of(&made), None, "two elements");
}

proptest! {
    #[test]
    fn between_now_and_the_next_turn_nothing_else_holds(
        start in 0..24_i8, length in 1..24_i8, days in proptest::collection::vec(0..7_i8, 0..3), minute in 0..900_000_i64, share in 0..1_000_i64,
    ) {
        let hour = |hour: i8| Some(jiff::civil::time(hour.rem_euclid(24), 0, 0, 0));
        let days = days.into_iter().map(|day| Weekday::from_monday_zero_offset(day).expect("0 to 6"));
        let inside = Restrictions {
            start_time: hour(start),
            end_time: hour(start + length),
            days: days.collect(),
            ..Restrictions::default()
        };
        let rates = rates(vec![element(&[kwh("0.25")], inside), always(&[kwh("0.45")])]);
        let at = instant("2026-01-01T00:00:00Z") + jiff::SignedDuration::from_mins(minute);
        let now = rates.now(&berlin(), at);
        if let Some(turn) = rates.next_turn(&berlin(), at) {
            prop_assert_ne!(rates.now(&berlin(), turn), now);
            let span = turn.duration_since(at).as_secs() - 1;
            let between = at + jiff::SignedDuration::from_secs(span * share / 1_000);
            prop_assert_eq!(rates.now(&berlin(), between), now);
        }
    }
}
