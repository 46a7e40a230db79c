//! Table `ocpp_message`: the frames between gateways and chargers, the newest of them.

use domain::event::{Direction, FrameError, FrameKind};
use domain::{ChargePointId, Scope, Timestamp};
use uuid::Uuid;

use super::{Page, Slice, Wanted, folded, from_ms, page, parse, to_ms, within, word};
use crate::conn::{Engine, on, run};
use crate::{Conn, StoreError};

/// A frame as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct OcppMessageRow {
    /// Its row; later frames have greater ids.
    pub id: Uuid,
    /// Whose socket it was on.
    pub charge_point_id: ChargePointId,
    /// Which way it went.
    pub direction: Direction,
    /// What it is.
    pub kind: FrameKind,
    /// The action, of an answer the one it answers.
    pub action: Option<String>,
    /// The message's own id.
    pub message_id: Option<String>,
    /// Its payload as JSON, keys and passwords left out; none where it was too large.
    pub payload: Option<String>,
    /// Of a CALLERROR: which.
    pub error: Option<FrameError>,
    /// When it came or went.
    pub received_at: Timestamp,
    /// How long the whole frame was.
    pub bytes: i64,
    /// Whether the payload was too large to be kept.
    pub truncated: bool,
    /// Finds it in the log.
    pub trace_id: Uuid,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    charge_point_id: String,
    direction: String,
    kind: String,
    action: Option<String>,
    message_id: Option<String>,
    payload: Option<String>,
    error_code: Option<String>,
    error_description: Option<String>,
    received_at: i64,
    bytes: i64,
    truncated: bool,
    trace_id: String,
}

impl Row {
    fn read(self) -> Result<OcppMessageRow, StoreError> {
        let description = self.error_description.unwrap_or_default();
        Ok(OcppMessageRow {
            id: parse("ocpp_message.id", &self.id)?,
            charge_point_id: parse("ocpp_message.charge_point_id", &self.charge_point_id)?,
            direction: word(
                "ocpp_message.direction",
                &self.direction,
                Direction::from_word,
            )?,
            kind: word("ocpp_message.kind", &self.kind, FrameKind::from_word)?,
            action: self.action,
            message_id: self.message_id,
            payload: self.payload,
            error: self.error_code.map(|code| FrameError { code, description }),
            received_at: from_ms(self.received_at)?,
            bytes: self.bytes,
            truncated: self.truncated,
            trace_id: parse("ocpp_message.trace_id", &self.trace_id)?,
        })
    }
}

/// Keeps frames. One statement, however many.
pub async fn insert<'m>(
    conn: &mut Conn,
    messages: impl IntoIterator<Item = &'m OcppMessageRow> + Send,
) -> Result<(), StoreError> {
    let rows = messages.into_iter().map(|message| {
        let error = message.error.as_ref();
        (
            message.id,
            message.charge_point_id,
            message.direction.as_str(),
            message.kind.as_str(),
            &message.action,
            &message.message_id,
            &message.payload,
            error.map(|error| &error.code),
            error.map(|error| &error.description),
            to_ms(message.received_at),
            message.bytes,
            message.truncated,
            message.trace_id,
        )
    });
    let rows = folded(rows.collect::<Vec<_>>());
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "INSERT INTO ocpp_message (id, charge_point_id, direction, kind, action, message_id, payload, error_code,
               error_description, received_at, bytes, truncated, trace_id)
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
               value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
             FROM jsonb_each($1)"
        }
        Engine::Postgres(_) => {
            "INSERT INTO ocpp_message (id, charge_point_id, direction, kind, action, message_id, payload, error_code,
               error_description, received_at, bytes, truncated, trace_id)
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
               value ->> 7, value ->> 8, CAST(value ->> 9 AS BIGINT), CAST(value ->> 10 AS BIGINT),
               CAST(value ->> 11 AS BOOLEAN), value ->> 12
             FROM jsonb_array_elements(CAST($1 AS JSONB))"
        }
    };
    run!(conn, sql, rows)?;
    Ok(())
}

/// Which frames of a list; `None` leaves a column open.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one charge point.
    pub point: Option<ChargePointId>,
    /// Which way they went.
    pub direction: Option<Direction>,
    /// What they are.
    pub kind: Option<FrameKind>,
    /// Of one action, spelt as in the specification.
    pub action: Option<String>,
}

/// A charge point's frames, or everybody's, newest first.
pub async fn list(
    conn: &mut Conn,
    point: Option<ChargePointId>,
    slice: Slice,
) -> Result<Page<OcppMessageRow>, StoreError> {
    let filter = Filter {
        point,
        ..Filter::default()
    };
    search(conn, Scope::All, &filter, &slice.into()).await
}

/// Frames, newest first, as a screen asks for them; a search looks into payloads and message ids.
pub async fn search(
    conn: &mut Conn,
    scope: Scope,
    filter: &Filter,
    wanted: &Wanted,
) -> Result<Page<OcppMessageRow>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        "ocpp_message",
        "(CAST($1 AS TEXT) IS NULL OR charge_point_id = $1) AND (CAST($2 AS TEXT) IS NULL OR direction = $2)
           AND (CAST($3 AS TEXT) IS NULL OR kind = $3) AND (CAST($4 AS TEXT) IS NULL OR action = $4)
           AND (CAST($5 AS TEXT) IS NULL OR LOWER(COALESCE(payload, '')) LIKE $5 ESCAPE '!'
             OR LOWER(COALESCE(message_id, '')) LIKE $5 ESCAPE '!')
           AND (CAST($6 AS TEXT) IS NULL OR charge_point_id IN (SELECT p.id FROM charge_point p
             JOIN station s ON s.id = p.station_id WHERE s.organization_id = $6))",
        wanted,
        "id DESC",
        [
            filter.point.map(|id| id.to_string()),
            filter.direction.map(Direction::as_str),
            filter.kind.map(FrameKind::as_str),
            &filter.action,
            &pattern,
            within(scope)
        ]
    ))
}

/// The newest frame of more than the newest `retain`, where there are more. For a reader: it walks all that are kept.
pub async fn beyond(conn: &mut Conn, retain: i64) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| sqlx::query_scalar(
        "SELECT id FROM ocpp_message ORDER BY id DESC LIMIT 1 OFFSET $1"
    )
    .bind(retain)
    .fetch_optional(c)
    .await)?)
}

/// The last of the `limit` oldest frames that is older than `before`, or no newer than the one called `beyond`: up to it
/// they may go.
pub async fn last_to_go(
    conn: &mut Conn,
    before: Timestamp,
    beyond: Option<&str>,
    limit: i64,
) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
        "SELECT MAX(id) FROM (SELECT id, received_at FROM ocpp_message ORDER BY id LIMIT $3) AS oldest
         WHERE received_at < $1 OR id <= $2"
    )
    .bind(to_ms(before))
    .bind(beyond)
    .bind(limit)
    .fetch_one(c)
    .await
    })?)
}

/// Forgets the frames up to this one; says how many there were.
pub async fn forget(conn: &mut Conn, upto: &str) -> Result<u64, StoreError> {
    Ok(run!(conn, "DELETE FROM ocpp_message WHERE id <= $1", upto)?)
}
