//! A customer's money as it is sent.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Amount, objects};
use crate::ids::CustomerId;
use crate::ledger::{Purse, Transfer, TransferKind};
use crate::money::{Currency, Money};
use crate::session::Limit;
use crate::words::words;

words! {
    /// Where a movement of money stands.
    WalletTransactionStatus {
        /// It waits for somebody: nothing has moved.
        Pending = "pending",
        /// It is in the books.
        Completed = "completed",
        /// It came to nothing.
        Failed = "failed",
    }
}

words! {
    /// Why money came in or went out, as the customer reads it.
    WalletTransactionKind {
        /// Paid in.
        Topup = "topup",
        /// Paid for a charge.
        Charge = "charge",
        /// Paid back.
        Refund = "refund",
        /// The operator gave or took it by hand.
        Adjustment = "adjustment",
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
        /// What charges cost beyond the money there was: paid from what comes in next.
        owed: Amount,
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
        kind: WalletTransactionKind,
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

    /// Where a charge is to end: at the first of these.
    LimitObject as "Limit" {
        /// When it costs so much.
        amount: Option<Amount>,
        /// When it has taken so much energy, Wh.
        energy_wh: Option<i64>,
        /// After so many minutes.
        minutes: Option<i64>,
        /// When the battery is so full, percent.
        soc_percent: Option<i64>,
    }
}

impl WalletObject {
    /// The wallet of a customer: its accounts, or none where no money has moved yet.
    pub fn of(customer: CustomerId, currency: Currency, purse: Option<&Purse>) -> Self {
        let print = |of: fn(&Purse) -> Money| purse.map_or(Money::zero(currency), of).print();
        let version = purse.map_or(0, Purse::version);
        Self {
            customer_id: customer.0,
            currency: currency.code().to_owned(),
            balance: print(Purse::balance),
            available: print(Purse::available),
            held: print(|purse| purse.held.balance),
            owed: print(Purse::owed),
            version,
            updated_at: purse.map(Purse::updated_at).filter(|_| version > 0),
        }
    }
}

impl WalletTransactionKind {
    /// What a customer reads of a transfer.
    pub const fn of(kind: TransferKind) -> Self {
        match kind {
            TransferKind::Topup => Self::Topup,
            TransferKind::Adjustment => Self::Adjustment,
            TransferKind::Reversal | TransferKind::Refund => Self::Refund,
            TransferKind::Hold
            | TransferKind::Extend
            | TransferKind::Release
            | TransferKind::Charge
            | TransferKind::Owed
            | TransferKind::Settlement
            | TransferKind::Tax => Self::Charge,
        }
    }
}

impl WalletTransactionObject {
    /// A transfer as the customer reads it; `None` where none of its money came in or went out.
    pub fn of(transfer: &Transfer) -> Option<Self> {
        let side = transfer.wallet?;
        Some(Self {
            id: transfer.id.0,
            customer_id: side.customer_id.0,
            kind: WalletTransactionKind::of(transfer.kind),
            status: WalletTransactionStatus::Completed,
            amount: side.amount.print(),
            balance_after: side.balance.print(),
            session_id: transfer.session_id.map(|id| id.0),
            topup_id: transfer.topup_id(),
            reason: transfer.reason.clone(),
            created_at: transfer.created_at,
        })
    }
}

impl From<Limit> for LimitObject {
    fn from(limit: Limit) -> Self {
        Self {
            amount: limit.amount.map(Money::print),
            energy_wh: limit.energy.map(|energy| energy.0),
            minutes: limit.minutes,
            soc_percent: limit.soc_percent,
        }
    }
}
