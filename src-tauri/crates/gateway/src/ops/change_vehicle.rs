//! A driver keeps a list of what it drives.

use domain::vehicle::{MOST_VEHICLES, Vehicle};
use domain::{CustomerId, VehicleId, WattHours};
use store::repo::{customers, vehicles};

use super::change::{Change, set};
use super::refusal::{conflict, missing};
use crate::core::{Core, OpError, Unit};

/// What is to become of a vehicle. Within its bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct VehicleChange {
    /// What its driver calls it.
    pub name: Option<String>,
    /// Its number plate.
    pub plate: Change<String>,
    /// What its battery holds.
    pub battery: Change<WattHours>,
}

impl VehicleChange {
    fn apply(self, vehicle: &mut Vehicle) {
        set(&mut vehicle.name, self.name);
        self.plate.apply(&mut vehicle.plate);
        self.battery.apply(&mut vehicle.battery);
    }
}

/// Adds one.
pub async fn add_vehicle(
    core: &Core,
    customer: CustomerId,
    new: VehicleChange,
) -> Result<Vehicle, OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            // Two at once would both see room for one.
            customers::hold(unit.conn, customer).await?;
            if vehicles::list_of(unit.conn, customer).await?.len() >= MOST_VEHICLES {
                return Err(conflict("There are 20 vehicles already. Remove one first."));
            }
            let now = unit.now();
            let mut vehicle = Vehicle {
                id: unit.id(),
                customer_id: customer,
                name: String::new(),
                plate: None,
                battery: None,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            new.apply(&mut vehicle);
            vehicles::insert(unit.conn, &vehicle).await?;
            Ok(vehicle)
        })
    })
    .await
}

/// Changes one.
pub async fn change_vehicle(
    core: &Core,
    customer: CustomerId,
    id: VehicleId,
    change: VehicleChange,
) -> Result<Vehicle, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let before = held(&mut unit, customer, id).await?;
            let mut vehicle = before.clone();
            change.apply(&mut vehicle);
            if vehicle != before {
                vehicle.version += 1;
                vehicle.updated_at = unit.now();
                vehicles::update(unit.conn, &vehicle).await?;
            }
            Ok(vehicle)
        })
    })
    .await
}

/// Removes one. Charges keep its id, until their driver goes too.
pub async fn remove_vehicle(
    core: &Core,
    customer: CustomerId,
    id: VehicleId,
) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            held(&mut unit, customer, id).await?;
            Ok(vehicles::delete(unit.conn, id).await?)
        })
    })
    .await
}

async fn held(
    unit: &mut Unit<'_>,
    customer: CustomerId,
    id: VehicleId,
) -> Result<Vehicle, OpError> {
    customers::hold(unit.conn, customer).await?;
    let found = vehicles::find_of(unit.conn, customer, id).await?;
    found.ok_or_else(|| missing("vehicle"))
}
