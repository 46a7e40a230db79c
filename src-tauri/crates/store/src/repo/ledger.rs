//! Tables `ledger_account` and `ledger_transfer`: the books. Rows of the second are added, never changed.

use domain::ledger::{Account, AccountKind, Transfer, TransferKind, WalletSide};
use domain::{Currency, CustomerId, LedgerAccountId, Money, Timestamp};

use super::{Page, Slice, corrupt, from_ms, parse, parse_opt, to_ms, word};
use crate::conn::{all, on, one, run};
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
    debit_account: String,
    credit_account: String,
    currency: String,
    amount: i64,
    kind: String,
    reason: Option<String>,
    wallet: Option<String>,
    wallet_version: Option<i64>,
    wallet_balance: Option<i64>,
    created_at: i64,
}

impl TransferRow {
    fn read(self) -> Result<Transfer, StoreError> {
        let currency = currency(&self.currency)?;
        let wallet = match (self.wallet, self.wallet_version, self.wallet_balance) {
            (Some(account), Some(version), Some(minor)) => Some(WalletSide {
                account: parse("ledger_transfer.wallet", &account)?,
                version,
                balance: Money { minor, currency },
            }),
            _ => None,
        };
        Ok(Transfer {
            id: parse("ledger_transfer.id", &self.id)?,
            debit: parse("ledger_transfer.debit_account", &self.debit_account)?,
            credit: parse("ledger_transfer.credit_account", &self.credit_account)?,
            amount: Money {
                minor: self.amount,
                currency,
            },
            kind: word("ledger_transfer.kind", &self.kind, TransferKind::from_word)?,
            reason: self.reason,
            wallet,
            created_at: from_ms(self.created_at)?,
        })
    }
}

fn currency(code: &str) -> Result<Currency, StoreError> {
    Currency::from_code(code).ok_or_else(|| corrupt("ledger currency", code))
}

/// The account of this kind, customer and currency: the one that is there, or this new one.
pub async fn open(conn: &mut Conn, account: &Account) -> Result<Account, StoreError> {
    let (kind, currency) = (account.kind, account.balance.currency);
    run!(
        conn,
        "INSERT INTO ledger_account (id, kind, customer_id, currency, balance, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        account.id.to_string(),
        kind.as_str(),
        account.customer_id.map(|id| id.to_string()),
        currency.code(),
        account.balance.minor,
        account.version,
        to_ms(account.updated_at)
    )?;
    let there = find(conn, kind, account.customer_id, currency).await?;
    there.ok_or_else(|| corrupt("ledger_account", kind.as_str()))
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

/// Moves an account's balance and keeps its row until the unit of work ends: transfers of one account come one after
/// the other. The database refuses a wallet that would fall below nothing.
pub async fn shift(
    conn: &mut Conn,
    id: LedgerAccountId,
    minor: i64,
    at: Timestamp,
) -> Result<Account, StoreError> {
    let after: Option<Account> = one!(
        conn,
        AccountRow,
        "UPDATE ledger_account SET balance = balance + $2, version = version + 1, updated_at = $3
         WHERE id = $1 RETURNING *",
        id.to_string(),
        minor,
        to_ms(at)
    )?;
    after.ok_or_else(|| corrupt("ledger_account.id", id))
}

/// Writes a transfer down.
pub async fn insert(conn: &mut Conn, transfer: &Transfer) -> Result<(), StoreError> {
    let wallet = transfer.wallet;
    run!(
        conn,
        "INSERT INTO ledger_transfer (id, debit_account, credit_account, currency, amount, kind, reason, wallet,
           wallet_version, wallet_balance, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        transfer.id.to_string(),
        transfer.debit.to_string(),
        transfer.credit.to_string(),
        transfer.amount.currency.code(),
        transfer.amount.minor,
        transfer.kind.as_str(),
        &transfer.reason,
        wallet.map(|side| side.account.to_string()),
        wallet.map(|side| side.version),
        wallet.map(|side| side.balance.minor),
        to_ms(transfer.created_at)
    )?;
    Ok(())
}

/// What moved a customer's wallets, newest first.
pub async fn list_of(
    conn: &mut Conn,
    customer: CustomerId,
    slice: Slice,
) -> Result<Page<Transfer>, StoreError> {
    let items: Result<_, StoreError> = all!(
        conn,
        TransferRow,
        "SELECT ledger_transfer.* FROM ledger_transfer
           JOIN ledger_account ON ledger_account.id = ledger_transfer.wallet
         WHERE ledger_account.customer_id = $1
         ORDER BY ledger_transfer.created_at DESC, ledger_transfer.wallet_version DESC LIMIT $2 OFFSET $3",
        customer.to_string(),
        slice.limit,
        slice.offset
    );
    let total: i64 = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM ledger_transfer
               JOIN ledger_account ON ledger_account.id = ledger_transfer.wallet
             WHERE ledger_account.customer_id = $1",
        )
        .bind(customer.to_string())
        .fetch_one(c)
        .await
    })?;
    Ok(Page {
        items: items?,
        total,
    })
}
