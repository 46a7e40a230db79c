//! The operator pays back what a charge cost, or a part of it: out of the revenue, the tax in it with it.

use domain::ledger::{AccountKind, TransferKind};
use domain::object::WalletTransactionObject;
use domain::{Money, SessionId};
use store::repo::{charge_points, sessions};

use super::adjust_wallet::reason;
use super::bill;
use super::books::{Books, Entry};
use super::refusal::{conflict, missing};
use crate::core::{Core, OpError};
use crate::keep::Keep;

/// What is to be paid back.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Of which charge.
    pub session: SessionId,
    /// How much; none: all that it cost and was not paid back yet.
    pub amount: Option<Money>,
    /// Why.
    pub reason: String,
}

/// Pays back what a billed charge cost: never more than its bill in all.
pub async fn refund_session(
    core: &Core,
    refund: Refund,
    keep: Keep<WalletTransactionObject>,
) -> Result<WalletTransactionObject, OpError> {
    let why = reason(&refund.reason)?;
    core.write(move |mut unit| {
        Box::pin(async move {
            let found = sessions::find(unit.conn, refund.session).await?;
            let session = found.ok_or_else(|| missing("session"))?;
            // Its bill may be corrected at this very moment.
            charge_points::hold(unit.conn, session.charge_point_id).await?;
            let Some((customer, bill, left, times)) =
                bill::refundable(&mut unit, session.id).await?
            else {
                return Err(conflict("Nobody's account paid for that charge."));
            };
            let amount = refund.amount.unwrap_or(left);
            if amount.currency != left.currency || amount.minor <= 0 || amount.minor > left.minor {
                let left = left.print();
                return Err(OpError::Invalid {
                    pointer: "/amount".into(),
                    fault: "out_of_bounds",
                    detail: format!(
                        "Between nothing and {} {} can be paid back.",
                        left.amount, left.currency
                    )
                    .into(),
                });
            }
            let mut books = Books::open(&mut unit, customer, amount.currency).await?;
            let entry = |kind, which: &str| Entry {
                kind,
                reference: format!("refund:{}:{}:{which}", session.id, times + 1),
                session: Some(session.id),
                reason: Some(why.clone()),
            };
            let tax = bill.tax_within(bill.cost.total - left, amount);
            let road = (AccountKind::Tax, AccountKind::Revenue);
            books
                .post(&mut unit, road, tax, entry(TransferKind::Tax, "tax"))
                .await?;
            let road = (AccountKind::Revenue, AccountKind::Wallet);
            let paid = entry(TransferKind::Refund, "paid");
            let told = books.post(&mut unit, road, amount, paid).await?;
            books.settle_owed(&mut unit).await?;
            let told = told.ok_or_else(|| conflict("There is nothing to pay back."))?;
            keep.answer(&mut unit, &told).await?;
            Ok(told)
        })
    })
    .await
}
