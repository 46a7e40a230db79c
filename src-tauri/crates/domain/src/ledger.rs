//! The books: who owes whom. Double entry in whole minor units; a transfer is never changed, only followed by
//! another. Not for what a charge costs: that is `tariff`.

use jiff::Timestamp;

use crate::ids::{CustomerId, LedgerAccountId, TransferId};
use crate::money::Money;
use crate::words::words;

words! {
    /// What an account is for.
    AccountKind {
        /// What is owed to a customer: its wallet.
        Wallet = "wallet",
        /// What the operator gave to customers, or took from them, by hand.
        Adjustments = "adjustments",
    }
}

words! {
    /// Why money moved, as the customer reads it.
    TransferKind {
        /// The operator gave or took it by hand.
        Adjustment = "adjustment",
    }
}

/// An account of the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: LedgerAccountId,
    /// What it is for.
    pub kind: AccountKind,
    /// Whose wallet it is.
    pub customer_id: Option<CustomerId>,
    /// Credits less debits.
    pub balance: Money,
    /// Rises with each transfer.
    pub version: i64,
    /// When the last one was.
    pub updated_at: Timestamp,
}

/// Money that moves from one account to another. What there is to say of a customer's side of it stands in `wallet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Which account has less of it afterwards.
    pub debit: LedgerAccountId,
    /// Which has more.
    pub credit: LedgerAccountId,
    /// How much: above zero.
    pub amount: Money,
    /// Why, for programs.
    pub kind: TransferKind,
    /// Why, for people.
    pub reason: Option<String>,
    /// The customer's side, where there is one.
    pub wallet: Option<WalletSide>,
    /// When.
    pub created_at: Timestamp,
}

/// How a wallet stands after a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalletSide {
    /// The wallet's account.
    pub account: LedgerAccountId,
    /// Its version with this transfer.
    pub version: i64,
    /// Its balance with this transfer.
    pub balance: Money,
}

impl Transfer {
    /// What it did to an account: positive is money in.
    pub fn amount_for(&self, account: LedgerAccountId) -> Money {
        let sign = if account == self.credit { 1 } else { -1 };
        Money {
            minor: sign * self.amount.minor,
            ..self.amount
        }
    }
}
