//! Table `alert`.

use domain::alert::{Alert, AlertKind, Severity};
use domain::{AlertId, Scope, Timestamp};

use super::{
    Page, Slice, Sorts, Wanted, from_ms, from_ms_opt, page, parse, parse_opt, to_ms, within, word,
};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

/// Where an alert is: where its charge point stands now, or at its station. Elsewhere it is nobody's but the site's.
macro_rules! station {
    () => {
        "COALESCE((SELECT p.station_id FROM charge_point p WHERE p.id = alert.charge_point_id), station_id)"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    subject: String,
    severity: String,
    title: String,
    detail: String,
    station_id: Option<String>,
    charge_point_id: Option<String>,
    session_id: Option<String>,
    raised_at: i64,
    acknowledged_at: Option<i64>,
    cleared_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Alert, StoreError> {
        Ok(Alert {
            id: parse("alert.id", &self.id)?,
            kind: word("alert.kind", &self.kind, AlertKind::from_word)?,
            subject: self.subject,
            severity: word("alert.severity", &self.severity, Severity::from_word)?,
            title: self.title,
            detail: self.detail,
            station_id: parse_opt("alert.station_id", self.station_id.as_deref())?,
            charge_point_id: parse_opt("alert.charge_point_id", self.charge_point_id.as_deref())?,
            session_id: parse_opt("alert.session_id", self.session_id.as_deref())?,
            raised_at: from_ms(self.raised_at)?,
            acknowledged_at: from_ms_opt(self.acknowledged_at)?,
            cleared_at: from_ms_opt(self.cleared_at)?,
        })
    }
}

/// Raises an alert. `false`: one of its kind and subject stands already.
pub async fn insert(conn: &mut Conn, alert: &Alert) -> Result<bool, StoreError> {
    let added = run!(
        conn,
        "INSERT INTO alert (id, kind, subject, severity, title, detail, station_id, charge_point_id, session_id,
           raised_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        alert.id.to_string(),
        alert.kind.as_str(),
        &alert.subject,
        alert.severity.as_str(),
        &alert.title,
        &alert.detail,
        alert.station_id.map(|id| id.to_string()),
        alert.charge_point_id.map(|id| id.to_string()),
        alert.session_id.map(|id| id.to_string()),
        to_ms(alert.raised_at)
    )?;
    Ok(added == 1)
}

/// The standing alert of a kind and subject.
pub async fn find_standing(
    conn: &mut Conn,
    kind: AlertKind,
    subject: &str,
) -> Result<Option<Alert>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM alert WHERE kind = $1 AND subject = $2 AND cleared_at IS NULL",
        kind.as_str(),
        subject
    )
}

/// Notes that an alert is over.
pub async fn clear(conn: &mut Conn, id: AlertId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE alert SET cleared_at = $2 WHERE id = $1 AND cleared_at IS NULL",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// How many alerts stand.
pub async fn count_standing(conn: &mut Conn, scope: Scope) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(concat!(
            "SELECT COUNT(*) FROM alert WHERE cleared_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR ",
            station!(),
            " IN (SELECT id FROM station WHERE organization_id = $1))"
        ))
        .bind(within(scope))
        .fetch_one(c)
        .await
    })?)
}

/// The alert with this id.
pub async fn find(conn: &mut Conn, id: AlertId) -> Result<Option<Alert>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM alert WHERE id = $1",
        id.to_string()
    )
}

/// Whether there is an alert with this id in a scope.
pub async fn is_within(conn: &mut Conn, scope: Scope, id: AlertId) -> Result<bool, StoreError> {
    let found: Option<String> = on!(conn, |c| {
        sqlx::query_scalar(concat!(
            "SELECT id FROM alert WHERE id = $1 AND (CAST($2 AS TEXT) IS NULL OR ",
            station!(),
            " IN (SELECT id FROM station WHERE organization_id = $2))"
        ))
        .bind(id.to_string())
        .bind(within(scope))
        .fetch_optional(c)
        .await
    })?;
    Ok(found.is_some())
}

/// Notes that somebody took an alert on. The first who did stays.
pub async fn acknowledge(conn: &mut Conn, id: AlertId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE alert SET acknowledged_at = COALESCE(acknowledged_at, $2) WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// The orders a list of alerts can come in.
pub const SORTS: Sorts = &[
    ("raisedAt", "raised_at"),
    ("clearedAt", "cleared_at"),
    ("kind", "kind"),
];

/// Alerts, standing ones first, then newest first.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Alert>, StoreError> {
    search(conn, Scope::All, None, &slice.into()).await
}

/// Alerts as a screen asks for them: all, those that stand, or those that are over; a search looks into what
/// they say.
pub async fn search(
    conn: &mut Conn,
    scope: Scope,
    standing: Option<bool>,
    wanted: &Wanted,
) -> Result<Page<Alert>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        "alert",
        concat!("(CAST($1 AS BIGINT) IS NULL OR ($1 = 1 AND cleared_at IS NULL) OR ($1 = 0 AND cleared_at IS NOT NULL))
           AND (CAST($2 AS TEXT) IS NULL OR LOWER(title || ' ' || detail) LIKE $2 ESCAPE '!')
           AND (CAST($3 AS TEXT) IS NULL OR ", station!(), " IN (SELECT id FROM station WHERE organization_id = $3))"),
        wanted,
        "CASE WHEN cleared_at IS NULL THEN 0 ELSE 1 END, raised_at DESC, id DESC",
        [standing.map(i64::from), &pattern, within(scope)]
    ))
}
