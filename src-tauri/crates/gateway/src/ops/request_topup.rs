//! A driver wants to pay money in. The row is there before the provider hears of it, so that a repeat of the request, or
//! another gateway after a crash, goes on with the same order.

use domain::topup::{Checkout, News, Provider, Topup, TopupStatus};
use domain::{Code, CustomerId, Money, Timestamp, TopupId};
use jiff::SignedDuration;
use store::repo::{customers, ledger, topups};

use super::books;
use super::refusal::{conflict, missing};
use crate::core::{Core, OpError};
use crate::keep::Keep;

/// How many pages a driver may have that nobody paid on.
const MOST_PAGES: i64 = 5;
/// And how many orders for which the provider never gave one: while it is away, a driver may try again for a while.
const MOST_WITHOUT: i64 = 50;
/// How long after its end an order without a page is given up: nobody can have seen one.
const GIVEN_UP: SignedDuration = SignedDuration::from_mins(1);

/// What a driver wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Into whose wallet.
    pub customer: CustomerId,
    /// Through whom.
    pub provider: Provider,
    /// How much: above zero.
    pub amount: Money,
    /// What a repeat of the request is known by.
    pub request: String,
    /// Where the browser goes afterwards.
    pub return_url: String,
    /// When the page ends.
    pub expires_at: Timestamp,
}

/// The provider gives no page, for now.
pub(crate) fn no_page() -> OpError {
    OpError::refused(
        Code::ServerUnavailable,
        "The payment page cannot be opened right now. Try again in a moment.",
    )
}

/// Writes the order down; the one of an earlier copy of the request, where there is one.
pub async fn request_topup(core: &Core, wish: Wish) -> Result<Topup, OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            if let Some(there) = topups::find_by_request(unit.conn, &wish.request).await? {
                return Ok(there);
            }
            if ledger::frozen(unit.conn).await?.is_some() {
                return Err(books::frozen());
            }
            // One after the other: several requests at once do not slip below the bound together.
            let known = customers::hold(unit.conn, wish.customer).await?;
            known.ok_or_else(|| OpError::refused(Code::AuthRequired, "Sign in first."))?;
            let (pages, without) = topups::count_pending(unit.conn, wish.customer).await?;
            if without >= MOST_WITHOUT {
                return Err(no_page());
            }
            if pages >= MOST_PAGES {
                return Err(conflict(
                    "Too many payments are open. Pay on one of those pages, or wait until they end.",
                ));
            }
            let now = unit.now();
            let topup = Topup {
                id: unit.id(),
                customer_id: wish.customer,
                provider: wish.provider,
                amount: wish.amount,
                return_url: wish.return_url,
                status: TopupStatus::Pending,
                checkout: None,
                payment_ref: None,
                refunded: Money::zero(wish.amount.currency),
                expires_at: wish.expires_at,
                look_at: Some(wish.expires_at + GIVEN_UP),
                created_at: now,
                updated_at: now,
            };
            if topups::insert(unit.conn, &topup, &wish.request).await? {
                return Ok(topup);
            }
            let detail = "Another gateway answers the same request.";
            Err(OpError::refused(Code::IdempotencyInProgress, detail))
        })
    })
    .await
}

/// Notes the page to pay on, and answers the request.
pub async fn open_page(
    core: &Core,
    id: TopupId,
    page: Checkout,
    keep: Keep<Topup>,
) -> Result<Topup, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let found = topups::hold(unit.conn, id).await?;
            let mut topup = found.ok_or_else(|| missing("top-up"))?;
            if topup.checkout.is_none() {
                let now = unit.now();
                topup.checkout = Some(page);
                topup.settle(News::Open, now);
                topup.updated_at = now;
                topups::update(unit.conn, &topup).await?;
            }
            keep.answer(&mut unit, &topup).await?;
            Ok(topup)
        })
    })
    .await
}
