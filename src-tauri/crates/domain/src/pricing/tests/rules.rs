//! The house's own rules: the grace, tax inside the price, whole minor units in currencies of 0, 2 and 3 decimals,
//! limits over several tax rates, and what rates may not be.

use super::*;
use Activity::{Charging, Idle};
use Dimension::{Energy, Flat, ParkingTime, Time};

const BEGAN: &str = "2026-06-01T10:00:00Z";

fn after(seconds: i64) -> Timestamp {
    instant(BEGAN) + jiff::SignedDuration::from_secs(seconds)
}

/// Tax inside.
fn house(code: &str, components: &[(Dimension, &str, &str, i64)]) -> Rates {
    let components = components
        .iter()
        .map(|(dimension, price, tax, step_size)| Component {
            dimension: *dimension,
            price: micro(price, code),
            tax: Some(percent(tax)),
            step_size: *step_size,
        });
    Rates {
        currency: currency(code),
        basis: TaxBasis::Included,
        ..rates(vec![always(&components.collect::<Vec<_>>())])
    }
}

fn charged(rates: &Rates, periods: &[Period]) -> Bill {
    price(rates, &TimeZone::UTC, instant(BEGAN), periods)
}

#[test]
fn idling_costs_from_the_end_of_the_grace_and_each_pause_has_its_own() {
    let rates = Rates {
        idle_grace_s: 600,
        ..house("EUR", &[(ParkingTime, "6.00", "19", 1)])
    };
    let idle_s = |periods: &[Period]| {
        let bill = charged(&rates, periods);
        bill.lines
            .iter()
            .map(|line| line.quantity / 1000)
            .sum::<i64>()
    };
    let full = period(after(3_600), 5_000, Charging);
    assert_eq!(idle_s(&[full, period(after(4_199), 5_000, Idle)]), 0);
    assert_eq!(idle_s(&[full, period(after(4_201), 5_000, Idle)]), 1);
    let in_pieces = [
        full,
        period(after(4_000), 5_000, Idle),
        period(after(4_500), 5_000, Idle),
    ];
    assert_eq!(
        idle_s(&in_pieces),
        300,
        "a mark within the grace does not begin it anew"
    );
    let pauses = [
        period(after(500), 0, Idle),
        period(after(1_000), 500, Charging),
        period(after(1_500), 500, Idle),
        period(after(2_000), 900, Charging),
    ];
    assert_eq!(
        idle_s(&pauses),
        0,
        "a car that pauses is not one that is done"
    );
}

#[test]
fn a_line_is_rounded_once_to_the_even_minor_unit_of_its_currency() {
    for (code, price, wh, total, tax) in [
        ("JPY", "55", 10_010, 551, 88), // 550.55, of which 87.97
        ("EUR", "0.45", 100, 4, 1),     // 0.045: a tie
        ("EUR", "0.55", 100, 6, 1),     // 0.055: a tie
        ("EUR", "0.45", 20_000, 900, 144),
        ("KWD", "0.1235", 1_000, 124, 20), // 0.1235: a tie
        ("KWD", "0.1245", 1_000, 124, 20), // 0.1245: a tie
    ] {
        let rates = house(code, &[(Energy, price, "19", 1)]);
        let bill = charged(&rates, &[period(after(60), wh, Charging)]);
        let figures = (bill.total.minor, bill.tax.minor, bill.net.minor);
        assert_eq!(
            figures,
            (total, tax, total - tax),
            "{wh} Wh at {price} {code}"
        );
    }
}

#[test]
fn a_bill_stands_in_the_order_a_driver_reads_and_joins_equal_prices() {
    let rates = house(
        "EUR",
        &[
            (ParkingTime, "6.00", "19", 60),
            (Energy, "0.50", "19", 1),
            (Time, "1.20", "19", 60),
            (Flat, "1.00", "7", 1),
        ],
    );
    let periods = [
        period(after(100), 1_000, Charging),
        period(after(200), 1_000, Idle),
        period(after(301), 2_000, Charging),
        period(after(401), 2_000, Idle),
    ];
    let bill = charged(&rates, &periods);
    let lines: Vec<(LineKind, i64, i64)> = bill
        .lines
        .iter()
        .map(|line| (line.kind, line.quantity, line.total.minor))
        .collect();
    assert_eq!(
        lines,
        [
            (LineKind::Flat, 1, 100),
            (LineKind::Energy, 2_000, 100),
            (LineKind::Time, 201_000, 7),
            (LineKind::Idle, 240_000, 40),
        ],
        "201 s of charging as they are; 200 s of idling billed as 240"
    );
    assert_eq!(bill.total.minor, 247);
}

#[test]
fn a_limit_is_shared_by_the_tax_rates_of_the_bill() {
    let limit = |total| {
        Some(Limit {
            net_minor: None,
            total_minor: Some(total),
        })
    };
    let mixed = house("EUR", &[(Energy, "0.60", "19", 1), (Flat, "4.00", "7", 1)]);
    let capped = Rates {
        max_price: limit(1_000),
        ..mixed.clone()
    };
    let bill = charged(&capped, &[period(after(60), 20_000, Charging)]);
    assert_eq!(bill.total.minor, 1_000, "16.00 is cut to 10.00");
    let cut: Vec<i64> = bill
        .lines
        .iter()
        .filter(|line| line.kind == LineKind::MaxPrice)
        .map(|line| line.total.minor)
        .collect();
    assert_eq!(
        cut,
        [-150, -450],
        "a quarter off the part at 7 %, three off that at 19 %"
    );
    let least = Rates {
        min_price: limit(700),
        ..mixed
    };
    let bill = charged(&least, &[period(after(60), 1_000, Charging)]);
    assert_eq!(bill.total.minor, 700, "4.60 is raised to 7.00");
    let alone = Rates {
        min_price: limit(200),
        ..house("EUR", &[(Energy, "0.60", "19", 1)])
    };
    let bill = charged(&alone, &[period(after(60), 0, Charging)]);
    assert_eq!(
        (bill.total.minor, bill.tax.minor),
        (200, 32),
        "where nothing was bought, the first rate has it all"
    );
}

#[test]
fn periods_that_go_back_take_nothing_and_add_nothing() {
    let rates = house("EUR", &[(Energy, "0.50", "19", 1), (Time, "6.00", "19", 1)]);
    let forth = [period(after(600), 5_000, Charging)];
    let back = [forth[0], period(after(300), 4_000, Charging)];
    assert_eq!(charged(&rates, &back), charged(&rates, &forth));
}

#[test]
fn what_cannot_be_meant_is_refused_at_its_place() {
    let good = house("EUR", &[(Energy, "0.50", "19", 1)]);
    assert_eq!(good.check(), Ok(()));
    let twice = [(Energy, "0.50", "19", 1), (Energy, "0.40", "19", 1)];
    let limit = |net_minor, total_minor| {
        Some(Limit {
            net_minor,
            total_minor,
        })
    };
    let changed = |change: &dyn Fn(&mut Rates)| {
        let mut rates = good.clone();
        change(&mut rates);
        rates
    };
    for (rates, pointer) in [
        (changed(&|rates| rates.elements.clear()), "/elements"),
        (
            changed(&|rates| rates.idle_grace_s = -1),
            "/idleGraceMinutes",
        ),
        (house("EUR", &[]), "/elements/0"),
        (house("EUR", &twice), "/elements/0/priceComponents/1"),
        (
            house("EUR", &[(Energy, "0.50", "19", -1)]),
            "/elements/0/priceComponents/0",
        ),
        (
            changed(&|rates| rates.currency = currency("USD")),
            "/elements/0/priceComponents/0",
        ),
        (
            changed(&|rates| rates.min_price = limit(None, None)),
            "/minPrice",
        ),
        (
            changed(&|rates| rates.min_price = limit(Some(1), None)),
            "/minPrice",
        ),
        (
            changed(&|rates| rates.max_price = limit(None, Some(-1))),
            "/maxPrice",
        ),
        (
            changed(&|rates| {
                rates.min_price = limit(None, Some(2));
                rates.max_price = limit(None, Some(1));
            }),
            "/minPrice",
        ),
    ] {
        let fault = rates.check().expect_err("it does not do");
        assert_eq!(fault.pointer, pointer, "{}", fault.what);
    }
}

#[test]
fn restrictions_that_never_hold_are_refused() {
    let good = house("EUR", &[(Energy, "0.50", "19", 1)]);
    let plain = Restrictions::default;
    for restrictions in [
        Restrictions {
            start_time: Some(time("08:00")),
            end_time: Some(time("08:00")),
            ..plain()
        },
        Restrictions {
            end_time: Some(time("00:00")),
            ..plain()
        },
        Restrictions {
            start_date: Some(jiff::civil::date(2026, 5, 2)),
            end_date: Some(jiff::civil::date(2026, 5, 2)),
            ..plain()
        },
        Restrictions {
            min_wh: Some(10),
            max_wh: Some(10),
            ..plain()
        },
        Restrictions {
            min_power_w: Some(-1),
            ..plain()
        },
    ] {
        let mut rates = good.clone();
        rates.elements[0].restrictions = restrictions;
        let fault = rates.check().expect_err("it never holds");
        assert_eq!(fault.pointer, "/elements/0/restrictions", "{}", fault.what);
    }
}
