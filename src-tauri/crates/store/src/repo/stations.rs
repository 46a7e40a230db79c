//! Table `station`.

use domain::station::Station;

use super::{Page, Slice, from_ms, parse, to_ms};
use crate::conn::on;
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Station, StoreError> {
        Ok(Station {
            id: parse("station.id", &self.id)?,
            name: self.name,
            version: self.version,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// Adds a station.
pub async fn insert(conn: &mut Conn, station: &Station) -> Result<(), StoreError> {
    on!(conn, |c| {
        sqlx::query(
        "INSERT INTO station (id, name, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(station.id.to_string())
    .bind(&station.name)
    .bind(station.version)
    .bind(to_ms(station.created_at))
    .bind(to_ms(station.updated_at))
    .execute(c)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// The station with this id or, failing that, this name.
pub async fn find(conn: &mut Conn, id_or_name: &str) -> Result<Option<Station>, StoreError> {
    let row: Option<Row> = on!(conn, |c| {
        sqlx::query_as(
        "SELECT id, name, version, created_at, updated_at FROM station WHERE id = $1 OR name = $1
         ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END LIMIT 1"
    )
    .bind(id_or_name)
    .fetch_optional(c)
    .await
    })?;
    row.map(Row::read).transpose()
}

/// Stations by name.
pub async fn list(conn: &mut Conn, slice: Slice) -> Result<Page<Station>, StoreError> {
    let rows: Vec<Row> = on!(conn, |c| {
        sqlx::query_as(
        "SELECT id, name, version, created_at, updated_at FROM station ORDER BY name LIMIT $1 OFFSET $2"
    )
    .bind(slice.limit)
    .bind(slice.offset)
    .fetch_all(c)
    .await
    })?;
    let total: i64 = on!(conn, |c| sqlx::query_scalar("SELECT COUNT(*) FROM station")
        .fetch_one(c)
        .await)?;
    Ok(Page {
        items: rows.into_iter().map(Row::read).collect::<Result<_, _>>()?,
        total,
    })
}
