//! Our prices against those of `ocpi-tariffs`, a third party's calculator in a workspace of its own (`tests/oracle`), on
//! thousands of charges under tariffs of every kind, around the night in which the clock is turned back.
//!
//! Planted once and seen red: charging rounded up although idling has a price; a window over midnight read as one that
//! never holds.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr as _;

use domain::money::{Percent, UnitPrice};
use domain::pricing::{
    Activity, Bill, Component, Dimension, Element, LineKind, Period, Rates, Restrictions, TaxBasis,
    price,
};
use domain::{Currency, Timestamp, WattHours};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// How many charges are priced twice.
const CASES: usize = 2_000;

/// Three decimals, as the oracle does not round.
const CURRENCY: &str = "KWD";

#[derive(Clone, Debug)]
struct Quarter {
    /// Slices of 600 Wh, which last as long as each other: 0 to 2.
    slices: i64,
    activity: Activity,
    power_kw: Option<i64>,
}

#[derive(Clone, Debug)]
struct Case {
    rates: Rates,
    began: Timestamp,
    quarters: Vec<Quarter>,
}

fn clock(quarter: i64) -> Time {
    let part = |value: i64| i8::try_from(value).expect("an hour or a minute");
    Time::constant(part(quarter / 4 % 24), part(quarter % 4 * 15), 0, 0)
}

prop_compose! {
    fn restrictions()(
        hours in proptest::option::weighted(0.4, (0..96_i64, 1..95_i64)),
        days in proptest::option::weighted(0.2, Just(vec![Weekday::Saturday, Weekday::Sunday])),
        start_date in proptest::option::weighted(0.1, Just(jiff::civil::date(2026, 10, 25))),
        kwh in proptest::option::weighted(0.2, (0..20_i64, 1..20_i64)),
        lasted in proptest::option::weighted(0.2, (0..20_i64, 1..20_i64)),
        power in proptest::option::weighted(0.2, (0..20_i64, 1..20_i64)),
    ) -> Restrictions {
        let range = |range: Option<(i64, i64)>, unit: i64| {
            (range.map(|(least, _)| least * unit), range.map(|(least, more)| (least + more) * unit))
        };
        let (min_wh, max_wh) = range(kwh, 600);
        let (min_duration_s, max_duration_s) = range(lasted, 900);
        let (min_power_w, max_power_w) = range(power, 1_000);
        Restrictions {
            start_time: hours.map(|(start, _)| clock(start)),
            end_time: hours.map(|(start, more)| clock(start + more)),
            start_date,
            min_wh,
            max_wh,
            min_duration_s,
            max_duration_s,
            min_power_w,
            max_power_w,
            days: days.unwrap_or_default(),
            ..Restrictions::default()
        }
    }
}

fn component(dimension: Dimension) -> impl Strategy<Value = Component> {
    let tax = prop_oneof![
        Just(None),
        (0..30_i64).prop_map(|whole| Some(whole * 1_000))
    ];
    let step = prop_oneof![Just(1), Just(60), Just(300), Just(700), Just(1_800)];
    (0..99_999_i64, tax, step).prop_map(move |(price, tax, step_size)| Component {
        dimension,
        // Four decimals: what OCPI asks for.
        price: UnitPrice {
            micro: price * 100,
            currency: Currency::from_code(CURRENCY).expect("a known currency"),
        },
        tax: tax.map(|milli| Percent { milli }),
        step_size,
    })
}

fn element() -> impl Strategy<Value = Element> {
    let components = Dimension::ALL
        .iter()
        .map(|dimension| proptest::option::of(component(*dimension)))
        .collect::<Vec<_>>()
        .prop_map(|all| all.into_iter().flatten().collect::<Vec<_>>())
        .prop_filter("an element has a component", |all| !all.is_empty());
    (components, restrictions()).prop_map(|(components, restrictions)| Element {
        components,
        restrictions,
    })
}

prop_compose! {
    fn quarter()(
        slices in 0..3_i64,
        idle in proptest::bool::weighted(0.3),
        power_kw in proptest::option::of(0..25_i64),
    ) -> Quarter {
        Quarter {
            slices: if idle { 0 } else { slices },
            activity: if idle { Activity::Idle } else { Activity::Charging },
            power_kw,
        }
    }
}

prop_compose! {
    fn case()(
        elements in proptest::collection::vec(element(), 1..5),
        start in 0..96_i64,
        quarters in proptest::collection::vec(quarter(), 1..50),
    ) -> Case {
        let day = Timestamp::from_str("2026-10-24T06:00:00Z").expect("a moment");
        Case {
            rates: Rates {
                currency: Currency::from_code(CURRENCY).expect("a known currency"),
                basis: TaxBasis::Excluded,
                elements,
                min_price: None,
                max_price: None,
                idle_grace_s: 0,
            },
            began: day + jiff::SignedDuration::from_mins(start * 15),
            quarters,
        }
    }
}

/// A decimal as a JSON number.
fn number(value: i64, decimals: u32) -> Value {
    let text = Decimal::new(value, decimals).normalize().to_string();
    serde_json::from_str(&text).expect("a decimal is a JSON number")
}

fn tariff(rates: &Rates) -> Value {
    let elements = rates.elements.iter().map(|element| {
        let components = element.components.iter().map(|component| {
            let mut one = json!({
                "type": component.dimension,
                "price": number(component.price.micro, 6),
                "step_size": component.step_size,
            });
            if let Some(tax) = component.tax {
                one["vat"] = number(tax.milli, 3);
            }
            one
        });
        let mut made = json!({ "price_components": components.collect::<Vec<_>>() });
        let restrictions = restrictions_of(&element.restrictions);
        if restrictions != json!({}) {
            made["restrictions"] = restrictions;
        }
        made
    });
    json!({
        "country_code": "DE", "party_id": "FCT", "id": "1", "currency": CURRENCY,
        "elements": elements.collect::<Vec<_>>(), "last_updated": "2026-01-01T00:00:00Z",
    })
}

fn restrictions_of(own: &Restrictions) -> Value {
    let time = |time: Option<Time>| time.map(|time| json!(time.strftime("%H:%M").to_string()));
    let milli = |value: Option<i64>| value.map(|value| number(value, 3));
    let days = own.days.iter();
    let days: Vec<String> = days.map(|day| format!("{day:?}").to_uppercase()).collect();
    let date = own.start_date.map(|day| json!(day.to_string()));
    let all = [
        ("start_time", time(own.start_time)),
        ("end_time", time(own.end_time)),
        ("start_date", date),
        ("min_kwh", milli(own.min_wh)),
        ("max_kwh", milli(own.max_wh)),
        ("min_power", milli(own.min_power_w)),
        ("max_power", milli(own.max_power_w)),
        ("min_duration", own.min_duration_s.map(Value::from)),
        ("max_duration", own.max_duration_s.map(Value::from)),
        ("day_of_week", (!days.is_empty()).then(|| json!(days))),
    ];
    let told = all
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(told.collect())
}

/// The charge as OCPI wants it: a charging period wherever a price may change.
fn record(case: &Case) -> Value {
    let mut periods = Vec::new();
    for (at, quarter) in (0_i64..).zip(&case.quarters) {
        let slices = quarter.slices.max(1);
        for slice in 0..slices {
            let seconds = at * 900 + slice * 900 / slices;
            let start = case.began + jiff::SignedDuration::from_secs(seconds);
            let kind = match quarter.activity {
                Activity::Charging => "TIME",
                Activity::Idle => "PARKING_TIME",
            };
            let hours = number(250 / slices, 3);
            let mut dimensions = vec![json!({"type": kind, "volume": hours})];
            if quarter.slices > 0 {
                dimensions.push(json!({"type": "ENERGY", "volume": number(600, 3)}));
            }
            if let Some(power) = quarter.power_kw {
                dimensions.push(json!({"type": "MIN_POWER", "volume": power}));
                dimensions.push(json!({"type": "MAX_POWER", "volume": power}));
            }
            periods.push(json!({"start_date_time": start, "dimensions": dimensions}));
        }
    }
    let quarters = i64::try_from(case.quarters.len()).expect("a few");
    let slices: i64 = case.quarters.iter().map(|quarter| quarter.slices).sum();
    json!({
        "country_code": "DE", "party_id": "FCT", "id": "1", "currency": CURRENCY,
        "start_date_time": case.began,
        "end_date_time": case.began + jiff::SignedDuration::from_mins(quarters * 15),
        "cdr_location": {"country": "DEU"}, "tariffs": [], "charging_periods": periods,
        "total_cost": {"excl_vat": 0, "incl_vat": 0},
        "total_energy": number(slices * 600, 3), "total_time": number(quarters * 250, 3),
        "last_updated": "2026-11-01T00:00:00Z",
    })
}

fn ours(case: &Case) -> Bill {
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("Berlin's rules");
    let mut wh = 0;
    let periods = (1_i64..).zip(&case.quarters).map(|(at, quarter)| {
        wh += quarter.slices * 600;
        Period {
            until: case.began + jiff::SignedDuration::from_mins(at * 15),
            energy: WattHours(wh),
            activity: quarter.activity,
            power_w: quarter.power_kw.map(|kw| kw * 1_000),
            current_ma: None,
        }
    });
    let periods: Vec<Period> = periods.collect();
    price(&case.rates, &zone, case.began, &periods)
}

/// Builds the oracle, beside this test's own crates, and names it.
fn oracle() -> PathBuf {
    let manifest = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/oracle/Cargo.toml"
    );
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracle");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--quiet", "--manifest-path", manifest])
        .arg("--target-dir")
        .arg(&target)
        .status()
        .expect("cargo runs");
    assert!(built.success(), "tests/oracle builds");
    target.join("debug/oracle")
}

fn answers(asked: &str) -> Vec<String> {
    let mut child = Command::new(oracle())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(asked.as_bytes()).expect("it reads"));
        let output = child.wait_with_output().expect("it ends");
        let text = String::from_utf8(output.stdout).expect("it prints text");
        text.lines().map(str::to_owned).collect()
    })
}

/// What a bill says of the six figures of the oracle, each with how far rounding may have moved it: half a minor unit
/// per line, and where tax is in it, once more and the tax of the first.
fn figures(bill: &Bill) -> [(Decimal, Decimal); 6] {
    let half = Decimal::new(5, 4);
    let net = |kinds: &[LineKind]| {
        let lines = bill.lines.iter().filter(|line| kinds.contains(&line.kind));
        let (sum, count) = lines.fold((0, 0_i64), |(sum, count), line| {
            (sum + line.net.minor, count + 1)
        });
        (Decimal::new(sum, 3), half * Decimal::from(count))
    };
    let whole = net(&[
        LineKind::Energy,
        LineKind::Time,
        LineKind::Idle,
        LineKind::Flat,
    ]);
    let total = Decimal::new(bill.total.minor, 3);
    [
        net(&[LineKind::Energy]),
        net(&[LineKind::Time]),
        net(&[LineKind::Idle]),
        net(&[LineKind::Flat]),
        whole,
        (total, whole.1 * Decimal::new(23, 1)),
    ]
}

#[test]
fn a_third_partys_calculator_finds_the_same_prices() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = case();
    let cases: Vec<Case> = (0..CASES)
        .map(|_| strategy.new_tree(&mut runner).expect("a case").current())
        .collect();
    let mut asked = String::new();
    for case in &cases {
        writeln!(asked, "{}\n{}", tariff(&case.rates), record(case)).expect("a text grows");
    }
    let answers = answers(&asked);
    assert_eq!(answers.len(), cases.len(), "an answer for each");
    let mut costly = 0;
    for (case, answer) in cases.iter().zip(&answers) {
        let told = answer
            .split(' ')
            .filter_map(|text| Decimal::from_str(text).ok());
        let told: Vec<Decimal> = told.collect();
        let asked = || format!("{}\n{}", tariff(&case.rates), record(case));
        assert_eq!(told.len(), 6, "{answer}\n{}", asked());
        let bill = ours(case);
        for ((found, most), told) in figures(&bill).into_iter().zip(&told) {
            let near = (found - told).abs() <= most;
            assert!(
                near,
                "we say {found}, the oracle {told}\n{}\n{bill:#?}",
                asked()
            );
        }
        costly += usize::from(bill.lines.len() > 1);
    }
    assert!(
        costly * 2 > CASES,
        "most charges cost something in several ways: {costly}"
    );
}
