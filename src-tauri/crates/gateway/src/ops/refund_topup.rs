//! Money of a top-up goes back the way it came. It leaves the wallet first, in the unit that writes the refund down; the
//! provider is asked afterwards, as often as it takes, under the refund's own key. Not for what a charge cost: see
//! `refund_session`.

use domain::ledger::{AccountKind, TransferKind};
use domain::topup::{RefundStatus, Topup, TopupRefund};
use domain::{Money, OperatorId, Timestamp, TopupId, TopupRefundId};
use store::repo::topups;

use super::adjust_wallet::reason;
use super::books::{Books, Entry};
use super::refusal::{conflict, missing};
use super::settle_topup::odd;
use crate::core::{Core, OpError, Unit};
use crate::keep::Keep;

/// What is to go back.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Of which top-up.
    pub topup: TopupId,
    /// How much; none: all that is left of it.
    pub amount: Option<Money>,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub by: OperatorId,
}

/// Takes the money out of the wallet and writes the refund down.
pub async fn refund_topup(
    core: &Core,
    wish: Wish,
    keep: Keep<TopupRefund>,
) -> Result<TopupRefund, OpError> {
    let why = reason(&wish.reason)?;
    core.write(move |mut unit| {
        Box::pin(async move {
            let topup = hold(&mut unit, wish.topup).await?;
            let left = topup.refundable();
            if left.minor == 0 {
                return Err(conflict("Nothing of that top-up can go back."));
            }
            let amount = wish.amount.unwrap_or(left);
            if amount.currency != left.currency || amount.minor <= 0 || amount.minor > left.minor {
                return Err(too_much(left));
            }
            let refund = take_out(&mut unit, topup, amount, (why, Some(wish.by))).await?;
            keep.answer(&mut unit, &refund).await?;
            Ok(refund)
        })
    })
    .await
}

/// Takes money of a top-up out of the wallet and writes down that it goes back.
async fn take_out(
    unit: &mut Unit<'_>,
    mut topup: Topup,
    amount: Money,
    (reason, by): (String, Option<OperatorId>),
) -> Result<TopupRefund, OpError> {
    let refund = TopupRefund {
        id: unit.id(),
        topup_id: topup.id,
        amount,
        reason,
        status: RefundStatus::Pending,
        refund_ref: None,
        requested_by: by,
        look_at: Some(unit.now()),
        created_at: unit.now(),
        resolved_at: None,
    };
    let mut books = Books::open(unit, topup.customer_id, amount.currency).await?;
    let available = books.purse().available();
    if available.minor < amount.minor {
        let missing = amount - available;
        return Err(OpError::Unfunded { missing });
    }
    let entry = entry(TransferKind::Refund, &refund, "");
    let road = (AccountKind::Wallet, AccountKind::Clearing);
    books.post(unit, road, amount, entry).await?;
    topup.refunded = topup.refunded + amount;
    topups::update(unit.conn, &topup).await?;
    topups::insert_refund(unit.conn, &refund).await?;
    Ok(refund)
}

/// The gateway itself gives back what of a top-up can still be spent, inside a unit of work; nothing where nothing can.
pub(super) async fn give_back_rest(
    unit: &mut Unit<'_>,
    topup: TopupId,
    reason: &str,
) -> Result<(), OpError> {
    let topup = hold(unit, topup).await?;
    let books = Books::open(unit, topup.customer_id, topup.amount.currency).await?;
    let rest = domain::bill::least(books.purse().available(), topup.refundable());
    // What is finer than the provider can carry stays in the wallet, for the desk to see.
    let rest = payments::payable(topup.provider, rest);
    if rest.minor > 0 {
        take_out(unit, topup, rest, (reason.to_owned(), None)).await?;
    }
    Ok(())
}

fn too_much(left: Money) -> OpError {
    let left = left.print();
    OpError::Invalid {
        pointer: "/amount".into(),
        fault: "out_of_bounds",
        detail: format!(
            "Between nothing and {} {} can go back.",
            left.amount, left.currency
        )
        .into(),
    }
}

fn entry(kind: TransferKind, refund: &TopupRefund, which: &str) -> Entry {
    Entry {
        kind,
        reference: format!("topup-refund:{}{which}", refund.id),
        session: None,
        reason: Some(refund.reason.clone()),
    }
}

async fn hold(unit: &mut Unit<'_>, id: TopupId) -> Result<Topup, OpError> {
    let found = topups::hold(unit.conn, id).await?;
    found.ok_or_else(|| missing("top-up"))
}

/// What the provider said of a refund of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It took it on; ask again.
    Taken {
        /// The provider's id of it.
        refund_ref: String,
        /// When to ask again; none: its own news will say.
        again: Option<Timestamp>,
    },
    /// The money has gone back.
    Done {
        /// The provider's id of it.
        refund_ref: String,
    },
    /// It will not: the money is the customer's again.
    Refused {
        /// Why, as the provider says it.
        why: String,
    },
    /// It did not say.
    Silent {
        /// When to ask again.
        again: Timestamp,
    },
}

/// Takes the provider's answer in.
pub async fn settle_refund(core: &Core, id: TopupRefundId, answer: Answer) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let Some(refund) = topups::find_refund(unit.conn, id).await? else {
                return Ok(());
            };
            let mut topup = hold(&mut unit, refund.topup_id).await?;
            // Anew, now that nobody else changes it.
            let Some(refund) = topups::find_refund(unit.conn, id).await? else {
                return Ok(());
            };
            take_in(&mut unit, &mut topup, refund, answer).await
        })
    })
    .await
}

async fn take_in(
    unit: &mut Unit<'_>,
    topup: &mut Topup,
    mut refund: TopupRefund,
    answer: Answer,
) -> Result<(), OpError> {
    if refund.status != RefundStatus::Pending {
        return Ok(());
    }
    let now = unit.now();
    match answer {
        Answer::Taken { refund_ref, again } => {
            refund.refund_ref = Some(refund_ref);
            refund.look_at = again;
        }
        Answer::Done { refund_ref } => {
            refund.refund_ref = Some(refund_ref);
            refund.resolve(RefundStatus::Completed, now);
        }
        Answer::Silent { again } => refund.look_at = Some(again),
        Answer::Refused { why } => {
            refund.resolve(RefundStatus::Failed, now);
            give_again(unit, topup, &refund).await?;
            let detail = format!(
                "{} did not pay {} {} back ({why}). The money is in the wallet again.",
                topup.provider.name(),
                refund.amount.print().amount,
                refund.amount.currency.code()
            );
            odd(unit, topup, &detail).await?;
        }
    }
    Ok(topups::update_refund(unit.conn, &refund).await?)
}

async fn give_again(
    unit: &mut Unit<'_>,
    topup: &mut Topup,
    refund: &TopupRefund,
) -> Result<(), OpError> {
    let mut books = Books::open(unit, topup.customer_id, refund.amount.currency).await?;
    let entry = entry(TransferKind::Reversal, refund, ":back");
    let road = (AccountKind::Clearing, AccountKind::Wallet);
    books.post(unit, road, refund.amount, entry).await?;
    books.settle_owed(unit).await?;
    topup.refunded = topup.refunded - refund.amount;
    Ok(topups::update(unit.conn, topup).await?)
}

/// News of a refund from the provider itself: of one of ours, or of one that somebody made there.
#[derive(Clone, Debug)]
pub struct RefundNews {
    /// Of which top-up.
    pub topup: TopupId,
    /// The provider's id of it.
    pub refund_ref: String,
    /// How much.
    pub amount: Money,
    /// Whether the money went back; else it stays.
    pub done: bool,
}

/// Takes news of a refund in, however often it comes.
pub async fn hear_of_refund(core: &Core, news: RefundNews) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut topup = hold(&mut unit, news.topup).await?;
            let known = topups::list_refunds(unit.conn, topup.id).await?;
            // Its answer may have been lost, and the news is the first to say the provider's id of it.
            let own = known
                .iter()
                .find(|one| one.refund_ref.as_deref() == Some(&news.refund_ref))
                .or_else(|| {
                    known.iter().find(|one| {
                        one.refund_ref.is_none()
                            && one.status == RefundStatus::Pending
                            && one.amount == news.amount
                    })
                });
            if let Some(own) = own {
                let answer = if news.done {
                    Answer::Done {
                        refund_ref: news.refund_ref,
                    }
                } else {
                    Answer::Refused {
                        why: "it failed there".to_owned(),
                    }
                };
                return take_in(&mut unit, &mut topup, own.clone(), answer).await;
            }
            if news.done {
                made_there(&mut unit, &mut topup, news).await
            } else {
                Ok(())
            }
        })
    })
    .await
}

/// Somebody gave the money back at the provider: what of it the customer no longer has, it owes.
async fn made_there(
    unit: &mut Unit<'_>,
    topup: &mut Topup,
    news: RefundNews,
) -> Result<(), OpError> {
    let left = topup.refundable();
    if news.amount.currency != left.currency || news.amount.minor > left.minor {
        let amount = news.amount.print();
        let detail = format!(
            "{} gave {} {} back, which is more than is left of it. Nothing was booked.",
            topup.provider.name(),
            amount.amount,
            amount.currency
        );
        return odd(unit, topup, &detail).await;
    }
    let refund = TopupRefund {
        id: unit.id(),
        topup_id: topup.id,
        amount: news.amount,
        reason: format!("Paid back at {}", topup.provider.name()),
        status: RefundStatus::Completed,
        refund_ref: Some(news.refund_ref),
        requested_by: None,
        look_at: None,
        created_at: unit.now(),
        resolved_at: Some(unit.now()),
    };
    topups::insert_refund(unit.conn, &refund).await?;
    let mut books = Books::open(unit, topup.customer_id, news.amount.currency).await?;
    let there = domain::bill::least(books.purse().available(), news.amount);
    let road = (AccountKind::Wallet, AccountKind::Clearing);
    let paid = entry(TransferKind::Refund, &refund, "");
    books.post(unit, road, there, paid).await?;
    let rest = news.amount - there;
    let road = (AccountKind::Receivable, AccountKind::Clearing);
    let owed = entry(TransferKind::Owed, &refund, ":owed");
    books.post(unit, road, rest, owed).await?;
    topup.refunded = topup.refunded + news.amount;
    topups::update(unit.conn, topup).await?;
    if rest.minor == 0 {
        return Ok(());
    }
    let detail = format!(
        "{} gave money back that was spent already. The customer owes {} {} of it.",
        topup.provider.name(),
        rest.print().amount,
        rest.currency.code()
    );
    odd(unit, topup, &detail).await
}
