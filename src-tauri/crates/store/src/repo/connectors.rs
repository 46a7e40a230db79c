//! Table `connector`.

use domain::charge_point::{Connector, ConnectorFormat, ConnectorType};
use domain::status::ConnectorStatus;
use domain::{ChargePointId, Scope};

use super::{from_ms, parse, to_ms, within, word};
use crate::conn::{all, on, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    charge_point_id: String,
    connector_id: i64,
    r#type: String,
    format: String,
    max_power_w: i64,
    status: String,
    error_code: Option<String>,
    since: i64,
    version: i64,
}

impl Row {
    fn read(self) -> Result<Connector, StoreError> {
        Ok(Connector {
            charge_point_id: parse("connector.charge_point_id", &self.charge_point_id)?,
            connector_id: self.connector_id,
            kind: word("connector.type", &self.r#type, ConnectorType::from_word)?,
            format: word("connector.format", &self.format, ConnectorFormat::from_word)?,
            max_power_w: self.max_power_w,
            status: word("connector.status", &self.status, ConnectorStatus::from_word)?,
            error_code: self.error_code,
            since: from_ms(self.since)?,
            version: self.version,
        })
    }
}

/// Stores a connector as it is now, new or known.
pub async fn save(conn: &mut Conn, connector: &Connector) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO connector
           (charge_point_id, connector_id, status, error_code, since, version, type, format, max_power_w)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (charge_point_id, connector_id) DO UPDATE
         SET status = excluded.status, error_code = excluded.error_code, since = excluded.since,
             version = excluded.version, type = excluded.type, format = excluded.format,
             max_power_w = excluded.max_power_w",
        connector.charge_point_id.to_string(),
        connector.connector_id,
        connector.status.as_str(),
        &connector.error_code,
        to_ms(connector.since),
        connector.version,
        connector.kind.as_str(),
        connector.format.as_str(),
        connector.max_power_w
    )?;
    Ok(())
}

/// A charge point's connectors by number.
pub async fn list(conn: &mut Conn, point: ChargePointId) -> Result<Vec<Connector>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM connector WHERE charge_point_id = $1 ORDER BY connector_id",
        point.to_string()
    )
}

/// How many plugs there are, how many are free and connected, and how many charge.
pub async fn count(conn: &mut Conn, scope: Scope) -> Result<(i64, i64, i64), StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
            "SELECT COUNT(*),
               CAST(COALESCE(SUM(CASE WHEN p.connectivity = 'online' AND k.status = 'available' THEN 1 ELSE 0 END), 0)
                 AS BIGINT),
               CAST(COALESCE(SUM(CASE WHEN p.connectivity = 'online' AND k.status = 'charging' THEN 1 ELSE 0 END), 0)
                 AS BIGINT)
             FROM connector k JOIN charge_point p ON p.id = k.charge_point_id
             WHERE p.deleted_at IS NULL
               AND (CAST($1 AS TEXT) IS NULL OR p.station_id IN (SELECT id FROM station WHERE organization_id = $1))",
        )
        .bind(within(scope))
        .fetch_one(c)
        .await
    })?)
}
