//! A charger closed a transaction.

use domain::authorization::Decision;
use domain::event::{ChargingStopped, SessionRef};
use domain::meter::Reading;
use domain::session::{Session, StopReason};
use domain::{ChargePointId, Event, Timestamp, WattHours};
use store::repo::sessions;

use super::record_meter::{self, Measured};
use super::{authorize, point};
use crate::core::{Core, OpError, Unit};

/// A StopTransaction.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The number of the transaction.
    pub transaction_id: i64,
    /// The register.
    pub meter_stop: WattHours,
    /// When, by the charger's clock.
    pub at: Timestamp,
    /// Why.
    pub reason: StopReason,
    /// The token that stopped it, where one was shown.
    pub id_tag: Option<String>,
    /// Readings the charger kept for the end.
    pub readings: Vec<Reading>,
}

/// Ends a session. A stop that was taken before, or of a transaction this charger never had, changes
/// nothing; the charger is answered all the same (OCPP 1.6 §4.10), or it would send it for ever.
///
/// Returns what the token that stopped it may do: the charger keeps that for the next time.
pub async fn stop_session(
    core: &Core,
    id: ChargePointId,
    stop: Stop,
) -> Result<Option<Decision>, OpError> {
    let decision = match &stop.id_tag {
        Some(tag) => Some(authorize::authorize(core, tag).await?),
        None => None,
    };
    core.write(move |mut unit| Box::pin(async move { end(&mut unit, id, stop).await }))
        .await?;
    Ok(decision)
}

async fn end(unit: &mut Unit<'_>, id: ChargePointId, stop: Stop) -> Result<(), OpError> {
    let charger = point::load(unit, id).await?;
    let Some(session) = sessions::find_by_transaction(unit.conn, id, stop.transaction_id).await?
    else {
        tracing::warn!(charge_point = %id, transaction = stop.transaction_id, "a stop without a session");
        return Ok(());
    };
    let measured = Measured {
        connector_id: session.connector_id,
        transaction_id: Some(stop.transaction_id),
        readings: stop.readings,
    };
    record_meter::record(unit, &charger, &measured).await?;
    // Its figures may just have moved.
    let Some(mut session) =
        sessions::find_by_transaction(unit.conn, id, stop.transaction_id).await?
    else {
        return Ok(());
    };
    if session.stop(stop.at, stop.meter_stop, stop.reason) {
        sessions::update(unit.conn, &session).await?;
        unit.emit(&Event::ChargingStopped(news(
            &session,
            stop.at,
            stop.reason,
        )))
        .await?;
    }
    Ok(())
}

fn news(session: &Session, stopped_at: Timestamp, stop_reason: StopReason) -> ChargingStopped {
    ChargingStopped {
        session: SessionRef::of(session),
        status: session.status,
        stopped_at,
        stop_reason,
        meter_stop_wh: session.meter_stop.unwrap_or(session.meter_last),
        energy_wh: session.energy(),
        energy_consumed: session.energy().as_kwh(),
        duration_seconds: session.duration_seconds(stopped_at),
        cost: (),
        inferred: false,
        receipt_url: None,
    }
}
