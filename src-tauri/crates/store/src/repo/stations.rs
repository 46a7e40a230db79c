//! Table `station`.

use domain::station::{Address, Location, Station, StationFigures};
use domain::{Scope, StationId, Timestamp};

use super::{Page, Slice, Sorts, Wanted, from_ms, page, parse, parse_opt, to_ms, within};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    line1: String,
    postal_code: String,
    city: String,
    country: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    time_zone: String,
    helpline: Option<String>,
    tariff_id: Option<String>,
    organization_id: Option<String>,
    points_online: i64,
    points_total: i64,
    connectors_available: i64,
    connectors_total: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Station, StoreError> {
        Ok(Station {
            id: parse("station.id", &self.id)?,
            name: self.name,
            address: Address {
                line1: self.line1,
                postal_code: self.postal_code,
                city: self.city,
                country: self.country,
            },
            location: self
                .latitude
                .zip(self.longitude)
                .map(|(latitude, longitude)| Location {
                    latitude,
                    longitude,
                }),
            time_zone: self.time_zone,
            helpline: self.helpline,
            tariff_id: parse_opt("station.tariff_id", self.tariff_id.as_deref())?,
            organization_id: parse_opt("station.organization_id", self.organization_id.as_deref())?,
            figures: StationFigures {
                points_online: self.points_online,
                points_total: self.points_total,
                connectors_available: self.connectors_available,
                connectors_total: self.connectors_total,
            },
            version: self.version,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// Adds a station.
pub async fn insert(conn: &mut Conn, station: &Station) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO station (id, name, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)",
        station.id.to_string(),
        &station.name,
        station.version,
        to_ms(station.created_at),
        to_ms(station.updated_at)
    )?;
    update(conn, station).await
}

/// Stores what a station became.
pub async fn update(conn: &mut Conn, station: &Station) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE station SET name = $2, line1 = $3, postal_code = $4, city = $5, country = $6, latitude = $7,
           longitude = $8, time_zone = $9, helpline = $10, tariff_id = $11, points_online = $12,
           points_total = $13, connectors_available = $14, connectors_total = $15, version = $16, updated_at = $17,
           organization_id = $18
         WHERE id = $1",
        station.id.to_string(),
        &station.name,
        &station.address.line1,
        &station.address.postal_code,
        &station.address.city,
        &station.address.country,
        station.location.map(|place| place.latitude),
        station.location.map(|place| place.longitude),
        &station.time_zone,
        &station.helpline,
        station.tariff_id.map(|id| id.to_string()),
        station.figures.points_online,
        station.figures.points_total,
        station.figures.connectors_available,
        station.figures.connectors_total,
        station.version,
        to_ms(station.updated_at),
        station.organization_id.map(|id| id.to_string())
    )?;
    Ok(())
}

/// Takes a station out of every list. Its name can be used again.
pub async fn delete(conn: &mut Conn, id: StationId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE station SET deleted_at = $2, name = name || ' ' || id WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// The station with this id, deleted or not: history still names it.
pub async fn find_by_id(conn: &mut Conn, id: StationId) -> Result<Option<Station>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM station WHERE id = $1",
        id.to_string()
    )
}

/// The station with this id or, failing that, this name.
pub async fn find(conn: &mut Conn, id_or_name: &str) -> Result<Option<Station>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM station WHERE deleted_at IS NULL AND (id = $1 OR name = $1)
         ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END LIMIT 1",
        id_or_name
    )
}

/// Keeps a station's row until the unit of work ends: its figures are counted by one at a time.
pub async fn hold(conn: &mut Conn, id: StationId) -> Result<Option<Station>, StoreError> {
    run!(
        conn,
        "UPDATE station SET version = version WHERE id = $1",
        id.to_string()
    )?;
    find_by_id(conn, id).await
}

/// What a station's parts amount to now.
pub async fn count(conn: &mut Conn, id: StationId) -> Result<StationFigures, StoreError> {
    let (points_online, points_total): (i64, i64) = on!(conn, |c| {
        sqlx::query_as(
            "SELECT CAST(COALESCE(SUM(CASE WHEN connectivity = 'online' THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*)
             FROM charge_point WHERE station_id = $1 AND deleted_at IS NULL",
        )
        .bind(id.to_string())
        .fetch_one(c)
        .await
    })?;
    let (connectors_available, connectors_total): (i64, i64) = on!(conn, |c| {
        sqlx::query_as(
            "SELECT CAST(COALESCE(SUM(CASE WHEN p.connectivity = 'online' AND k.status = 'available' THEN 1 ELSE 0 END), 0)
               AS BIGINT), COUNT(*)
             FROM connector k JOIN charge_point p ON p.id = k.charge_point_id
             WHERE p.station_id = $1 AND p.deleted_at IS NULL",
        )
        .bind(id.to_string())
        .fetch_one(c)
        .await
    })?;
    Ok(StationFigures {
        points_online,
        points_total,
        connectors_available,
        connectors_total,
    })
}

/// The orders a list of stations can come in.
pub const SORTS: Sorts = &[
    ("name", "name"),
    ("city", "city"),
    ("createdAt", "created_at"),
    ("updatedAt", "updated_at"),
];

/// Stations by name.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Station>, StoreError> {
    search(conn, Scope::All, &slice.into()).await
}

/// Stations as a screen asks for them; a search looks into names and cities.
pub async fn search(
    conn: &mut Conn,
    scope: Scope,
    wanted: &Wanted,
) -> Result<Page<Station>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        "station",
        "deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR LOWER(name) LIKE $1 ESCAPE '!'
           OR LOWER(city) LIKE $1 ESCAPE '!')
         AND (CAST($2 AS TEXT) IS NULL OR organization_id = $2)",
        wanted,
        "name",
        [&pattern, within(scope)]
    ))
}

/// How many stations there are, and how many of them have a charge point that is connected.
pub async fn count_online(conn: &mut Conn, scope: Scope) -> Result<(i64, i64), StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN points_online > 0 THEN 1 ELSE 0 END), 0) AS BIGINT)
             FROM station WHERE deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR organization_id = $1)",
        )
        .bind(within(scope))
        .fetch_one(c)
        .await
    })?)
}

/// The time zone of most stations: of all of them, the site's own.
pub async fn common_time_zone(conn: &mut Conn, scope: Scope) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT time_zone FROM station
             WHERE deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR organization_id = $1)
             GROUP BY time_zone ORDER BY COUNT(*) DESC, time_zone LIMIT 1",
        )
        .bind(within(scope))
        .fetch_optional(c)
        .await
    })?)
}
