//! A session inside a unit of work: stored with the events its change causes. Shared by the ops that change one.

use domain::charge_point::ChargePoint;
use domain::event::{
    ChargingFailed, ChargingStopped, ChargingUpdated, CostUpdated, FailureObject, SessionRef,
    UpdateReason,
};
use domain::object::CostObject;
use domain::session::{Failure, Session, StopReason};
use domain::{Event, Money, Timestamp, charger_clock};
use store::repo::{charge_points, readings, sessions};

use super::hold::{self, Back};
use super::{bill, flag_open_charges, revenue};
use crate::core::{OpError, Unit};

/// Stores a session that has just ended, and tells of it, of what was paid for it and of what the day brought.
pub(super) async fn tell_stopped(unit: &mut Unit<'_>, session: &Session) -> Result<(), OpError> {
    sessions::update(unit.conn, session).await?;
    flag_open_charges::unflag(unit, session).await?;
    let link = bill::link(unit, session).await?;
    let receipt = link.as_ref().map(|link| link.url(unit));
    let event = Event::ChargingStopped(stopped(session, unit.now(), receipt));
    unit.emit(&event).await?;
    bill::settle(unit, &mut session.clone(), link).await?;
    revenue::tell(unit, session).await
}

/// Stores a session whose figures came after its end, and tells of it.
pub(super) async fn tell_corrected(unit: &mut Unit<'_>, session: &Session) -> Result<(), OpError> {
    sessions::update(unit.conn, session).await?;
    tell_updated(unit, session, Some(UpdateReason::LateCorrection)).await?;
    revenue::tell(unit, session).await
}

/// Tells that a session changed without changing its course.
pub(super) async fn tell_updated(
    unit: &mut Unit<'_>,
    session: &Session,
    reason: Option<UpdateReason>,
) -> Result<(), OpError> {
    let event = Event::ChargingUpdated(ChargingUpdated {
        session: SessionRef::of(session),
        status: session.status,
        energy_wh: session.energy(),
        duration_seconds: session.duration_seconds(unit.now()),
        reason,
    });
    Ok(unit.emit(&event).await?)
}

/// Fails a session that has not begun, stores it and tells of it. A session that has begun stays as it is.
pub(super) async fn fail(
    unit: &mut Unit<'_>,
    session: &mut Session,
    failure: Failure,
) -> Result<(), OpError> {
    if !session.fail(failure) {
        return Ok(());
    }
    sessions::update(unit.conn, session).await?;
    tell_failed(unit, session).await
}

/// Tells that a session never came to be, and gives back what was held for it.
pub(super) async fn tell_failed(unit: &mut Unit<'_>, session: &Session) -> Result<(), OpError> {
    let Some(failure) = &session.failure else {
        return Ok(());
    };
    let event = Event::ChargingFailed(ChargingFailed {
        session: SessionRef::of(session),
        status: session.status,
        failure: FailureObject::from(failure),
    });
    unit.emit(&event).await?;
    hold::give_back(unit, session, Back::Released).await
}

/// When something in a session happened, by the clock it is counted by.
pub(super) fn settled(session: &Session, at: Timestamp, now: Timestamp) -> Timestamp {
    let clocks = session.started_at.zip(session.began_at);
    clocks.map_or(now, |clocks| charger_clock::settled(at, clocks, now))
}

/// Prices a session anew from all that was read in it, where it turned before what is priced already.
pub(super) async fn count_anew(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    session: &mut Session,
) -> Result<(), OpError> {
    if let Some(number) = session.transaction_id.filter(|_| session.needs_recount()) {
        let history = readings::list_registers(unit.conn, charger.id, number).await?;
        session.recount(&history, charger.max_power_w);
    }
    Ok(())
}

/// Ends a session of whose end the charger never told.
pub(super) async fn infer_end(unit: &mut Unit<'_>, mut session: Session) -> Result<(), OpError> {
    if session.needs_recount()
        && let Some(charger) = charge_points::find(unit.conn, session.charge_point_id).await?
    {
        count_anew(unit, &charger, &mut session).await?;
    }
    if session.infer_end(unit.now()) {
        tracing::info!(session = %session.id, "a charge ended without a word; its end is inferred");
        tell_stopped(unit, &session).await?;
    }
    Ok(())
}

/// Tells what a running session costs so far; nothing where nothing is charged.
pub(super) async fn tell_cost(
    unit: &mut Unit<'_>,
    session: &Session,
    as_of: Timestamp,
) -> Result<(), OpError> {
    let Some(cost) = CostObject::of_session(session) else {
        return Ok(());
    };
    let event = Event::CostUpdated(CostUpdated {
        session: SessionRef::of(session),
        as_of,
        net: cost.net,
        tax: cost.tax,
        total: cost.total,
        lines: cost.lines,
        held: session.held().map(Money::print),
        remaining: session.remaining().map(Money::print),
    });
    Ok(unit.emit(&event).await?)
}

fn stopped(session: &Session, now: Timestamp, receipt_url: Option<String>) -> ChargingStopped {
    let energy = session.energy();
    ChargingStopped {
        session: SessionRef::of(session),
        status: session.status,
        stopped_at: session.stopped_at.unwrap_or(now),
        stop_reason: session.stop_reason.unwrap_or(StopReason::Other),
        meter_stop_wh: session.meter_last,
        energy_wh: energy,
        energy_consumed: energy.as_kwh(),
        duration_seconds: session.duration_seconds(now),
        cost: CostObject::of_session(session),
        inferred: session.inferred,
        receipt_url,
    }
}
