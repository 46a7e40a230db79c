//! Table `alert`.

use domain::alert::{Alert, AlertKind, Severity};
use domain::{AlertId, Timestamp};

use super::{Page, Slice, from_ms, from_ms_opt, parse, parse_opt, to_ms, word};
use crate::conn::on;
use crate::{Conn, StoreError};

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
    let added = on!(conn, |c| {
        sqlx::query(
            "INSERT INTO alert (id, kind, subject, severity, title, detail, station_id, charge_point_id, session_id,
               raised_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        )
        .bind(alert.id.to_string())
        .bind(alert.kind.as_str())
        .bind(&alert.subject)
        .bind(alert.severity.as_str())
        .bind(&alert.title)
        .bind(&alert.detail)
        .bind(alert.station_id.map(|id| id.to_string()))
        .bind(alert.charge_point_id.map(|id| id.to_string()))
        .bind(alert.session_id.map(|id| id.to_string()))
        .bind(to_ms(alert.raised_at))
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(added == 1)
}

/// The standing alert of a kind and subject.
pub async fn find_standing(
    conn: &mut Conn,
    kind: AlertKind,
    subject: &str,
) -> Result<Option<Alert>, StoreError> {
    let row: Option<Row> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT * FROM alert WHERE kind = $1 AND subject = $2 AND cleared_at IS NULL",
        )
        .bind(kind.as_str())
        .bind(subject)
        .fetch_optional(c)
        .await
    })?;
    row.map(Row::read).transpose()
}

/// Notes that an alert is over.
pub async fn clear(conn: &mut Conn, id: AlertId, at: Timestamp) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query("UPDATE alert SET cleared_at = $2 WHERE id = $1 AND cleared_at IS NULL")
            .bind(id.to_string())
            .bind(to_ms(at))
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// How many alerts stand.
pub async fn count_standing(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM alert WHERE cleared_at IS NULL")
            .fetch_one(c)
            .await
    })?)
}

/// Alerts, standing ones first, then newest first.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Alert>, StoreError> {
    let rows: Vec<Row> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT * FROM alert ORDER BY CASE WHEN cleared_at IS NULL THEN 0 ELSE 1 END, raised_at DESC, id DESC
             LIMIT $1 OFFSET $2",
        )
        .bind(slice.limit)
        .bind(slice.offset)
        .fetch_all(c)
        .await
    })?;
    let total: i64 = on!(conn, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM alert")
            .fetch_one(c)
            .await
    })?;
    Ok(Page {
        items: rows.into_iter().map(Row::read).collect::<Result<_, _>>()?,
        total,
    })
}
