//! When a charge will end, as far as two readings tell.

use super::*;
use crate::money::{Currency, Money, Percent, UnitPrice};
use crate::session::{EndsBy, Funding, Limit};

fn euros(minor: i64) -> Money {
    let currency = Currency::from_code("EUR").expect("a known currency");
    Money { minor, currency }
}

const NONE: Limit = Limit {
    amount: None,
    energy: None,
    minutes: None,
    soc_percent: None,
};

/// Charging since 1000 at a euro a kWh, measured at 1060 with 100 Wh.
fn priced(limit: Limit, held: Option<i64>) -> Session {
    let price = UnitPrice {
        micro: 1_000_000,
        currency: euros(0).currency,
    };
    let rates = Rates::per_kwh(price, Percent { milli: 0 });
    let mut session = Kept::under(rates, TimeZone::UTC).session;
    session.limit = (limit != NONE).then_some(limit);
    session.funding = Funding {
        on_account: true,
        held: held.map(euros),
        ..Funding::default()
    };
    session.measure(&reading(1060, 600), &[], 22_000);
    session
}

/// What is foreseen when 200 Wh are measured at 1120: 100 Wh, ten cents, a minute.
fn foreseen(mut session: Session, now: i64) -> Option<(i64, EndsBy)> {
    let pace = session.pace();
    session.measure(&reading(1120, 700), &[], 22_000);
    session.foresee(&pace, at(now));
    let (end, by) = session.ends()?;
    Some((end.as_second(), by))
}

#[test]
fn the_next_limit_is_foreseen_from_how_the_figures_rise() {
    let amount = |minor| Limit {
        amount: Some(euros(minor)),
        ..NONE
    };
    let energy = |wh| Limit {
        energy: Some(WattHours(wh)),
        ..NONE
    };
    for (limit, held, expect) in [
        (NONE, None, None),
        (amount(25), None, Some((1150, EndsBy::Amount))),
        (amount(20), None, Some((1120, EndsBy::Amount))),
        (amount(15), None, Some((1120, EndsBy::Amount))),
        // Too far to say: three intervals are.
        (amount(60), None, None),
        (NONE, Some(25), Some((1150, EndsBy::Held))),
        (amount(25), Some(25), Some((1150, EndsBy::Amount))),
        (amount(30), Some(25), Some((1150, EndsBy::Held))),
        (energy(250), Some(30), Some((1150, EndsBy::Energy))),
        (energy(150), Some(30), Some((1120, EndsBy::Energy))),
    ] {
        assert_eq!(
            foreseen(priced(limit, held), 1120),
            expect,
            "{limit:?} {held:?}"
        );
    }
}

#[test]
fn minutes_count_from_the_beginning_and_a_late_start_has_another_one() {
    let limit = Limit {
        minutes: Some(3),
        amount: Some(euros(25)),
        ..NONE
    };
    assert_eq!(
        foreseen(priced(limit, None), 1120),
        Some((1150, EndsBy::Amount)),
        "what comes first"
    );
    let limit = Limit {
        minutes: Some(2),
        ..limit
    };
    assert_eq!(
        foreseen(priced(limit, None), 1120),
        Some((1120, EndsBy::Minutes))
    );
    for (now, end) in [(1000, 1120), (1119, 1120), (2000, 2060)] {
        let mut session = priced(limit, None);
        session.limit_minutes(at(now));
        assert_eq!(session.ends(), Some((at(end), EndsBy::Minutes)), "{now}");
    }
}

#[test]
fn history_and_a_charge_that_was_told_to_stop_foresee_nothing() {
    let limit = Limit {
        amount: Some(euros(25)),
        ..NONE
    };
    assert_eq!(foreseen(priced(limit, None), 1120 + 301), None, "it waited");
    let mut told = priced(limit, None);
    told.stop_asked = Some(StopReason::Limit);
    told.funding.ends = Some((at(1155), EndsBy::Amount));
    assert_eq!(
        foreseen(told, 1120),
        Some((1155, EndsBy::Amount)),
        "when it is told again"
    );
    let mut full = priced(
        Limit {
            soc_percent: Some(80),
            ..NONE
        },
        None,
    );
    for (soc, expect) in [(79, None), (80, Some((at(1120), EndsBy::Soc)))] {
        let pace = full.pace();
        full.soc_percent = Some(soc);
        full.foresee(&pace, at(1120));
        assert_eq!(full.ends(), expect, "{soc} %");
    }
}

#[test]
fn what_is_left_of_a_hold_is_never_below_nothing_and_gone_with_the_charge() {
    for (held, left) in [(30, Some(20)), (10, Some(0)), (5, Some(0))] {
        let session = priced(NONE, Some(held));
        assert_eq!(session.remaining(), left.map(euros), "{held}");
    }
    assert_eq!(priced(NONE, None).remaining(), None);
    let mut over = priced(NONE, Some(30));
    over.stop(end(1200, 800, StopReason::Local), &[], 22_000);
    assert_eq!((over.held(), over.ends()), (None, None));
}
