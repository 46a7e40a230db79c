//! Tables `vehicle` and `session_vehicle`: what drivers drive, and which car a charge was for.

use domain::vehicle::Vehicle;
use domain::{CustomerId, SessionId, VehicleId, WattHours};

use super::{from_ms, parse, to_ms};
use crate::conn::{all, on, one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    customer_id: String,
    name: String,
    plate: Option<String>,
    battery_wh: Option<i64>,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Vehicle, StoreError> {
        Ok(Vehicle {
            id: parse("vehicle.id", &self.id)?,
            customer_id: parse("vehicle.customer_id", &self.customer_id)?,
            name: self.name,
            plate: self.plate,
            battery: self.battery_wh.map(WattHours),
            version: self.version,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// Adds one.
pub async fn insert(conn: &mut Conn, vehicle: &Vehicle) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO vehicle (id, customer_id, name, plate, battery_wh, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vehicle.id.to_string(),
        vehicle.customer_id.to_string(),
        &vehicle.name,
        &vehicle.plate,
        vehicle.battery.map(|battery| battery.0),
        vehicle.version,
        to_ms(vehicle.created_at),
        to_ms(vehicle.updated_at)
    )?;
    Ok(())
}

/// Stores what one became.
pub async fn update(conn: &mut Conn, vehicle: &Vehicle) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE vehicle SET name = $2, plate = $3, battery_wh = $4, version = $5, updated_at = $6 WHERE id = $1",
        vehicle.id.to_string(),
        &vehicle.name,
        &vehicle.plate,
        vehicle.battery.map(|battery| battery.0),
        vehicle.version,
        to_ms(vehicle.updated_at)
    )?;
    Ok(())
}

/// Deletes one. Charges keep its id.
pub async fn delete(conn: &mut Conn, id: VehicleId) -> Result<(), StoreError> {
    run!(conn, "DELETE FROM vehicle WHERE id = $1", id.to_string())?;
    Ok(())
}

/// Deletes all of a customer's, and which its charges were for.
pub async fn delete_of(conn: &mut Conn, customer: CustomerId) -> Result<(), StoreError> {
    let customer = customer.to_string();
    run!(
        conn,
        "DELETE FROM session_vehicle WHERE session_id IN (SELECT id FROM session WHERE customer_id = $1)",
        &customer
    )?;
    run!(
        conn,
        "DELETE FROM vehicle WHERE customer_id = $1",
        &customer
    )?;
    Ok(())
}

/// One of a customer's.
pub async fn find_of(
    conn: &mut Conn,
    customer: CustomerId,
    id: VehicleId,
) -> Result<Option<Vehicle>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM vehicle WHERE id = $1 AND customer_id = $2",
        id.to_string(),
        customer.to_string()
    )
}

/// A customer's, by name.
pub async fn list_of(conn: &mut Conn, customer: CustomerId) -> Result<Vec<Vehicle>, StoreError> {
    all!(
        conn,
        Row,
        "SELECT * FROM vehicle WHERE customer_id = $1 ORDER BY name, id",
        customer.to_string()
    )
}

/// Notes which car a charge is for.
pub async fn note(
    conn: &mut Conn,
    session: SessionId,
    vehicle: VehicleId,
) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO session_vehicle (session_id, vehicle_id) VALUES ($1, $2)",
        session.to_string(),
        vehicle.to_string()
    )?;
    Ok(())
}

/// Which car a charge was for.
pub async fn of_session(
    conn: &mut Conn,
    session: SessionId,
) -> Result<Option<VehicleId>, StoreError> {
    let id: Option<String> = on!(conn, |c| {
        sqlx::query_scalar("SELECT vehicle_id FROM session_vehicle WHERE session_id = $1")
            .bind(session.to_string())
            .fetch_optional(c)
            .await
    })?;
    id.map(|id| parse("session_vehicle.vehicle_id", &id))
        .transpose()
}
