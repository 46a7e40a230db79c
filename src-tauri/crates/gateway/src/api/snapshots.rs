//! What the handlers of more than one area print: places in the live stream, sites with their parts and
//! prices, sessions with their names.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use domain::charge_point::ChargePoint;
use domain::object::{ChargingPointObject, StationObject};
use domain::session::{self as sessions, SessionStatus};
use domain::station::Station;
use domain::{StationId, Timestamp};
use store::repo::{Slice, charge_points, connectors, receipts as rows, stations, vehicles};
use store::{Conn, StoreError};

use super::Api;
use super::objects::{Names, Session};
use super::problem::Problem;
use super::receipts;
use crate::ops::prices;

/// More charge points than one station has; a snapshot of a station is never paged.
const WHOLE_STATION: Slice = Slice {
    limit: 1_000,
    offset: 0,
};

/// Who a snapshot is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Any passer-by, and drivers: those of a group see its prices.
    Anybody(Option<String>),
    /// Operators.
    Operators,
}

impl For {
    fn group(&self) -> Option<&str> {
        match self {
            Self::Anybody(group) => group.as_deref(),
            Self::Operators => None,
        }
    }
}

/// Adds the live log's place to an answer, as it was before the handler read anything: who subscribes after
/// that number misses nothing.
pub(super) async fn place_in_stream(
    State(api): State<Api>,
    request: Request,
    next: Next,
) -> Response {
    let head = api.hub.head();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(stream) = HeaderValue::from_str(&head.stream.to_string()) {
        headers.insert("live-stream", stream);
    }
    headers.insert("live-seq", HeaderValue::from(head.seq));
    response
}

/// A station with its price.
pub(super) async fn station(
    conn: &mut Conn,
    station: &Station,
    reader: &For,
    at: Timestamp,
) -> Result<StationObject, Problem> {
    let price = prices::at_station(conn, station.id, reader.group(), at).await?;
    Ok(match reader {
        For::Anybody(_) => StationObject::public(station, price),
        For::Operators => StationObject::operator(station, price),
    })
}

/// A charge point with its plugs and its price.
pub(super) async fn point(
    conn: &mut Conn,
    point: &ChargePoint,
    reader: &For,
    at: Timestamp,
) -> Result<ChargingPointObject, Problem> {
    let plugs = connectors::list(conn, point.id).await?;
    let prices = prices::at_point(conn, point, reader.group(), at).await?;
    Ok(match reader {
        For::Anybody(_) => ChargingPointObject::public(point, &plugs, prices),
        For::Operators => ChargingPointObject::operator(point, &plugs, prices),
    })
}

/// All charge points of a station.
pub(super) async fn points_of(
    conn: &mut Conn,
    id: StationId,
    reader: &For,
    at: Timestamp,
) -> Result<Vec<ChargingPointObject>, Problem> {
    let page = charge_points::list(conn, Some(id), WHOLE_STATION).await?;
    let mut printed = Vec::with_capacity(page.items.len());
    for one in &page.items {
        printed.push(point(conn, one, reader, at).await?);
    }
    Ok(printed)
}

/// A session with the names of where it is, and where its receipt is.
pub(super) async fn session(
    conn: &mut Conn,
    session: &sessions::Session,
    api: &Api,
) -> Result<Session, StoreError> {
    let station = stations::find_by_id(conn, session.station_id).await?;
    let billed = session.status == SessionStatus::Stopped && session.funding.on_account;
    let issued = if billed {
        rows::standing(conn, session.id).await?
    } else {
        None
    };
    let names = Names {
        station: station.map(|station| station.name).unwrap_or_default(),
        charge_point: charge_points::name_of(conn, session.charge_point_id)
            .await?
            .unwrap_or_default(),
        vehicle: match session.customer_id {
            Some(_) => vehicles::of_session(conn, session.id).await?,
            None => None,
        },
        receipt: issued.and_then(|issued| receipts::url(api, &issued)),
    };
    Ok(Session::print(session, names, api.core.clock.now()))
}
