//! A charger reported the state of one of its connectors.

use domain::charge_point::Connector;
use domain::event::{ConnectorFault, ConnectorStatusChanged, PointRef};
use domain::status::ConnectorStatus;
use domain::{ChargePointId, Event, Timestamp};
use store::repo::connectors;

use super::point;
use crate::core::{Core, OpError};

/// More plugs than any box has: a charger that counts further is confused or hostile.
const MOST_CONNECTORS: i64 = 32;

/// What a charger says of a connector.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its number; 0 speaks of the charge point's controller as a whole.
    pub connector_id: i64,
    /// Its state.
    pub status: ConnectorStatus,
    /// The error word; `None` for `NoError`.
    pub error_code: Option<String>,
    /// The maker's own code.
    pub vendor_error_code: Option<String>,
    /// Free text.
    pub info: Option<String>,
    /// When, by the charger's clock.
    pub at: Option<Timestamp>,
}

/// Stores a connector's state; a report that says nothing new changes nothing.
pub async fn report_connector(
    core: &Core,
    id: ChargePointId,
    report: Report,
) -> Result<(), OpError> {
    if !(1..=MOST_CONNECTORS).contains(&report.connector_id) {
        tracing::debug!(charge_point = %id, connector = report.connector_id, "a report that names no connector");
        return Ok(());
    }
    core.write(move |mut unit| {
        Box::pin(async move {
            let charger = point::load(&mut unit, id).await?;
            let known = connectors::list(unit.conn, id).await?;
            let before = known
                .into_iter()
                .find(|connector| connector.connector_id == report.connector_id)
                .unwrap_or_else(|| charger.unreported_connector(report.connector_id));
            if before.version > 0
                && before.status == report.status
                && before.error_code == report.error_code
            {
                return Ok(());
            }
            let previous_status = before.status;
            let connector = Connector {
                status: report.status,
                error_code: report.error_code,
                since: report.at.unwrap_or_else(|| unit.now()),
                version: before.version + 1,
                ..before
            };
            connectors::save(unit.conn, &connector).await?;
            point::save(&mut unit, charger, |charger| {
                Some(Event::ConnectorStatusChanged(ConnectorStatusChanged {
                    point: PointRef::of(charger),
                    connector_id: connector.connector_id,
                    evse_id: connector.connector_id,
                    status: connector.status,
                    previous_status,
                    since: connector.since,
                    operator: Some(ConnectorFault {
                        error_code: connector.error_code,
                        vendor_error_code: report.vendor_error_code,
                        info: report.info,
                    }),
                }))
            })
            .await
        })
    })
    .await
}
