//! Lists of sessions for screens, and the sums of a day.

use domain::session::Session;
use domain::{ChargePointId, CustomerId, Scope, SessionId, StationId, Timestamp};

use super::row::{Row, columns};
use crate::conn::{all, on};
use crate::repo::{Made, Page, Slice, Sorts, Wanted, page, to_ms, within};
use crate::{Conn, StoreError};

/// Which sessions of a list; `None` leaves a column open.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Only at stations of this scope.
    pub scope: Scope,
    /// `true`: those that go on or may begin yet; `false`: those that are over.
    pub active: Option<bool>,
    /// Only those for which a charger has a transaction open.
    pub running: bool,
    /// Of one station.
    pub station: Option<StationId>,
    /// Of one charge point.
    pub point: Option<ChargePointId>,
    /// Of one customer.
    pub customer: Option<CustomerId>,
}

const MATCHES: &str = "(CAST($1 AS BIGINT) IS NULL
        OR ($1 = 1 AND status IN ('requested', 'accepted', 'charging', 'suspended', 'stopping'))
        OR ($1 = 0 AND status IN ('stopped', 'failed'))
        OR ($1 = 2 AND status IN ('charging', 'suspended', 'stopping')))
    AND (CAST($2 AS TEXT) IS NULL OR station_id = $2)
    AND (CAST($3 AS TEXT) IS NULL OR charge_point_id = $3)
    AND (CAST($4 AS TEXT) IS NULL OR customer_id = $4)
    AND (CAST($5 AS TEXT) IS NULL OR LOWER(id_token) LIKE $5 ESCAPE '!'
        OR CAST(transaction_id AS TEXT) = $6
        OR EXISTS (SELECT 1 FROM station s WHERE s.id = session.station_id AND LOWER(s.name) LIKE $5 ESCAPE '!')
        OR EXISTS (SELECT 1 FROM charge_point p WHERE p.id = session.charge_point_id
            AND (LOWER(p.name) LIKE $5 ESCAPE '!' OR LOWER(p.identity) LIKE $5 ESCAPE '!')))
    AND (CAST($7 AS TEXT) IS NULL OR station_id IN (SELECT id FROM station WHERE organization_id = $7))";

impl Default for Filter {
    fn default() -> Self {
        Self::within(Scope::All)
    }
}

impl Filter {
    /// All sessions of a scope.
    pub const fn within(scope: Scope) -> Self {
        Self {
            scope,
            active: None,
            running: false,
            station: None,
            point: None,
            customer: None,
        }
    }

    fn state(self) -> Option<i64> {
        if self.running {
            Some(2)
        } else {
            self.active.map(i64::from)
        }
    }
}

/// The orders a list of sessions can come in.
pub const SORTS: Sorts = &[
    ("requestedAt", "requested_at"),
    ("startedAt", "started_at"),
    ("stoppedAt", "stopped_at"),
    ("energyWh", "energy_wh"),
];

/// Sessions that were asked for in a time, oldest first.
pub async fn list_made(
    conn: &mut Conn,
    scope: Scope,
    made: &Made,
) -> Result<Vec<Session>, StoreError> {
    all!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM session WHERE id > $1 AND id < $2
               AND (CAST($4 AS TEXT) IS NULL OR station_id IN (SELECT id FROM station WHERE organization_id = $4))
             ORDER BY id LIMIT $3"
        ),
        &made.after,
        &made.before,
        made.limit,
        within(scope)
    )
}

/// Sessions, newest first.
pub async fn list(
    conn: &mut Conn,
    filter: Filter,
    slice: Slice,
) -> Result<Page<Session>, StoreError> {
    search(conn, filter, &slice.into()).await
}

/// Sessions, newest first, as a screen asks for them; a search looks into the names of where they are, into
/// tokens, and for a transaction's number.
pub async fn search(
    conn: &mut Conn,
    filter: Filter,
    wanted: &Wanted,
) -> Result<Page<Session>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        columns!() => "session",
        MATCHES,
        wanted,
        "requested_at DESC, id DESC",
        [
            filter.state(),
            filter.station.map(|id| id.to_string()),
            filter.point.map(|id| id.to_string()),
            filter.customer.map(|id| id.to_string()),
            &pattern,
            &wanted.search,
            within(filter.scope)
        ]
    ))
}

/// A charge point's transactions, newest first: sessions the charger has a number for.
pub async fn list_transactions(
    conn: &mut Conn,
    scope: Scope,
    point: ChargePointId,
    slice: Slice,
) -> Result<Page<Session>, StoreError> {
    Ok(page!(
        conn,
        Row,
        columns!() => "session",
        "charge_point_id = $1 AND transaction_id IS NOT NULL
           AND (CAST($2 AS TEXT) IS NULL OR station_id IN (SELECT id FROM station WHERE organization_id = $2))",
        &slice.into(),
        "started_at DESC, id DESC",
        [point.to_string(), within(scope)]
    ))
}

/// How many sessions began from `from` on and before `to`.
pub async fn count_started(
    conn: &mut Conn,
    scope: Scope,
    (from, to): (Timestamp, Timestamp),
) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM session WHERE started_at >= $1 AND started_at < $2
               AND (CAST($3 AS TEXT) IS NULL OR station_id IN (SELECT id FROM station WHERE organization_id = $3))",
        )
        .bind(to_ms(from))
        .bind(to_ms(to))
        .bind(within(scope))
        .fetch_one(c)
        .await
    })?)
}

/// How many sessions run, and their power together, W.
pub async fn count_active(conn: &mut Conn, scope: Scope) -> Result<(i64, i64), StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT COUNT(*), CAST(COALESCE(SUM(power_w), 0) AS BIGINT) FROM session
             WHERE status IN ('charging', 'suspended', 'stopping')
               AND (CAST($1 AS TEXT) IS NULL OR station_id IN (SELECT id FROM station WHERE organization_id = $1))",
        )
        .bind(within(scope))
        .fetch_one(c)
        .await
    })?)
}

/// How many sessions go on or may begin yet at the charge points whose sockets a gateway holds, or nobody does who was heard since.
pub async fn count_held_by(
    conn: &mut Conn,
    node: &str,
    heard_since: Timestamp,
) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM session s JOIN charge_point p ON p.id = s.charge_point_id
             WHERE s.status IN ('requested', 'accepted', 'charging', 'suspended', 'stopping')
             AND (p.node = $1 OR (p.node IS NULL AND p.last_seen_at >= $2)) AND p.deleted_at IS NULL",
        )
        .bind(node)
        .bind(to_ms(heard_since))
        .fetch_one(c)
        .await
    })?)
}

/// What the sessions that ended in a span of time amount to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct DayTotal {
    /// What was earned, in minor units.
    pub revenue_minor: i64,
    /// What was charged, Wh.
    pub energy_wh: i64,
    /// How many there were.
    pub sessions: i64,
}

/// The sum of what ended from `from` on and before `to`, of one station or of all of a scope, in one currency.
pub async fn day_total(
    conn: &mut Conn,
    scope: Scope,
    station: Option<StationId>,
    (from, to): (Timestamp, Timestamp),
    currency: &str,
) -> Result<DayTotal, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT CAST(COALESCE(SUM(CASE WHEN currency = $4 THEN cost_minor ELSE 0 END), 0) AS BIGINT) AS revenue_minor,
               CAST(COALESCE(SUM(energy_wh), 0) AS BIGINT) AS energy_wh, COUNT(*) AS sessions
             FROM session WHERE status = 'stopped' AND stopped_at >= $1 AND stopped_at < $2
               AND (CAST($3 AS TEXT) IS NULL OR station_id = $3)
               AND (CAST($5 AS TEXT) IS NULL OR station_id IN (SELECT id FROM station WHERE organization_id = $5))",
        )
        .bind(to_ms(from))
        .bind(to_ms(to))
        .bind(station.map(|id| id.to_string()))
        .bind(currency)
        .bind(within(scope))
        .fetch_one(c)
        .await
    })?)
}

/// Sessions that ended from `from` on and before `to`, in the order of their ids, after one of them.
pub async fn list_ended(
    conn: &mut Conn,
    (from, to): (Timestamp, Timestamp),
    after: Option<SessionId>,
    limit: i64,
) -> Result<Vec<Session>, StoreError> {
    all!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM session WHERE status = 'stopped' AND stopped_at >= $1 AND stopped_at < $2
               AND (CAST($3 AS TEXT) IS NULL OR id > $3) ORDER BY id LIMIT $4"
        ),
        to_ms(from),
        to_ms(to),
        after.map(|id| id.to_string()),
        limit
    )
}
