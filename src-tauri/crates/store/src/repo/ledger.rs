//! Tables `ledger_account` and `ledger_transfer`: the books. Rows of the second are added, never changed; each moves its
//! two accounts by itself, and the database refuses one that does not go on from where they stand.

use domain::ledger::{Account, AccountKind, Purse, Side, Transfer, TransferKind, WalletSide};
use domain::{Currency, CustomerId, LedgerAccountId, Money, SessionId, Timestamp};

use super::{Made, Page, Slice, corrupt, from_ms, parse, parse_opt, to_ms, word};
use crate::conn::{Engine, all, on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: String,
    kind: String,
    customer_id: Option<String>,
    currency: String,
    balance: i64,
    version: i64,
    updated_at: i64,
}

impl AccountRow {
    fn read(self) -> Result<Account, StoreError> {
        Ok(Account {
            id: parse("ledger_account.id", &self.id)?,
            kind: word("ledger_account.kind", &self.kind, AccountKind::from_word)?,
            customer_id: parse_opt("ledger_account.customer_id", self.customer_id.as_deref())?,
            balance: Money {
                minor: self.balance,
                currency: currency(&self.currency)?,
            },
            version: self.version,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct TransferRow {
    id: String,
    reference: String,
    kind: String,
    debit_account: String,
    debit_version: i64,
    debit_balance: i64,
    credit_account: String,
    credit_version: i64,
    credit_balance: i64,
    currency: String,
    amount: i64,
    session_id: Option<String>,
    reason: Option<String>,
    customer_id: Option<String>,
    wallet_version: Option<i64>,
    wallet_amount: Option<i64>,
    wallet_balance: Option<i64>,
    created_at: i64,
}

impl TransferRow {
    fn read(self) -> Result<Transfer, StoreError> {
        let currency = currency(&self.currency)?;
        let money = |minor| Money { minor, currency };
        let side = |account: &str, version, balance| {
            Ok::<_, StoreError>(Side {
                account: parse("ledger_transfer.account", account)?,
                version,
                balance: money(balance),
            })
        };
        let wallet = match (
            self.customer_id,
            self.wallet_version,
            self.wallet_amount,
            self.wallet_balance,
        ) {
            (Some(customer), Some(version), Some(amount), Some(balance)) => Some(WalletSide {
                customer_id: parse("ledger_transfer.customer_id", &customer)?,
                version,
                amount: money(amount),
                balance: money(balance),
            }),
            _ => None,
        };
        Ok(Transfer {
            id: parse("ledger_transfer.id", &self.id)?,
            kind: word("ledger_transfer.kind", &self.kind, TransferKind::from_word)?,
            debit: side(&self.debit_account, self.debit_version, self.debit_balance)?,
            credit: side(
                &self.credit_account,
                self.credit_version,
                self.credit_balance,
            )?,
            amount: money(self.amount),
            session_id: parse_opt("ledger_transfer.session_id", self.session_id.as_deref())?,
            reason: self.reason,
            wallet,
            created_at: from_ms(self.created_at)?,
            reference: self.reference,
        })
    }
}

pub(super) fn currency(code: &str) -> Result<Currency, StoreError> {
    Currency::from_code(code).ok_or_else(|| corrupt("ledger currency", code))
}

/// Opens an account; where there is one of its kind, customer and currency, nothing happens.
pub async fn open(conn: &mut Conn, account: &Account) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO ledger_account (id, kind, customer_id, currency, balance, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        account.id.to_string(),
        account.kind.as_str(),
        account.customer_id.map(|id| id.to_string()),
        account.balance.currency.code(),
        account.balance.minor,
        account.version,
        to_ms(account.updated_at)
    )?;
    Ok(())
}

/// A customer's accounts, or the house's, of a currency, kept until the unit of work ends: units that move one's money do
/// it one after the other. A customer's must be asked for before the house's, so that no two units wait for each other.
pub async fn hold_all(
    conn: &mut Conn,
    customer: Option<CustomerId>,
    currency: Currency,
) -> Result<Vec<Account>, StoreError> {
    let sql = match conn.engine() {
        // SQLite's writer is alone anyway.
        Engine::Sqlite(_) => {
            "SELECT * FROM ledger_account WHERE COALESCE(customer_id, '') = $1 AND currency = $2
             AND kind IN ('adjustments', 'cash', 'clearing', 'held', 'prepaid', 'receivable', 'revenue', 'tax', 'wallet') ORDER BY kind"
        }
        Engine::Postgres(_) => {
            "SELECT * FROM ledger_account WHERE COALESCE(customer_id, '') = $1 AND currency = $2
             AND kind IN ('adjustments', 'cash', 'clearing', 'held', 'prepaid', 'receivable', 'revenue', 'tax', 'wallet') ORDER BY kind
             FOR UPDATE"
        }
    };
    let customer = customer.map(|id| id.to_string()).unwrap_or_default();
    all!(conn, AccountRow, sql, customer, currency.code())
}

/// The house's accounts of a currency, to look at.
pub async fn list_house(conn: &mut Conn, currency: Currency) -> Result<Vec<Account>, StoreError> {
    all!(
        conn,
        AccountRow,
        "SELECT * FROM ledger_account WHERE customer_id IS NULL AND currency = $1 ORDER BY kind",
        currency.code()
    )
}

/// The account of this kind, customer and currency.
pub async fn find(
    conn: &mut Conn,
    kind: AccountKind,
    customer: Option<CustomerId>,
    currency: Currency,
) -> Result<Option<Account>, StoreError> {
    one!(
        conn,
        AccountRow,
        "SELECT * FROM ledger_account WHERE kind = $1 AND currency = $2 AND COALESCE(customer_id, '') = $3",
        kind.as_str(),
        currency.code(),
        customer.map(|id| id.to_string()).unwrap_or_default()
    )
}

/// A customer's accounts of a currency, to look at; `None`: nothing has ever moved.
pub async fn find_purse(
    conn: &mut Conn,
    customer: CustomerId,
    currency: Currency,
) -> Result<Option<Purse>, StoreError> {
    let accounts: Result<Vec<Account>, StoreError> = all!(
        conn,
        AccountRow,
        "SELECT * FROM ledger_account WHERE customer_id = $1 AND currency = $2",
        customer.to_string(),
        currency.code()
    );
    let accounts = accounts?;
    let Some(wallet) = accounts
        .iter()
        .find(|one| one.kind == AccountKind::Wallet)
        .cloned()
    else {
        return Ok(None);
    };
    let other = |kind| {
        let there = accounts.iter().find(|one| one.kind == kind);
        there.cloned().unwrap_or_else(|| {
            let id = LedgerAccountId(uuid::Uuid::nil());
            Account::new(id, (kind, Some(customer)), currency, Timestamp::UNIX_EPOCH)
        })
    };
    Ok(Some(Purse {
        customer_id: customer,
        held: other(AccountKind::Held),
        receivable: other(AccountKind::Receivable),
        wallet,
    }))
}

/// Writes a transfer down, which moves its accounts. Refused where they do not stand as it says, where one may not fall so
/// far, and where its reference was used before.
pub async fn insert(conn: &mut Conn, transfer: &Transfer) -> Result<(), StoreError> {
    let wallet = transfer.wallet;
    run!(
        conn,
        "INSERT INTO ledger_transfer (id, reference, kind, debit_account, debit_version, debit_balance, credit_account,
           credit_version, credit_balance, currency, amount, session_id, reason, customer_id, wallet_version,
           wallet_amount, wallet_balance, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        transfer.id.to_string(),
        &transfer.reference,
        transfer.kind.as_str(),
        transfer.debit.account.to_string(),
        transfer.debit.version,
        transfer.debit.balance.minor,
        transfer.credit.account.to_string(),
        transfer.credit.version,
        transfer.credit.balance.minor,
        transfer.amount.currency.code(),
        transfer.amount.minor,
        transfer.session_id.map(|id| id.to_string()),
        &transfer.reason,
        wallet.map(|side| side.customer_id.to_string()),
        wallet.map(|side| side.version),
        wallet.map(|side| side.amount.minor),
        wallet.map(|side| side.balance.minor),
        to_ms(transfer.created_at)
    )?;
    Ok(())
}

/// What moved a customer's money in or out, newest first.
pub async fn list_of(
    conn: &mut Conn,
    customer: CustomerId,
    slice: Slice,
) -> Result<Page<Transfer>, StoreError> {
    let items: Result<_, StoreError> = all!(
        conn,
        TransferRow,
        "SELECT * FROM ledger_transfer WHERE customer_id = $1
         ORDER BY created_at DESC, wallet_version DESC LIMIT $2 OFFSET $3",
        customer.to_string(),
        slice.limit,
        slice.offset
    );
    let total: i64 = on!(conn, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM ledger_transfer WHERE customer_id = $1")
            .bind(customer.to_string())
            .fetch_one(c)
            .await
    })?;
    Ok(Page {
        items: items?,
        total,
    })
}

/// A transfer with the kinds of its accounts, as the books' list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The transfer.
    pub transfer: Transfer,
    /// From which kind of account.
    pub from: AccountKind,
    /// To which.
    pub to: AccountKind,
    /// Whose money it was, where it was a customer's.
    pub customer_id: Option<CustomerId>,
}

#[derive(sqlx::FromRow)]
struct BookedRow {
    #[sqlx(flatten)]
    transfer: TransferRow,
    from_kind: String,
    to_kind: String,
    whose: Option<String>,
}

impl BookedRow {
    fn read(self) -> Result<Booked, StoreError> {
        let kind = |text: &str| word("ledger_account.kind", text, AccountKind::from_word);
        Ok(Booked {
            transfer: self.transfer.read()?,
            from: kind(&self.from_kind)?,
            to: kind(&self.to_kind)?,
            customer_id: parse_opt("ledger_account.customer_id", self.whose.as_deref())?,
        })
    }
}

/// What was moved in a time, oldest first.
pub async fn list_made(conn: &mut Conn, made: &Made) -> Result<Vec<Booked>, StoreError> {
    all!(
        conn,
        BookedRow,
        "SELECT t.*, d.kind AS from_kind, c.kind AS to_kind, COALESCE(d.customer_id, c.customer_id) AS whose
         FROM ledger_transfer t
         JOIN ledger_account d ON d.id = t.debit_account JOIN ledger_account c ON c.id = t.credit_account
         WHERE t.id > $1 AND t.id < $2 ORDER BY t.id LIMIT $3",
        &made.after,
        &made.before,
        made.limit
    )
}

/// All that was moved for a charge, oldest first.
pub async fn list_of_session(
    conn: &mut Conn,
    session: SessionId,
) -> Result<Vec<Transfer>, StoreError> {
    all!(
        conn,
        TransferRow,
        "SELECT * FROM ledger_transfer WHERE session_id = $1 ORDER BY created_at, id",
        session.to_string()
    )
}

/// How much money of a kind was moved for a charge so far, minor units, and how often.
pub async fn moved(
    conn: &mut Conn,
    session: SessionId,
    kind: TransferKind,
) -> Result<(i64, i64), StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT), COUNT(*) FROM ledger_transfer
             WHERE session_id = $1 AND kind = $2",
        )
        .bind(session.to_string())
        .bind(kind.as_str())
        .fetch_one(c)
        .await
    })?)
}

/// Why no money moves; none: it does.
pub async fn frozen(conn: &mut Conn) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar("SELECT reason FROM money_freeze")
            .fetch_optional(c)
            .await
    })?)
}

/// Lets no money move any more. Whether it did so far.
pub async fn freeze(conn: &mut Conn, reason: &str, at: Timestamp) -> Result<bool, StoreError> {
    let rows = run!(
        conn,
        "INSERT INTO money_freeze (name, reason, frozen_at) VALUES ('money', $1, $2) ON CONFLICT DO NOTHING",
        reason,
        to_ms(at)
    )?;
    Ok(rows > 0)
}

/// Lets it move again. Whether it did not so far.
pub async fn thaw(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(run!(conn, "DELETE FROM money_freeze")? > 0)
}
