//! The alert that a gateway's outbox is full: raised once, cleared when there is room again.

use std::sync::Arc;

use domain::alert::{AlertKind, Severity};

use super::alert::{self, NewAlert};
use crate::core::{Core, OpError};

/// Raises the alert of this gateway's outbox, or clears it.
pub async fn alarm_outbox(core: &Core, full: bool) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let node = Arc::clone(unit.node());
            if !full {
                return alert::clear(&mut unit, AlertKind::OutboxFull, &node).await;
            }
            let news = NewAlert {
                kind: AlertKind::OutboxFull,
                subject: node.to_string(),
                severity: Severity::Critical,
                title: "Too much waits for the message broker".to_owned(),
                detail: format!(
                    "Gateway {node} has no room for more: other programs no longer get raw charger messages and \
                     readings that a newer one replaced. Charging, sessions and bills go on. Look at the broker."
                ),
                station_id: None,
                charge_point_id: None,
                session_id: None,
            };
            alert::raise(&mut unit, news).await
        })
    })
    .await
}
