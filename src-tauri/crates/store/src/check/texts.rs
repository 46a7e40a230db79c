//! Texts that must read: words of closed lists, ids, the envelopes of events. Not for numbers: see `rows`.

use domain::adjustment::{AdjustmentStatus, Method};
use domain::alert::{AlertKind, Severity};
use domain::audit::{AuditKind, AuditVerb};
use domain::authorization::IdTokenStatus;
use domain::bill::BillKind;
use domain::charge_point::{ConnectorFormat, ConnectorType};
use domain::command::{CommandStatus, RequesterKind};
use domain::event::Envelope;
use domain::guest::GuestOrderStatus;
use domain::hold::HoldStatus;
use domain::ledger::{AccountKind, TransferKind};
use domain::operator::Role;
use domain::receipt::ReceiptKind;
use domain::session::{EndsBy, FailureCode, SessionStatus, StartedBy, StopReason, Usage};
use domain::status::{ChargePointStatus, Connectivity, ConnectorStatus};
use domain::topup::{Provider, RefundStatus, TopupStatus};
use domain::{Currency, Identity};
use uuid::Uuid;

use super::Report;
use crate::conn::on;
use crate::repo::tariffs::rates;
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

/// The same for a closed list of words.
macro_rules! word {
    ($table:literal, $column:literal, $words:ty) => {
        column!($table, $column, |text| <$words>::from_word(text).is_some())
    };
}

/// THE table of texts that must read.
const COLUMNS: &[Column] = &[
    // A deleted one's identity has its id behind it, so that it can be used again.
    (
        "charge_point.identity",
        "SELECT DISTINCT identity FROM charge_point WHERE deleted_at IS NULL",
        |text| Identity::parse(text).is_ok(),
    ),
    column!("station", "id", is_id),
    column!("station", "tariff_id", is_id),
    column!("station", "organization_id", is_id),
    column!("organization", "id", is_id),
    column!("charge_point", "id", is_id),
    word!("charge_point", "status", ChargePointStatus),
    word!("charge_point", "connectivity", Connectivity),
    column!("charge_point", "socket", is_id),
    column!("charge_point", "tariff_id", is_id),
    column!("charge_point", "password_hash", is_hash),
    word!("connector", "type", ConnectorType),
    word!("connector", "format", ConnectorFormat),
    word!("connector", "status", ConnectorStatus),
    column!("id_token", "id", is_id),
    word!("id_token", "status", IdTokenStatus),
    column!("session", "id", is_id),
    word!("session", "status", SessionStatus),
    word!("session", "started_by", StartedBy),
    word!("session", "stop_asked", StopReason),
    word!("session", "stop_reason", StopReason),
    word!("session", "failure_code", FailureCode),
    column!("session", "currency", is_currency),
    column!("session", "usage", is_usage),
    column!("operator", "id", is_id),
    word!("operator", "role", Role),
    column!("operator", "organization_id", is_id),
    column!("operator", "password_hash", is_hash),
    column!("customer", "id", is_id),
    column!("customer", "password_hash", is_hash),
    column!("access_token", "token_hash", is_hash),
    column!("tariff", "id", is_id),
    column!("ledger_account", "id", is_id),
    word!("ledger_account", "kind", AccountKind),
    column!("ledger_account", "currency", is_currency),
    column!("ledger_transfer", "id", is_id),
    column!("bill", "id", is_id),
    word!("bill", "kind", BillKind),
    column!("receipt", "id", is_id),
    word!("receipt", "kind", ReceiptKind),
    column!("receipt", "document", is_json),
    word!("hold", "status", HoldStatus),
    column!("adjustment", "id", is_id),
    word!("adjustment", "status", AdjustmentStatus),
    word!("adjustment", "method", Method),
    column!("shift", "id", is_id),
    column!("shift", "report", is_json),
    column!("topup", "id", is_id),
    word!("topup", "provider", Provider),
    word!("topup", "status", TopupStatus),
    column!("topup_refund", "id", is_id),
    word!("topup_refund", "status", RefundStatus),
    word!("guest_order", "status", GuestOrderStatus),
    column!("prepaid_batch", "id", is_id),
    column!("prepaid_code", "id", is_id),
    word!("session", "ends_by", EndsBy),
    word!("ledger_transfer", "kind", TransferKind),
    column!("tariff", "currency", is_currency),
    column!("tariff_version", "rates", is_rates),
    column!("tariff_place", "station_id", is_id),
    column!("tariff_place", "charge_point_id", is_id),
    column!("command", "id", is_id),
    word!("command", "status", CommandStatus),
    word!("command", "requested_by_kind", RequesterKind),
    column!("command", "payload", is_json),
    column!("command", "response", is_json),
    column!("suspense", "payload", is_json),
    word!("alert", "kind", AlertKind),
    word!("alert", "severity", Severity),
    column!("vehicle", "id", is_id),
    column!("audit", "id", is_id),
    column!("audit", "operator_id", is_id),
    word!("audit", "role", Role),
    word!("audit", "verb", AuditVerb),
    word!("audit", "kind", AuditKind),
    column!("audit", "changes", is_json),
    column!("ocpp_message", "id", is_id),
    column!("live_stream", "stream", is_id),
];

fn is_id(text: &str) -> bool {
    text.parse::<Uuid>().is_ok()
}

fn is_currency(text: &str) -> bool {
    Currency::from_code(text).is_some()
}

fn is_rates(text: &str) -> bool {
    rates::read(text).is_ok()
}

fn is_usage(text: &str) -> bool {
    serde_json::from_str::<Usage>(text).is_ok()
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
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
    // What somebody else published names its rooms and is of no catalogue. Several gateways' logs may hold the same event: the page goes on behind its id, where one copy is enough.
    envelopes(
        conn,
        report,
        "unreadable event in the live log",
        "SELECT event_id, envelope FROM live_event
         WHERE event_id > $1 AND rooms IS NULL ORDER BY event_id LIMIT $2",
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
