//! What comes next for a guest's order, whatever its payment and its charge do.

use uuid::Uuid;

use super::*;
use crate::ids::TopupId;
use crate::money::{Currency, Money};
use crate::topup::Provider;

const MADE: Timestamp = Timestamp::UNIX_EPOCH;

fn order(status: GuestOrderStatus) -> GuestOrder {
    GuestOrder {
        request: "r".to_owned(),
        customer_id: CustomerId(Uuid::nil()),
        charge_point_id: ChargePointId(Uuid::nil()),
        connector_id: 1,
        tariff_version: Some(3),
        link: "l".to_owned(),
        link_ends_at: MADE + LINK,
        status,
        session_id: None,
        refusal: None,
        created_at: MADE,
        updated_at: MADE,
    }
}

fn topup(status: TopupStatus, asked_after: bool) -> Topup {
    let euros = |minor| Money {
        minor,
        currency: Currency::from_code("EUR").expect("a known currency"),
    };
    let ends = MADE + SignedDuration::from_mins(35);
    Topup {
        id: TopupId(Uuid::nil()),
        customer_id: CustomerId(Uuid::nil()),
        provider: Provider::Stripe,
        amount: euros(2_000),
        return_url: String::new(),
        status,
        checkout: None,
        payment_ref: None,
        refunded: euros(0),
        expires_at: ends,
        look_at: asked_after.then_some(ends),
        created_at: MADE,
        updated_at: MADE + SignedDuration::from_mins(1),
    }
}

fn minutes(minutes: i64) -> Timestamp {
    MADE + SignedDuration::from_mins(minutes)
}

#[test]
fn a_charge_begins_once_it_is_paid_and_not_when_nobody_stands_there_any_more() {
    use TopupStatus::{Abandoned, Completed, Failed, Pending};
    let waiting = order(GuestOrderStatus::Waiting);
    for (topup, at, expect) in [
        (None, 1, Step::Wait),
        (None, 11, Step::End),
        (Some(topup(Pending, true)), 1, Step::Wait),
        (Some(topup(Pending, true)), 600, Step::Wait),
        (Some(topup(Completed, false)), 2, Step::Begin),
        (Some(topup(Completed, false)), 40, Step::Begin),
        // Its page is over, and money may be on its way.
        (Some(topup(Abandoned, true)), 60, Step::Wait),
        (Some(topup(Failed, true)), 60, Step::Wait),
        (Some(topup(Abandoned, false)), 60, Step::End),
        (Some(topup(Failed, false)), 60, Step::End),
    ] {
        let next = waiting.next(topup.as_ref(), false, minutes(at));
        assert_eq!(next, expect, "{topup:?} after {at} min");
    }
    let late = waiting.next(Some(&topup(Completed, false)), false, minutes(41));
    assert!(matches!(late, Step::GiveBack(Some(_))), "{late:?}");
}

#[test]
fn what_a_charge_did_not_cost_goes_back_once_it_is_billed() {
    let topup = topup(TopupStatus::Completed, false);
    let charging = order(GuestOrderStatus::Charging);
    let far = minutes(100_000);
    assert_eq!(charging.next(Some(&topup), false, far), Step::Wait);
    assert_eq!(charging.next(Some(&topup), true, far), Step::GiveBack(None));
    let ended = order(GuestOrderStatus::Ended);
    assert_eq!(ended.next(Some(&topup), true, far), Step::Wait, "once");
}

#[test]
fn a_charger_that_is_away_is_waited_for_a_little_and_a_plug_that_is_taken_is_not() {
    let (waiting, topup) = (
        order(GuestOrderStatus::Waiting),
        topup(TopupStatus::Completed, false),
    );
    let refused = |code, at| waiting.refused(code, "no", &topup, minutes(at));
    assert_eq!(refused(Code::ChargerOffline, 2), Step::Wait);
    for (code, at) in [
        (Code::ChargerOffline, 3),
        (Code::ConnectorBusy, 1),
        (Code::PriceChanged, 1),
    ] {
        let expect = Refusal {
            code: code.as_str().to_owned(),
            detail: "no".to_owned(),
        };
        assert_eq!(refused(code, at), Step::GiveBack(Some(expect)));
    }
}
