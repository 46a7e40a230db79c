//! Table `charge_point`.

use std::collections::BTreeSet;

use domain::charge_point::ChargePoint;
use domain::event::PointRef;
use domain::status::{ChargePointStatus, Connectivity};
use domain::{ChargePointId, Identity, Scope, StationId, Timestamp};

use super::{
    Page, Slice, Sorts, Wanted, corrupt, folded, from_ms, from_ms_opt, page, parse, parse_opt,
    to_ms, within, word,
};
use crate::conn::{Engine, all, on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    identity: String,
    station_id: String,
    name: String,
    protocol: String,
    tariff_id: Option<String>,
    security_profile: i64,
    password_hash: Option<String>,
    next_password_hash: Option<String>,
    key_sent_at: Option<i64>,
    max_power_w: i64,
    status: String,
    connectivity: String,
    since: i64,
    vendor: Option<String>,
    model: Option<String>,
    serial_number: Option<String>,
    firmware_version: Option<String>,
    remote_address: Option<String>,
    node: Option<String>,
    socket: Option<String>,
    last_seen_at: Option<i64>,
    booted_at: Option<i64>,
    clock_skew_ms: Option<i64>,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<ChargePoint, StoreError> {
        Ok(ChargePoint {
            id: parse("charge_point.id", &self.id)?,
            identity: Identity::parse(&self.identity)
                .map_err(|_| corrupt("charge_point.identity", &self.identity))?,
            station_id: parse("charge_point.station_id", &self.station_id)?,
            name: self.name,
            protocol: self.protocol,
            tariff_id: parse_opt("charge_point.tariff_id", self.tariff_id.as_deref())?,
            security_profile: self.security_profile,
            password_hash: self.password_hash,
            next_password_hash: self.next_password_hash,
            key_sent_at: from_ms_opt(self.key_sent_at)?,
            max_power_w: self.max_power_w,
            status: word(
                "charge_point.status",
                &self.status,
                ChargePointStatus::from_word,
            )?,
            connectivity: word(
                "charge_point.connectivity",
                &self.connectivity,
                Connectivity::from_word,
            )?,
            since: from_ms(self.since)?,
            vendor: self.vendor,
            model: self.model,
            serial_number: self.serial_number,
            firmware_version: self.firmware_version,
            remote_address: self.remote_address,
            node: self.node,
            socket: self
                .socket
                .map(|id| parse("charge_point.socket", &id))
                .transpose()?,
            last_seen_at: from_ms_opt(self.last_seen_at)?,
            booted_at: from_ms_opt(self.booted_at)?,
            clock_skew_ms: self.clock_skew_ms,
            version: self.version,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// Registers a charge point.
pub async fn insert(conn: &mut Conn, point: &ChargePoint) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO charge_point (id, identity, station_id, name, security_profile, password_hash, max_power_w,
           status, connectivity, since, version, created_at, updated_at, protocol, tariff_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        point.id.to_string(),
        point.identity.as_str(),
        point.station_id.to_string(),
        &point.name,
        point.security_profile,
        &point.password_hash,
        point.max_power_w,
        point.status.as_str(),
        point.connectivity.as_str(),
        to_ms(point.since),
        point.version,
        to_ms(point.created_at),
        to_ms(point.updated_at),
        &point.protocol,
        point.tariff_id.map(|id| id.to_string())
    )?;
    Ok(())
}

/// Stores how far a charge point's clock is ahead, ms; `None` after a boot, which may have set it.
pub async fn note_skew(
    conn: &mut Conn,
    id: ChargePointId,
    skew_ms: Option<i64>,
) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE charge_point SET clock_skew_ms = $2 WHERE id = $1",
        id.to_string(),
        skew_ms
    )?;
    Ok(())
}

/// Stores what a charge point became: its state, what it said at boot, and its version.
pub async fn update(conn: &mut Conn, point: &ChargePoint) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE charge_point SET status = $2, connectivity = $3, since = $4, vendor = $5, model = $6,
           serial_number = $7, firmware_version = $8, remote_address = $9, last_seen_at = $10, booted_at = $11,
           version = $12, updated_at = $13, node = $14, socket = $15, name = $16, max_power_w = $17,
           security_profile = $18, password_hash = $19, tariff_id = $20, station_id = $21,
           next_password_hash = $22, key_sent_at = $23
         WHERE id = $1",
        point.id.to_string(),
        point.status.as_str(),
        point.connectivity.as_str(),
        to_ms(point.since),
        &point.vendor,
        &point.model,
        &point.serial_number,
        &point.firmware_version,
        &point.remote_address,
        point.last_seen_at.map(to_ms),
        point.booted_at.map(to_ms),
        point.version,
        to_ms(point.updated_at),
        &point.node,
        point.socket.map(|id| id.to_string()),
        &point.name,
        point.max_power_w,
        point.security_profile,
        &point.password_hash,
        point.tariff_id.map(|id| id.to_string()),
        point.station_id.to_string(),
        &point.next_password_hash,
        point.key_sent_at.map(to_ms)
    )?;
    Ok(())
}

/// Notes when a charge point was last heard, and keeps its row until the unit of work ends: nobody else
/// changes it meanwhile.
pub async fn hear(
    conn: &mut Conn,
    id: ChargePointId,
    at: Timestamp,
) -> Result<Option<ChargePoint>, StoreError> {
    one!(
        conn,
        Row,
        "UPDATE charge_point SET last_seen_at = $2 WHERE id = $1 AND deleted_at IS NULL RETURNING *",
        id.to_string(),
        to_ms(at)
    )
}

/// The same of several. Their rows are locked in one order always, so that no two gateways wait for each other.
pub async fn hear_all(
    conn: &mut Conn,
    ids: &BTreeSet<ChargePointId>,
    at: Timestamp,
) -> Result<Vec<ChargePoint>, StoreError> {
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "UPDATE charge_point SET last_seen_at = $2
             WHERE deleted_at IS NULL AND id IN (SELECT value FROM jsonb_each($1)) RETURNING *"
        }
        Engine::Postgres(_) => {
            "WITH heard AS (
                 SELECT id AS heard_id FROM charge_point
                 WHERE deleted_at IS NULL AND id IN (SELECT jsonb_array_elements_text(CAST($1 AS JSONB)))
                 ORDER BY id FOR NO KEY UPDATE)
             UPDATE charge_point SET last_seen_at = $2 FROM heard WHERE id = heard_id RETURNING charge_point.*"
        }
    };
    all!(conn, Row, sql, folded(ids), to_ms(at))
}

/// Keeps a charge point's row until the unit of work ends, without having heard of it.
pub async fn hold(conn: &mut Conn, id: ChargePointId) -> Result<Option<ChargePoint>, StoreError> {
    run!(
        conn,
        "UPDATE charge_point SET version = version WHERE id = $1",
        id.to_string()
    )?;
    find(conn, id).await
}

/// Takes a charge point out of every list and off its node. Its identity can be used again.
pub async fn delete(conn: &mut Conn, id: ChargePointId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE charge_point SET deleted_at = $2, identity = identity || ' ' || id, node = NULL, socket = NULL
         WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// A charge point's name, deleted or not: history still names it.
pub async fn name_of(conn: &mut Conn, id: ChargePointId) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar("SELECT name FROM charge_point WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(c)
            .await
    })?)
}

/// The charge point with this id.
pub async fn find(conn: &mut Conn, id: ChargePointId) -> Result<Option<ChargePoint>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM charge_point WHERE id = $1 AND deleted_at IS NULL",
        id.to_string()
    )
}

/// What events name of these charge points, as far as there are any.
pub async fn list_refs(
    conn: &mut Conn,
    ids: &BTreeSet<ChargePointId>,
) -> Result<Vec<PointRef>, StoreError> {
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "SELECT id, station_id, version FROM charge_point
             WHERE deleted_at IS NULL AND id IN (SELECT value FROM jsonb_each($1))"
        }
        Engine::Postgres(_) => {
            "SELECT id, station_id, version FROM charge_point WHERE deleted_at IS NULL
             AND id IN (SELECT jsonb_array_elements_text(CAST($1 AS JSONB)))"
        }
    };
    let rows: Vec<(String, String, i64)> = on!(conn, |c| {
        sqlx::query_as(sql).bind(folded(ids)).fetch_all(c).await
    })?;
    rows.iter()
        .map(|(id, station_id, version)| {
            Ok(PointRef {
                station_id: parse("charge_point.station_id", station_id)?,
                charge_point_id: parse("charge_point.id", id)?,
                version: *version,
            })
        })
        .collect()
}

/// The charge point that calls itself this.
pub async fn find_by_identity(
    conn: &mut Conn,
    identity: &Identity,
) -> Result<Option<ChargePoint>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM charge_point WHERE identity = $1 AND deleted_at IS NULL",
        identity.as_str()
    )
}

/// The orders a list of charge points can come in.
pub const SORTS: Sorts = &[
    ("identity", "identity"),
    ("name", "name"),
    ("status", "status"),
    ("lastSeenAt", "last_seen_at"),
    ("createdAt", "created_at"),
];

/// Charge points by identity, of one station or of all.
pub async fn list(
    conn: &mut Conn,
    station: Option<StationId>,
    slice: Slice,
) -> Result<Page<ChargePoint>, StoreError> {
    search(conn, Scope::All, station, &slice.into()).await
}

/// Charge points as a screen asks for them; a search looks into identities, names, makers and models.
pub async fn search(
    conn: &mut Conn,
    scope: Scope,
    station: Option<StationId>,
    wanted: &Wanted,
) -> Result<Page<ChargePoint>, StoreError> {
    let (station, pattern) = (station.map(|id| id.to_string()), wanted.pattern());
    Ok(page!(
        conn,
        Row,
        "charge_point",
        "deleted_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR station_id = $1)
           AND (CAST($2 AS TEXT) IS NULL OR LOWER(identity) LIKE $2 ESCAPE '!' OR LOWER(name) LIKE $2 ESCAPE '!'
             OR LOWER(COALESCE(vendor, '') || ' ' || COALESCE(model, '')) LIKE $2 ESCAPE '!')
           AND (CAST($3 AS TEXT) IS NULL OR station_id IN (SELECT id FROM station WHERE organization_id = $3))",
        wanted,
        "identity",
        [&station, &pattern, within(scope)]
    ))
}

/// How many charge points are in which state.
pub async fn count_by_status(
    conn: &mut Conn,
    scope: Scope,
) -> Result<Vec<(ChargePointStatus, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = on!(conn, |c| {
        sqlx::query_as(
            "SELECT status, COUNT(*) FROM charge_point WHERE deleted_at IS NULL
               AND (CAST($1 AS TEXT) IS NULL OR station_id IN (SELECT id FROM station WHERE organization_id = $1))
             GROUP BY status ORDER BY status",
        )
        .bind(within(scope))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(status, count)| {
            let status = word("charge_point.status", &status, ChargePointStatus::from_word)?;
            Ok((status, count))
        })
        .collect()
}

/// The charge points whose sockets this gateway held when it last wrote.
pub async fn list_held_by(conn: &mut Conn, node: &str) -> Result<Vec<ChargePoint>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM charge_point WHERE node = $1 AND deleted_at IS NULL",
        node
    )
}

/// How many charge points' sockets this gateway holds.
pub async fn count_held_by(conn: &mut Conn, node: &str) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM charge_point WHERE node = $1 AND deleted_at IS NULL",
        )
        .bind(node)
        .fetch_one(c)
        .await
    })?)
}
