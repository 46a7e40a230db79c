//! A charger closed a transaction.

use domain::charge_point::ChargePoint;
use domain::meter::{Reading, Signed};
use domain::session::{End, Ended, Session, SessionStatus, StopReason};
use domain::{ChargePointId, Timestamp, WattHours};
use store::repo::{readings, sessions};

use super::authorize::{self, Authorized};
use super::record_meter::{self, Measured};
use super::{bill, judge_clock, point, session, suspense};
use crate::core::{Core, OpError, Unit};

const ACTION: &str = "StopTransaction";

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
    /// The samples among them that are no number, or none that can be.
    pub unreadable: Vec<String>,
    /// What the charger signed.
    pub signed: Vec<Signed>,
    /// The message as it came.
    pub raw: String,
}

/// Ends a session. A stop that was taken before changes nothing; one that fits no session is kept aside. The
/// charger is answered all the same (OCPP 1.6 §4.10), or it would send it for ever.
///
/// Returns what the token that stopped it may do: the charger keeps that for the next time.
pub async fn stop_session(
    core: &Core,
    id: ChargePointId,
    stop: Stop,
) -> Result<Option<Authorized>, OpError> {
    let authorized = match &stop.id_tag {
        Some(tag) => Some(authorize::authorize(core, tag).await?),
        None => None,
    };
    core.write(move |mut unit| Box::pin(async move { end(&mut unit, id, stop).await }))
        .await?;
    Ok(authorized)
}

async fn end(unit: &mut Unit<'_>, id: ChargePointId, stop: Stop) -> Result<(), OpError> {
    let charger = point::load(unit, id).await?;
    judge_clock::judge(unit, &charger, ACTION, stop.at, &stop.raw).await?;
    let Some(session) = find(unit, &charger, &stop).await? else {
        let reason = "no session, or several, could be the one it ends";
        return suspense::keep(unit, &charger, ACTION, reason, &stop.raw).await;
    };
    if session.status == SessionStatus::Failed {
        return after_refusal(unit, &charger, &session, &stop).await;
    }
    let measured = Measured {
        connector_id: session.connector_id,
        transaction_id: session.transaction_id,
        readings: stop.readings,
        unreadable: stop.unreadable,
        signed: stop.signed,
        action: ACTION,
        raw: stop.raw.clone(),
    };
    record_meter::record(unit, &[(&charger, &measured)]).await?;
    // Its figures may just have moved.
    let Some(mut session) = sessions::find(unit.conn, session.id).await? else {
        return Ok(());
    };
    let history = match session.transaction_id {
        Some(number) => readings::list_registers(unit.conn, charger.id, number).await?,
        None => Vec::new(),
    };
    let end = End {
        at: session::settled(&session, stop.at, unit.now()),
        meter: Some(stop.meter_stop),
        reason: stop.reason,
    };
    let (ended, can_be) = session.stop(end, &history, charger.max_power_w);
    if !can_be {
        let reason = record_meter::impossible(&charger);
        suspense::keep(unit, &charger, ACTION, &reason, &stop.raw).await?;
    }
    match ended {
        Ended::Stopped => session::tell_stopped(unit, &session).await,
        Ended::Corrected => {
            session::tell_corrected(unit, &session).await?;
            bill::settle(unit, &mut session, None).await
        }
        Ended::Unchanged => Ok(()),
    }
}

/// The session a stop ends: by its number, or where the charger has none, the only one that fits (FLT-04).
async fn find(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    stop: &Stop,
) -> Result<Option<Session>, OpError> {
    let named = sessions::find_by_transaction(unit.conn, charger.id, stop.transaction_id).await?;
    if named.is_some() {
        return Ok(named);
    }
    let mut fitting: Vec<Session> = sessions::list_active_at(unit.conn, charger.id, None)
        .await?
        .into_iter()
        .filter(|session| {
            session.status.is_running()
                && session.meter_last <= stop.meter_stop
                && session.started_at.is_some_and(|start| start <= stop.at)
        })
        .collect();
    let only = fitting.pop();
    Ok(only.filter(|_| fitting.is_empty()))
}

/// A charger that was told no and charged all the same: the energy is nobody's, and somebody must look.
async fn after_refusal(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    session: &Session,
    stop: &Stop,
) -> Result<(), OpError> {
    if stop.meter_stop.since(session.meter_start) == WattHours(0) {
        return Ok(());
    }
    let reason = "energy was taken under a token that was refused";
    suspense::keep(unit, charger, ACTION, reason, &stop.raw).await
}
