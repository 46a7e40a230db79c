//! A customer's money inside a unit of work: its accounts are this unit's from the opening on, and each transfer is told
//! right away. Shared by the ops that move money; which do it when is theirs.

use domain::event::{BalanceReason, WalletBalanceChanged, WalletTransactionCreated};
use domain::ledger::{Account, AccountKind, Purse, Side, Transfer, TransferKind};
use domain::object::{WalletObject, WalletTransactionObject};
use domain::{Code, Currency, CustomerId, Event, Money, SessionId};
use store::repo::ledger;

use crate::core::{OpError, Unit};

/// A customer's accounts, and the house's once one of them is needed.
pub(super) struct Books {
    purse: Purse,
    house: Vec<Account>,
}

/// What a transfer is for.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Why.
    pub(super) kind: TransferKind,
    /// What makes it the only one of its kind, ever.
    pub(super) reference: String,
    /// For which charge.
    pub(super) session: Option<SessionId>,
    /// Why, for people.
    pub(super) reason: Option<String>,
}

/// Refused while the books do not add up: nobody's money moves on wrong figures (MON-08).
pub(super) fn frozen() -> OpError {
    OpError::refused(
        Code::WalletFrozen,
        "The books are being looked at: no money can be moved until that is done.",
    )
}

impl Books {
    /// Opens a customer's books, or says that no money moves right now.
    pub(super) async fn open(
        unit: &mut Unit<'_>,
        customer: CustomerId,
        currency: Currency,
    ) -> Result<Self, OpError> {
        if ledger::frozen(unit.conn).await?.is_some() {
            return Err(frozen());
        }
        let mut there = ledger::hold_all(unit.conn, Some(customer), currency).await?;
        if there.len() < 3 {
            for kind in [
                AccountKind::Held,
                AccountKind::Receivable,
                AccountKind::Wallet,
            ] {
                let of = (kind, Some(customer));
                let fresh = Account::new(unit.id(), of, currency, unit.now());
                ledger::open(unit.conn, &fresh).await?;
            }
            there = ledger::hold_all(unit.conn, Some(customer), currency).await?;
        }
        Ok(Self {
            purse: Purse {
                customer_id: customer,
                wallet: take(&mut there, AccountKind::Wallet)?,
                held: take(&mut there, AccountKind::Held)?,
                receivable: take(&mut there, AccountKind::Receivable)?,
            },
            house: Vec::new(),
        })
    }

    /// What the customer has.
    pub(super) const fn purse(&self) -> &Purse {
        &self.purse
    }

    /// Moves an amount from one kind of account to another and tells of it; nothing where there is nothing to move. Gives
    /// what the customer reads of it, where its money came in or went out.
    pub(super) async fn post(
        &mut self,
        unit: &mut Unit<'_>,
        (from, to): (AccountKind, AccountKind),
        amount: Money,
        entry: Entry,
    ) -> Result<Option<WalletTransactionObject>, OpError> {
        if amount.minor <= 0 {
            return Ok(None);
        }
        let is_customers = from.is_customers() || to.is_customers();
        if !(from.is_customers() && to.is_customers()) {
            self.load_house(unit, amount.currency).await?;
        }
        let now = unit.now();
        let transfer = Transfer {
            id: unit.id(),
            reference: entry.reference,
            kind: entry.kind,
            debit: self.shift(from, -amount.minor, now)?,
            credit: self.shift(to, amount.minor, now)?,
            amount,
            session_id: entry.session,
            reason: entry.reason,
            wallet: self.purse.side(from, to, amount),
            created_at: now,
        };
        ledger::insert(unit.conn, &transfer).await?;
        if !is_customers {
            return Ok(None);
        }
        let customer = self.purse.customer_id;
        let news = WalletBalanceChanged {
            wallet: WalletObject::of(customer, amount.currency, Some(&self.purse)),
            reason: BalanceReason::of(entry.kind),
        };
        unit.emit(&Event::WalletBalanceChanged(news)).await?;
        let transaction = WalletTransactionObject::of(&transfer);
        if let Some(transaction) = transaction.clone() {
            let news = WalletTransactionCreated {
                customer_id: customer.0,
                transaction,
            };
            unit.emit(&Event::WalletTransactionCreated(news)).await?;
        }
        Ok(transaction)
    }

    /// Pays what the customer owes from what it can spend, as far as that goes.
    pub(super) async fn settle_owed(&mut self, unit: &mut Unit<'_>) -> Result<(), OpError> {
        let amount = domain::bill::least(self.purse.owed(), self.purse.available());
        let entry = Entry {
            kind: TransferKind::Settlement,
            reference: format!(
                "settlement:{}:{}",
                self.purse.customer_id,
                self.purse.version()
            ),
            session: None,
            reason: Some("Owed for an earlier charge".to_owned()),
        };
        let road = (AccountKind::Wallet, AccountKind::Receivable);
        self.post(unit, road, amount, entry).await?;
        Ok(())
    }

    /// The house's accounts, after the customer's: no two units wait for each other in a ring.
    async fn load_house(&mut self, unit: &mut Unit<'_>, currency: Currency) -> Result<(), OpError> {
        const HOUSE: [AccountKind; 6] = [
            AccountKind::Adjustments,
            AccountKind::Cash,
            AccountKind::Clearing,
            AccountKind::Prepaid,
            AccountKind::Revenue,
            AccountKind::Tax,
        ];
        if !self.house.is_empty() {
            return Ok(());
        }
        let mut there = ledger::hold_all(unit.conn, None, currency).await?;
        if there.len() < HOUSE.len() {
            for kind in HOUSE {
                let fresh = Account::new(unit.id(), (kind, None), currency, unit.now());
                ledger::open(unit.conn, &fresh).await?;
            }
            there = ledger::hold_all(unit.conn, None, currency).await?;
        }
        self.house = there;
        Ok(())
    }

    /// Moves an account as it stands here; the database does the same with the transfer's row.
    fn shift(
        &mut self,
        kind: AccountKind,
        minor: i64,
        now: domain::Timestamp,
    ) -> Result<Side, OpError> {
        let account = match self.purse.account_mut(kind) {
            Some(own) => own,
            None => self
                .house
                .iter_mut()
                .find(|one| one.kind == kind)
                .ok_or_else(|| missing(kind))?,
        };
        account.balance.minor = account.balance.minor.saturating_add(minor);
        account.version += 1;
        account.updated_at = now;
        Ok(Side {
            account: account.id,
            version: account.version,
            balance: account.balance,
        })
    }
}

fn take(there: &mut Vec<Account>, kind: AccountKind) -> Result<Account, OpError> {
    let place = there.iter().position(|one| one.kind == kind);
    place
        .map(|place| there.swap_remove(place))
        .ok_or_else(|| missing(kind))
}

fn missing(kind: AccountKind) -> OpError {
    let what = "ledger_account.kind";
    let value = kind.as_str().to_owned();
    OpError::Store(store::StoreError::Corrupt { what, value })
}
