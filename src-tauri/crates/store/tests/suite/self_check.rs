//! The self-check finds each fault that is planted in a sound database, and nothing in a sound one.

use store::StoreError;
use store::check::check;
use store::repo::live_log::Then;
use store::repo::{connectors, customers, id_tokens, live_log, operators, outbox, sessions};

use crate::database::{Database, ask, commit};
use crate::samples::{
    NODE, at, connector, customer, event, id, id_token, operator, session, stored_point,
};

/// A site in which each table has a row.
async fn fill(db: &Database) {
    let point = stored_point(&db.store, 1).await;
    let plug = connector(point.id, 1);
    let user = operator(1);
    let begun = session(1, &point, 1);
    let rich = customer(30);
    commit!(db.store, [point, plug, user, begun, rich], |conn| async {
        connectors::save(conn, &plug).await?;
        id_tokens::insert(conn, &id_token(1), "TAG-1", at(1)).await?;
        operators::insert(conn, &user, at(1)).await?;
        assert_eq!(sessions::next_transaction_id(conn).await?, 1, "the first");
        sessions::insert(conn, &begun).await?;
        for number in 1..=3 {
            outbox::append(conn, NODE, &event(point.id, "told"), at(1), || id(number)).await?;
        }
        customers::insert(conn, &rich).await?;
        crate::ledger::give(conn, rich.id, 100, 5_000).await?;
        let head = live_log::open(conn, "main", id(7)).await?;
        live_log::take_own(conn, head.stream, NODE, 9, Then::Publish).await?;
        Ok::<_, StoreError>(())
    })
    .expect("a sound site");
}

pub async fn a_sound_database_has_no_fault(db: Database) {
    let report = check(&db.url).await.expect("it can be asked");
    assert_eq!(report.faults, Vec::<String>::new(), "with nothing in it");
    fill(&db).await;
    let report = check(&db.url).await.expect("beside a running store");
    assert_eq!(
        report.faults,
        Vec::<String>::new(),
        "with a row in each table"
    );
    assert!(report.checks > 40, "{} questions were asked", report.checks);
}

/// THE table of planted faults: what is done to the database, and what must be told of it.
const PLANTED: &[(&str, &str)] = &[
    ("UPDATE session SET status = 'stopped'", "stopped session without a time"),
    ("UPDATE session SET status = 'stopped', stopped_at = 1", "without a meter reading"),
    ("UPDATE session SET stopped_at = 1", "has not stopped"),
    ("UPDATE session SET status = 'stopped', stopped_at = 1, meter_stop_wh = 900", "stopped session without a reason"),
    ("UPDATE session SET status = 'failed'", "failed session without a reason"),
    ("UPDATE session SET started_at = NULL", "running session without a transaction"),
    ("UPDATE session SET currency = 'EUR'", "keeps half a price"),
    (
        "INSERT INTO tariff (id, name, currency, version, created_at, updated_at)
         SELECT id, 'Lost', 'EUR', 2, 1, 1 FROM station",
        "tariff without its present version",
    ),
    (
        "INSERT INTO tariff_version (tariff_id, version, name, rates, created_at) SELECT id, 2, 'Odd', '{}', 1 FROM station",
        "unreadable tariff_version.rates: {}",
    ),
    ("UPDATE session SET usage = '{'", "unreadable session.usage: {"),
    ("UPDATE station SET deleted_at = 1", "at a station that is gone"),
    (
        "INSERT INTO command (id, action, charge_point_id, identity, payload, status, requested_by_kind, requested_by_name,
           node, requested_at)
         SELECT id, 'Reset', id, identity, '{', 'accepted', 'king', 'x', 'main', 1 FROM charge_point",
        "command with an answer and no time of it",
    ),
    (
        "INSERT INTO command (id, action, charge_point_id, identity, payload, status, requested_by_kind, requested_by_name,
           node, requested_at)
         SELECT id, 'Reset', id, identity, '{', 'requested', 'king', 'x', 'main', 1 FROM charge_point",
        "unreadable command.requested_by_kind: king",
    ),
    (
        "INSERT INTO suspense SELECT id, id, 'StopTransaction', 'none', '[1,', 1 FROM charge_point",
        "unreadable suspense.payload: [1,",
    ),
    ("UPDATE session SET energy_wh = -1", "less than no energy"),
    (
        "INSERT INTO session (id, station_id, charge_point_id, connector_id, transaction_id, id_token, status, started_by,
           requested_at, started_at, meter_start_wh, meter_last_wh)
         SELECT '019a0000-0000-7000-8000-000000000009', station_id, charge_point_id, connector_id, transaction_id + 1, id_token,
           status, started_by, requested_at, started_at + 1, meter_start_wh, meter_last_wh FROM session",
        "several running sessions",
    ),
    ("UPDATE counter SET value = 0", "transaction number that will be given again: 1"),
    ("DELETE FROM counter", "transaction number that will be given again"),
    ("UPDATE charge_point SET connectivity = 'online'", "online without a gateway"),
    (
        "UPDATE charge_point SET socket = '019a0000-0000-7000-8000-000000000001'",
        "offline and held by a gateway",
    ),
    ("DELETE FROM connector", "charge point without a connector"),
    ("UPDATE event_key SET last_seq = 2", "event number that will be given again"),
    ("DELETE FROM event_key", "event number that will be given again"),
    ("UPDATE live_stream SET last_seq = 1", "live number that will be given again: main"),
    ("UPDATE session SET started_at = 999999999999999999", "time that cannot be: session"),
    ("UPDATE session SET status = 'dreaming'", "unreadable session.status: dreaming"),
    ("UPDATE session SET id = 'x'", "unreadable session.id: x"),
    ("UPDATE charge_point SET identity = 'a b'", "unreadable charge_point.identity: a b"),
    ("UPDATE charge_point SET status = ''", "unreadable charge_point.status"),
    ("UPDATE connector SET format = 'rope'", "unreadable connector.format: rope"),
    ("UPDATE id_token SET status = 'lost'", "unreadable id_token.status: lost"),
    ("UPDATE operator SET role = 'king'", "unreadable operator.role: king"),
    ("UPDATE operator SET password_hash = 'hunter2'", "unreadable operator.password_hash: ***"),
    ("UPDATE outbox SET envelope = '{' WHERE key_seq = 2", "unreadable event in the outbox"),
    (
        "UPDATE outbox SET id = '019a0000-0000-7000-8000-000000000009' WHERE key_seq = 2",
        "unreadable event in the outbox: 019a0000",
    ),
    ("UPDATE live_event SET envelope = '{}' WHERE seq = 3", "unreadable event in the live log"),
    ("UPDATE ledger_transfer SET created_at = 999999999999999999", "time that cannot be: ledger_transfer"),
    ("UPDATE ledger_transfer SET kind = 'gift'", "unreadable ledger_transfer.kind: gift"),
];

/// The same of the books: one row of each table that money is in.
const PLANTED_IN_BOOKS: &[(&str, &str)] = &[
    (
        "UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'revenue'",
        "account that says what its transfers do not",
    ),
    (
        "UPDATE ledger_account SET version = version + 1",
        "account that says what its transfers do not",
    ),
    (
        "UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'wallet'",
        "books do not sum to zero: EUR",
    ),
    (
        "UPDATE ledger_account SET customer_id = '019a0000-0000-7000-8000-000000000009' WHERE kind = 'wallet'",
        "customer whose list does not come to the balance",
    ),
    (
        "UPDATE ledger_transfer SET wallet_balance = 1 WHERE customer_id IS NOT NULL",
        "customer whose last movement left another balance",
    ),
    (
        "UPDATE ledger_transfer SET credit_balance = 1",
        "transfer that does not go on from the one before",
    ),
    (
        "UPDATE ledger_transfer SET debit_version = 20 WHERE kind = 'charge'",
        "transfer that does not go on from the one before",
    ),
    (
        "UPDATE ledger_transfer SET debit_account = 'x' WHERE kind = 'charge'",
        "transfer of an account that is not there",
    ),
    (
        "DELETE FROM ledger_transfer WHERE kind = 'charge'",
        "account that says what its transfers do not",
    ),
    (
        "DELETE FROM ledger_account WHERE kind = 'tax'",
        "transfer of an account that is not there",
    ),
    (
        "UPDATE hold SET amount = amount + 1",
        "hold whose transfers say another amount",
    ),
    (
        "UPDATE hold SET status = 'placed', captured = 0, resolved_at = NULL",
        "customer with other holds than money held",
    ),
    (
        "UPDATE hold SET status = 'lost', captured = 0",
        "unreadable hold.status: lost",
    ),
    (
        "DELETE FROM session",
        "hold that its charge does not know of",
    ),
    (
        "UPDATE session SET held_minor = 5",
        "charge that believes in a hold",
    ),
    (
        "DELETE FROM bill",
        "charge on account that is over and not billed",
    ),
    (
        "UPDATE session SET energy_wh = 2001",
        "bill of other energy or money than its charge",
    ),
    (
        "UPDATE session SET cost_minor = 101",
        "bill of other energy or money than its charge",
    ),
    (
        "UPDATE shift SET number = 2",
        "closed day with a number left out",
    ),
    (
        "INSERT INTO shift_mark SELECT shift.id, ledger_account.id, ledger_account.version + 1 FROM shift, ledger_account
         WHERE ledger_account.kind = 'tax'",
        "closed day with a number left out, or beyond the books",
    ),
    (
        "UPDATE shift SET report = '{'",
        "unreadable shift.report: {",
    ),
    (
        "UPDATE audit SET operator = 'somebody.else@example.org'",
        "audit row: 1 is not what was noted",
    ),
    (
        "UPDATE audit SET at = at + 1",
        "audit row: 1 is not what was noted",
    ),
    ("UPDATE audit SET seq = 2", "audit row: 1 is gone"),
    ("DELETE FROM audit", "audit row: the newest after 0 are gone"),
    (
        "UPDATE audit_head SET earlier = 1",
        "audit row: 0 have no place in the chain, and 1 were before it",
    ),
    (
        "UPDATE audit_head SET hash = 'x'",
        "audit row: the newest after 1 are gone",
    ),
    (
        "UPDATE audit SET verb = 'wished'",
        "unreadable audit.verb: wished",
    ),
    (
        "UPDATE audit SET changes = '{'",
        "unreadable audit.changes: {",
    ),
    (
        "UPDATE adjustment SET method = 'shells'",
        "unreadable adjustment.method: shells",
    ),
    (
        "UPDATE receipt_series SET place = 2",
        "series of receipts with a number left out or given twice: 2026",
    ),
    (
        "DELETE FROM receipt",
        "series of receipts with a number left out or given twice: 2026",
    ),
    (
        "UPDATE receipt SET total_minor = total_minor + 1, net_minor = net_minor + 1",
        "receipt of other money than its bill",
    ),
    (
        "UPDATE receipt SET kind = 'reversal'",
        "receipt of other money than its bill",
    ),
    (
        "UPDATE receipt SET document = '{'",
        "unreadable receipt.document: {",
    ),
    (
        "INSERT INTO bill (id, session_id, customer_id, revision, kind, energy_wh, currency, net_minor, tax_minor, total_minor,
           paid_minor, owed_minor, created_at)
         SELECT '019a0000-0000-7000-8000-000000000009', session_id, customer_id, 2, kind, energy_wh, currency, net_minor, tax_minor,
           total_minor, paid_minor, owed_minor, created_at FROM bill",
        "bill of money without a receipt: 019a0000",
    ),
    (
        "UPDATE bill SET energy_wh = 7",
        "bill of other energy or money than its charge",
    ),
    (
        "UPDATE bill SET net_minor = 1, tax_minor = 0, total_minor = 1, paid_minor = 1",
        "bill whose transfers say another amount",
    ),
    (
        "UPDATE bill SET tax_minor = tax_minor + 1, net_minor = net_minor - 1",
        "charge whose tax is another than its bill's",
    ),
    (
        "UPDATE bill SET kind = 'reversal'",
        "charge with no bill that stands, or several",
    ),
    (
        "UPDATE bill SET kind = 'wish'",
        "unreadable bill.kind: wish",
    ),
    (
        "UPDATE ledger_transfer SET session_id = '019a0000-0000-7000-8000-000000000009' WHERE kind = 'tax'",
        "paid for without a bill",
    ),
    (
        "UPDATE adjustment SET status = 'completed', needs_second = 0, decided_by = requested_by, decided_at = 1",
        "adjustment that the books do not know",
    ),
    (
        "UPDATE adjustment SET status = 'wished', decided_by = requested_by, decided_at = 1, needs_second = 0",
        "unreadable adjustment.status: wished",
    ),
];

pub async fn each_planted_fault_is_told(db: Database) {
    each_is_told(&db, PLANTED, async |planted| fill(planted).await).await;
}

pub async fn each_fault_that_is_planted_in_the_books_is_told(db: Database) {
    crate::ledger::billed(&db).await;
    let report = check(&db.url).await.expect("it can be asked");
    assert_eq!(report.faults, Vec::<String>::new(), "sound books");
    each_is_told(&db, PLANTED_IN_BOOKS, async |planted| {
        crate::ledger::billed(planted).await;
    })
    .await;
}

async fn each_is_told(
    db: &Database,
    table: &[(&'static str, &str)],
    fill: impl AsyncFn(&Database),
) {
    for &(fault, told) in table {
        // A database of its own for each: one fault may hide another.
        let url = db.fresh_url().await;
        let planted = Database {
            store: crate::database::open(&url).await,
            url,
            folder: None,
        };
        fill(&planted).await;
        planted.unguard().await;
        planted.change(fault).await;
        let report = check(&planted.url).await.expect("it can be asked");
        assert!(
            report.faults.iter().any(|found| found.contains(told)),
            "{fault}\nmust be told as {told:?}, found {:?}",
            report.faults
        );
        assert!(
            !report.faults.iter().any(|found| found.contains("hunter2")),
            "a secret is named, never quoted: {:?}",
            report.faults
        );
        planted.store.close().await;
    }
}

pub async fn a_database_of_another_time_is_no_fault_but_a_sentence(db: Database) {
    for (change, sentence) in [
        (
            "DELETE FROM _sqlx_migrations WHERE version = 5",
            "older Forecourt",
        ),
        (
            "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 3",
            "newer Forecourt",
        ),
        ("DELETE FROM _sqlx_migrations", "no Forecourt database"),
    ] {
        db.change(change).await;
        let refused = check(&db.url).await.expect_err("nothing can be said of it");
        assert!(
            refused.to_string().contains(sentence),
            "{change}: {refused}"
        );
    }
    let names = ask!(db.store, |conn| store::repo::stations::list(
        conn,
        store::repo::Slice {
            limit: 1,
            offset: 0
        }
    ));
    assert_eq!(names.total, 0, "nothing was made or mended");
}

#[tokio::test]
async fn a_damaged_file_is_a_fault_and_a_missing_one_a_sentence() {
    let db = Database::sqlite().await;
    fill(&db).await;
    db.change("PRAGMA wal_checkpoint(TRUNCATE)").await;
    db.store.close().await;
    let file = db
        .folder
        .as_ref()
        .expect("SQLite has a folder")
        .path()
        .join("site.db");
    let sound = std::fs::read(&file).expect("it is there");
    let mut scratched = sound.clone();
    let middle = scratched.len() / 8192 * 4096;
    scratched[middle..middle + 4096].fill(0xa5);
    std::fs::write(&file, scratched).expect("writable");
    let report = check(&db.url)
        .await
        .expect("damage is the answer, not a failure to ask");
    assert!(!report.faults.is_empty(), "a page of rubbish is seen");

    std::fs::write(&file, &sound).expect("writable");
    db.change("DELETE FROM charge_point").await;
    let report = check(&db.url).await.expect("it can be asked");
    assert!(
        report
            .faults
            .iter()
            .any(|found| found.starts_with("reference: row")),
        "{:?}",
        report.faults
    );
    let missing = check("sqlite:///nowhere/site.db")
        .await
        .expect_err("no file");
    assert!(missing.to_string().contains("--data-dir"), "{missing}");
    let strange = check("mysql://x").await.expect_err("another engine");
    assert!(
        strange.to_string().contains("sqlite:// or postgres://"),
        "{strange}"
    );
}
