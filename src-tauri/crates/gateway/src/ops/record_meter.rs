//! A charger measured.

use domain::charge_point::ChargePoint;
use domain::event::{MeterValues, SessionRef};
use domain::meter::Reading;
use domain::session::Session;
use domain::{ChargePointId, Event, WattHours};
use store::repo::{readings, sessions};

use super::point;
use crate::core::{Core, OpError, Unit};

/// Readings of one connector, in the order the charger sent them.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The plug.
    pub connector_id: i64,
    /// The transaction they belong to, where the charger names one.
    pub transaction_id: Option<i64>,
    /// The readings.
    pub readings: Vec<Reading>,
}

/// Stores readings and moves the session's figures. A reading that was stored before changes nothing.
pub async fn record_meter(
    core: &Core,
    id: ChargePointId,
    measured: Measured,
) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let charger = point::load(&mut unit, id).await?;
            record(&mut unit, &charger, &measured).await
        })
    })
    .await
}

/// The same inside a unit of work: a stop brings its last readings along.
pub(super) async fn record(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    measured: &Measured,
) -> Result<(), OpError> {
    let mut session = match measured.transaction_id {
        Some(transaction) => {
            sessions::find_by_transaction(unit.conn, charger.id, transaction).await?
        }
        None => None,
    };
    for reading in &measured.readings {
        let connector = measured.connector_id;
        if !readings::insert(
            unit.conn,
            charger.id,
            connector,
            measured.transaction_id,
            reading,
        )
        .await?
        {
            continue;
        }
        if let Some(session) = &mut session {
            session.measure(reading);
        }
        let event = news(charger, connector, session.as_ref(), reading);
        unit.emit(&Event::MeterValues(event)).await?;
    }
    if let Some(session) = session {
        sessions::update(unit.conn, &session).await?;
    }
    Ok(())
}

fn news(
    charger: &ChargePoint,
    connector_id: i64,
    session: Option<&Session>,
    reading: &Reading,
) -> MeterValues {
    let energy = session.map_or(WattHours(0), Session::energy);
    MeterValues {
        session: session.map_or_else(
            || SessionRef::outside(charger, connector_id),
            SessionRef::of,
        ),
        measured_at: reading.measured_at,
        energy_wh: energy,
        energy_consumed: energy.as_kwh(),
        meter_wh: reading.meter,
        power_w: reading.power_w,
        soc_percent: reading.soc_percent,
        voltage_v: reading.voltage_v,
        current_a: reading.current_a,
        context: reading.context.clone(),
    }
}
