//! Books that do not add up (MON-08): each question is one portable query, so it sees one moment of a database that is
//! written to meanwhile, and names the rows that cannot be. The gateway asks these every few minutes.

use crate::conn::on;
use crate::{Conn, StoreError};

/// Both sides of every transfer, one row a side.
macro_rules! with_legs {
    ($query:literal) => {
        concat!(
            "WITH leg AS (
               SELECT id, debit_account AS account, debit_version AS version, debit_balance AS balance, -amount AS moved
               FROM ledger_transfer
               UNION ALL
               SELECT id, credit_account, credit_version, credit_balance, amount FROM ledger_transfer
             ) ",
            $query
        )
    };
}

/// THE table of what the books must not say: what it is, and the query for the rows' names.
const WRONG: &[(&str, &str)] = &[
    (
        "account that says what its transfers do not",
        with_legs!(
            "SELECT a.id FROM ledger_account a LEFT JOIN leg ON leg.account = a.id
             GROUP BY a.id, a.balance, a.version
             HAVING a.balance <> COALESCE(SUM(leg.moved), 0) OR a.version <> COUNT(leg.id)"
        ),
    ),
    (
        "transfer that does not go on from the one before",
        with_legs!(
            ", chained AS (
               SELECT id, balance, moved, version,
                 LAG(balance, 1, CAST(0 AS BIGINT)) OVER (PARTITION BY account ORDER BY version) AS balance_before,
                 ROW_NUMBER() OVER (PARTITION BY account ORDER BY version) AS place
               FROM leg
             )
             SELECT id FROM chained WHERE balance_before + moved <> balance OR place <> version"
        ),
    ),
    (
        "transfer of an account that is not there, or of nothing",
        with_legs!(
            "SELECT leg.id FROM leg LEFT JOIN ledger_account a ON a.id = leg.account WHERE a.id IS NULL OR leg.moved = 0"
        ),
    ),
    (
        "currency whose books do not sum to zero",
        "SELECT currency FROM ledger_account GROUP BY currency HAVING SUM(balance) <> 0",
    ),
    (
        "account on the wrong side of nothing",
        "SELECT id FROM ledger_account WHERE (kind IN ('wallet', 'held') AND balance < 0)
           OR (kind = 'receivable' AND balance > 0)
           OR (kind IN ('wallet', 'held', 'receivable')) <> (customer_id IS NOT NULL)",
    ),
    (
        "customer whose list does not come to the balance",
        "SELECT own.customer_id FROM
           (SELECT customer_id, currency, SUM(balance) AS balance FROM ledger_account
            WHERE kind IN ('wallet', 'held') GROUP BY customer_id, currency) own
         LEFT JOIN
           (SELECT customer_id, currency, SUM(wallet_amount) AS listed FROM ledger_transfer
            WHERE customer_id IS NOT NULL GROUP BY customer_id, currency) list
           ON list.customer_id = own.customer_id AND list.currency = own.currency
         WHERE own.balance <> COALESCE(list.listed, 0)",
    ),
    (
        "customer whose last movement left another balance",
        "SELECT t.customer_id FROM ledger_transfer t
         WHERE t.customer_id IS NOT NULL AND t.wallet_balance <>
           (SELECT SUM(u.wallet_amount) FROM ledger_transfer u WHERE u.customer_id = t.customer_id
              AND u.currency = t.currency AND u.wallet_version <= t.wallet_version)
           AND NOT EXISTS (SELECT 1 FROM ledger_transfer l WHERE l.customer_id = t.customer_id
              AND l.currency = t.currency AND l.wallet_version > t.wallet_version)",
    ),
    (
        "customer with other holds than money held",
        "SELECT a.customer_id FROM ledger_account a
         LEFT JOIN (SELECT customer_id, currency, SUM(amount) AS placed FROM hold WHERE status = 'placed'
                    GROUP BY customer_id, currency) h ON h.customer_id = a.customer_id AND h.currency = a.currency
         WHERE a.kind = 'held' AND a.balance <> COALESCE(h.placed, 0)",
    ),
    (
        "hold that its charge does not know of, or another one",
        "SELECT hold.session_id FROM hold LEFT JOIN session ON session.id = hold.session_id
         WHERE session.id IS NULL OR (hold.status = 'placed' AND session.bill_due_at IS NULL
           AND (session.held_minor IS NULL OR session.held_minor <> hold.amount
             OR session.customer_id <> hold.customer_id))",
    ),
    (
        "charge that believes in a hold",
        "SELECT session.id FROM session LEFT JOIN hold ON hold.session_id = session.id AND hold.status = 'placed'
         WHERE session.held_minor IS NOT NULL AND (hold.amount IS NULL OR hold.amount <> session.held_minor)",
    ),
    (
        "hold whose transfers say another amount",
        "SELECT hold.session_id FROM hold WHERE amount <>
           COALESCE((SELECT SUM(t.amount) FROM ledger_transfer t
             WHERE t.session_id = hold.session_id AND t.kind IN ('hold', 'extend')), 0)
           OR (status <> 'placed' AND amount - captured <>
           COALESCE((SELECT SUM(t.amount) FROM ledger_transfer t
             WHERE t.session_id = hold.session_id AND t.kind = 'release'), 0))",
    ),
    (
        "charge on account that is over and not billed",
        "SELECT session.id FROM session WHERE on_account = 1 AND status = 'stopped' AND bill_due_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM bill WHERE bill.session_id = session.id)",
    ),
    (
        "bill of other energy or money than its charge",
        "SELECT session.id FROM session JOIN bill ON bill.session_id = session.id
         WHERE bill.kind = 'bill' AND session.bill_due_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM bill later WHERE later.session_id = bill.session_id AND later.kind = 'bill'
             AND later.revision > bill.revision)
           AND (session.status <> 'stopped' OR session.energy_wh <> bill.energy_wh
             OR (session.energy_wh > 0 AND COALESCE(session.cost_minor, 0) <> bill.total_minor)
             OR session.customer_id <> bill.customer_id)",
    ),
    (
        "charge with no bill that stands, or several",
        "SELECT session_id FROM bill GROUP BY session_id
         HAVING SUM(CASE WHEN kind = 'bill' THEN 1 ELSE -1 END) <> 1
           OR SUM(CASE WHEN kind = 'bill' THEN 1 ELSE 0 END) <> MAX(revision)",
    ),
    (
        "bill whose parts do not come to its total",
        "SELECT id FROM bill WHERE net_minor + tax_minor <> total_minor OR paid_minor + owed_minor <> total_minor",
    ),
    (
        "bill whose transfers say another amount",
        "SELECT session_id FROM bill GROUP BY session_id
         HAVING SUM(CASE WHEN kind = 'bill' THEN total_minor ELSE 0 END) <>
           COALESCE((SELECT SUM(t.amount) FROM ledger_transfer t
             WHERE t.session_id = bill.session_id AND t.kind IN ('charge', 'owed')), 0)
         OR SUM(CASE WHEN kind = 'reversal' THEN total_minor ELSE 0 END) <>
           COALESCE((SELECT SUM(t.amount) FROM ledger_transfer t
             WHERE t.session_id = bill.session_id AND t.kind = 'reversal'), 0)
         OR COALESCE((SELECT SUM(t.amount) FROM ledger_transfer t
             WHERE t.session_id = bill.session_id AND t.kind = 'refund'), 0) > SUM(total_minor)",
    ),
    (
        "charge whose tax is another than its bill's",
        "SELECT bill.session_id FROM bill WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer r
           WHERE r.session_id = bill.session_id AND r.kind = 'refund')
         GROUP BY bill.session_id
         HAVING SUM(CASE WHEN bill.kind = 'bill' THEN tax_minor ELSE -tax_minor END) <>
           COALESCE((SELECT SUM(CASE WHEN a.kind = 'tax' THEN t.amount ELSE -t.amount END) FROM ledger_transfer t
             JOIN ledger_account a ON a.id = t.credit_account
             WHERE t.session_id = bill.session_id AND t.kind = 'tax'), 0)",
    ),
    (
        "charge that was paid for without a bill",
        "SELECT DISTINCT session_id FROM ledger_transfer WHERE kind IN ('charge', 'owed', 'tax', 'reversal', 'refund')
           AND session_id IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM bill WHERE bill.session_id = ledger_transfer.session_id)",
    ),
    (
        "series of receipts with a number left out or given twice",
        "SELECT s.name FROM receipt_series s LEFT JOIN receipt r ON r.series = s.name GROUP BY s.name, s.place
         HAVING s.place <> COUNT(r.id) OR s.place <> COALESCE(MAX(r.place), 0)",
    ),
    (
        "receipt of other money than its bill",
        "SELECT r.id FROM receipt r LEFT JOIN bill b ON b.id = r.bill_id
         WHERE b.id IS NULL OR (b.kind = 'bill') <> (r.kind = 'invoice') OR b.session_id <> r.session_id
           OR b.customer_id <> r.customer_id OR b.currency <> r.currency
           OR r.total_minor <> CASE WHEN b.kind = 'bill' THEN b.total_minor ELSE -b.total_minor END
           OR r.tax_minor <> CASE WHEN b.kind = 'bill' THEN b.tax_minor ELSE -b.tax_minor END",
    ),
    (
        "bill of money without a receipt",
        "SELECT b.id FROM bill b WHERE b.total_minor > 0
           AND b.created_at >= (SELECT MIN(issued_at) FROM receipt)
           AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.bill_id = b.id)
           AND (b.kind = 'bill' OR EXISTS (SELECT 1 FROM bill f JOIN receipt r ON r.bill_id = f.id
             WHERE f.session_id = b.session_id AND f.revision = b.revision AND f.kind = 'bill'))",
    ),
    (
        "closed day with a number left out, or beyond the books",
        "SELECT s.id FROM shift s WHERE s.number > (SELECT COUNT(*) FROM shift)
           OR EXISTS (SELECT 1 FROM shift_mark m JOIN ledger_account a ON a.id = m.name
             WHERE m.shift_id = s.id AND m.reached > a.version)
           OR EXISTS (SELECT 1 FROM shift_mark m JOIN receipt_series r ON r.name = m.name
             WHERE m.shift_id = s.id AND m.reached > r.place)",
    ),
    (
        "adjustment that the books do not know, or know otherwise",
        "SELECT adjustment.id FROM adjustment
         LEFT JOIN ledger_transfer t ON t.reference = 'adjustment:' || adjustment.id
         WHERE (adjustment.status = 'completed') <> (t.id IS NOT NULL)
           OR (t.id IS NOT NULL AND (t.wallet_amount <> adjustment.amount OR t.customer_id <> adjustment.customer_id))
           OR (adjustment.needs_second = 1 AND adjustment.decided_by = adjustment.requested_by)",
    ),
    (
        "top-up that the books do not know, or know otherwise",
        "SELECT topup.id FROM topup LEFT JOIN ledger_transfer t ON t.reference = 'topup:' || topup.id
         WHERE (topup.status = 'completed') <> (t.id IS NOT NULL)
           OR (t.id IS NOT NULL AND (t.amount <> topup.amount OR t.customer_id <> topup.customer_id))",
    ),
    (
        "top-up that gave back other money than its refunds",
        "SELECT topup.id FROM topup WHERE refunded <> COALESCE((SELECT SUM(r.amount) FROM topup_refund r
           WHERE r.topup_id = topup.id AND r.status <> 'failed'), 0)",
    ),
    (
        "refund of a top-up that the books do not know, or know otherwise",
        "SELECT r.id FROM topup_refund r WHERE r.amount <> COALESCE((SELECT SUM(t.amount) FROM ledger_transfer t
             WHERE t.reference IN ('topup-refund:' || r.id, 'topup-refund:' || r.id || ':owed')), 0)
           OR (r.status = 'failed') <> EXISTS (SELECT 1 FROM ledger_transfer t
             WHERE t.reference = 'topup-refund:' || r.id || ':back' AND t.amount = r.amount)",
    ),
    (
        "prepaid code that the books do not know, or know otherwise",
        "SELECT c.id FROM prepaid_code c JOIN prepaid_batch b ON b.id = c.batch_id
         LEFT JOIN ledger_transfer t ON t.reference = 'prepaid:' || c.id
         WHERE (c.redeemed_at IS NOT NULL) <> (t.id IS NOT NULL)
           OR (t.id IS NOT NULL AND (t.amount <> b.amount OR t.customer_id <> c.redeemed_by))",
    ),
    (
        "money that came in for no top-up and no code",
        "SELECT t.id FROM ledger_transfer t WHERE t.kind = 'topup'
           AND NOT EXISTS (SELECT 1 FROM topup WHERE t.reference = 'topup:' || topup.id)
           AND NOT EXISTS (SELECT 1 FROM prepaid_code c WHERE t.reference = 'prepaid:' || c.id)",
    ),
];

/// Asks all of them; gives a sentence for each row that cannot be.
pub(super) async fn look(conn: &mut Conn) -> Result<Vec<(&'static str, Vec<String>)>, StoreError> {
    let mut found = Vec::with_capacity(WRONG.len());
    for &(what, sql) in WRONG {
        let rows: Vec<String> = on!(conn, |c| sqlx::query_scalar(sql).fetch_all(c).await)?;
        found.push((what, rows));
    }
    Ok(found)
}
