//! Where the money for a bill is taken.
#![cfg(test)]

use proptest::prelude::*;

use super::*;
use crate::money::Currency;

fn euros(minor: i64) -> Money {
    let currency = Currency::from_code("EUR").expect("a known currency");
    Money { minor, currency }
}

#[test]
fn a_bill_is_paid_from_the_hold_then_from_the_rest_and_what_is_missing_is_owed() {
    for ((total, held, available), (captured, spent, owed)) in [
        ((0, 2_000, 100), (0, 0, 0)),
        ((500, 2_000, 0), (500, 0, 0)),
        ((2_000, 2_000, 100), (2_000, 0, 0)),
        ((2_050, 2_000, 100), (2_000, 50, 0)),
        ((2_150, 2_000, 100), (2_000, 100, 50)),
        ((300, 0, 0), (0, 0, 300)),
    ] {
        let cover = Cover::of(euros(total), euros(held), euros(available));
        let expect = Cover {
            captured: euros(captured),
            spent: euros(spent),
            owed: euros(owed),
        };
        assert_eq!(cover, expect, "{total} of {held} held and {available}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn no_cover_takes_more_than_there_is_or_leaves_a_cent_open(
        total in 0..10_000_i64, held in 0..10_000_i64, available in 0..10_000_i64
    ) {
        let cover = Cover::of(euros(total), euros(held), euros(available));
        prop_assert_eq!(cover.paid() + cover.owed, euros(total));
        prop_assert!((0..=held).contains(&cover.captured.minor));
        prop_assert!((0..=available).contains(&cover.spent.minor));
        prop_assert!(cover.owed.minor >= 0);
        prop_assert!(cover.spent.minor == 0 || cover.captured.minor == held, "what is held goes first");
        prop_assert!(cover.owed.minor == 0 || cover.spent.minor == available, "nothing is owed while there is money");
    }
}
