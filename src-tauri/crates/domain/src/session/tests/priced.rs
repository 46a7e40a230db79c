//! What a session costs: the running cost and the bill are one fold, whatever comes in which order.

use jiff::civil::{Time, time};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{Kept, RATED, at, end, reading};
use crate::energy::WattHours;
use crate::money::{Currency, Percent, UnitPrice};
use crate::pricing::{
    Component, Dimension, Element, LineKind, Rates, Restrictions, TaxBasis, price,
};
use crate::session::StopReason;

fn component(dimension: Dimension, micro: i64) -> Component {
    let currency = Currency::from_code("EUR").expect("a known currency");
    Component {
        dimension,
        price: UnitPrice { micro, currency },
        tax: Some(Percent { milli: 19_000 }),
        step_size: 1,
    }
}

fn daily(start: Time, end: Time) -> Restrictions {
    Restrictions {
        start_time: Some(start),
        end_time: Some(end),
        ..Restrictions::default()
    }
}

/// A tariff of every kind: by the clock, by energy, by power, for time, for idling after a grace, and a fee. Charges of the
/// tests begin at 00:16:40 of the epoch's first day, UTC.
pub(super) fn every_kind() -> Rates {
    let plain = Rates::per_kwh(
        component(Dimension::Energy, 450_000).price,
        Percent { milli: 19_000 },
    );
    let element = |restrictions, components: &[Component]| Element {
        components: components.to_vec(),
        restrictions,
    };
    Rates {
        basis: TaxBasis::Excluded,
        elements: vec![
            element(
                Restrictions {
                    min_power_w: Some(15_000),
                    ..Restrictions::default()
                },
                &[component(Dimension::Energy, 790_000)],
            ),
            element(
                daily(time(0, 20, 0, 0), time(0, 30, 0, 0)),
                &[
                    component(Dimension::Energy, 610_000),
                    component(Dimension::Time, 3_100_000),
                ],
            ),
            element(
                Restrictions {
                    min_wh: Some(900),
                    ..Restrictions::default()
                },
                &[component(Dimension::Energy, 330_000)],
            ),
            element(
                Restrictions::default(),
                &[
                    component(Dimension::Energy, 450_000),
                    component(Dimension::Time, 1_200_000),
                    component(Dimension::ParkingTime, 9_600_000),
                    component(Dimension::Flat, 500_000),
                ],
            ),
        ],
        idle_grace_s: 45,
        ..plain
    }
}

/// Energy at 0.45 and idling at 6.00 an hour after five minutes, tax inside.
fn idling() -> Rates {
    let mut rates = Rates::per_kwh(
        component(Dimension::Energy, 450_000).price,
        Percent { milli: 19_000 },
    );
    rates.elements[0]
        .components
        .push(component(Dimension::ParkingTime, 6_000_000));
    rates.idle_grace_s = 300;
    rates
}

fn total(kept: &Kept) -> i64 {
    let cost = kept.session.cost().expect("something is charged");
    cost.total.minor
}

#[test]
fn a_charge_without_energy_costs_nothing_whatever_else_has_a_price() {
    let mut kept = Kept::under(every_kind(), TimeZone::UTC);
    kept.turn(true, 1100);
    kept.measure(&reading(4_000, 500));
    assert_eq!(total(&kept), 0, "so far");
    kept.stop(end(5_000, 500, StopReason::Local));
    let bill = kept.session.bill().expect("something is charged");
    assert_eq!((bill.total.minor, bill.lines.len()), (0, 0), "nor in all");
}

#[test]
fn a_car_that_is_full_pays_for_standing_there_once_the_grace_is_over() {
    let mut kept = Kept::under(idling(), TimeZone::UTC);
    kept.measure(&reading(1_600, 1_500));
    kept.turn(true, 1_900);
    kept.measure(&reading(2_000, 2_500));
    assert_eq!(total(&kept), 90, "2 kWh; the grace runs until 2200");
    kept.measure(&reading(2_800, 2_500));
    assert_eq!(total(&kept), 190, "and ten minutes of idling");
    kept.turn(false, 2_800);
    kept.stop(end(3_400, 3_500, StopReason::Local));
    let bill = kept.session.bill().expect("something is charged");
    let lines: Vec<_> = bill
        .lines
        .iter()
        .map(|line| (line.kind, line.quantity, line.total.minor))
        .collect();
    assert_eq!(
        lines,
        [
            (LineKind::Energy, 3_000, 135),
            (LineKind::Idle, 600_000, 100)
        ]
    );
}

#[test]
fn a_pause_that_is_told_late_counts_from_when_it_was() {
    let told = |late: bool| {
        let mut kept = Kept::under(idling(), TimeZone::UTC);
        kept.measure(&reading(1_600, 1_500));
        if !late {
            kept.turn(true, 1_700);
        }
        kept.measure(&reading(2_600, 1_500));
        if late {
            kept.turn(true, 1_700);
        }
        kept.measure(&reading(3_200, 1_500));
        kept
    };
    assert_eq!(total(&told(false)), 45 + 200, "20 minutes beyond the grace");
    assert_eq!(told(true).session, told(false).session);
}

#[test]
fn a_charge_counted_before_there_were_tallies_costs_its_energy() {
    let mut kept = Kept::under(every_kind(), TimeZone::UTC);
    let per_kwh = Rates::per_kwh(
        component(Dimension::Energy, 450_000).price,
        Percent { milli: 19_000 },
    );
    let terms = kept.session.terms.as_mut().expect("it has terms");
    terms.rates = per_kwh.into();
    kept.measure(&reading(1_600, 1_500));
    let priced = total(&kept);
    kept.session.usage = crate::session::Usage::default();
    assert_eq!((total(&kept), priced), (45, 45));
    kept.measure(&reading(2_000, 2_500));
    assert_eq!(total(&kept), 90, "and goes on with a tally");
}

/// What a charger tells of a charge, by the time it happened.
#[derive(Clone, Copy, Debug)]
enum Told {
    Reading(i64, i64),
    Turn(i64, bool),
}

impl Told {
    const fn second(self) -> i64 {
        match self {
            Self::Reading(second, _) | Self::Turn(second, _) => second,
        }
    }
}

/// A charge: what is told of it by time, and the same with every reading somewhere else. Pauses keep their order, for each
/// says what the one before it does not.
fn charge() -> impl Strategy<Value = (Vec<Told>, Vec<Told>)> {
    let step = (0..400_i64, 0..=100_i64, 0..3_u8);
    (
        proptest::collection::vec(step, 1..24),
        proptest::collection::vec(any::<proptest::sample::Index>(), 24),
    )
        .prop_map(|(steps, places)| {
            let (mut second, mut register, mut idle) = (1_000, 500, false);
            let mut told = Vec::new();
            for (seconds, percent, what) in steps {
                second += seconds;
                if what == 0 {
                    idle = !idle;
                    told.push(Told::Turn(second, idle));
                } else {
                    register += 22_000 * seconds * percent / 360_000;
                    told.push(Told::Reading(second, register));
                }
            }
            let mut shuffled: Vec<Told> = told
                .iter()
                .copied()
                .filter(|one| matches!(one, Told::Turn(..)))
                .collect();
            let readings = told.iter().filter(|one| matches!(one, Told::Reading(..)));
            for (one, place) in readings.zip(places) {
                shuffled.insert(place.index(shuffled.len() + 1), *one);
            }
            (told, shuffled)
        })
}

fn tell(kept: &mut Kept, told: Told) {
    match told {
        Told::Reading(second, wh) => {
            kept.measure(&reading(second, wh));
        }
        Told::Turn(second, idle) => kept.turn(idle, second),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn a_session_priced_in_pieces_costs_what_it_costs_priced_whole((told, shuffled) in charge()) {
        let mut kept = Kept::under(every_kind(), TimeZone::UTC);
        let mut last = (1_000, 500);
        for one in &told {
            tell(&mut kept, *one);
            if let Told::Reading(second, wh) = *one {
                last = (second, wh);
                // Were it to end at its last word, it would cost what it costs now.
                let mut ended = kept.clone();
                ended.stop(end(second, wh, StopReason::Local));
                prop_assert_eq!(ended.session.bill(), kept.session.bill());
            }
        }
        let mut late = Kept::under(every_kind(), TimeZone::UTC);
        for one in shuffled {
            tell(&mut late, one);
        }
        prop_assert_eq!(late.session.bill(), kept.session.bill(), "in any order");

        let second = told.last().map_or(last.0, |one| one.second().max(last.0));
        for kept in [&mut kept, &mut late] {
            kept.stop(end(second + 30, last.1 + 10, StopReason::Local));
        }
        prop_assert_eq!(&late.session.usage, &kept.session.usage);
        let session = &kept.session;
        let terms = session.terms.as_ref().expect("it has terms");
        let (began, periods) = session.periods(&kept.registers, RATED);
        let whole = price(&terms.rates, &terms.zone, began, &periods);
        let bill = session.bill().expect("something is charged");
        prop_assert_eq!(&bill, &whole, "the bill is the engine's");
        let energy: i64 = bill
            .lines
            .iter()
            .filter(|line| line.kind == LineKind::Energy)
            .map(|line| line.quantity)
            .sum();
        prop_assert_eq!(WattHours(energy), session.energy(), "of all of its energy");
        prop_assert_eq!(session.stopped_at, Some(at(second + 30)));
    }
}
