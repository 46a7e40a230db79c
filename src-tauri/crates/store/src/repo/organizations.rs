//! Table `organization`, and whose the stations are.

use std::collections::HashSet;

use domain::organization::Organization;
use domain::{ChargePointId, OrganizationId, Scope, StationId, Timestamp};

use super::{Page, Sorts, Wanted, from_ms, page, parse, parse_opt, to_ms, within};
use crate::conn::{on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Organization, StoreError> {
        Ok(Organization {
            id: parse("organization.id", &self.id)?,
            name: self.name,
            email: self.email,
            phone: self.phone,
            version: self.version,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// Adds an organisation.
pub async fn insert(conn: &mut Conn, organization: &Organization) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO organization (id, name, email, phone, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        organization.id.to_string(),
        &organization.name,
        &organization.email,
        &organization.phone,
        organization.version,
        to_ms(organization.created_at),
        to_ms(organization.updated_at)
    )?;
    Ok(())
}

/// Stores what an organisation became.
pub async fn update(conn: &mut Conn, organization: &Organization) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE organization SET name = $2, email = $3, phone = $4, version = $5, updated_at = $6 WHERE id = $1",
        organization.id.to_string(),
        &organization.name,
        &organization.email,
        &organization.phone,
        organization.version,
        to_ms(organization.updated_at)
    )?;
    Ok(())
}

/// Takes an organisation out of every list. Its name can be used again.
pub async fn delete(conn: &mut Conn, id: OrganizationId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE organization SET deleted_at = $2, name = name || ' ' || id WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// The organisation with this id.
pub async fn find(conn: &mut Conn, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM organization WHERE id = $1 AND deleted_at IS NULL",
        id.to_string()
    )
}

/// Keeps an organisation's row until the unit of work ends: nothing is given to one that goes meanwhile.
pub async fn hold(conn: &mut Conn, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    run!(
        conn,
        "UPDATE organization SET version = version WHERE id = $1",
        id.to_string()
    )?;
    find(conn, id).await
}

/// How many stations and how many users an organisation has.
pub async fn count_parts(conn: &mut Conn, id: OrganizationId) -> Result<(i64, i64), StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM station WHERE organization_id = $1 AND deleted_at IS NULL),
               (SELECT COUNT(*) FROM operator WHERE organization_id = $1 AND deleted_at IS NULL)",
        )
        .bind(id.to_string())
        .fetch_one(c)
        .await
    })?)
}

/// The orders a list of organisations can come in.
pub const SORTS: Sorts = &[
    ("name", "name"),
    ("createdAt", "created_at"),
    ("updatedAt", "updated_at"),
];

/// Organisations by name as a screen asks for them; a search looks into names and addresses.
pub async fn search(conn: &mut Conn, wanted: &Wanted) -> Result<Page<Organization>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        "organization",
        "deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR LOWER(name) LIKE $1 ESCAPE '!'
           OR LOWER(COALESCE(email, '')) LIKE $1 ESCAPE '!')",
        wanted,
        "name",
        [&pattern]
    ))
}

/// Whether a station is in a scope, deleted or not: history still is somebody's.
pub async fn has_station(
    conn: &mut Conn,
    scope: Scope,
    station: StationId,
) -> Result<bool, StoreError> {
    if scope == Scope::All {
        return Ok(true);
    }
    let found: Option<String> = on!(conn, |c| {
        sqlx::query_scalar("SELECT id FROM station WHERE id = $1 AND organization_id = $2")
            .bind(station.to_string())
            .bind(within(scope))
            .fetch_optional(c)
            .await
    })?;
    Ok(found.is_some())
}

/// The same of a charge point: it is where its station is.
pub async fn has_point(
    conn: &mut Conn,
    scope: Scope,
    point: ChargePointId,
) -> Result<bool, StoreError> {
    if scope == Scope::All {
        return Ok(true);
    }
    let found: Option<String> = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT p.id FROM charge_point p JOIN station s ON s.id = p.station_id
             WHERE p.id = $1 AND s.organization_id = $2",
        )
        .bind(point.to_string())
        .bind(within(scope))
        .fetch_optional(c)
        .await
    })?;
    Ok(found.is_some())
}

/// What an organisation has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Its stations.
    pub stations: HashSet<StationId>,
    /// Their charge points.
    pub points: HashSet<ChargePointId>,
}

/// All of one organisation.
pub async fn holdings(conn: &mut Conn, id: OrganizationId) -> Result<Holdings, StoreError> {
    let stations: Vec<String> = on!(conn, |c| {
        sqlx::query_scalar("SELECT id FROM station WHERE organization_id = $1")
            .bind(id.to_string())
            .fetch_all(c)
            .await
    })?;
    let points: Vec<String> = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT p.id FROM charge_point p JOIN station s ON s.id = p.station_id WHERE s.organization_id = $1",
        )
        .bind(id.to_string())
        .fetch_all(c)
        .await
    })?;
    let station = |id: &String| parse("station.id", id);
    let point = |id: &String| parse("charge_point.id", id);
    Ok(Holdings {
        stations: stations.iter().map(station).collect::<Result<_, _>>()?,
        points: points.iter().map(point).collect::<Result<_, _>>()?,
    })
}

/// Whose a station is, under which version of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The station.
    pub id: StationId,
    /// Its version.
    pub version: i64,
    /// Whose it is.
    pub organization_id: Option<OrganizationId>,
}

/// Where a charge point stands, under which version of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// The charge point.
    pub id: ChargePointId,
    /// Its version.
    pub version: i64,
    /// At which station.
    pub station_id: StationId,
}

/// Whose everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    /// The stations.
    pub stations: Vec<Owned>,
    /// The charge points.
    pub points: Vec<Stands>,
}

/// Whose every station is, and where every charge point stands: the deleted ones, too, for what is still told of them.
pub async fn owners(conn: &mut Conn) -> Result<Owners, StoreError> {
    let stations: Vec<(String, i64, Option<String>)> = on!(conn, |c| {
        sqlx::query_as("SELECT id, version, organization_id FROM station")
            .fetch_all(c)
            .await
    })?;
    let points: Vec<(String, i64, String)> = on!(conn, |c| {
        sqlx::query_as("SELECT id, version, station_id FROM charge_point")
            .fetch_all(c)
            .await
    })?;
    let owned = |(id, version, organization): &(String, i64, Option<String>)| {
        Ok(Owned {
            id: parse("station.id", id)?,
            version: *version,
            organization_id: parse_opt("station.organization_id", organization.as_deref())?,
        })
    };
    let stands = |(id, version, station): &(String, i64, String)| {
        Ok(Stands {
            id: parse("charge_point.id", id)?,
            version: *version,
            station_id: parse("charge_point.station_id", station)?,
        })
    };
    Ok(Owners {
        stations: stations
            .iter()
            .map(owned)
            .collect::<Result<_, StoreError>>()?,
        points: points
            .iter()
            .map(stands)
            .collect::<Result<_, StoreError>>()?,
    })
}
