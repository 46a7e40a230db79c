//! The desk's figures at a glance. The day is the site's: that of the time zone most stations are in; money is
//! in the currency of most tariffs, and what was earned in another is not in the sum.

use axum::Json;
use axum::extract::State;
use domain::object::Amount;
use domain::status::ChargePointStatus;
use domain::{Currency, Money, Scope, Timestamp};
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::Conn;
use store::repo::sessions::Filter;
use store::repo::{Slice, alerts, charge_points, connectors, sessions, stations, tariffs};
use utoipa::ToSchema;

use crate::api::Api;
use crate::api::auth::ScopedViewer;
use crate::api::objects::Session;
use crate::api::problem::Problem;
use crate::api::snapshots;
use crate::ops::revenue;

/// How many sessions the glance shows.
const RECENT: Slice = Slice {
    limit: 10,
    offset: 0,
};

/// Declares a part: the derives and the camelCase are the same for all.
macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(in crate::api) struct $name {
            $($(#[$fdoc])* $field: $kind,)*
        }
    )*};
}

parts! {
    /// The desk's figures at a glance.
    Dashboard {
        /// When this was so.
        as_of: Timestamp,
        /// Stations.
        stations: StationCount,
        /// Charge points by their state.
        charging_points: PointCount,
        /// Plugs.
        connectors: ConnectorCount,
        /// Sessions.
        sessions: SessionCount,
        /// Power of all running sessions together, W.
        power_w: i64,
        /// What the site's day brought so far.
        today: DayFigures,
        /// What the whole of the same day a week ago brought.
        same_day_last_week: DayFigures,
        /// Alerts that stand.
        alerts_open: i64,
        /// The newest sessions.
        recent_sessions: Vec<Session>,
    }

    /// Stations by their state.
    StationCount {
        /// In all.
        total: i64,
        /// With a charge point that is connected.
        online: i64,
        /// With none.
        offline: i64,
    }

    /// Charge points by their state.
    PointCount {
        /// In all.
        total: i64,
        /// Free.
        available: i64,
        /// In use.
        occupied: i64,
        /// Switched off.
        unavailable: i64,
        /// Out of order.
        faulted: i64,
        /// Not connected.
        offline: i64,
    }

    /// Plugs by their state.
    ConnectorCount {
        /// In all.
        total: i64,
        /// Free, and their charge point connected.
        available: i64,
        /// Charging.
        charging: i64,
    }

    /// Sessions.
    SessionCount {
        /// That run now.
        active: i64,
        /// That began in the site's day.
        today: i64,
    }

    /// What a day brought: of the charges that ended in it.
    DayFigures {
        /// What was earned, in the currency of most tariffs.
        revenue: Amount,
        /// What was charged, Wh.
        energy_wh: i64,
        /// How many charges ended.
        sessions: i64,
    }
}

/// The desk's figures at a glance.
#[utoipa::path(get, path = "/dashboard", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "The figures", body = Dashboard),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
) -> Result<Json<Dashboard>, Problem> {
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let zone = revenue::site_zone(&mut conn, scope).await?;
    let currency = currency(&mut conn, &api).await?;
    let today = now.to_zoned(zone.clone()).date();
    let last_week = today.saturating_sub(Span::new().days(7));
    let (running, power_w) = sessions::count_active(&mut conn, scope).await?;
    let began = sessions::count_started(&mut conn, scope, revenue::span(today, &zone)).await?;
    let mut recent_sessions = Vec::new();
    for session in &sessions::list(&mut conn, Filter::within(scope), RECENT)
        .await?
        .items
    {
        recent_sessions.push(snapshots::session(&mut conn, session, &api).await?);
    }
    Ok(Json(Dashboard {
        as_of: now,
        stations: count_stations(&mut conn, scope).await?,
        charging_points: count_points(&mut conn, scope).await?,
        connectors: count_connectors(&mut conn, scope).await?,
        sessions: SessionCount {
            active: running,
            today: began,
        },
        power_w,
        today: day(&mut conn, scope, today, &zone, currency).await?,
        same_day_last_week: day(&mut conn, scope, last_week, &zone, currency).await?,
        alerts_open: alerts::count_standing(&mut conn, scope).await?,
        recent_sessions,
    }))
}

/// The currency of most tariffs; where there is none, nothing was earned, and any will do.
async fn currency(conn: &mut Conn, api: &Api) -> Result<Currency, Problem> {
    let common = tariffs::common_currency(conn).await?;
    Ok(common.unwrap_or_else(|| api.currency()))
}

async fn day(
    conn: &mut Conn,
    scope: Scope,
    day: Date,
    zone: &TimeZone,
    currency: Currency,
) -> Result<DayFigures, Problem> {
    let total = revenue::of_day(conn, scope, None, day, zone, currency).await?;
    let revenue = Money {
        minor: total.revenue_minor,
        currency,
    };
    Ok(DayFigures {
        revenue: revenue.print(),
        energy_wh: total.energy_wh,
        sessions: total.sessions,
    })
}

async fn count_stations(conn: &mut Conn, scope: Scope) -> Result<StationCount, Problem> {
    let (total, online) = stations::count_online(conn, scope).await?;
    Ok(StationCount {
        total,
        online,
        offline: total - online,
    })
}

async fn count_points(conn: &mut Conn, scope: Scope) -> Result<PointCount, Problem> {
    let counts = charge_points::count_by_status(conn, scope).await?;
    let of = |wanted| {
        let found = counts.iter().find(|(status, _)| *status == wanted);
        found.map_or(0, |(_, count)| *count)
    };
    Ok(PointCount {
        total: counts.iter().map(|(_, count)| count).sum(),
        available: of(ChargePointStatus::Available),
        occupied: of(ChargePointStatus::Occupied),
        unavailable: of(ChargePointStatus::Unavailable),
        faulted: of(ChargePointStatus::Faulted),
        offline: of(ChargePointStatus::Offline),
    })
}

async fn count_connectors(conn: &mut Conn, scope: Scope) -> Result<ConnectorCount, Problem> {
    let (total, available, charging) = connectors::count(conn, scope).await?;
    Ok(ConnectorCount {
        total,
        available,
        charging,
    })
}
