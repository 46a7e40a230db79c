//! A charger measured.

use domain::charge_point::ChargePoint;
use domain::event::{MeterValues, SessionRef};
use domain::meter::Reading;
use domain::session::{Session, SessionStatus};
use domain::{ChargePointId, Event, WattHours, charger_clock};
use store::repo::{readings, sessions};

use super::{judge_clock, point, session, suspense};
use crate::core::{Core, OpError, Unit};

/// How many unreadable samples are named: the whole message is kept anyway.
const MOST_NAMED: usize = 5;

/// Readings of one connector, in the order the charger sent them.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The plug.
    pub connector_id: i64,
    /// The transaction they belong to, where the charger names one.
    pub transaction_id: Option<i64>,
    /// The readings.
    pub readings: Vec<Reading>,
    /// The samples among them that are no number, or none that can be.
    pub unreadable: Vec<String>,
    /// The message's action.
    pub action: &'static str,
    /// The message as it came.
    pub raw: String,
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
    if measured.transaction_id.is_some() && session.is_none() {
        let reason = "it names a transaction this charger does not have";
        suspense::keep(unit, charger, measured.action, reason, &measured.raw).await?;
    }
    if !measured.unreadable.is_empty() {
        let first: Vec<_> = measured.unreadable.iter().take(MOST_NAMED).collect();
        let reason = format!("samples that are no number, or none that can be: {first:?}");
        suspense::keep(unit, charger, measured.action, &reason, &measured.raw).await?;
    }
    for reading in &measured.readings {
        take(unit, charger, measured, session.as_mut(), reading).await?;
    }
    if let Some(session) = session {
        sessions::update(unit.conn, &session).await?;
    }
    Ok(())
}

/// Takes one reading in, once, and tells of it.
async fn take(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    measured: &Measured,
    mut session: Option<&mut Session>,
    reading: &Reading,
) -> Result<(), OpError> {
    // It must not stand where the same moment's figures belong, should they come after all.
    if reading.says_nothing() {
        return Ok(());
    }
    let (connector, transaction) = (measured.connector_id, measured.transaction_id);
    let at = reading.measured_at;
    // A session takes no reading that is older than its last: one from 2099 would be its last for ever.
    let counted_at = match session.as_deref() {
        Some(session) => session::settled(session, at, unit.now()),
        None if charger_clock::fault(at, unit.now()).is_some() => unit.now(),
        None => at,
    };
    if !readings::insert(
        unit.conn,
        charger.id,
        connector,
        transaction,
        reading,
        counted_at,
    )
    .await?
    {
        return Ok(());
    }
    judge_clock::judge(unit, charger, measured.action, at, &measured.raw).await?;
    let mut reading = reading.clone();
    reading.measured_at = counted_at;
    let moved = match session.as_deref_mut() {
        Some(session) => count(unit, charger, measured, session, &reading).await?,
        None => false,
    };
    let session = session.as_deref();
    let event = news(charger, connector, session, &reading);
    unit.emit(&Event::MeterValues(event)).await?;
    match session.filter(|_| moved) {
        // After its end, inferred or not.
        Some(session) if session.status == SessionStatus::Stopped => {
            session::tell_corrected(unit, session).await
        }
        Some(session) => session::tell_cost(unit, session, reading.measured_at).await,
        None => Ok(()),
    }
}

/// Moves a session by a reading; one whose register cannot be is kept aside. Whether it moved.
async fn count(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    measured: &Measured,
    session: &mut Session,
    reading: &Reading,
) -> Result<bool, OpError> {
    let history = match session.transaction_id {
        Some(transaction) if session.needs_history(reading) => {
            readings::list_registers(unit.conn, charger.id, transaction).await?
        }
        _ => Vec::new(),
    };
    let told = session.measure(reading, &history, charger.max_power_w);
    if told.refused {
        let reason = impossible(charger);
        suspense::keep(unit, charger, measured.action, &reason, &measured.raw).await?;
    }
    Ok(told.moved)
}

/// Why a register was not counted, and what to look at.
pub(super) fn impossible(charger: &ChargePoint) -> String {
    format!(
        "its register fits no meter, or is more than {} W give in the time; look at the power the charge point is registered with",
        charger.max_power_w
    )
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
