//! Rows that cannot be, each found by one portable query that names them. Not for what a text says: see `texts`.

use super::Report;
use crate::conn::on;
use crate::{Conn, StoreError};

/// The last millisecond that a time may say: the end of the year 9999.
macro_rules! no_time {
    ($table:literal, $column:literal) => {
        concat!(
            "SELECT '",
            $table,
            "' FROM ",
            $table,
            " WHERE ",
            $column,
            " < -62135596800000 OR ",
            $column,
            " > 253402207200000"
        )
    };
}

/// THE table of rows that cannot be: what it is, and the query for their names.
const IMPOSSIBLE: &[(&str, &str)] = &[
    (
        "stopped session without a time of its stop",
        "SELECT id FROM session WHERE status = 'stopped' AND stopped_at IS NULL",
    ),
    (
        "stopped session without a meter reading of its stop",
        "SELECT id FROM session WHERE status = 'stopped' AND meter_stop_wh IS NULL",
    ),
    (
        "stopped session without a reason",
        "SELECT id FROM session WHERE status = 'stopped' AND stop_reason IS NULL",
    ),
    (
        "failed session without a reason",
        "SELECT id FROM session WHERE status = 'failed' AND failure_code IS NULL",
    ),
    (
        "session with a time of its stop that has not stopped",
        "SELECT id FROM session WHERE status <> 'stopped' AND stopped_at IS NOT NULL",
    ),
    (
        "running session without a transaction",
        "SELECT id FROM session WHERE status IN ('charging', 'suspended', 'stopping')
           AND (transaction_id IS NULL OR started_at IS NULL)",
    ),
    (
        "session that keeps half a price",
        "SELECT id FROM session WHERE (tariff_id IS NULL) <> (currency IS NULL)
           OR (tariff_id IS NULL) <> (tariff_version IS NULL)
           OR (tariff_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tariff_version v
             WHERE v.tariff_id = session.tariff_id AND v.version = session.tariff_version))",
    ),
    (
        "tariff without its present version",
        "SELECT id FROM tariff WHERE NOT EXISTS (SELECT 1 FROM tariff_version v
           WHERE v.tariff_id = tariff.id AND v.version = tariff.version)",
    ),
    (
        "session with less than no energy",
        "SELECT id FROM session WHERE energy_wh < 0",
    ),
    (
        "connector with several running sessions",
        "SELECT charge_point_id || ' connector ' || CAST(connector_id AS TEXT) FROM session
         WHERE status IN ('charging', 'suspended', 'stopping')
         GROUP BY charge_point_id, connector_id HAVING COUNT(*) > 1",
    ),
    (
        "transaction number that will be given again",
        "SELECT CAST(transaction_id AS TEXT) FROM session
         WHERE transaction_id > COALESCE((SELECT value FROM counter WHERE name = 'transaction_id'), 0)",
    ),
    (
        "charge point online without a gateway that holds it",
        "SELECT id FROM charge_point WHERE connectivity = 'online' AND deleted_at IS NULL
           AND (node IS NULL OR socket IS NULL)",
    ),
    (
        "charge point offline and held by a gateway",
        "SELECT id FROM charge_point WHERE connectivity = 'offline' AND socket IS NOT NULL",
    ),
    (
        "charge point without a connector",
        "SELECT id FROM charge_point WHERE NOT EXISTS
           (SELECT 1 FROM connector WHERE connector.charge_point_id = charge_point.id)",
    ),
    (
        "event number that will be given again",
        "SELECT outbox.id FROM outbox LEFT JOIN event_key ON event_key.key = outbox.key
         WHERE event_key.last_seq IS NULL OR event_key.last_seq < outbox.key_seq",
    ),
    (
        "live number that will be given again",
        "SELECT live_stream.node FROM live_stream WHERE EXISTS
           (SELECT 1 FROM live_event WHERE live_event.stream = live_stream.stream
              AND live_event.seq > live_stream.last_seq)",
    ),
    (
        "sign-in that ends before it began",
        "SELECT id FROM access_token WHERE expires_at < created_at",
    ),
    (
        "command with an answer and no time of it",
        "SELECT id FROM command WHERE status IN ('accepted', 'rejected') AND answered_at IS NULL",
    ),
    (
        "charge point at a station that is gone",
        "SELECT charge_point.id FROM charge_point JOIN station ON station.id = charge_point.station_id
         WHERE charge_point.deleted_at IS NULL AND station.deleted_at IS NOT NULL",
    ),
    ("time that cannot be", no_time!("station", "updated_at")),
    ("time that cannot be", no_time!("charge_point", "since")),
    ("time that cannot be", no_time!("connector", "since")),
    ("time that cannot be", no_time!("session", "started_at")),
    ("time that cannot be", no_time!("session", "began_at")),
    ("time that cannot be", no_time!("session", "stopped_at")),
    ("time that cannot be", no_time!("meter_reading", "measured_at")),
    ("time that cannot be", no_time!("id_token", "expires_at")),
    ("time that cannot be", no_time!("outbox", "created_at")),
    ("time that cannot be", no_time!("command", "requested_at")),
    ("time that cannot be", no_time!("suspense", "received_at")),
    ("time that cannot be", no_time!("alert", "raised_at")),
    ("time that cannot be", no_time!("ledger_transfer", "created_at")),
];

pub(super) async fn look(conn: &mut Conn, report: &mut Report) -> Result<(), StoreError> {
    for &(what, sql) in IMPOSSIBLE {
        let found: Vec<String> = on!(conn, |c| sqlx::query_scalar(sql).fetch_all(c).await)?;
        report.note(what, found);
    }
    Ok(())
}
