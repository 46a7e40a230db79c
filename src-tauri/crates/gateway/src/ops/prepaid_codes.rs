//! Prepaid codes: an operator makes a batch and takes back what is left of it, a driver redeems one.

use domain::ledger::{AccountKind, TransferKind};
use domain::object::WalletTransactionObject;
use domain::prepaid::{Batch, MOST_CODES, NotTaken, PrepaidCode, Voucher};
use domain::{CustomerId, Money, OperatorId, PrepaidBatchId, PrepaidCodeId, Timestamp};
use serde_json::json;
use store::repo::prepaid;

use super::books::{Books, Entry};
use super::refusal::{conflict, missing};
use crate::core::{Core, OpError, Unit};
use crate::keep::Keep;
use crate::secret;

/// What an operator wants to sell.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What the batch is called.
    pub name: String,
    /// What each code is worth: above zero.
    pub amount: Money,
    /// How many.
    pub codes: i64,
    /// From when on none is taken any more.
    pub expires_at: Option<Timestamp>,
    /// Who asks.
    pub by: OperatorId,
}

/// Makes a batch of codes.
pub async fn make_codes(core: &Core, wish: Wish, keep: Keep<Batch>) -> Result<Batch, OpError> {
    let out_of_bounds = |pointer: &'static str, detail: &'static str| OpError::Invalid {
        pointer: pointer.into(),
        fault: "out_of_bounds",
        detail: detail.into(),
    };
    if !(1..=MOST_CODES).contains(&wish.codes) {
        return Err(out_of_bounds("/count", "A batch has 1 to 1000 codes."));
    }
    if wish.amount.minor <= 0 {
        let detail = "A code is worth more than nothing.";
        return Err(out_of_bounds("/amount", detail));
    }
    let now = core.clock.now();
    if wish.expires_at.is_some_and(|end| end <= now) {
        return Err(out_of_bounds("/expiresAt", "That has passed already."));
    }
    let codes: Vec<(PrepaidCodeId, PrepaidCode)> = (0..wish.codes)
        .map(|_| (core.clock.id().into(), secret::make_prepaid_code()))
        .collect();
    core.write(move |mut unit| {
        Box::pin(async move {
            let batch = Batch {
                id: unit.id(),
                name: wish.name,
                amount: wish.amount,
                codes: wish.codes,
                expires_at: wish.expires_at,
                created_by: wish.by,
                created_at: unit.now(),
                voided_at: None,
            };
            unit.about(batch.id);
            prepaid::insert(unit.conn, &batch, &codes).await?;
            keep.answer(&mut unit, &batch).await?;
            Ok(batch)
        })
    })
    .await
}

/// Takes back what is left of a batch: what was redeemed stays where it is.
pub async fn void_codes(core: &Core, id: PrepaidBatchId) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let known = prepaid::find(unit.conn, id).await?;
            let batch = known.ok_or_else(|| missing("batch of codes"))?;
            unit.before(&json!({ "name": batch.name }));
            // Taken back twice is taken back.
            prepaid::void(unit.conn, id, unit.now()).await?;
            Ok(())
        })
    })
    .await
}

/// Puts what a code is worth into a wallet, once.
pub async fn redeem_code(
    core: &Core,
    customer: CustomerId,
    code: PrepaidCode,
    keep: Keep<WalletTransactionObject>,
) -> Result<WalletTransactionObject, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let found = prepaid::hold_code(unit.conn, &code).await?;
            let found = found.ok_or_else(|| missing("code"))?;
            let told = take(&mut unit, customer, found).await?;
            keep.answer(&mut unit, &told).await?;
            Ok(told)
        })
    })
    .await
}

/// The same inside a unit of work that holds the code.
pub(super) async fn take(
    unit: &mut Unit<'_>,
    customer: CustomerId,
    (mut voucher, batch): (Voucher, Batch),
) -> Result<WalletTransactionObject, OpError> {
    let now = unit.now();
    let amount = voucher.redeem(&batch, customer, now).map_err(|why| {
        conflict(match why {
            NotTaken::Used => "That code was used already.",
            NotTaken::Expired => "That code has expired.",
            NotTaken::Void => "That code is not valid any more.",
        })
    })?;
    prepaid::redeem(unit.conn, &voucher).await?;
    let mut books = Books::open(unit, customer, amount.currency).await?;
    let entry = Entry {
        kind: TransferKind::Topup,
        reference: format!("prepaid:{}", voucher.id),
        session: None,
        reason: Some("Prepaid code".to_owned()),
    };
    let road = (AccountKind::Prepaid, AccountKind::Wallet);
    let told = books.post(unit, road, amount, entry).await?;
    books.settle_owed(unit).await?;
    told.ok_or_else(|| missing("code"))
}
