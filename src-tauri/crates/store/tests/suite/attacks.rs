//! Whoever writes past the gateway, with the database's own tools, changes no row of the books (MON-01).
//!
//! Seen red without 0025: a replica's TRUNCATE of the audit.
//! That the attacks would do something is shown too: with any one of the guards taken away, one of them does.

use domain::hold::HoldStatus;
use store::repo::{adjustments, bills, holds, ledger};

use crate::database::{Database, ask};
use crate::ledger::{ALL, billed, euros};

/// What somebody with the database's own tools tries, on both engines.
const ATTACKS: &[&str] = &[
    "UPDATE ledger_transfer SET amount = amount + 1",
    "UPDATE ledger_transfer SET reason = 'none'",
    "UPDATE ledger_transfer SET debit_account = credit_account",
    "DELETE FROM ledger_transfer",
    "UPDATE ledger_account SET balance = balance + 100 WHERE kind = 'wallet'",
    "UPDATE ledger_account SET balance = balance + 100, version = version + 1",
    "UPDATE ledger_account SET balance = 0",
    "UPDATE ledger_account SET version = version - 1",
    "UPDATE ledger_account SET kind = 'cash', customer_id = NULL WHERE kind = 'wallet'",
    "UPDATE ledger_account SET currency = 'USD'",
    "DELETE FROM ledger_account",
    "INSERT INTO ledger_account (id, kind, currency, balance, version, updated_at) VALUES ('x', 'cash', 'EUR', 500, 0, 1)",
    "INSERT INTO ledger_transfer (id, reference, kind, debit_account, debit_version, debit_balance, credit_account,
       credit_version, credit_balance, currency, amount, created_at)
     SELECT 'x', 'x', kind, debit_account, debit_version, debit_balance, credit_account, credit_version, credit_balance,
       currency, amount, created_at FROM ledger_transfer",
    // Money from nothing, less than nothing, nobody's money, and more than there is.
    "INSERT INTO ledger_transfer (id, reference, kind, debit_account, debit_version, debit_balance, credit_account,
       credit_version, credit_balance, currency, amount, created_at)
     SELECT 'x', 'x', 'topup', r.id, r.version + 1, r.balance, w.id, w.version + 1, w.balance + 100, 'EUR', 100, 1
     FROM ledger_account r, ledger_account w
     WHERE r.kind = 'revenue' AND w.kind = 'wallet'",
    "INSERT INTO ledger_transfer (id, reference, kind, debit_account, debit_version, debit_balance, credit_account,
       credit_version, credit_balance, currency, amount, created_at)
     SELECT 'x', 'x', 'topup', r.id, r.version + 1, r.balance + 100, w.id, w.version + 1, w.balance - 100, 'EUR', -100, 1
     FROM ledger_account r, ledger_account w
     WHERE r.kind = 'revenue' AND w.kind = 'wallet'",
    "INSERT INTO ledger_transfer (id, reference, kind, debit_account, debit_version, debit_balance, credit_account,
       credit_version, credit_balance, currency, amount, created_at)
     SELECT 'x', 'x', 'topup', 'nobody', 1, -100, w.id, w.version + 1, w.balance + 100, 'EUR', 100, 1
     FROM ledger_account r, ledger_account w
     WHERE r.kind = 'revenue' AND w.kind = 'wallet'",
    "INSERT INTO ledger_transfer (id, reference, kind, debit_account, debit_version, debit_balance, credit_account,
       credit_version, credit_balance, currency, amount, created_at)
     SELECT 'x', 'x', 'topup', w.id, w.version + 1, w.balance - 9000, r.id, r.version + 1, r.balance + 9000, 'EUR', 9000, 1
     FROM ledger_account r, ledger_account w
     WHERE r.kind = 'revenue' AND w.kind = 'wallet'",
    "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer WHERE TRUE ON CONFLICT (id) DO UPDATE SET amount = 1",
    "UPDATE hold SET status = 'placed', captured = 0, resolved_at = NULL",
    "UPDATE hold SET amount = amount + 1",
    "DELETE FROM hold",
    "UPDATE bill SET total_minor = 1, net_minor = 1, paid_minor = 1",
    "UPDATE bill SET energy_wh = 1",
    "DELETE FROM bill",
    "UPDATE receipt SET total_minor = 1, net_minor = 1, tax_minor = 0",
    "UPDATE receipt SET number = 'x'",
    "UPDATE receipt SET link = 'x', link_ends_at = 999999999999",
    "DELETE FROM receipt",
    "UPDATE receipt_series SET place = place + 2",
    "UPDATE receipt_series SET place = 0",
    "UPDATE receipt_series SET name = 'x'",
    "DELETE FROM receipt_series",
    "INSERT INTO receipt_series (name, place) VALUES ('x', 7)",
    "INSERT INTO receipt (id, series, place, number, bill_id, session_id, customer_id, kind, currency, net_minor, tax_minor,
       total_minor, document, link, link_ends_at, issued_at)
     SELECT 'x', series, 3, 'x', bill_id || 'x', session_id, customer_id, kind, currency, 1, 0, 1, '{}', 'x', 1, 1 FROM receipt",
    "UPDATE adjustment SET amount = 1",
    "UPDATE adjustment SET status = 'completed', decided_by = requested_by, decided_at = 1",
    "UPDATE adjustment SET method = 'credit', status = 'completed'",
    "DELETE FROM adjustment",
    "UPDATE audit SET changes = '{}'",
    "DELETE FROM audit",
    "INSERT INTO audit (id, at, operator_id, operator, role, verb, kind, changes)
     SELECT '019a0000-0000-7000-8000-00000000000a', at, operator_id, 'boss@example.org', role, verb, kind, '{}' FROM audit",
    "UPDATE shift SET report = '{}'",
    "UPDATE shift SET counted = 7",
    "DELETE FROM shift_mark; DELETE FROM shift",
    "INSERT INTO shift (id, number, currency, closed_at, closed_by, report)
     SELECT 'x', 9, currency, 1, closed_by, '{}' FROM shift",
];

const SQLITE_ATTACKS: &[&str] = &[
    "PRAGMA recursive_triggers = OFF; INSERT OR REPLACE INTO ledger_transfer SELECT * FROM ledger_transfer",
    "INSERT OR REPLACE INTO ledger_transfer (rowid, id, reference, kind, debit_account, debit_version, debit_balance,
       credit_account, credit_version, credit_balance, currency, amount, created_at)
     SELECT 1, 'x', 'x', 'topup', r.id, r.version + 1, r.balance - 100, w.id, w.version + 1, w.balance + 100, 'EUR', 100, 1
     FROM ledger_account r, ledger_account w
     WHERE r.kind = 'revenue' AND w.kind = 'wallet'",
    "INSERT OR REPLACE INTO ledger_transfer (id, reference, kind, debit_account, debit_version, debit_balance, credit_account,
       credit_version, credit_balance, currency, amount, created_at)
     SELECT 'x', (SELECT MIN(reference) FROM ledger_transfer), 'topup', r.id, r.version + 1, r.balance - 100, w.id,
       w.version + 1, w.balance + 100, 'EUR', 100, 1
     FROM ledger_account r, ledger_account w
     WHERE r.kind = 'revenue' AND w.kind = 'wallet'",
    "REPLACE INTO ledger_account SELECT id, kind, customer_id, currency, balance + 100, version, updated_at FROM ledger_account",
    "REPLACE INTO ledger_account (rowid, id, kind, currency, balance, version, updated_at)
     SELECT rowid, 'x', 'cash', 'EUR', 0, 0, 1 FROM ledger_account",
    "UPDATE OR REPLACE ledger_account SET id = 'x'",
    "UPDATE OR IGNORE ledger_account SET balance = balance + 100",
    "INSERT OR IGNORE INTO ledger_account (id, kind, currency, balance, version, updated_at) VALUES ('x', 'cash', 'EUR', 5, 0, 1)",
    "REPLACE INTO hold SELECT session_id, customer_id, currency, amount, 0, extensions, 'placed', placed_at, NULL FROM hold",
    "PRAGMA recursive_triggers = OFF; REPLACE INTO audit SELECT id, at, operator_id, operator, role, verb, kind, object_id, object_name, '[]', trace_id, seq, hash FROM audit",
    "REPLACE INTO bill SELECT * FROM bill",
    "REPLACE INTO shift SELECT * FROM shift",
    "REPLACE INTO receipt SELECT * FROM receipt",
    "REPLACE INTO receipt_series (rowid, name, place) SELECT rowid, 'x', 0 FROM receipt_series",
    "REPLACE INTO adjustment SELECT id, customer_id, currency, amount + 1, reason, status, requested_by, requested_at, decided_by,
       decided_at, needs_second, method FROM adjustment",
    "REPLACE INTO bill (id, session_id, customer_id, revision, kind, energy_wh, currency, net_minor, tax_minor, total_minor,
       paid_minor, owed_minor, created_at)
     SELECT 'x', session_id, customer_id, revision, kind, 1, currency, 0, 0, 0, 0, 0, 1 FROM bill",
    "PRAGMA writable_schema = OFF; DELETE FROM ledger_transfer",
];

const POSTGRES_ATTACKS: &[&str] = &[
    "TRUNCATE ledger_transfer",
    "TRUNCATE ledger_account, ledger_transfer",
    "TRUNCATE ledger_account CASCADE",
    "TRUNCATE hold",
    "TRUNCATE bill",
    "TRUNCATE adjustment",
    "TRUNCATE receipt",
    "TRUNCATE shift CASCADE",
    "TRUNCATE audit",
    "TRUNCATE receipt_series CASCADE",
    "SET session_replication_role = replica; DELETE FROM ledger_transfer",
    "SET session_replication_role = replica; UPDATE ledger_account SET balance = balance + 100",
    "SET session_replication_role = replica; TRUNCATE ledger_transfer",
    "SET session_replication_role = replica; DELETE FROM bill",
    "SET session_replication_role = replica; DELETE FROM ledger_account",
    "SET session_replication_role = replica; DELETE FROM hold",
    "SET session_replication_role = replica; DELETE FROM shift",
    "SET session_replication_role = replica; DELETE FROM receipt",
    "SET session_replication_role = replica; DELETE FROM receipt_series",
    "WITH other AS (INSERT INTO bill SELECT 'x', session_id, customer_id, 2, kind, energy_wh, currency, net_minor, tax_minor,
         total_minor, paid_minor, owed_minor, created_at FROM bill RETURNING *)
     INSERT INTO receipt (id, series, place, number, bill_id, session_id, customer_id, kind, currency, net_minor, tax_minor,
       total_minor, document, link, link_ends_at, issued_at)
     SELECT 'x', '2026', 3, 'x', id, session_id, customer_id, 'invoice', currency, 1, 0, 1, '{}', 'x', 1, 1 FROM other",
    "SET session_replication_role = replica; TRUNCATE receipt_series, receipt",
    "SET session_replication_role = replica; DELETE FROM audit",
    "SET session_replication_role = replica; UPDATE audit SET changes = '{}'",
    "SET session_replication_role = replica; TRUNCATE audit",
    "SET session_replication_role = replica; TRUNCATE shift CASCADE",
    "SET session_replication_role = replica; INSERT INTO shift (id, number, currency, closed_at, closed_by, report)
     SELECT 'x', 9, currency, 1, closed_by, '{}' FROM shift",
    "SET session_replication_role = replica; DELETE FROM adjustment",
    "MERGE INTO ledger_transfer t USING ledger_transfer s ON t.id = s.id WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM ledger_transfer RETURNING *) SELECT COUNT(*) FROM gone",
];

const ROWS: [&str; 9] = [
    "SELECT CONCAT_WS('|', id, operator, verb, changes) FROM audit ORDER BY id",
    "SELECT CONCAT_WS('|', id, kind, customer_id, currency, balance, version) FROM ledger_account ORDER BY id",
    "SELECT CONCAT_WS('|', id, reference, kind, debit_account, debit_version, debit_balance, credit_account, credit_version,
       credit_balance, currency, amount, reason, wallet_version, wallet_amount, wallet_balance) FROM ledger_transfer ORDER BY id",
    "SELECT CONCAT_WS('|', session_id, amount, captured, extensions, status, resolved_at) FROM hold ORDER BY session_id",
    "SELECT CONCAT_WS('|', id, revision, kind, energy_wh, net_minor, total_minor, paid_minor, owed_minor) FROM bill ORDER BY id",
    "SELECT CONCAT_WS('|', id, amount, status, requested_by, decided_by, method) FROM adjustment ORDER BY id",
    "SELECT CONCAT_WS('|', id, place, number, bill_id, total_minor, document, link, link_ends_at) FROM receipt ORDER BY id",
    "SELECT CONCAT_WS('|', id, number, counted, report) FROM shift ORDER BY id",
    "SELECT CONCAT_WS('|', name, place) FROM receipt_series ORDER BY name",
];

async fn rows(db: &Database) -> Vec<Vec<Option<String>>> {
    let mut all = Vec::new();
    for sql in ROWS {
        all.push(db.column(sql).await);
    }
    all
}

pub async fn whoever_writes_past_the_gateway_changes_no_row_of_the_books(db: Database) {
    let (owner, charge) = billed(&db).await;
    let hold = ask!(db.store, |conn| holds::find(conn, charge)).expect("it has one");
    assert_eq!(
        (hold.captured, hold.status),
        (euros(100), HoldStatus::Captured)
    );
    let bill = ask!(db.store, |conn| bills::standing(conn, charge)).expect("it has one");
    assert_eq!(ask!(db.store, |conn| bills::list_of(conn, charge)), [bill]);
    let moved = ask!(db.store, |conn| ledger::list_of_session(conn, charge));
    assert_eq!(moved.len(), 4, "held, paid, taxed, given back");
    let asked = ask!(db.store, |conn| adjustments::list_of(conn, owner, ALL));
    assert_eq!(asked.total, 1);
    let before = rows(&db).await;
    assert!(
        before.iter().all(|table| !table.is_empty()),
        "a row in each"
    );
    for attack in attacks(&db) {
        let done = db.attack(attack).await;
        let after = rows(&db).await;
        assert_eq!(after, before, "{attack}\ndid something: {done:?}");
        // One that IGNOREs what it may not do is no error, and does nothing.
        let silent = attack.contains("IGNORE") || attack.contains("REPLACE INTO ledger_account");
        assert!(done.is_err() || silent, "{attack}\nwas not refused");
    }
}

fn attacks(db: &Database) -> impl Iterator<Item = &'static str> {
    let own = if db.url.starts_with("sqlite:") {
        SQLITE_ATTACKS
    } else {
        POSTGRES_ATTACKS
    };
    ATTACKS.iter().chain(own).copied()
}

/// What takes each guard away, one at a time. Left out are what moves the accounts, which is no guard, and what refuses a
/// TRUNCATE of accounts, bills and series: for the transfers' and receipts' sake that is refused as well.
const SQLITE_GUARDS: &str = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master
    WHERE type = 'trigger' AND name <> 'ledger_transfer_moves' ORDER BY name";
const POSTGRES_GUARDS: &str = "SELECT 'ALTER TABLE ' || tgrelid::regclass || ' ' || way || ' TRIGGER ' || tgname
    FROM pg_trigger, (VALUES ('DISABLE'), ('ENABLE')) AS ways (way)
    WHERE NOT tgisinternal AND tgname NOT IN ('ledger_transfer_moves', 'ledger_account_remains', 'bill_remains',
        'receipt_series_remains')
      AND (way = 'DISABLE' OR tgrelid IN ('audit'::regclass, 'shift'::regclass)
        OR tgname IN ('ledger_transfer_stays', 'ledger_account_stays', 'bill_stays')) ORDER BY 1";

pub async fn with_any_one_guard_taken_away_an_attack_gets_through(db: Database) {
    let guards = if db.url.starts_with("sqlite:") {
        SQLITE_GUARDS
    } else {
        POSTGRES_GUARDS
    };
    let guards: Vec<_> = db.column(guards).await.into_iter().flatten().collect();
    assert!(guards.len() > 13, "{guards:?}");
    for guard in guards {
        let url = db.fresh_url().await;
        let open = Database {
            store: crate::database::open(&url).await,
            url,
            folder: None,
        };
        billed(&open).await;
        let before = rows(&open).await;
        open.attack(guard.clone().leak())
            .await
            .expect("a superuser");
        let mut through = false;
        for attack in attacks(&open) {
            let done = open.attack(attack).await;
            through |= done.is_ok() && rows(&open).await != before;
            if through {
                break;
            }
        }
        assert!(through, "nothing needs what this takes away: {guard}");
        open.store.close().await;
    }
}
