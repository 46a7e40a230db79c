//! Registers as meters make them, and as nothing makes them, against what truly flowed (FLT-08). `vectors.txt` holds
//! the stories; its energies come from the story, never from the code.
//!
//! Planted once and seen red: no cap; a zero in passing believed; a register that begins again taken for a low one.

use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).expect("a number of seconds is a time")
}

fn mark(second: i64, wh: i64) -> Mark {
    Mark {
        at: at(second),
        wh: WattHours(wh),
    }
}

/// Energy and how many marks were refused.
fn counted(rated_w: i64, start: i64, marks: &[Mark], stop: Option<Mark>) -> (i64, usize) {
    let mut count = Count::new(mark(0, start), Some(rated_w));
    let mut refused = count.all(marks).len();
    refused += usize::from(stop.is_some_and(|stop| count.finish(stop) == Verdict::Refused));
    (count.energy().0, refused)
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    let read = text.trim().parse().ok();
    read.unwrap_or_else(|| panic!("a number in vectors.txt: {text:?}"))
}

fn parse(text: &str) -> Mark {
    let (second, wh) = text.split_once(':').expect("second:Wh");
    mark(number(second), number(wh))
}

#[test]
fn each_story_of_a_register_comes_out_at_what_flowed_and_tells_what_cannot_be() {
    let vectors = include_str!("vectors.txt").lines().skip(1);
    let mut seen = 0;
    for line in vectors {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [story, rated, start, marks, stop, energy, refused] = columns[..] else {
            panic!("seven columns: {line}");
        };
        let marks: Vec<Mark> = marks.split_whitespace().map(parse).collect();
        let stop = Some(stop).filter(|stop| *stop != "-").map(parse);
        let expect = (number(energy), number(refused));
        let backwards: Vec<Mark> = marks.iter().rev().copied().collect();
        for marks in [marks, backwards] {
            let got = counted(number(rated), number(start), &marks, stop);
            assert_eq!(got, expect, "{story}: {line}");
        }
        seen += 1;
    }
    assert!(seen >= 200, "the row asks for 200 of them: {seen}");
}

#[test]
fn without_a_time_to_measure_by_the_highest_register_counts() {
    let mut count = Count::new(mark(0, 500), None);
    assert!(
        count
            .all(&[mark(5, 600), mark(9, 90_000), mark(20, 3)])
            .is_empty()
    );
    assert_eq!(count.energy(), WattHours(89_500));
}

/// What happens to a true meter between two readings.
#[derive(Clone, Copy, Debug)]
enum Event {
    Nothing,
    Reset,
}

/// Minutes to the next reading, the share of the rated power that flows, and what happens to the meter before it.
fn truth() -> impl Strategy<Value = Vec<(i64, i64, Event)>> {
    let event = prop_oneof![9 => Just(Event::Nothing), 1 => Just(Event::Reset)];
    proptest::collection::vec((1..20_i64, 0..=100_i64, event), 1..30)
}

proptest! {
    #[test]
    fn a_true_meter_is_counted_to_the_watt_hour_through_every_reset_and_roll_over(
        story in truth(),
        rated_w in prop::sample::select(vec![3_700_i64, 11_000, 22_000, 150_000]),
        (modulus, short) in (prop::sample::select(MODULI.to_vec()), 0..40_000_i64),
    ) {
        // A reset is told from a roll-over by where it happens, and from a low reading by how far the register falls.
        let resets = story.iter().any(|(_, _, event)| matches!(event, Event::Reset));
        let modulus = if resets { modulus.max(100_000_000) } else { modulus };
        let start = if resets { modulus / 2 } else { modulus - 1 - short };
        let (mut second, mut register, mut energy) = (0, start, 0);
        let mut marks = Vec::new();
        for (minutes, percent, event) in story {
            second += minutes * 60;
            let flowed = rated_w * minutes * percent / 6_000;
            let near = rated_w * minutes * 11 / 600 + 1_000 + flowed;
            let may_roll = MODULI.iter().any(|modulus| (register..=register + near).contains(modulus));
            if matches!(event, Event::Reset) && flowed < register / 2 && !may_roll {
                register = 0;
            }
            register = (register + flowed) % modulus;
            energy += flowed;
            marks.push(mark(second, register));
        }
        prop_assert_eq!(counted(rated_w, start, &marks, None), (energy, 0));
    }

    #[test]
    fn nothing_a_charger_says_counts_below_zero_or_above_what_can_flow_and_no_order_matters(
        marks in proptest::collection::vec((-100..20_000_i64, prop_oneof![
            -10..2_000_000_i64, 999_000..1_000_000_i64, any::<i64>(), 0..100_i64,
        ]), 0..30),
        rated_w in 1..400_000_i64,
        start in prop_oneof![0..2_000_000_i64, 999_000..1_000_000_i64],
        stop in proptest::option::of((0..30_000_i64, any::<i64>())),
    ) {
        let marks: Vec<Mark> = marks.into_iter().map(|(second, wh)| mark(second, wh)).collect();
        let stop = stop.map(|(second, wh)| mark(second, wh));
        let got = counted(rated_w, start, &marks, stop);
        let last = marks.iter().chain(&stop).map(|mark| mark.at).max().unwrap_or(at(0));
        let seconds = i128::from(last.duration_since(at(0)).as_secs().max(0) + 1);
        // The rated power, a tenth, and the step of the coarsest meter.
        let most = i128::from(rated_w) * seconds * 11 / 36_000 + 1_000;
        prop_assert!(got.0 >= 0 && i128::from(got.0) <= most, "{} of {most}", got.0);
        let mut other = marks.clone();
        other.reverse();
        let half = other.len() / 2;
        other.rotate_left(half);
        prop_assert_eq!(counted(rated_w, start, &other, stop), got);
    }
}
