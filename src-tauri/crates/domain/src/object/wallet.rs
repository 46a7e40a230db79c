//! A customer's money as it is sent.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Amount, objects};
use crate::ids::CustomerId;
use crate::ledger::{Account, Transfer, TransferKind};
use crate::money::{Currency, Money};
use crate::words::words;

words! {
    /// Where a movement of money stands.
    WalletTransactionStatus {
        /// It is in the books.
        Completed = "completed",
    }
}

objects! {
    /// A customer's money: balance = available + held.
    WalletObject as "Wallet" {
        /// Whose.
        customer_id: Uuid,
        /// ISO 4217.
        currency: String,
        /// All of it.
        balance: Amount,
        /// What can be spent.
        available: Amount,
        /// What is held for charges that go on.
        held: Amount,
        /// Rises with each change; 0: nothing has moved yet.
        version: i64,
        /// When it last changed; null: never.
        updated_at: Option<Timestamp>,
    }

    /// Money that came into a wallet or went out of it.
    WalletTransactionObject as "WalletTransaction" {
        /// Its id.
        id: Uuid,
        /// Whose wallet.
        customer_id: Uuid,
        /// Why, for programs.
        kind: TransferKind,
        /// Where it stands.
        status: WalletTransactionStatus,
        /// How much; positive is money in.
        amount: Amount,
        /// The balance with it.
        balance_after: Amount,
        /// The charge it paid; null where none.
        session_id: Option<Uuid>,
        /// The top-up it came from; null where none.
        topup_id: Option<Uuid>,
        /// Why, for people.
        reason: Option<String>,
        /// When.
        created_at: Timestamp,
    }
}

impl WalletObject {
    /// The wallet of a customer: its account, or none where no money has moved yet.
    pub fn of(customer: CustomerId, currency: Currency, account: Option<&Account>) -> Self {
        let balance = account.map_or(Money::zero(currency), |account| account.balance);
        Self {
            customer_id: customer.0,
            currency: balance.currency.code().to_owned(),
            balance: balance.print(),
            available: balance.print(),
            held: Money::zero(balance.currency).print(),
            version: account.map_or(0, |account| account.version),
            updated_at: account.map(|account| account.updated_at),
        }
    }
}

impl WalletTransactionObject {
    /// A transfer as the customer reads it; `None` where it moved no wallet.
    pub fn of(customer: CustomerId, transfer: &Transfer) -> Option<Self> {
        let side = transfer.wallet?;
        Some(Self {
            id: transfer.id.0,
            customer_id: customer.0,
            kind: transfer.kind,
            status: WalletTransactionStatus::Completed,
            amount: transfer.amount_for(side.account).print(),
            balance_after: side.balance.print(),
            session_id: None,
            topup_id: None,
            reason: transfer.reason.clone(),
            created_at: transfer.created_at,
        })
    }
}
