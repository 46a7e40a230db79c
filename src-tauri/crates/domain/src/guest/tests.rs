//! What comes next for a guest's order, whatever its payment and its charge do.

use uuid::Uuid;

use super::*;
use crate::ids::TopupId;
use crate::money::{Currency, Money};
use crate::topup::{News, Provider};

const MADE: Timestamp = Timestamp::UNIX_EPOCH;

fn order(status: GuestOrderStatus) -> GuestOrder {
    GuestOrder {
        request: "r".to_owned(),
        customer_id: CustomerId(Uuid::nil()),
        charge_point_id: ChargePointId(Uuid::nil()),
        connector_id: 1,
        tariff_version: Some(3),
        link: "l".to_owned(),
        status,
        session_id: None,
        refusal: None,
        created_at: MADE,
        updated_at: MADE,
    }
}

/// One that the provider's news made what it is, a minute after it was asked for.
fn topup(news: Option<News>) -> Topup {
    let euros = |minor| Money {
        minor,
        currency: Currency::from_code("EUR").expect("a known currency"),
    };
    let mut topup = Topup {
        id: TopupId(Uuid::nil()),
        customer_id: CustomerId(Uuid::nil()),
        provider: Provider::Stripe,
        amount: euros(2_000),
        return_url: String::new(),
        status: TopupStatus::Pending,
        checkout: None,
        payment_ref: None,
        refunded: euros(0),
        expires_at: MADE + SignedDuration::from_mins(35),
        look_at: None,
        created_at: MADE,
        updated_at: MADE,
    };
    if let Some(news) = news {
        topup.settle(news, minutes(1));
    }
    topup
}

fn paid() -> News {
    News::Paid {
        amount: topup(None).amount,
        payment_ref: "pi_1".to_owned(),
    }
}

fn minutes(minutes: i64) -> Timestamp {
    MADE + SignedDuration::from_mins(minutes)
}

fn too_late() -> Step {
    Step::End(Some(Refusal::paid_too_late()))
}

#[test]
fn an_order_that_was_over_begins_nothing_when_it_is_paid_all_the_same() {
    let mut again = order(GuestOrderStatus::Waiting);
    again.refusal = Some(Refusal::paid_too_late());
    assert_eq!(
        again.next(Some(&topup(Some(paid()))), false, minutes(1)),
        too_late()
    );
}

#[test]
fn a_charge_begins_once_it_is_paid_and_not_when_nobody_stands_there_any_more() {
    let waiting = order(GuestOrderStatus::Waiting);
    for (topup, at, expect) in [
        (None, 10, Step::Wait),
        (None, 11, Step::End(None)),
        (Some(topup(None)), 1, Step::Wait),
        (Some(topup(None)), 600, Step::Wait),
        (Some(topup(Some(paid()))), 1, Step::Begin),
        (Some(topup(Some(paid()))), 3, Step::Begin),
        (Some(topup(Some(paid()))), 4, too_late()),
        (Some(topup(Some(News::Expired))), 2, Step::End(None)),
        (Some(topup(Some(News::Failed))), 2, Step::End(None)),
    ] {
        let next = waiting.next(topup.as_ref(), false, minutes(at));
        assert_eq!(next, expect, "{topup:?} after {at} min");
    }
    // Its news came at once, long after the page's end.
    let mut late = topup(Some(News::Expired));
    late.settle(paid(), minutes(41));
    assert_eq!(late.status, TopupStatus::Completed);
    assert_eq!(waiting.next(Some(&late), false, minutes(41)), too_late());
}

#[test]
fn what_a_charge_did_not_cost_goes_back_once_it_is_billed() {
    let topup = topup(Some(paid()));
    let charging = order(GuestOrderStatus::Charging);
    let far = minutes(100_000);
    assert_eq!(charging.next(Some(&topup), false, far), Step::Wait);
    assert_eq!(charging.next(Some(&topup), true, far), Step::End(None));
    let ended = order(GuestOrderStatus::Ended);
    assert_eq!(ended.next(Some(&topup), true, far), Step::Wait, "once");
}

#[test]
fn a_charger_that_is_away_is_waited_for_and_a_plug_that_is_taken_is_not() {
    for code in [
        Code::ChargerOffline,
        Code::ServerUnavailable,
        Code::WalletFrozen,
    ] {
        assert_eq!(GuestOrder::refused(code, "no"), Step::Wait);
    }
    for code in [Code::ConnectorBusy, Code::PriceChanged] {
        let expect = Refusal {
            code: code.as_str().to_owned(),
            detail: "no".to_owned(),
        };
        assert_eq!(GuestOrder::refused(code, "no"), Step::End(Some(expect)));
    }
}
