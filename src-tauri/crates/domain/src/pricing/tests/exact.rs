//! 100,000 charges under tariffs of every kind, each against exact rational arithmetic (MON-02): a model that walks the
//! charge quarter of an hour by quarter and knows nothing of cuts. In pieces, kept and read back between them, they cost
//! the same (MON-07).

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use num_rational::Ratio;
use proptest::prelude::*;

use super::*;
use Activity::{Charging, Idle};

type Exact = Ratio<i128>;

const QUARTER_S: i64 = 900;

/// What a case is made of: numbers drawn from one seed, so that 100,000 cases take seconds.
struct Dice(u64);

impl Dice {
    /// Below `most`. Source: `SplitMix64`.
    fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let most = u64::try_from(most).expect("above zero");
        i64::try_from((mixed ^ (mixed >> 31)) % most).expect("below a small number")
    }

    fn one_in(&mut self, chances: i64) -> bool {
        self.below(chances) == 0
    }

    fn maybe(&mut self, chances: i64, most: i64) -> Option<i64> {
        self.one_in(chances).then(|| self.below(most))
    }
}

/// A charge in quarters of an hour.
#[derive(Clone, Debug)]
struct Quarter {
    wh: i64,
    activity: Activity,
    power_w: Option<i64>,
}

#[derive(Debug)]
struct Case {
    rates: Rates,
    began: Timestamp,
    quarters: Vec<Quarter>,
}

fn quarter_of_day(number: i64) -> Time {
    let part = |value: i64| i8::try_from(value).expect("an hour or a minute");
    Time::constant(part(number / 4 % 24), part(number % 4 * 15), 0, 0)
}

fn draw_restrictions(dice: &mut Dice) -> Restrictions {
    let mut own = Restrictions::default();
    if dice.one_in(2) {
        let start = dice.below(96);
        own.start_time = Some(quarter_of_day(start));
        own.end_time = Some(quarter_of_day(start + 1 + dice.below(95)));
    }
    if dice.one_in(4) {
        own.days = vec![Weekday::Saturday, Weekday::Sunday, Weekday::Wednesday];
    }
    if dice.one_in(6) {
        own.start_date = Some(jiff::civil::date(2026, 10, 25));
    }
    // Whole quarters of an hour at 40 Wh a minute.
    own.min_wh = dice.maybe(5, 16).map(|n| n * 600);
    own.max_wh = dice
        .maybe(5, 16)
        .map(|n| own.min_wh.unwrap_or(0) + (n + 1) * 600);
    own.min_duration_s = dice.maybe(5, 16).map(|n| n * QUARTER_S);
    own.max_duration_s = dice
        .maybe(5, 16)
        .map(|n| own.min_duration_s.unwrap_or(0) + (n + 1) * QUARTER_S);
    own.min_power_w = dice.maybe(6, 20).map(|n| n * 1_000);
    own.max_power_w = dice
        .maybe(6, 20)
        .map(|n| own.min_power_w.unwrap_or(0) + (n + 1) * 1_000);
    own
}

fn draw_rates(dice: &mut Dice) -> Rates {
    let code = ["EUR", "JPY", "KWD"][usize::try_from(dice.below(3)).expect("0 to 2")];
    let taxes = [None, Some(0), Some(7_000), Some(19_000), Some(20_600)];
    let elements = (0..=dice.below(4)).map(|_| {
        let mut components = Vec::new();
        for dimension in Dimension::ALL {
            if dice.one_in(2) {
                let tax = taxes[usize::try_from(dice.below(5)).expect("0 to 4")];
                components.push(Component {
                    dimension: *dimension,
                    price: UnitPrice {
                        micro: dice.below(9_999_999),
                        currency: currency(code),
                    },
                    tax: tax.map(|milli| Percent { milli }),
                    step_size: [0, 1, 60, 300, 700, 1_000]
                        [usize::try_from(dice.below(6)).expect("0 to 5")],
                });
            }
        }
        let restrictions = draw_restrictions(dice);
        element(&components, restrictions)
    });
    let elements = elements.collect();
    Rates {
        currency: currency(code),
        basis: if dice.one_in(2) {
            TaxBasis::Included
        } else {
            TaxBasis::Excluded
        },
        elements,
        min_price: None,
        max_price: None,
        idle_grace_s: dice.maybe(3, 6).unwrap_or(0) * QUARTER_S,
    }
}

fn draw(seed: u64, around: &str) -> Case {
    let mut dice = Dice(seed);
    let rates = draw_rates(&mut dice);
    let first = instant(around).as_second();
    let began = Timestamp::from_second(first + dice.below(96) * QUARTER_S).expect("a moment");
    let mut activity = Charging;
    let quarters = (0..dice.below(21)).map(|_| {
        if dice.one_in(6) {
            activity = if activity == Charging { Idle } else { Charging };
        }
        let wh = if activity == Charging {
            dice.below(4) * 600
        } else {
            0
        };
        Quarter {
            wh,
            activity,
            power_w: dice.maybe(2, 25).map(|n| n * 1_000),
        }
    });
    let quarters = quarters.collect();
    Case {
        rates,
        began,
        quarters,
    }
}

/// Dimensions with an amount, and of how many of its units their price is: Wh of a kWh, seconds of an hour.
const MEASURED: [(Dimension, i128); 3] = [
    (Dimension::Energy, 1_000),
    (Dimension::Time, 3_600),
    (Dimension::ParkingTime, 3_600),
];

/// What was billed of each element's component, in what its price is for, as the rules say it.
fn model(case: &Case, zone: &TimeZone) -> BTreeMap<(usize, usize), Exact> {
    let mut used: BTreeMap<(usize, usize), i64> = BTreeMap::new();
    let mut totals = [0_i64; 3];
    let mut last = [None; 3];
    let (mut wh, mut idle_for, mut flat) = (0, 0, None);
    for (number, quarter) in (0_i64..).zip(&case.quarters) {
        // 600 Wh at a time: a threshold of energy lies at the end of a slice, or at its beginning.
        let slices = (quarter.wh / 600).max(1);
        let lasted = number * QUARTER_S;
        let from = Timestamp::from_second(case.began.as_second() + lasted).expect("a moment");
        let local = zone.to_datetime(from);
        let charging = quarter.activity == Charging;
        idle_for = if charging { 0 } else { idle_for + 1 };
        let counts = !charging && (idle_for - 1) * QUARTER_S >= case.rates.idle_grace_s;
        let seconds = QUARTER_S / slices;
        let amounts = [
            quarter.wh / slices,
            if charging { seconds } else { 0 },
            if counts { seconds } else { 0 },
        ];
        for slice in 0..slices {
            let holds = |dimension: Dimension| {
                case.rates.elements.iter().position(|one| {
                    let own = &one.restrictions;
                    // What changes within a quarter is energy alone.
                    one.component(dimension).is_some()
                        && on_clock(own, local)
                        && fits(wh + slice * 600, own.min_wh, own.max_wh)
                        && fits(lasted, own.min_duration_s, own.max_duration_s)
                        && quarter
                            .power_w
                            .is_none_or(|w| fits(w, own.min_power_w, own.max_power_w))
                })
            };
            for (index, (dimension, _)) in MEASURED.into_iter().enumerate() {
                totals[index] += amounts[index];
                if amounts[index] > 0
                    && let Some(at) = holds(dimension)
                {
                    *used.entry((index, at)).or_default() += amounts[index];
                    last[index] = Some(at);
                }
            }
            flat = flat.or_else(|| holds(Dimension::Flat));
        }
        wh += quarter.wh;
    }
    for (index, (dimension, _)) in MEASURED.into_iter().enumerate() {
        if let Some(at) = last[index].filter(|_| index != 1 || last[2].is_none()) {
            let component = case.rates.elements[at].component(dimension);
            let step = component.expect("it priced something").step_size.max(1);
            let blocks = Exact::new(totals[index].into(), step.into()).ceil();
            let billed = i64::try_from(blocks.to_integer()).expect("a few") * step;
            *used.entry((index, at)).or_default() += billed - totals[index];
        }
    }
    let measured = used.into_iter().map(|((index, at), amount)| {
        let (_, per) = MEASURED[index];
        ((index, at), Exact::new(amount.into(), per))
    });
    let flat = flat.map(|at| ((3, at), Exact::from(1)));
    measured.chain(flat).collect()
}

fn on_clock(own: &Restrictions, local: jiff::civil::DateTime) -> bool {
    let (start, end) = (own.start_time, own.end_time);
    let time = local.time();
    let in_hours = match start.zip(end) {
        None => true,
        Some((start, end)) if start < end => start <= time && time < end,
        Some((start, end)) => !(end <= time && time < start),
    };
    in_hours
        && own.start_date.is_none_or(|day| day <= local.date())
        && (own.days.is_empty() || own.days.contains(&local.weekday()))
}

fn fits(value: i64, least: Option<i64>, most: Option<i64>) -> bool {
    least.is_none_or(|least| least <= value) && most.is_none_or(|most| value < most)
}

/// The nearest whole number, a tie to the even one.
fn even(exact: Exact) -> i128 {
    let floor = exact.floor();
    let half = exact - floor - Exact::new(1, 2);
    let up = half > Exact::from(0) || (half == Exact::from(0) && floor.to_integer() % 2 != 0);
    floor.to_integer() + i128::from(up)
}

/// Net and total of every line that the model knows, sorted.
fn expected(case: &Case, zone: &TimeZone) -> Vec<(i64, i64)> {
    let dimensions = [
        Dimension::Energy,
        Dimension::Time,
        Dimension::ParkingTime,
        Dimension::Flat,
    ];
    let mut amounts: BTreeMap<(usize, i64, Option<i64>), Exact> = BTreeMap::new();
    for ((index, at), quantity) in model(case, zone) {
        let component = case.rates.elements[at].component(dimensions[index]);
        let component = component.expect("it was used");
        let key = (
            index,
            component.price.micro,
            component.tax.map(|tax| tax.milli),
        );
        *amounts.entry(key).or_default() += quantity;
    }
    let minor_per_major = 10_i128.pow(case.rates.currency.decimals());
    let mut lines: Vec<(i64, i64)> = amounts
        .into_iter()
        .map(|((_, micro, tax), quantity)| {
            let exact = quantity * Exact::new(i128::from(micro) * minor_per_major, 1_000_000);
            let amount = even(exact);
            assert!(
                (exact - amount).numer().abs() * 2 <= *exact.denom(),
                "half a unit at most"
            );
            let tax = Exact::new(i128::from(tax.unwrap_or(0)), 100_000);
            let whole = Exact::from(amount);
            let (net, total) = match case.rates.basis {
                TaxBasis::Included => (amount - even(whole * tax / (tax + 1)), amount),
                TaxBasis::Excluded => (amount, amount + even(whole * tax)),
            };
            let narrow = |value: i128| i64::try_from(value).expect("a small amount");
            (narrow(net), narrow(total))
        })
        .collect();
    lines.sort_unstable();
    lines
}

fn periods(case: &Case) -> Vec<Period> {
    let mut wh = 0;
    (1_i64..)
        .zip(&case.quarters)
        .map(|(number, quarter)| {
            wh += quarter.wh;
            let until = case.began + jiff::SignedDuration::from_secs(number * QUARTER_S);
            Period {
                power_w: quarter.power_w,
                ..period(until, wh, quarter.activity)
            }
        })
        .collect()
}

/// Whether a mark between two changes nothing: what it divides is one thing.
fn join(periods: &[Period]) -> Vec<Period> {
    let mut joined: Vec<Period> = Vec::new();
    let mut wh = 0;
    let mut flow = -1;
    for period in periods {
        let flows = period.energy.0 - wh;
        wh = period.energy.0;
        match joined.last_mut() {
            Some(last)
                if flow == flows
                    && (last.activity, last.power_w) == (period.activity, period.power_w) =>
            {
                *last = *period;
            }
            _ => joined.push(*period),
        }
        flow = flows;
    }
    joined
}

/// The day before the night in which Berlin's clock is turned back, and one of the week before.
const TURNED: &str = "2026-10-24T06:00:00Z";
const EVEN: &str = "2026-10-15T06:00:00Z";

fn check(case: &Case) -> Result<(), TestCaseError> {
    let zone = berlin();
    let whole = periods(case);
    let bill = price(&case.rates, &zone, case.began, &whole);
    let lines = bill.lines.iter();
    let mut lines: Vec<(i64, i64)> = lines
        .map(|line| (line.net.minor, line.total.minor))
        .collect();
    lines.sort_unstable();
    prop_assert_eq!(&lines, &expected(case, &zone), "{:?}", case);
    let net: i64 = lines.iter().map(|line| line.0).sum();
    let total: i64 = lines.iter().map(|line| line.1).sum();
    prop_assert_eq!((bill.net.minor, bill.total.minor), (net, total));
    prop_assert_eq!(bill.net.minor + bill.tax.minor, bill.total.minor);
    let joined = price(&case.rates, &zone, case.began, &join(&whole));
    prop_assert_eq!(joined, bill, "a mark between two is nothing: {:?}", case);
    Ok(())
}

// In two halves, so that both run at once.
proptest! {
    #![proptest_config(ProptestConfig::with_cases(50_000))]

    #[test]
    fn every_charge_costs_what_exact_arithmetic_says_whole_and_in_pieces(seed in any::<u64>()) {
        check(&draw(seed, EVEN))?;
    }

    #[test]
    fn so_does_every_charge_around_the_night_in_which_the_clock_is_turned(seed in any::<u64>()) {
        check(&draw(seed, TURNED))?;
    }
}

proptest! {
    #[test]
    fn a_tally_that_was_kept_goes_on_where_it_stood(seed in any::<u64>(), at in 0..60_usize) {
        let case = draw(seed, TURNED);
        let zone = berlin();
        let periods = periods(&case);
        let (before, after) = periods.split_at(at.min(periods.len()));
        let mut tally = Tally::new(case.began);
        for period in before {
            tally.advance(&case.rates, &zone, period);
        }
        let running = price(&case.rates, &zone, case.began, before);
        prop_assert_eq!(tally.bill(&case.rates), running, "what it costs so far is what it would cost if it ended here");
        let kept = serde_json::to_string(&tally).expect("a tally is plain data");
        let mut tally: Tally = serde_json::from_str(&kept).expect("it was written just now");
        for period in after {
            tally.advance(&case.rates, &zone, period);
        }
        prop_assert_eq!(tally.bill(&case.rates), price(&case.rates, &zone, case.began, &periods));
    }

    #[test]
    fn a_limit_holds_to_the_minor_unit_and_its_lines_add_up(seed in any::<u64>(), least in 0..5_000_i64, more in 0..5_000_i64) {
        let case = draw(seed, TURNED);
        let limit = |minor| Some(match case.rates.basis {
            TaxBasis::Included => Limit { net_minor: None, total_minor: Some(minor) },
            TaxBasis::Excluded => Limit { net_minor: Some(minor), total_minor: None },
        });
        let rates = Rates { min_price: limit(least), max_price: limit(least + more), ..case.rates.clone() };
        let periods = periods(&case);
        let free = price(&case.rates, &berlin(), case.began, &periods);
        let bill = price(&rates, &berlin(), case.began, &periods);
        let limited = |bill: &Bill| match rates.basis {
            TaxBasis::Included => bill.total.minor,
            TaxBasis::Excluded => bill.net.minor,
        };
        prop_assert_eq!(limited(&bill), limited(&free).clamp(least, least + more));
        prop_assert_eq!(bill.lines.iter().map(|line| line.net.minor).sum::<i64>(), bill.net.minor);
        prop_assert_eq!(bill.lines.iter().map(|line| line.tax.minor).sum::<i64>(), bill.tax.minor);
        prop_assert_eq!(bill.net.minor + bill.tax.minor, bill.total.minor);
    }
}
