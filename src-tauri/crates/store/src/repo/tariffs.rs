//! Table `tariff`, and what holds where: a charge point's own tariff before its station's.

use domain::money::{Percent, UnitPrice};
use domain::tariff::Tariff;
use domain::{ChargePointId, Currency, TariffId, Timestamp};

use super::{Page, Slice, Sorts, Wanted, corrupt, from_ms, page, parse, to_ms};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    currency: String,
    per_kwh_micro: i64,
    tax_milli: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Tariff, StoreError> {
        let currency = Currency::from_code(&self.currency)
            .ok_or_else(|| corrupt("tariff.currency", &self.currency))?;
        Ok(Tariff {
            id: parse("tariff.id", &self.id)?,
            name: self.name,
            per_kwh: UnitPrice {
                micro: self.per_kwh_micro,
                currency,
            },
            tax: Percent {
                milli: self.tax_milli,
            },
            version: self.version,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// Adds a tariff.
pub async fn insert(conn: &mut Conn, tariff: &Tariff) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO tariff (id, name, currency, per_kwh_micro, tax_milli, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        tariff.id.to_string(),
        &tariff.name,
        tariff.per_kwh.currency.code(),
        tariff.per_kwh.micro,
        tariff.tax.milli,
        tariff.version,
        to_ms(tariff.created_at),
        to_ms(tariff.updated_at)
    )?;
    Ok(())
}

/// Stores what a tariff became.
pub async fn update(conn: &mut Conn, tariff: &Tariff) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE tariff SET name = $2, currency = $3, per_kwh_micro = $4, tax_milli = $5, version = $6, updated_at = $7
         WHERE id = $1",
        tariff.id.to_string(),
        &tariff.name,
        tariff.per_kwh.currency.code(),
        tariff.per_kwh.micro,
        tariff.tax.milli,
        tariff.version,
        to_ms(tariff.updated_at)
    )?;
    Ok(())
}

/// Takes a tariff out of every list and off every station and charge point. Sessions keep their terms.
pub async fn delete(conn: &mut Conn, id: TariffId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE tariff SET deleted_at = $2, name = name || ' ' || id WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    assign(conn, id, &[], &[]).await
}

/// Makes a tariff hold at exactly these stations and charge points.
pub async fn assign(
    conn: &mut Conn,
    id: TariffId,
    stations: &[String],
    points: &[String],
) -> Result<(), StoreError> {
    let tariff = id.to_string();
    run!(
        conn,
        "UPDATE station SET tariff_id = NULL WHERE tariff_id = $1",
        &tariff
    )?;
    run!(
        conn,
        "UPDATE charge_point SET tariff_id = NULL WHERE tariff_id = $1",
        &tariff
    )?;
    for station in stations {
        run!(
            conn,
            "UPDATE station SET tariff_id = $2 WHERE id = $1",
            station,
            &tariff
        )?;
    }
    for point in points {
        run!(
            conn,
            "UPDATE charge_point SET tariff_id = $2 WHERE id = $1",
            point,
            &tariff
        )?;
    }
    Ok(())
}

/// Where a tariff holds: ids of stations and of charge points.
pub async fn places(
    conn: &mut Conn,
    id: TariffId,
) -> Result<(Vec<String>, Vec<String>), StoreError> {
    let stations: Vec<String> = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT id FROM station WHERE tariff_id = $1 AND deleted_at IS NULL ORDER BY name",
        )
        .bind(id.to_string())
        .fetch_all(c)
        .await
    })?;
    let points: Vec<String> = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT id FROM charge_point WHERE tariff_id = $1 AND deleted_at IS NULL ORDER BY identity",
        )
        .bind(id.to_string())
        .fetch_all(c)
        .await
    })?;
    Ok((stations, points))
}

/// The tariff with this id.
pub async fn find(conn: &mut Conn, id: TariffId) -> Result<Option<Tariff>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM tariff WHERE id = $1 AND deleted_at IS NULL",
        id.to_string()
    )
}

/// Keeps a tariff's row until the unit of work ends.
pub async fn hold(conn: &mut Conn, id: TariffId) -> Result<Option<Tariff>, StoreError> {
    run!(
        conn,
        "UPDATE tariff SET version = version WHERE id = $1",
        id.to_string()
    )?;
    find(conn, id).await
}

/// What a charge at this charge point costs now: its own tariff, else its station's.
pub async fn find_for_point(
    conn: &mut Conn,
    point: ChargePointId,
) -> Result<Option<Tariff>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT t.* FROM charge_point p JOIN station s ON s.id = p.station_id
         JOIN tariff t ON t.id = COALESCE(p.tariff_id, s.tariff_id)
         WHERE p.id = $1 AND t.deleted_at IS NULL",
        point.to_string()
    )
}

/// The orders a list of tariffs can come in.
pub const SORTS: Sorts = &[
    ("name", "name"),
    ("createdAt", "created_at"),
    ("updatedAt", "updated_at"),
];

/// Tariffs by name.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Tariff>, StoreError> {
    search(conn, &slice.into()).await
}

/// Tariffs as a screen asks for them; a search looks into names.
pub async fn search(conn: &mut Conn, wanted: &Wanted) -> Result<Page<Tariff>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        "tariff",
        "deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR LOWER(name) LIKE $1 ESCAPE '!')",
        wanted,
        "name",
        [&pattern]
    ))
}

/// The currency of most tariffs: the site's own.
pub async fn common_currency(conn: &mut Conn) -> Result<Option<Currency>, StoreError> {
    let code: Option<String> = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT currency FROM tariff WHERE deleted_at IS NULL
             GROUP BY currency ORDER BY COUNT(*) DESC, currency LIMIT 1",
        )
        .fetch_optional(c)
        .await
    })?;
    code.map(|code| Currency::from_code(&code).ok_or_else(|| corrupt("tariff.currency", code)))
        .transpose()
}
