//! What a day brought: told for the session's station and for all together, right after the charge that
//! changed it. The day is the station's own; all together count in the zone of most stations, as the dashboard does.

use domain::event::RevenueUpdated;
use domain::session::Session;
use domain::tariff::clock;
use domain::{Currency, Event, Money, Scope, StationId, Timestamp, WattHours};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::Conn;
use store::repo::sessions::{self, DayTotal};
use store::repo::stations;

use crate::core::{OpError, Unit};

/// Tells what the day of a session's end brought so far.
pub(super) async fn tell(unit: &mut Unit<'_>, session: &Session) -> Result<(), OpError> {
    let (Some(terms), Some(end)) = (session.terms.as_ref(), session.stopped_at) else {
        return Ok(());
    };
    let currency = terms.currency();
    let zone = stations::find_by_id(unit.conn, session.station_id)
        .await?
        .map_or(TimeZone::UTC, |station| clock(&station.time_zone));
    let site = site_zone(unit.conn, Scope::All).await?;
    for (station, zone) in [(Some(session.station_id), zone), (None, site)] {
        let day = end.to_zoned(zone.clone()).date();
        let total = of_day(unit.conn, Scope::All, station, day, &zone, currency).await?;
        let revenue = Money {
            minor: total.revenue_minor,
            currency,
        };
        let event = Event::RevenueUpdated(RevenueUpdated {
            station_id: station,
            date: day.to_string(),
            revenue: revenue.print(),
            energy_wh: WattHours(total.energy_wh),
            sessions: total.sessions,
        });
        unit.emit(&event).await?;
    }
    Ok(())
}

/// What the charges of a scope that ended on a day amount to.
pub(crate) async fn of_day(
    conn: &mut Conn,
    scope: Scope,
    station: Option<StationId>,
    day: Date,
    zone: &TimeZone,
    currency: Currency,
) -> Result<DayTotal, OpError> {
    Ok(sessions::day_total(conn, scope, station, span(day, zone), currency.code()).await?)
}

/// A day from its first moment to the next one's.
pub(crate) fn span(day: Date, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let next = day.saturating_add(jiff::Span::new().days(1));
    (midnight(day, zone), midnight(next, zone))
}

/// The time zone of most stations of a scope: of all of them, the site's own.
pub(crate) async fn site_zone(conn: &mut Conn, scope: Scope) -> Result<TimeZone, OpError> {
    let name = stations::common_time_zone(conn, scope).await?;
    Ok(name.map_or(TimeZone::UTC, |name| clock(&name)))
}

fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    let start = day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
    let at_utc = || day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    start.or_else(|_| at_utc()).unwrap_or(Timestamp::MAX)
}
