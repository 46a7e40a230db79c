//! A hold is resolved once, whatever is tried, and no cent of it is lost or made.
#![cfg(test)]

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::money::Currency;

#[test]
fn what_is_held_is_never_more_than_there_is_and_a_named_amount_must_be_there() {
    let rule = HoldRule {
        usual: euros(2_000),
        least: euros(100),
    };
    for ((limit, worth, available), expect) in [
        ((None, None, 5_000), Ok(2_000)),
        ((None, None, 700), Ok(700)),
        ((None, None, 99), Err(1)),
        ((None, None, 0), Err(100)),
        ((Some(500), None, 5_000), Ok(500)),
        ((Some(500), None, 300), Err(200)),
        ((Some(50), None, 60), Ok(50)),
        ((None, Some(450), 5_000), Ok(450)),
        ((None, Some(5), 5_000), Ok(100)),
        ((None, Some(9_000), 5_000), Ok(2_000)),
    ] {
        let amount = rule.amount(limit.map(euros), worth.map(euros), euros(available));
        assert_eq!(
            amount,
            expect.map(euros).map_err(euros),
            "{limit:?} {worth:?} of {available}"
        );
    }
    for ((held, limit, available), expect) in [
        ((2_000, None, 5_000), 2_000),
        ((2_000, None, 30), 30),
        ((2_000, None, 0), 0),
        ((2_000, Some(2_500), 5_000), 500),
        ((2_000, Some(2_000), 5_000), 0),
    ] {
        let more = rule.extension(euros(held), limit.map(euros), euros(available));
        assert_eq!(more, euros(expect), "{held} {limit:?} of {available}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Extend(i64),
    Capture(i64),
    Release,
    Expire,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (-5..500_i64).prop_map(Step::Extend),
        (-5..1_500_i64).prop_map(Step::Capture),
        Just(Step::Release),
        Just(Step::Expire),
    ];
    proptest::collection::vec(step, 0..12)
}

fn euros(minor: i64) -> Money {
    let currency = Currency::from_code("EUR").expect("a known currency");
    Money { minor, currency }
}

#[test]
fn a_hold_of_nothing_is_none() {
    let id = Uuid::nil();
    for minor in [0, -1] {
        let none = Hold::place(id.into(), id.into(), euros(minor), Timestamp::UNIX_EPOCH);
        assert_eq!(none, None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn whatever_is_tried_a_hold_is_resolved_once_and_no_cent_is_lost_or_made(
        placed in 1..1_000_i64, steps in steps()
    ) {
        let (id, now) = (Uuid::nil(), Timestamp::UNIX_EPOCH);
        let mut hold = Hold::place(id.into(), id.into(), euros(placed), now).expect("an amount");
        let (mut put_in, mut resolutions, mut given_back) = (placed, 0, 0);
        for step in steps {
            let was_open = hold.status == HoldStatus::Placed;
            match step {
                Step::Extend(by) => {
                    let did = hold.extend(euros(by));
                    prop_assert_eq!(did, was_open && by > 0);
                    if did { put_in += by; }
                }
                Step::Capture(bill) => {
                    let back = hold.capture(euros(bill), now);
                    prop_assert_eq!(back.is_some(), was_open && (0..=put_in).contains(&bill));
                    resolutions += i32::from(back.is_some());
                    given_back += back.map_or(0, |back| back.minor);
                }
                Step::Release | Step::Expire => {
                    let back = if matches!(step, Step::Release) { hold.release(now) } else { hold.expire(now) };
                    prop_assert_eq!(back.is_some(), was_open);
                    resolutions += i32::from(back.is_some());
                    given_back += back.map_or(0, |back| back.minor);
                }
            }
            prop_assert_eq!(hold.amount.minor, put_in, "nothing comes in but by extending");
            prop_assert_eq!(hold.status == HoldStatus::Placed, hold.resolved_at.is_none());
            prop_assert_eq!(hold.status == HoldStatus::Captured, hold.captured.minor > 0);
        }
        prop_assert!(resolutions <= 1, "resolved {} times", resolutions);
        if resolutions == 1 {
            prop_assert_eq!(hold.captured.minor + given_back, put_in, "captured and given back are all of it");
        }
    }
}
