//! Planted once and seen red: a second `Paid` that credits again; an amount that is not compared.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::money::Currency;

fn euro(minor: i64) -> Money {
    Money {
        minor,
        currency: Currency::from_code("EUR").expect("a known currency"),
    }
}

fn topup() -> Topup {
    Topup {
        id: TopupId(Uuid::nil()),
        customer_id: CustomerId(Uuid::nil()),
        provider: Provider::Stripe,
        amount: euro(2_000),
        return_url: String::new(),
        status: TopupStatus::Pending,
        checkout: None,
        payment_ref: None,
        refunded: euro(0),
        expires_at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(31),
        look_at: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn paid(minor: i64) -> News {
    News::Paid {
        amount: euro(minor),
        payment_ref: "pi_1".to_owned(),
    }
}

fn news() -> impl Strategy<Value = News> {
    prop_oneof![
        Just(News::Open),
        Just(News::Failed),
        Just(News::Expired),
        Just(paid(2_000)),
        Just(paid(1_999)),
    ]
}

proptest! {
    #[test]
    fn whatever_the_provider_says_and_however_often_what_was_paid_is_credited_once(
        said in prop::collection::vec((news(), 0..700_000_i64), 0..12)
    ) {
        let mut topup = topup();
        let (mut credits, mut now) = (0, Timestamp::UNIX_EPOCH);
        let was_paid = said.iter().any(|(news, _)| *news == paid(2_000));
        for (news, later) in said {
            now += SignedDuration::from_secs(later);
            credits += usize::from(topup.settle(news, now) == Effect::Credit);
            let pending = topup.status == TopupStatus::Pending;
            prop_assert!(topup.look_at.is_none() || pending, "what has ended is not asked after");
            prop_assert!(topup.look_at.is_none_or(|at| at > now), "the provider is left in peace for a while");
        }
        prop_assert_eq!(credits, usize::from(was_paid));
        prop_assert_eq!(topup.status == TopupStatus::Completed, was_paid);
    }
}

#[test]
fn another_amount_than_was_ordered_is_nobodys_to_credit() {
    let mut topup = topup();
    let now = Timestamp::UNIX_EPOCH;
    assert_eq!(topup.settle(paid(1), now), Effect::Mismatch(euro(1)));
    assert_eq!(topup.status, TopupStatus::Failed);
    assert_eq!(
        topup.settle(News::Expired, now),
        Effect::None,
        "its time ran out after that"
    );
    assert_eq!(topup.status, TopupStatus::Failed);
}

#[test]
fn an_open_order_is_asked_after_often_at_first_and_not_for_ever() {
    let mut topup = topup();
    let minutes = |count| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(count);
    for (at, pause) in [
        (0, Some(10)),
        (6, Some(60)),
        (40, Some(3_600)),
        (8 * 24 * 60, None),
    ] {
        topup.settle(News::Open, minutes(at));
        let looks = topup
            .look_at
            .map(|next| next.duration_since(minutes(at)).as_secs());
        assert_eq!(looks, pause, "{at} minutes after it was made");
    }
    assert_eq!(
        topup.status,
        TopupStatus::Pending,
        "it was never told to have ended"
    );
}

#[test]
fn a_refund_ends_once() {
    let now = Timestamp::UNIX_EPOCH;
    let mut refund = TopupRefund {
        id: TopupRefundId(Uuid::nil()),
        topup_id: TopupId(Uuid::nil()),
        amount: euro(1),
        reason: String::new(),
        status: RefundStatus::Pending,
        refund_ref: None,
        requested_by: None,
        look_at: Some(now),
        created_at: now,
        resolved_at: None,
    };
    assert!(!refund.resolve(RefundStatus::Pending, now));
    assert!(refund.resolve(RefundStatus::Failed, now));
    assert!(
        !refund.resolve(RefundStatus::Completed, now),
        "it failed already"
    );
    assert_eq!(refund.look_at, None);
}
