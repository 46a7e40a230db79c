//! Chargers said that they are alive.

use std::collections::BTreeSet;

use domain::ChargePointId;
use store::repo::charge_points;

use crate::core::{Core, OpError};

/// Notes when chargers were last heard. No event: being alive is no news.
pub async fn hear_chargers(core: &Core, ids: BTreeSet<ChargePointId>) -> Result<(), OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            charge_points::hear_all(unit.conn, &ids, now).await?;
            Ok(())
        })
    })
    .await
}
