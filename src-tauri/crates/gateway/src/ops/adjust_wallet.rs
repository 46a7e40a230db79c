//! The operator gives a customer money by hand, or takes some back.

use domain::event::{BalanceReason, WalletBalanceChanged, WalletTransactionCreated};
use domain::ledger::{Account, AccountKind, Transfer, TransferKind, WalletSide};
use domain::object::{Amount, WalletObject, WalletTransactionObject};
use domain::{Currency, CustomerId, Event, Money};
use store::repo::ledger;

use super::refusal::refused;
use crate::core::{OpError, Unit};

/// Reads what a customer is added with: an amount above zero.
pub fn opening_balance(amount: &str, currency: &str) -> Result<Money, OpError> {
    let amount = Amount {
        amount: amount.trim().to_owned(),
        currency: currency.to_owned(),
    };
    let money = Money::read(&amount)
        .map_err(|error| refused(&format!("The balance does not read: {error}.")))?;
    if money.minor <= 0 {
        return Err(refused("The balance must be more than nothing."));
    }
    Ok(money)
}

/// Puts money into a customer's wallet, inside a unit of work, and tells of it. The amount is above zero.
pub(super) async fn give(
    unit: &mut Unit<'_>,
    customer: CustomerId,
    amount: Money,
    reason: &str,
) -> Result<(), OpError> {
    let giver = account(unit, AccountKind::Adjustments, None, amount.currency).await?;
    let wallet = account(unit, AccountKind::Wallet, Some(customer), amount.currency).await?;
    let now = unit.now();
    ledger::shift(unit.conn, giver.id, -amount.minor, now).await?;
    let after = ledger::shift(unit.conn, wallet.id, amount.minor, now).await?;
    let transfer = Transfer {
        id: unit.id(),
        debit: giver.id,
        credit: after.id,
        amount,
        kind: TransferKind::Adjustment,
        reason: Some(reason.to_owned()),
        wallet: Some(WalletSide {
            account: after.id,
            version: after.version,
            balance: after.balance,
        }),
        created_at: now,
    };
    ledger::insert(unit.conn, &transfer).await?;
    tell(unit, customer, &after, &transfer).await
}

async fn tell(
    unit: &mut Unit<'_>,
    customer: CustomerId,
    wallet: &Account,
    transfer: &Transfer,
) -> Result<(), OpError> {
    let news = WalletBalanceChanged {
        wallet: WalletObject::of(customer, wallet.balance.currency, Some(wallet)),
        reason: BalanceReason::Adjustment,
    };
    unit.emit(&Event::WalletBalanceChanged(news)).await?;
    if let Some(transaction) = WalletTransactionObject::of(customer, transfer) {
        let news = WalletTransactionCreated {
            customer_id: customer.0,
            transaction,
        };
        unit.emit(&Event::WalletTransactionCreated(news)).await?;
    }
    Ok(())
}

/// The account of a kind, opened where there is none yet.
async fn account(
    unit: &mut Unit<'_>,
    kind: AccountKind,
    customer: Option<CustomerId>,
    currency: Currency,
) -> Result<Account, OpError> {
    let fresh = Account {
        id: unit.id(),
        kind,
        customer_id: customer,
        balance: Money::zero(currency),
        version: 0,
        updated_at: unit.now(),
    };
    Ok(ledger::open(unit.conn, &fresh).await?)
}
