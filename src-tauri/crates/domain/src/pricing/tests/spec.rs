//! The worked examples of OCPI 2.2.1: `mod_tariffs` §11.3.1.1 and the examples at `PriceComponent` and
//! `TariffRestrictions`, `mod_cdrs` on `step_size`. The specification does not round; its figures have three decimals at
//! most, so they are priced in a currency that has three.
//!
//! In two places its pages contradict each other, and `mod_cdrs` decides ("only taken into account for the total
//! parking duration"), as it does for `ocpi-tariffs`: "switching to different Tariff Element #1" (the tariff's page
//! rounds charging and parking together) and "Complex", on a Saturday (it rounds charging although parking follows).
//! Reservations are not priced: no session of ours has one.

use jiff::civil::Weekday;

use super::*;
use Activity::{Charging, Idle};
use Dimension::{Energy, Flat, ParkingTime, Time};

/// A charge from a moment: minutes after the one before, Wh so far, and whether it charged.
fn cost(rates: &Rates, began: &str, stretches: &[(i64, i64, Activity)]) -> (String, String) {
    sums(&bill(rates, began, stretches))
}

fn bill(rates: &Rates, began: &str, stretches: &[(i64, i64, Activity)]) -> Bill {
    let began = instant(began);
    let mut minutes = 0;
    let periods: Vec<Period> = stretches
        .iter()
        .map(|(lasted, wh, activity)| {
            minutes += lasted;
            let until = began + jiff::SignedDuration::from_mins(minutes);
            period(until, *wh, *activity)
        })
        .collect();
    price(rates, &TimeZone::UTC, began, &periods)
}

fn printed(net: &str, total: &str) -> (String, String) {
    (net.to_owned(), total.to_owned())
}

const NOON: &str = "2018-12-05T12:00:00Z";

#[test]
fn a_price_per_kwh_a_start_fee_and_parking_cost_what_the_specification_says() {
    let energy = component(Energy, "0.25", "10", 1);
    let start = component(Flat, "0.50", "20", 1);
    let parking = component(ParkingTime, "2.00", "20", 900);
    let charge = [(60, 20_000, Charging)];
    let simple = rates(vec![always(&[energy])]);
    assert_eq!(cost(&simple, NOON, &charge), printed("5.000", "5.500"));
    let with_start = rates(vec![always(&[start, energy])]);
    assert_eq!(cost(&with_start, NOON, &charge), printed("5.500", "6.100"));
    let with_parking = rates(vec![always(&[start, energy, parking])]);
    let parked = [(60, 20_000, Charging), (40, 20_000, Idle)];
    assert_eq!(
        cost(&with_parking, NOON, &parked),
        printed("7.000", "7.900"),
        "40 minutes are billed as 45"
    );
}

#[test]
fn a_least_and_a_highest_price_hold_with_tax_and_without() {
    let energy = component(Energy, "0.25", "10", 1);
    let limit = |net, total| {
        Some(Limit {
            net_minor: Some(net),
            total_minor: Some(total),
        })
    };
    let least = Rates {
        min_price: limit(500, 550),
        ..rates(vec![always(&[energy])])
    };
    let charged = |rates: &Rates, wh| cost(rates, NOON, &[(60, wh, Charging)]);
    assert_eq!(charged(&least, 20_000), printed("5.000", "5.500"));
    assert_eq!(charged(&least, 1_999), printed("0.500", "0.550"));
    let most = Rates {
        max_price: limit(10_000, 11_000),
        ..rates(vec![always(&[component(Flat, "0.50", "20", 1), energy])])
    };
    assert_eq!(charged(&most, 50_000), printed("10.000", "11.000"));
    assert_eq!(charged(&most, 30_000), printed("8.000", "8.850"));
}

#[test]
fn time_costs_what_the_specification_says() {
    let simple = rates(vec![always(&[component(Time, "2.00", "10", 60)])]);
    let charge = [(150, 20_000, Charging)];
    assert_eq!(cost(&simple, NOON, &charge), printed("5.000", "5.500"));
    let idled = [(150, 20_000, Charging), (42, 20_000, Idle)];
    assert_eq!(
        cost(&simple, NOON, &idled),
        printed("5.000", "5.500"),
        "a tariff without PARKING_TIME costs nothing once the car is full"
    );
    let both = rates(vec![always(&[
        component(Time, "3.00", "10", 60),
        component(ParkingTime, "5.00", "20", 300),
    ])]);
    assert_eq!(
        cost(&both, NOON, &idled),
        printed("11.250", "12.750"),
        "42 minutes are billed as 45"
    );
    let text = rates(vec![always(&[component(Time, "1.90", "5.2", 300)])]);
    let four_ninety_seven = cost(&text, NOON, &charge);
    assert_eq!(
        four_ninety_seven,
        printed("4.750", "4.997"),
        "printed there as 5.00"
    );
}

#[test]
fn energy_is_billed_in_the_steps_of_the_specification() {
    let per_step = |step: i64, wh: i64| {
        let one = rates(vec![always(&[component(Energy, "0.25", "", step)])]);
        cost(&one, NOON, &[(60, wh, Charging)]).0
    };
    assert_eq!(per_step(1, 116), "0.029");
    assert_eq!(per_step(25, 101), "0.031");
    assert_eq!(per_step(25, 125), "0.031");
    assert_eq!(per_step(500, 1), "0.125");
    assert_eq!(per_step(500, 500), "0.125");
    let announced = rates(vec![always(&[component(Energy, "0.25", "10", 100)])]);
    let charge = [(60, 20_450, Charging)];
    assert_eq!(
        cost(&announced, NOON, &charge).0,
        "5.125",
        "20.5 kWh; printed there as 5.50"
    );
    let actual = rates(vec![always(&[component(Energy, "0.22", "10", 100)])]);
    assert_eq!(cost(&actual, NOON, &charge), printed("4.510", "4.961"));
}

fn complex() -> Rates {
    let weekdays = vec![
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
    ];
    let fast = |days: &[Weekday]| Restrictions {
        min_current_ma: Some(32_000),
        days: days.to_vec(),
        ..Restrictions::default()
    };
    let hours = |start: &str, end: &str, days: &[Weekday]| Restrictions {
        start_time: Some(time(start)),
        end_time: Some(time(end)),
        days: days.to_vec(),
        ..Restrictions::default()
    };
    let slow = Restrictions {
        max_current_ma: Some(32_000),
        ..Restrictions::default()
    };
    rates(vec![
        always(&[component(Flat, "2.50", "15", 1)]),
        element(&[component(Time, "1.00", "20", 900)], slow),
        element(&[component(Time, "2.00", "20", 600)], fast(&weekdays)),
        element(
            &[component(Time, "1.25", "20", 600)],
            fast(&[Weekday::Saturday, Weekday::Sunday]),
        ),
        element(
            &[component(ParkingTime, "5.00", "10", 300)],
            hours("09:00", "18:00", &weekdays),
        ),
        element(
            &[component(ParkingTime, "6.00", "10", 300)],
            hours("10:00", "17:00", &[Weekday::Saturday]),
        ),
    ])
}

#[test]
fn the_complex_tariff_costs_what_the_specification_says() {
    let charged = |began: &str, minutes: i64, ampere: i64, parked: i64| {
        let began = instant(began);
        let full = began + jiff::SignedDuration::from_mins(minutes);
        let gone = full + jiff::SignedDuration::from_mins(parked);
        let periods = [
            Period {
                current_ma: Some(ampere * 1000),
                ..period(full, 20_000, Charging)
            },
            period(gone, 20_000, Idle),
        ];
        sums(&price(&complex(), &TimeZone::UTC, began, &periods))
    };
    assert_eq!(
        charged("2021-05-24T09:30:00Z", 165, 16, 42),
        printed("9.000", "10.300"),
        "a Monday"
    );
    assert_eq!(
        charged("2021-05-22T13:30:00Z", 114, 43, 71),
        printed("12.375", "13.975"),
        "a Saturday: 114 minutes of charging are not rounded, as parking with a price follows"
    );
}

#[test]
fn what_is_free_of_charge_costs_nothing() {
    let free = rates(vec![always(&[component(Flat, "0.00", "", 0)])]);
    let bill = bill(&free, NOON, &[(150, 20_000, Charging), (42, 20_000, Idle)]);
    assert_eq!(sums(&bill), printed("0.000", "0.000"));
    assert_eq!(bill.lines.len(), 1, "and says so in a line");
}

#[test]
fn the_first_hour_and_the_first_kwh_are_free() {
    let parked = |least: i64, most: Option<i64>| Restrictions {
        min_duration_s: Some(least),
        max_duration_s: most,
        ..Restrictions::default()
    };
    let first = Restrictions {
        max_wh: Some(1_000),
        ..Restrictions::default()
    };
    let rest = Restrictions {
        min_wh: Some(1_000),
        ..Restrictions::default()
    };
    let parking = |price: &str| component(ParkingTime, price, "", 60);
    let tariff = rates(vec![
        element(&[parking("0.00")], parked(0, Some(3_600))),
        element(&[parking("2.00")], parked(3_600, Some(10_800))),
        element(&[parking("3.00")], parked(10_800, None)),
        element(&[component(Energy, "0.00", "", 1)], first),
        element(&[component(Energy, "0.20", "", 1)], rest),
    ]);
    let charge = [(0, 20_000, Charging), (165, 20_000, Idle)];
    assert_eq!(
        cost(&tariff, NOON, &charge).0,
        "7.300",
        "19 kWh are 3.80; of 2:45 hours of parking, 1:45 are 3.50"
    );
}

fn step_size() -> Rates {
    let hours = |start: &str, end: &str| Restrictions {
        start_time: Some(time(start)),
        end_time: Some(time(end)),
        ..Restrictions::default()
    };
    let parking = component(ParkingTime, "1.00", "", 900);
    let late = component(Time, "2.40", "", 900);
    rates(vec![
        element(
            &[component(Time, "1.20", "", 1800), parking],
            hours("00:00", "17:00"),
        ),
        element(&[late, parking], hours("17:00", "20:00")),
        element(&[late], hours("20:00", "00:00")),
    ])
}

#[test]
fn steps_count_on_the_total_of_the_charge_at_the_last_price() {
    let first = bill(
        &step_size(),
        "2021-05-26T16:55:00Z",
        &[(10, 1_000, Charging), (2, 1_000, Idle)],
    );
    let lines: Vec<i64> = first.lines.iter().map(|line| line.net.minor).collect();
    assert_eq!(
        lines,
        [100, 200, 250],
        "5 and 5 minutes of charging, 15 of parking"
    );
    let second = [(35, 1_000, Charging)];
    assert_eq!(
        cost(&step_size(), "2021-05-26T16:35:00Z", &second).0,
        "1.300",
        "25 minutes before 17:00, and 20 after, as 35 are billed as 45"
    );
    let free = [(12, 1_000, Charging), (20, 1_000, Idle)];
    assert_eq!(
        cost(&step_size(), "2021-05-26T19:40:00Z", &free).0,
        "0.780",
        "12 minutes of charging and 18 of parking: 8 before 20:00, and 20 in all are billed as 30"
    );
}

#[test]
fn the_examples_of_the_charge_detail_record_cost_what_it_says() {
    let from = |edge: &str, before: Component, after: Component| {
        let until = Restrictions {
            end_time: Some(time(edge)),
            ..Restrictions::default()
        };
        rates(vec![element(&[before], until), always(&[after])])
    };
    // "4.3 kWh before 17:00 and 1.1 kWh after […] rounds this up to 5.5 kWh total."
    let energy = |price: &str| component(Energy, price, "", 500);
    let began = "2021-05-26T16:50:00Z";
    let charge = [(10, 4_300, Charging), (30, 5_400, Charging)];
    let bought = bill(
        &from("17:00", energy("0.20"), energy("0.27")),
        began,
        &charge,
    );
    let wh: Vec<i64> = bought.lines.iter().map(|line| line.quantity).collect();
    assert_eq!(wh, [4_300, 1_200]);
    // "6 minutes before 17:00 and 22 minutes after: […] 24 minutes after 17:00 will be billed."
    let hours = |price: &str| component(Time, price, "", 600);
    let began = "2021-05-26T16:54:00Z";
    let stood = bill(
        &from("17:00", hours("5.00"), hours("7.00")),
        began,
        &[(28, 5_400, Charging)],
    );
    let minutes: Vec<i64> = stood
        .lines
        .iter()
        .map(|line| line.quantity / 60_000)
        .collect();
    assert_eq!(minutes, [6, 24]);
    // "charges 21 minutes, and keeps his EV connected […] another 16 minutes […] a total of 41."
    let both = rates(vec![always(&[
        component(Time, "1.00", "", 600),
        component(ParkingTime, "2.00", "", 600),
    ])]);
    let left = bill(&both, NOON, &[(21, 5_000, Charging), (16, 5_000, Idle)]);
    let minutes: Vec<i64> = left
        .lines
        .iter()
        .map(|line| line.quantity / 60_000)
        .collect();
    assert_eq!(minutes, [21, 20]);
}

#[test]
fn power_and_duration_choose_the_element() {
    let below = |watts: i64| Restrictions {
        max_power_w: Some(watts),
        ..Restrictions::default()
    };
    let kwh = |price: &str| component(Energy, price, "20", 1);
    let by_power = rates(vec![
        element(&[kwh("0.20")], below(16_000)),
        element(&[kwh("0.35")], below(32_000)),
        always(&[kwh("0.50")]),
    ]);
    let began = instant(NOON);
    let at = |minutes: i64, wh: i64, watts: i64| Period {
        power_w: Some(watts),
        ..period(
            began + jiff::SignedDuration::from_mins(minutes),
            wh,
            Charging,
        )
    };
    let periods = [
        at(10, 1_000, 6_000),
        at(60, 41_000, 48_000),
        at(68, 41_500, 4_000),
    ];
    let bill = price(&by_power, &TimeZone::UTC, began, &periods);
    assert_eq!(bill.net.print().amount, "20.300");
    let within = |seconds: i64| Restrictions {
        max_duration_s: Some(seconds),
        ..Restrictions::default()
    };
    let by_duration = rates(vec![
        element(&[kwh("0.00")], within(1_800)),
        element(&[kwh("0.25")], within(3_600)),
        always(&[kwh("0.40")]),
    ]);
    let charge = [(30, 4_650, Charging), (10, 6_200, Charging)];
    assert_eq!(
        cost(&by_duration, NOON, &charge).0,
        "0.388",
        "1.55 kWh at 0.25 are 0.3875, a tie to the even"
    );
}
