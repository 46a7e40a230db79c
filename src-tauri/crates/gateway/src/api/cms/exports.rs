//! The desk's lists as files for a spreadsheet: charges, the books, what went through payment providers. Sent as they are
//! read, a piece at a time, however many rows there are.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::future::ready;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use domain::{Code, Money, Scope, StationId, Timestamp};
use futures_util::stream::{self, StreamExt as _};
use jiff::SignedDuration;
use serde::Deserialize;
use store::repo::{Made, charge_points, ledger, receipts, sessions, stations, topups};
use store::{Conn, Store, StoreError, Work};
use utoipa::IntoParams;

use crate::api::Api;
use crate::api::auth::{ScopedViewer, Viewer};
use crate::api::problem::Problem;

/// How many rows are read at once.
const PIECE: i64 = 500;
/// What is exported where nothing is said.
const MONTH: SignedDuration = SignedDuration::from_hours(31 * 24);
/// The longest time that is exported at once: a leap year and a day.
const LONGEST: SignedDuration = SignedDuration::from_hours(367 * 24);
/// So that a spreadsheet reads the file as UTF-8.
const MARK: &str = "\u{feff}";

/// The columns of the files.
const SESSIONS: &[&str] = &[
    "id",
    "station",
    "charging point",
    "connector",
    "transaction",
    "started by",
    "customer",
    "status",
    "requested at",
    "started at",
    "stopped at",
    "stop reason",
    "energy Wh",
    "net",
    "tax",
    "total",
    "currency",
    "receipt",
];
const LEDGER: &[&str] = &[
    "id",
    "at",
    "kind",
    "from",
    "to",
    "amount",
    "currency",
    "customer",
    "session",
    "reference",
    "reason",
];
const SETTLEMENTS: &[&str] = &[
    "id",
    "top-up",
    "provider",
    "at",
    "status",
    "amount",
    "currency",
    "customer",
    "provider's reference",
];

/// Which rows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Period {
    /// From when on; left out: 31 days before the end.
    from: Option<Timestamp>,
    /// Before when; left out: now.
    to: Option<Timestamp>,
}

impl Period {
    fn read(&self, now: Timestamp) -> Result<Made, Problem> {
        let to = self.to.unwrap_or(now);
        let from = self
            .from
            .unwrap_or_else(|| to.checked_sub(MONTH).unwrap_or(Timestamp::UNIX_EPOCH));
        if from >= to || to.duration_since(from) > LONGEST || from < Timestamp::UNIX_EPOCH {
            let detail = "from is before to, and no more than a year before it.";
            return Err(Problem::new(Code::RequestInvalidParameter, detail));
        }
        Ok(Made::between(from, to, PIECE))
    }
}

/// The query of an export.
type Asked = Result<Query<Period>, QueryRejection>;

/// Charges that were asked for in a time, oldest first.
#[utoipa::path(get, path = "/sessions.csv", tag = "cms", operation_id = "export_sessions", params(Period),
    security(("bearer" = [])),
    responses((status = 200, description = "A line a charge", body = String, content_type = "text/csv"),
        (status = 400, description = "No time, or more than a year", body = Problem)))]
pub(in crate::api) async fn sessions(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    asked: Asked,
) -> Result<Response, Problem> {
    let read: Read = |conn, scope, made| Box::pin(read_sessions(conn, scope, made));
    export(&api, scope, asked, ("sessions", SESSIONS), read)
}

async fn read_sessions(conn: &mut Conn, scope: Scope, made: Made) -> Result<Piece, StoreError> {
    let rows = sessions::list_made(conn, scope, &made).await?;
    let mut names: HashMap<StationId, String> = HashMap::new();
    let mut piece = Piece::new(made, rows.len());
    for row in &rows {
        if let Entry::Vacant(place) = names.entry(row.station_id) {
            let station = stations::find_by_id(conn, row.station_id).await?;
            place.insert(station.map(|station| station.name).unwrap_or_default());
        }
        let point = charge_points::name_of(conn, row.charge_point_id).await?;
        let receipt = receipts::standing(conn, row.id).await?;
        let cost = row.cost();
        let money = |part: fn(&domain::tariff::Cost) -> Money| {
            cost.as_ref()
                .map_or_else(String::new, |cost| part(cost).print().amount)
        };
        let cells = [
            plain(row.id),
            spoken(names.get(&row.station_id).map_or("", String::as_str)),
            spoken(&point.unwrap_or_default()),
            plain(row.connector_id),
            plain_opt(row.transaction_id),
            plain(row.started_by.as_str()),
            plain_opt(row.customer_id),
            plain(row.status.as_str()),
            plain(row.requested_at),
            plain_opt(row.started_at),
            plain_opt(row.stopped_at),
            plain_opt(row.stop_reason.map(domain::session::StopReason::as_str)),
            plain(row.energy().0),
            money(|cost| cost.net),
            money(|cost| cost.tax),
            money(|cost| cost.total),
            plain_opt(cost.map(|cost| cost.total.currency.code())),
            plain_opt(receipt.map(|receipt| receipt.number)),
        ];
        piece.line(row.id, &cells)?;
    }
    Ok(piece)
}

/// What moved in the books in a time, oldest first.
#[utoipa::path(get, path = "/ledger.csv", tag = "cms", operation_id = "export_ledger", params(Period),
    security(("bearer" = [])),
    responses((status = 200, description = "A line a transfer", body = String, content_type = "text/csv"),
        (status = 400, description = "No time, or more than a year", body = Problem)))]
pub(in crate::api) async fn ledger(
    State(api): State<Api>,
    _viewer: Viewer,
    asked: Asked,
) -> Result<Response, Problem> {
    let read: Read = |conn, _whole, made| Box::pin(read_ledger(conn, made));
    export(&api, Scope::All, asked, ("ledger", LEDGER), read)
}

async fn read_ledger(conn: &mut Conn, made: Made) -> Result<Piece, StoreError> {
    let rows = ledger::list_made(conn, &made).await?;
    let mut piece = Piece::new(made, rows.len());
    for row in &rows {
        let transfer = &row.transfer;
        let cells = [
            plain(transfer.id),
            plain(transfer.created_at),
            plain(transfer.kind.as_str()),
            plain(row.from.as_str()),
            plain(row.to.as_str()),
            transfer.amount.print().amount,
            plain(transfer.amount.currency.code()),
            plain_opt(row.customer_id),
            plain_opt(transfer.session_id),
            plain(&transfer.reference),
            spoken(transfer.reason.as_deref().unwrap_or_default()),
        ];
        piece.line(transfer.id, &cells)?;
    }
    Ok(piece)
}

/// What was asked of payment providers in a time, oldest first: money in, and with a minus what goes back.
#[utoipa::path(get, path = "/settlements.csv", tag = "cms", operation_id = "export_settlements", params(Period),
    security(("bearer" = [])),
    responses((status = 200, description = "A line a top-up or refund", body = String, content_type = "text/csv"),
        (status = 400, description = "No time, or more than a year", body = Problem)))]
pub(in crate::api) async fn settlements(
    State(api): State<Api>,
    _viewer: Viewer,
    asked: Asked,
) -> Result<Response, Problem> {
    let read: Read = |conn, _whole, made| Box::pin(read_settlements(conn, made));
    export(&api, Scope::All, asked, ("settlements", SETTLEMENTS), read)
}

async fn read_settlements(conn: &mut Conn, made: Made) -> Result<Piece, StoreError> {
    let rows = topups::list_made(conn, &made).await?;
    let mut piece = Piece::new(made, rows.len());
    for row in &rows {
        let cells = [
            plain(row.id),
            plain(row.topup_id),
            plain(row.provider.as_str()),
            plain(row.created_at),
            plain(&row.status),
            row.amount.print().amount,
            plain(row.amount.currency.code()),
            plain(row.customer_id),
            spoken(row.reference.as_deref().unwrap_or_default()),
        ];
        piece.line(row.id, &cells)?;
    }
    Ok(piece)
}

/// A piece of a file, and where the next one begins.
struct Piece {
    writer: csv::Writer<Vec<u8>>,
    at: Made,
    is_last: bool,
}

impl Piece {
    fn new(made: Made, rows: usize) -> Self {
        Self {
            writer: csv::Writer::from_writer(Vec::new()),
            at: made,
            is_last: i64::try_from(rows).unwrap_or(i64::MAX) < PIECE,
        }
    }

    fn line(&mut self, id: impl fmt::Display, cells: &[String]) -> Result<(), StoreError> {
        self.at = self.at.beyond(id);
        self.writer.write_record(cells).map_err(broken)
    }

    fn bytes(self) -> Result<Bytes, StoreError> {
        let bytes = self.writer.into_inner().map_err(broken)?;
        Ok(bytes.into())
    }
}

/// Memory takes every byte: this does not happen, and if it did the file would end there.
fn broken(error: impl fmt::Display) -> StoreError {
    StoreError::Copy(format!("the file cannot be written: {error}"))
}

/// What we make: ids, words, numbers, moments.
fn plain(value: impl fmt::Display) -> String {
    value.to_string()
}

fn plain_opt(value: Option<impl fmt::Display>) -> String {
    value.map_or_else(String::new, plain)
}

/// What somebody wrote: a spreadsheet must not take it for a formula (OWASP, CSV injection).
fn spoken(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

type Read = for<'c> fn(&'c mut Conn, Scope, Made) -> Work<'c, Result<Piece, StoreError>>;

/// Sends a file as it is read.
fn export(
    api: &Api,
    scope: Scope,
    asked: Asked,
    (name, head): (&str, &[&str]),
    read: Read,
) -> Result<Response, Problem> {
    let Query(period) =
        asked.map_err(|fault| Problem::new(Code::RequestInvalidParameter, fault.body_text()))?;
    let made = period.read(api.core.clock.now())?;
    let mut line = csv::Writer::from_writer(MARK.as_bytes().to_vec());
    let first = line
        .write_record(head)
        .map_err(broken)
        .and_then(|()| line.into_inner().map_err(broken))?;
    let rest = stream::try_unfold(
        (api.core.store.clone(), Some(made)),
        move |(store, made)| async move {
            let Some(made) = made else {
                return Ok(None);
            };
            // What was sent cannot be taken back: the file ends there, and the connection with it.
            let (bytes, next) = next_piece(&store, scope, made, read)
                .await
                .inspect_err(|error| tracing::error!(%error, "an export ends early"))?;
            Ok::<_, StoreError>(Some((bytes, (store, next))))
        },
    );
    let whole = stream::once(ready(Ok(Bytes::from(first)))).chain(rest);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ),
    ];
    Ok((headers, Body::from_stream(whole)).into_response())
}

/// The next piece, and where the one behind it begins; none: it was the last.
async fn next_piece(
    store: &Store,
    scope: Scope,
    made: Made,
    read: Read,
) -> Result<(Bytes, Option<Made>), StoreError> {
    let mut conn = store.read().await?;
    let piece = read(&mut conn, scope, made).await?;
    let next = (!piece.is_last).then(|| piece.at.clone());
    Ok((piece.bytes()?, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_is_no_formula() {
        for (text, expect) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("Bay = 2", "Bay = 2"),
            ("", ""),
        ] {
            assert_eq!(spoken(text), expect);
        }
    }
}
