//! A charger said that it is alive.

use domain::ChargePointId;
use store::repo::charge_points;

use crate::core::{Core, OpError};

/// Notes when a charger was last heard. No event: being alive is no news.
pub async fn hear_charger(core: &Core, id: ChargePointId) -> Result<(), OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            charge_points::hear(unit.conn, id, now).await?;
            Ok(())
        })
    })
    .await
}
