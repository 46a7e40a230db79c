//! Tables `tariff` and `tariff_version`: what the operator charges, under each version it ever had. Where a tariff holds is
//! in `places`, how its rates are kept in `rates`.

mod places;
pub(crate) mod rates;

use domain::tariff::Tariff;
use domain::{Currency, Scope, TariffId, Timestamp};

pub use places::{
    Spot, as_it_stood, assign, find_terms, is_named, list_named_connectors, next_date, places,
};

use super::{
    Page, Slice, Sorts, Wanted, corrupt, from_ms, from_ms_opt, page, parse, to_ms, within,
};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    rates: String,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Tariff, StoreError> {
        Ok(Tariff {
            id: parse("tariff.id", &self.id)?,
            name: self.name,
            rates: rates::read(&self.rates)?.into(),
            valid_from: from_ms_opt(self.valid_from)?,
            valid_to: from_ms_opt(self.valid_to)?,
            version: self.version,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// A tariff's columns, and the rates of its present version.
macro_rules! columns {
    () => {
        "tariff.*, (SELECT v.rates FROM tariff_version v WHERE v.tariff_id = tariff.id AND v.version = tariff.version) AS rates"
    };
}

/// Whether a tariff holds anywhere at an organisation's: at a station, a charge point or a connector.
macro_rules! holds {
    ($organization:literal) => {
        concat!(
            "tariff.id IN (SELECT tariff_id FROM station WHERE deleted_at IS NULL AND organization_id = ",
            $organization,
            " UNION SELECT p.tariff_id FROM charge_point p JOIN station s ON s.id = p.station_id
               WHERE p.deleted_at IS NULL AND s.organization_id = ",
            $organization,
            " UNION SELECT a.tariff_id FROM tariff_place a LEFT JOIN charge_point p ON p.id = a.charge_point_id
               JOIN station s ON s.id = COALESCE(a.station_id, p.station_id)
               WHERE s.deleted_at IS NULL AND s.organization_id = ",
            $organization,
            ")"
        )
    };
}

/// Adds a tariff.
pub async fn insert(conn: &mut Conn, tariff: &Tariff) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO tariff (id, name, currency, valid_from, valid_to, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        tariff.id.to_string(),
        &tariff.name,
        tariff.rates.currency.code(),
        tariff.valid_from.map(to_ms),
        tariff.valid_to.map(to_ms),
        tariff.version,
        to_ms(tariff.created_at),
        to_ms(tariff.updated_at)
    )?;
    keep_version(conn, tariff).await
}

/// Stores what a tariff became, under a version of its own.
pub async fn update(conn: &mut Conn, tariff: &Tariff) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE tariff SET name = $2, currency = $3, valid_from = $4, valid_to = $5, version = $6, updated_at = $7
         WHERE id = $1",
        tariff.id.to_string(),
        &tariff.name,
        tariff.rates.currency.code(),
        tariff.valid_from.map(to_ms),
        tariff.valid_to.map(to_ms),
        tariff.version,
        to_ms(tariff.updated_at)
    )?;
    keep_version(conn, tariff).await
}

async fn keep_version(conn: &mut Conn, tariff: &Tariff) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO tariff_version (tariff_id, version, name, rates, valid_from, valid_to, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        tariff.id.to_string(),
        tariff.version,
        &tariff.name,
        rates::write(&tariff.rates)?,
        tariff.valid_from.map(to_ms),
        tariff.valid_to.map(to_ms),
        to_ms(tariff.updated_at)
    )?;
    Ok(())
}

/// Takes a tariff out of every list and off every place. Sessions keep the version they were shown.
pub async fn delete(conn: &mut Conn, id: TariffId, at: Timestamp) -> Result<(), StoreError> {
    let id = id.to_string();
    run!(
        conn,
        "UPDATE tariff SET deleted_at = $2, name = name || ' ' || id WHERE id = $1",
        &id,
        to_ms(at)
    )?;
    places::free(conn, &id).await
}

/// The tariff with this id.
pub async fn find(conn: &mut Conn, id: TariffId) -> Result<Option<Tariff>, StoreError> {
    one!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM tariff WHERE id = $1 AND deleted_at IS NULL"
        ),
        id.to_string()
    )
}

/// The same, where it holds anywhere in this scope.
pub async fn find_within(
    conn: &mut Conn,
    scope: Scope,
    id: TariffId,
) -> Result<Option<Tariff>, StoreError> {
    one!(
        conn,
        Row,
        concat!(
            "SELECT ",
            columns!(),
            " FROM tariff WHERE id = $1 AND deleted_at IS NULL AND (CAST($2 AS TEXT) IS NULL OR ",
            holds!("$2"),
            ")"
        ),
        id.to_string(),
        within(scope)
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

/// The orders a list of tariffs can come in.
pub const SORTS: Sorts = &[
    ("name", "name"),
    ("createdAt", "created_at"),
    ("updatedAt", "updated_at"),
];

/// Tariffs by name.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Tariff>, StoreError> {
    search(conn, Scope::All, &slice.into()).await
}

/// Tariffs as a screen asks for them; a search looks into names.
pub async fn search(
    conn: &mut Conn,
    scope: Scope,
    wanted: &Wanted,
) -> Result<Page<Tariff>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        columns!() => "tariff",
        concat!(
            "deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR LOWER(name) LIKE $1 ESCAPE '!')
             AND (CAST($2 AS TEXT) IS NULL OR ",
            holds!("$2"),
            ")"
        ),
        wanted,
        "name",
        [&pattern, within(scope)]
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
