//! The same messages in every order: one bill (FLT-07).

use proptest::prelude::*;

use jiff::tz::TimeZone;

use super::priced::every_kind;
use super::{Kept, at, end, reading};
use crate::energy::WattHours;
use crate::meter::Reading;
use crate::session::{Session, StopReason};

/// What can come of a charge once it began, in any order.
#[derive(Clone, Debug)]
enum Word {
    Reading(i64, i64),
    /// Power alone.
    Figures(i64),
    Stop(i64, i64),
    /// The charger booted, or the next charge began at its plug.
    Boot,
}

/// All that a bill and a receipt say; power, state of charge and the version are of the moment.
fn bill(words: &[Word]) -> Session {
    let mut kept = Kept::under(every_kind(), TimeZone::UTC);
    for word in words {
        match *word {
            Word::Reading(second, wh) => {
                kept.measure(&reading(second, wh));
            }
            Word::Figures(second) => {
                let figures = Reading {
                    meter: None,
                    ..reading(second, 11_000)
                };
                kept.measure(&figures);
            }
            Word::Stop(second, wh) => {
                kept.stop(end(second, wh, StopReason::Local));
            }
            Word::Boot => {
                kept.session.infer_end(at(9_999));
            }
        }
    }
    Session {
        measured_at: None,
        power_w: None,
        soc_percent: None,
        version: 0,
        ..kept.session
    }
}

/// Every order of the words (Heap's algorithm).
fn permutations(words: &mut Vec<Word>, length: usize, each: &mut impl FnMut(&[Word])) {
    if length <= 1 {
        return each(words);
    }
    for place in 0..length {
        permutations(words, length - 1, each);
        let other = if length.is_multiple_of(2) { place } else { 0 };
        words.swap(other, length - 1);
    }
}

#[test]
fn every_order_of_six_words_gives_the_same_bill() {
    use Word::{Boot, Figures, Reading, Stop};
    let charges: [(&[Word], i64); 9] = [
        (
            &[
                Reading(1060, 800),
                Reading(1120, 1100),
                Figures(1150),
                Reading(1180, 1400),
                Stop(1190, 1450),
                Boot,
            ],
            950,
        ),
        // The same reading twice, and one of a moment after the stop.
        (
            &[
                Reading(1060, 800),
                Reading(1060, 800),
                Reading(1120, 1100),
                Stop(1190, 1450),
                Reading(1200, 1500),
            ],
            950,
        ),
        // The meter began again, and the charge outgrew it.
        (
            &[
                Reading(1060, 800),
                Reading(1120, 10),
                Reading(1180, 300),
                Reading(1240, 600),
                Stop(1300, 900),
                Boot,
            ],
            1200,
        ),
        (
            &[
                Reading(1060, 800),
                Reading(1120, 0),
                Reading(1180, 300),
                Boot,
            ],
            600,
        ),
        // What cannot be.
        (
            &[
                Reading(1060, 800),
                Reading(1120, 90_000),
                Reading(1180, -1),
                Stop(1190, 1450),
                Boot,
            ],
            950,
        ),
        (
            &[
                Reading(1060, 800),
                Reading(1120, 1100),
                Reading(1180, 1400),
                Stop(1190, 900_000),
            ],
            900,
        ),
        // Read before the charge began: none of it is this charge's.
        (
            &[
                Reading(900, 0),
                Reading(940, 400),
                Reading(1060, 800),
                Stop(1190, 1450),
                Boot,
            ],
            950,
        ),
        (&[Reading(900, 0), Figures(950), Boot], 0),
        // No word of the end: the last it said.
        (
            &[
                Reading(1060, 800),
                Reading(1120, 1100),
                Figures(1150),
                Figures(1500),
                Boot,
            ],
            600,
        ),
    ];
    let mut orders = 0;
    for (words, energy) in charges {
        let first = bill(words);
        assert_eq!(first.energy(), WattHours(energy), "{words:?}");
        let mut words = words.to_vec();
        let length = words.len();
        permutations(&mut words, length, &mut |order| {
            assert_eq!(bill(order), first, "{order:?}");
            orders += 1;
        });
    }
    let all = charges
        .iter()
        .map(|(words, _)| (1..=words.len()).product::<usize>());
    assert_eq!(orders, all.sum::<usize>(), "each order of each");
}

/// Up to twenty words of one charge, true ones and others.
fn charge() -> impl Strategy<Value = Vec<Word>> {
    let true_meter = proptest::collection::vec((10..600_i64, 0..=100_i64, 0..20_u8), 0..16);
    let odd = prop_oneof![
        (900..9_000_i64, any::<i64>()).prop_map(|(second, wh)| Word::Reading(second, wh)),
        (1_000..9_000_i64).prop_map(Word::Figures),
        Just(Word::Boot),
    ];
    let odd = proptest::collection::vec(odd, 0..4);
    (true_meter, odd, any::<bool>()).prop_map(|(readings, odd, stops)| {
        let (mut second, mut register) = (1_000, 500);
        let mut words = odd;
        for (seconds, percent, what) in readings {
            second += seconds;
            if what == 0 {
                register = 0;
            }
            register += 22_000 * seconds * percent / 360_000;
            words.push(Word::Reading(second, register));
            if what == 1 {
                words.push(Word::Reading(second, register));
            }
        }
        if stops {
            words.push(Word::Stop(second + 5, register + 3));
        }
        words.truncate(20);
        words
    })
}

proptest! {
    // The row's own number: it takes seconds.
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn any_order_of_up_to_twenty_words_gives_the_same_bill(
        (words, shuffled) in charge().prop_flat_map(|words| (Just(words.clone()), Just(words).prop_shuffle())),
    ) {
        prop_assert_eq!(bill(&shuffled), bill(&words));
    }
}
