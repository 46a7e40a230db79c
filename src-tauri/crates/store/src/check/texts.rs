//! Texts that must read: words of closed lists, ids, the envelopes of events. Not for numbers: see `rows`.

use domain::Identity;
use domain::authorization::IdTokenStatus;
use domain::charge_point::{ConnectorFormat, ConnectorType};
use domain::event::Envelope;
use domain::operator::Role;
use domain::session::{SessionStatus, StartedBy, StopReason};
use domain::status::{ChargePointStatus, Connectivity, ConnectorStatus};
use uuid::Uuid;

use super::Report;
use crate::conn::on;
use crate::{Conn, StoreError};

/// How many envelopes are read at once.
const PAGE: i64 = 500;

/// A column of a table, and what its texts must read as.
type Column = (&'static str, &'static str, fn(&str) -> bool);

/// Makes a row of [`COLUMNS`]: the query reads each text once, however often it stands there.
macro_rules! column {
    ($table:literal, $column:literal, $reads:expr) => {
        (
            concat!($table, ".", $column),
            concat!(
                "SELECT DISTINCT ",
                $column,
                " FROM ",
                $table,
                " WHERE ",
                $column,
                " IS NOT NULL"
            ),
            $reads,
        )
    };
}

/// THE table of texts that must read.
const COLUMNS: &[Column] = &[
    column!("station", "id", is_id),
    column!("charge_point", "id", is_id),
    column!("charge_point", "identity", |text| Identity::parse(text)
        .is_ok()),
    column!("charge_point", "status", |text| {
        ChargePointStatus::from_word(text).is_some()
    }),
    column!("charge_point", "connectivity", |text| {
        Connectivity::from_word(text).is_some()
    }),
    column!("charge_point", "socket", is_id),
    column!("connector", "type", |text| ConnectorType::from_word(text)
        .is_some()),
    column!("connector", "format", |text| ConnectorFormat::from_word(
        text
    )
    .is_some()),
    column!("connector", "status", |text| ConnectorStatus::from_word(
        text
    )
    .is_some()),
    column!("id_token", "id", is_id),
    column!("id_token", "status", |text| IdTokenStatus::from_word(text)
        .is_some()),
    column!("session", "id", is_id),
    column!("session", "status", |text| SessionStatus::from_word(text)
        .is_some()),
    column!("session", "started_by", |text| StartedBy::from_word(text)
        .is_some()),
    column!("session", "stop_reason", |text| StopReason::from_word(text)
        .is_some()),
    column!("session", "customer_id", is_id),
    column!("operator", "id", is_id),
    column!("operator", "role", |text| Role::from_word(text).is_some()),
    column!("operator", "password_hash", is_hash),
    column!("charge_point", "password_hash", is_hash),
    column!("access_token", "token_hash", is_hash),
    column!("live_stream", "stream", is_id),
];

fn is_id(text: &str) -> bool {
    text.parse::<Uuid>().is_ok()
}

/// A secret that is stored must be stored as a hash.
fn is_hash(text: &str) -> bool {
    text.starts_with("sha256:") || text.starts_with("$argon2id$")
}

pub(super) async fn look(conn: &mut Conn, report: &mut Report) -> Result<(), StoreError> {
    for &(what, sql, reads) in COLUMNS {
        let found: Vec<String> = on!(conn, |c| sqlx::query_scalar(sql).fetch_all(c).await)?;
        // A secret's own column is named, never quoted.
        let secret = what.ends_with("_hash");
        let shown = |text: String| if secret { "***".to_owned() } else { text };
        let unread = found.into_iter().filter(|text| !reads(text)).map(shown);
        report.note(&format!("unreadable {what}"), unread.collect());
    }
    envelopes(
        conn,
        report,
        "unreadable event in the outbox",
        "SELECT id, envelope FROM outbox WHERE id > $1 ORDER BY id LIMIT $2",
    )
    .await?;
    // Several gateways' logs may hold the same event: the page goes on behind its id, where one copy is enough.
    envelopes(
        conn,
        report,
        "unreadable event in the live log",
        "SELECT event_id, envelope FROM live_event WHERE event_id > $1 ORDER BY event_id LIMIT $2",
    )
    .await
}

/// Reads every envelope of a table, a page at a time: there may be a great many.
async fn envelopes(
    conn: &mut Conn,
    report: &mut Report,
    what: &str,
    sql: &'static str,
) -> Result<(), StoreError> {
    let mut after = String::new();
    let mut unread = Vec::new();
    loop {
        let page: Vec<(String, String)> = on!(conn, |c| sqlx::query_as(sql)
            .bind(&after)
            .bind(PAGE)
            .fetch_all(c)
            .await)?;
        let Some((last, _)) = page.last() else {
            break;
        };
        after.clone_from(last);
        unread.extend(
            page.into_iter()
                .filter(|(id, text)| !is_envelope(id, text))
                .map(|(id, _)| id),
        );
    }
    report.note(what, unread);
    Ok(())
}

fn is_envelope(id: &str, text: &str) -> bool {
    let envelope: Result<Envelope<'_>, _> = serde_json::from_str(text);
    envelope.is_ok_and(|envelope| {
        envelope.id.to_string() == id && matches!(envelope.event(), Some(Ok(_)))
    })
}
