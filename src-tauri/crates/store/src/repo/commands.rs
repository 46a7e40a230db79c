//! Table `command`: what chargers were told, by whom, and what became of it. It is the audit of commands
//! too: rows are never deleted.

use domain::command::{Command, CommandError, CommandStatus, Requester, RequesterKind};
use domain::{ChargePointId, CommandId, Timestamp};

use super::{Page, Slice, from_ms, from_ms_opt, parse, parse_opt, to_ms, word};
use crate::conn::{all, on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    action: String,
    charge_point_id: String,
    identity: String,
    payload: String,
    status: String,
    requested_by_kind: String,
    requested_by_id: Option<String>,
    requested_by_name: String,
    session_id: Option<String>,
    requested_at: i64,
    sent_at: Option<i64>,
    answered_at: Option<i64>,
    response: Option<String>,
    error_code: Option<String>,
    error_detail: Option<String>,
}

impl Row {
    fn read(self) -> Result<Command, StoreError> {
        let detail = self.error_detail.unwrap_or_default();
        Ok(Command {
            id: parse("command.id", &self.id)?,
            action: self.action,
            charge_point_id: parse("command.charge_point_id", &self.charge_point_id)?,
            identity: self.identity,
            payload: self.payload,
            status: word("command.status", &self.status, CommandStatus::from_word)?,
            requested_by: Requester {
                kind: word(
                    "command.requested_by_kind",
                    &self.requested_by_kind,
                    RequesterKind::from_word,
                )?,
                id: self.requested_by_id,
                name: self.requested_by_name,
            },
            session_id: parse_opt("command.session_id", self.session_id.as_deref())?,
            requested_at: from_ms(self.requested_at)?,
            sent_at: from_ms_opt(self.sent_at)?,
            answered_at: from_ms_opt(self.answered_at)?,
            response: self.response,
            error: self.error_code.map(|code| CommandError { code, detail }),
        })
    }
}

/// Adds a command that `node` is to send.
pub async fn insert(conn: &mut Conn, command: &Command, node: &str) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO command (id, action, charge_point_id, identity, payload, status, requested_by_kind,
           requested_by_id, requested_by_name, session_id, node, requested_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        command.id.to_string(),
        &command.action,
        command.charge_point_id.to_string(),
        &command.identity,
        &command.payload,
        command.status.as_str(),
        command.requested_by.kind.as_str(),
        &command.requested_by.id,
        &command.requested_by.name,
        command.session_id.map(|id| id.to_string()),
        node,
        to_ms(command.requested_at)
    )?;
    Ok(())
}

/// Stores what a command became.
pub async fn update(conn: &mut Conn, command: &Command) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE command SET status = $2, sent_at = $3, answered_at = $4, response = $5, error_code = $6,
           error_detail = $7
         WHERE id = $1",
        command.id.to_string(),
        command.status.as_str(),
        command.sent_at.map(to_ms),
        command.answered_at.map(to_ms),
        &command.response,
        command.error.as_ref().map(|error| error.code.as_str()),
        command.error.as_ref().map(|error| error.detail.as_str())
    )?;
    Ok(())
}

/// The command with this id.
pub async fn find(conn: &mut Conn, id: CommandId) -> Result<Option<Command>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM command WHERE id = $1",
        id.to_string()
    )
}

/// Commands that a gateway was to send and never settled.
pub async fn list_open(conn: &mut Conn, node: &str) -> Result<Vec<Command>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM command WHERE status = 'requested' AND node = $1 ORDER BY id",
        node
    )
}

/// Commands that were never settled, whichever gateway was to send them, and when they were asked for.
pub async fn list_waiting(conn: &mut Conn) -> Result<Vec<(CommandId, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT id, requested_at FROM command WHERE status = 'requested' ORDER BY id LIMIT 1000",
        )
        .fetch_all(c)
        .await
    })?;
    rows.iter()
        .map(|(id, at)| Ok((parse("command.id", id)?, from_ms(*at)?)))
        .collect()
}

/// A charge point's commands, newest first.
pub async fn list(
    conn: &mut Conn,
    point: ChargePointId,
    slice: Slice,
) -> Result<Page<Command>, StoreError> {
    let rows: Vec<Row> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT * FROM command WHERE charge_point_id = $1 ORDER BY requested_at DESC, id DESC LIMIT $2 OFFSET $3",
        )
        .bind(point.to_string())
        .bind(slice.limit)
        .bind(slice.offset)
        .fetch_all(c)
        .await
    })?;
    let total: i64 = on!(conn, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM command WHERE charge_point_id = $1")
            .bind(point.to_string())
            .fetch_one(c)
            .await
    })?;
    Ok(Page {
        items: rows.into_iter().map(Row::read).collect::<Result<_, _>>()?,
        total,
    })
}
