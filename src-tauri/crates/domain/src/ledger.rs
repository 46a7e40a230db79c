//! The books: who owes whom. Double entry in whole minor units; a transfer is never changed, only followed by
//! another. Not for what a charge costs: that is `tariff`; nor for what is taken for it: see `hold` and `bill`.

use jiff::Timestamp;

use uuid::Uuid;

use crate::ids::{CustomerId, LedgerAccountId, SessionId, TopupId, TransferId};
use crate::money::{Currency, Money};
use crate::words::words;

/// How the references of top-ups begin.
const TOPUP: &str = "topup:";

words! {
    /// What an account is for.
    AccountKind {
        /// What a customer can spend.
        Wallet = "wallet",
        /// What is kept back of a customer's money for charges that go on.
        Held = "held",
        /// What a customer owes: below zero, or nothing.
        Receivable = "receivable",
        /// What the operator earned, without tax.
        Revenue = "revenue",
        /// What the operator owes the tax office.
        Tax = "tax",
        /// What a payment provider has taken in and not yet paid out.
        Clearing = "clearing",
        /// What prepaid codes were redeemed for.
        Prepaid = "prepaid",
        /// What lies in the till.
        Cash = "cash",
        /// What the operator gave to customers, or took from them, by hand.
        Adjustments = "adjustments",
    }
}

impl AccountKind {
    /// Whether each customer has one of its own.
    pub const fn is_customers(self) -> bool {
        matches!(self, Self::Wallet | Self::Held | Self::Receivable)
    }

    /// Whether what is on it is a customer's money.
    const fn is_own_money(self) -> bool {
        matches!(self, Self::Wallet | Self::Held)
    }
}

words! {
    /// Why money moved.
    TransferKind {
        /// Kept back for a charge.
        Hold = "hold",
        /// More of it.
        Extend = "extend",
        /// Given back what the charge did not need.
        Release = "release",
        /// Paid for a charge.
        Charge = "charge",
        /// A charge cost more than there was.
        Owed = "owed",
        /// Paid what was owed.
        Settlement = "settlement",
        /// The tax in what was earned.
        Tax = "tax",
        /// A bill that does not stand any more.
        Reversal = "reversal",
        /// Paid back by the operator.
        Refund = "refund",
        /// Paid in.
        Topup = "topup",
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
    /// Whose, where each customer has one.
    pub customer_id: Option<CustomerId>,
    /// Credits less debits.
    pub balance: Money,
    /// How many transfers moved it.
    pub version: i64,
    /// When the last one did.
    pub updated_at: Timestamp,
}

impl Account {
    /// One that nothing has moved yet.
    pub const fn new(
        id: LedgerAccountId,
        (kind, customer_id): (AccountKind, Option<CustomerId>),
        currency: Currency,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            kind,
            customer_id,
            balance: Money::zero(currency),
            version: 0,
            updated_at: now,
        }
    }
}

/// Money that moves from one account to another, and how both stand with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// What it is for: no two have the same, ever.
    pub reference: String,
    /// Why.
    pub kind: TransferKind,
    /// Which account has less of it afterwards.
    pub debit: Side,
    /// Which has more.
    pub credit: Side,
    /// How much: above zero.
    pub amount: Money,
    /// For which charge.
    pub session_id: Option<SessionId>,
    /// Why, for people.
    pub reason: Option<String>,
    /// What it did to a customer's money, where any came in or went out.
    pub wallet: Option<WalletSide>,
    /// When.
    pub created_at: Timestamp,
}

impl Transfer {
    /// What makes a transfer the one of a top-up.
    pub fn of_topup(id: TopupId) -> String {
        format!("{TOPUP}{id}")
    }

    /// Which top-up it is the money of.
    pub fn topup_id(&self) -> Option<Uuid> {
        self.reference.strip_prefix(TOPUP)?.parse().ok()
    }
}

/// How an account stands after a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The account.
    pub account: LedgerAccountId,
    /// Its version with the transfer.
    pub version: i64,
    /// Its balance with the transfer.
    pub balance: Money,
}

/// What a transfer did to a customer's money: what is held is its own still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalletSide {
    /// Whose.
    pub customer_id: CustomerId,
    /// The wallet's version with it.
    pub version: i64,
    /// Positive is money in.
    pub amount: Money,
    /// All that the customer has with it, held or not.
    pub balance: Money,
}

/// A customer's accounts of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purse {
    /// Whose.
    pub customer_id: CustomerId,
    /// What can be spent.
    pub wallet: Account,
    /// What is kept back.
    pub held: Account,
    /// What is owed.
    pub receivable: Account,
}

impl Purse {
    /// What can be spent.
    pub const fn available(&self) -> Money {
        self.wallet.balance
    }

    /// All that the customer has, held or not.
    pub fn balance(&self) -> Money {
        self.wallet.balance + self.held.balance
    }

    /// What the customer owes: above zero, or nothing.
    pub fn owed(&self) -> Money {
        Money::zero(self.wallet.balance.currency) - self.receivable.balance
    }

    /// Rises with each transfer that moves any of them.
    pub const fn version(&self) -> i64 {
        self.wallet.version + self.held.version + self.receivable.version
    }

    /// When the last one did.
    pub fn updated_at(&self) -> Timestamp {
        let others = self.held.updated_at.max(self.receivable.updated_at);
        self.wallet.updated_at.max(others)
    }

    /// One of them.
    pub const fn account(&self, kind: AccountKind) -> Option<&Account> {
        match kind {
            AccountKind::Wallet => Some(&self.wallet),
            AccountKind::Held => Some(&self.held),
            AccountKind::Receivable => Some(&self.receivable),
            _ => None,
        }
    }

    /// Takes in what a transfer did to one of them.
    pub fn account_mut(&mut self, kind: AccountKind) -> Option<&mut Account> {
        match kind {
            AccountKind::Wallet => Some(&mut self.wallet),
            AccountKind::Held => Some(&mut self.held),
            AccountKind::Receivable => Some(&mut self.receivable),
            _ => None,
        }
    }

    /// What a transfer from one kind of account to another, already taken in, did to the customer's money.
    pub fn side(&self, from: AccountKind, to: AccountKind, amount: Money) -> Option<WalletSide> {
        let zero = Money::zero(amount.currency);
        let moved = match (from.is_own_money(), to.is_own_money()) {
            (true, false) => zero - amount,
            (false, true) => amount,
            (true, true) | (false, false) => return None,
        };
        Some(WalletSide {
            customer_id: self.customer_id,
            version: self.version(),
            amount: moved,
            balance: self.balance(),
        })
    }
}
