//! A charger opened a transaction.

use domain::authorization::Decision;
use domain::charge_point::ChargePoint;
use domain::event::{ChargingStarted, SessionRef};
use domain::session::{Session, SessionStatus, StartedBy};
use domain::{ChargePointId, Event, Timestamp, WattHours};
use store::repo::sessions::{self, StartKey};

use super::{authorize, point};
use crate::core::{Core, OpError, Unit};

/// A StartTransaction.
#[derive(Clone, Debug)]
pub struct Start {
    /// The plug.
    pub connector_id: i64,
    /// The token, as the charger sent it.
    pub id_tag: String,
    /// The register.
    pub meter_start: WattHours,
    /// When, by the charger's clock.
    pub at: Timestamp,
}

/// What the charger is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// The number it shall use. Every start gets one of its own, a refused one too.
    pub transaction_id: i64,
    /// Whether the token may charge.
    pub decision: Decision,
}

/// Begins a session. The same start sent again gets the same answer and begins nothing.
pub async fn start_session(
    core: &Core,
    id: ChargePointId,
    start: Start,
) -> Result<Started, OpError> {
    let at_core = core.clone();
    core.write(move |mut unit| {
        Box::pin(async move {
            let charger = point::load(&mut unit, id).await?;
            let key = StartKey {
                charge_point_id: id,
                connector_id: start.connector_id,
                id_token: authorize::canonical(&start.id_tag),
                meter_start: start.meter_start,
                started_at: start.at,
            };
            if let Some(session) = sessions::find_by_start(unit.conn, &key).await? {
                return Ok(Started {
                    transaction_id: session.transaction_id,
                    decision: Decision::Accepted,
                });
            }
            let decision = authorize::decide_on(&at_core, unit.conn, &start.id_tag).await?;
            let transaction_id = sessions::next_transaction_id(unit.conn).await?;
            if decision == Decision::Accepted {
                begin(&mut unit, &charger, key, transaction_id).await?;
            }
            Ok(Started {
                transaction_id,
                decision,
            })
        })
    })
    .await
}

async fn begin(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    key: StartKey,
    transaction_id: i64,
) -> Result<(), OpError> {
    let session = Session {
        id: unit.id(),
        station_id: charger.station_id,
        charge_point_id: charger.id,
        connector_id: key.connector_id,
        transaction_id,
        customer_id: None,
        id_token: key.id_token,
        status: SessionStatus::Charging,
        started_by: StartedBy::Rfid,
        started_at: key.started_at,
        stopped_at: None,
        meter_start: key.meter_start,
        meter_last: key.meter_start,
        meter_stop: None,
        measured_at: None,
        power_w: None,
        soc_percent: None,
        stop_reason: None,
        version: 1,
    };
    sessions::insert(unit.conn, &session).await?;
    let event = Event::ChargingStarted(ChargingStarted {
        session: SessionRef::of(&session),
        status: session.status,
        started_by: session.started_by,
        started_at: session.started_at,
        meter_start_wh: session.meter_start,
        price: (),
    });
    Ok(unit.emit(&event).await?)
}
