//! Somebody at the desk takes an alert on. It stands until it is over all the same.

use domain::AlertId;
use domain::alert::Alert;
use store::repo::alerts;

use super::refusal::missing;
use crate::core::{Core, OpError};

/// Notes that somebody took an alert on; the first who did stays.
pub async fn acknowledge_alert(core: &Core, id: AlertId) -> Result<Alert, OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            alerts::acknowledge(unit.conn, id, now).await?;
            let found = alerts::find(unit.conn, id).await?;
            found.ok_or_else(|| missing("alert"))
        })
    })
    .await
}
