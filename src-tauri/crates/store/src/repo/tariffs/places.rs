//! Where tariffs hold: a station's and a charge point's own column, and table `tariff_place` for what stands over them.
//! What is most particular wins: see ADR 0016.

use domain::tariff::{Places, Tariff, Terms, clock};
use domain::{ChargePointId, StationId, TariffId, Timestamp};

use super::rates;
use crate::conn::{on, one, run};
use crate::repo::{from_ms_opt, parse, to_ms};
use crate::{Conn, StoreError};

/// Makes a tariff hold exactly here. One for everybody without dates takes the place of the one that was there.
pub async fn assign(conn: &mut Conn, tariff: &Tariff, places: &Places) -> Result<(), StoreError> {
    let id = tariff.id.to_string();
    free(conn, &id).await?;
    for group in &places.groups {
        run!(
            conn,
            "INSERT INTO tariff_group (tariff_id, name) VALUES ($1, $2)",
            &id,
            group
        )?;
    }
    let stands = tariff.is_undated() && places.groups.is_empty();
    for station in places.stations.iter().map(ToString::to_string) {
        let sql = if stands {
            "UPDATE station SET tariff_id = $1 WHERE id = $2"
        } else {
            "INSERT INTO tariff_place (tariff_id, station_id) VALUES ($1, $2)"
        };
        run!(conn, sql, &id, &station)?;
    }
    for point in places.points.iter().map(ToString::to_string) {
        let sql = if stands {
            "UPDATE charge_point SET tariff_id = $1 WHERE id = $2"
        } else {
            "INSERT INTO tariff_place (tariff_id, charge_point_id) VALUES ($1, $2)"
        };
        run!(conn, sql, &id, &point)?;
    }
    for (point, connector) in &places.connectors {
        let point = point.to_string();
        if stands {
            run!(
                conn,
                "DELETE FROM tariff_place WHERE charge_point_id = $1 AND connector_id = $2 AND tariff_id IN
                   (SELECT id FROM tariff WHERE valid_from IS NULL AND valid_to IS NULL
                      AND id NOT IN (SELECT tariff_id FROM tariff_group))",
                &point,
                connector
            )?;
        }
        run!(
            conn,
            "INSERT INTO tariff_place (tariff_id, charge_point_id, connector_id) VALUES ($1, $2, $3)",
            &id,
            &point,
            connector
        )?;
    }
    Ok(())
}

/// Makes a tariff hold nowhere.
pub(super) async fn free(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    for sql in [
        "UPDATE station SET tariff_id = NULL WHERE tariff_id = $1",
        "UPDATE charge_point SET tariff_id = NULL WHERE tariff_id = $1",
        "DELETE FROM tariff_place WHERE tariff_id = $1",
        "DELETE FROM tariff_group WHERE tariff_id = $1",
    ] {
        run!(conn, sql, id)?;
    }
    Ok(())
}

/// Where a tariff holds.
pub async fn places(conn: &mut Conn, id: TariffId) -> Result<Places, StoreError> {
    let id = id.to_string();
    let texts = async |conn: &mut Conn, sql: &'static str| -> Result<Vec<String>, StoreError> {
        Ok(on!(conn, |c| sqlx::query_scalar(sql)
            .bind(&id)
            .fetch_all(c)
            .await)?)
    };
    let stations = texts(
        conn,
        "SELECT id FROM station WHERE deleted_at IS NULL AND (tariff_id = $1 OR id IN
           (SELECT station_id FROM tariff_place WHERE tariff_id = $1)) ORDER BY name",
    )
    .await?;
    let points = texts(
        conn,
        "SELECT id FROM charge_point WHERE deleted_at IS NULL AND (tariff_id = $1 OR id IN
           (SELECT charge_point_id FROM tariff_place WHERE tariff_id = $1 AND connector_id IS NULL)) ORDER BY identity",
    )
    .await?;
    let groups = texts(
        conn,
        "SELECT name FROM tariff_group WHERE tariff_id = $1 ORDER BY name",
    )
    .await?;
    let connectors: Vec<(String, i64)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT a.charge_point_id, a.connector_id FROM tariff_place a JOIN charge_point p ON p.id = a.charge_point_id
             WHERE a.tariff_id = $1 AND a.connector_id IS NOT NULL AND p.deleted_at IS NULL
             ORDER BY p.identity, a.connector_id",
        )
        .bind(&id)
        .fetch_all(c)
        .await
    })?;
    let point = |text: &String| parse("charge_point.id", text);
    let connectors = connectors
        .iter()
        .map(|(id, number)| Ok((point(id)?, *number)));
    Ok(Places {
        stations: stations
            .iter()
            .map(|id| parse("station.id", id))
            .collect::<Result<_, _>>()?,
        points: points.iter().map(point).collect::<Result<_, _>>()?,
        connectors: connectors.collect::<Result<_, StoreError>>()?,
        groups,
    })
}

/// Where somebody charges, and who.
#[derive(Clone, Debug)]
pub struct Spot {
    /// At which station.
    pub station: StationId,
    /// At which of its charge points; none: at any without a price of its own.
    pub point: Option<ChargePointId>,
    /// At which plug; none: at any without a price of its own.
    pub connector: Option<i64>,
    /// Of which group; none: of none.
    pub group: Option<String>,
}

impl Spot {
    /// A station as a whole.
    pub const fn station(station: StationId) -> Self {
        Self {
            station,
            point: None,
            connector: None,
            group: None,
        }
    }

    /// A charge point as a whole.
    pub const fn point(station: StationId, point: ChargePointId) -> Self {
        Self {
            station,
            point: Some(point),
            connector: None,
            group: None,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    version: i64,
    rates: String,
    time_zone: String,
}

impl Row {
    fn read(self) -> Result<Terms, StoreError> {
        Ok(Terms {
            tariff_id: parse("tariff.id", &self.id)?,
            tariff_version: self.version,
            rates: rates::read(&self.rates)?.into(),
            zone: clock(&self.time_zone),
        })
    }
}

/// What a charge costs that begins there at a moment; none: nothing.
pub async fn find_terms(
    conn: &mut Conn,
    spot: &Spot,
    at: Timestamp,
) -> Result<Option<Terms>, StoreError> {
    one!(
        conn,
        Row,
        "WITH candidate (tariff_id, place) AS (
           SELECT tariff_id, 1 FROM station WHERE id = $1
           UNION ALL SELECT tariff_id, 2 FROM charge_point WHERE id = $2
           UNION ALL SELECT tariff_id, 1 FROM tariff_place WHERE station_id = $1
           UNION ALL SELECT tariff_id, CASE WHEN connector_id IS NULL THEN 2 ELSE 3 END FROM tariff_place
             WHERE charge_point_id = $2 AND (connector_id IS NULL OR connector_id = $3)
           UNION ALL SELECT tariff_id, 0 FROM tariff_group
             WHERE name = $4 AND tariff_id NOT IN (SELECT tariff_id FROM tariff_place)
         )
         SELECT t.id, t.version, v.rates, s.time_zone
         FROM candidate k JOIN tariff t ON t.id = k.tariff_id
         JOIN tariff_version v ON v.tariff_id = t.id AND v.version = t.version
         JOIN station s ON s.id = $1
         WHERE t.deleted_at IS NULL
           AND (t.valid_from IS NULL OR t.valid_from <= $5) AND (t.valid_to IS NULL OR t.valid_to > $5)
           AND (NOT EXISTS (SELECT 1 FROM tariff_group g WHERE g.tariff_id = t.id)
             OR EXISTS (SELECT 1 FROM tariff_group g WHERE g.tariff_id = t.id AND g.name = $4))
         ORDER BY CASE WHEN EXISTS (SELECT 1 FROM tariff_group g WHERE g.tariff_id = t.id) THEN 0 ELSE 1 END,
           k.place DESC, CASE WHEN t.valid_from IS NULL AND t.valid_to IS NULL THEN 1 ELSE 0 END,
           COALESCE(t.valid_from, 0) DESC, t.id DESC
         LIMIT 1",
        spot.station.to_string(),
        spot.point.map(|id| id.to_string()),
        spot.connector,
        spot.group.as_deref(),
        to_ms(at)
    )
}

/// The terms with the version of their tariff that stood at a moment; before its first, that one.
pub async fn as_it_stood(
    conn: &mut Conn,
    terms: Terms,
    at: Timestamp,
) -> Result<Terms, StoreError> {
    let (version, text): (i64, String) = on!(conn, |c| {
        sqlx::query_as(
            "SELECT version, rates FROM tariff_version WHERE tariff_id = $1
             ORDER BY CASE WHEN created_at <= $2 THEN version ELSE -version END DESC LIMIT 1",
        )
        .bind(terms.tariff_id.to_string())
        .bind(to_ms(at))
        .fetch_one(c)
        .await
    })?;
    Ok(Terms {
        tariff_version: version,
        rates: rates::read(&text)?.into(),
        ..terms
    })
}

/// The next date after a moment at which a tariff that is for everybody becomes or ceases to be valid there.
pub async fn next_date(
    conn: &mut Conn,
    spot: &Spot,
    at: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<i64> = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT MIN(CASE WHEN t.valid_from > $3 THEN t.valid_from ELSE t.valid_to END) FROM tariff t
             WHERE t.deleted_at IS NULL AND (t.valid_from > $3 OR t.valid_to > $3)
               AND t.id NOT IN (SELECT tariff_id FROM tariff_group)
               AND (t.id IN (SELECT tariff_id FROM tariff_place
                      WHERE station_id = $1 OR (charge_point_id = $2 AND connector_id IS NULL))
                 OR t.id = (SELECT tariff_id FROM station WHERE id = $1)
                 OR t.id = (SELECT tariff_id FROM charge_point WHERE id = $2))",
        )
        .bind(spot.station.to_string())
        .bind(spot.point.map(|id| id.to_string()))
        .bind(to_ms(at))
        .fetch_one(c)
        .await
    })?;
    from_ms_opt(next)
}

/// The plugs of a charge point that some tariff names.
pub async fn list_named_connectors(
    conn: &mut Conn,
    point: ChargePointId,
) -> Result<Vec<i64>, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT DISTINCT connector_id FROM tariff_place WHERE charge_point_id = $1 AND connector_id IS NOT NULL
             ORDER BY connector_id",
        )
        .bind(point.to_string())
        .fetch_all(c)
        .await
    })?)
}

/// Whether a charge point has a tariff of its own, now or at some time.
pub async fn is_named(conn: &mut Conn, point: ChargePointId) -> Result<bool, StoreError> {
    let found: i64 = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM charge_point p WHERE p.id = $1 AND (p.tariff_id IS NOT NULL OR EXISTS
               (SELECT 1 FROM tariff_place a WHERE a.charge_point_id = p.id AND a.connector_id IS NULL))",
        )
        .bind(point.to_string())
        .fetch_one(c)
        .await
    })?;
    Ok(found > 0)
}
