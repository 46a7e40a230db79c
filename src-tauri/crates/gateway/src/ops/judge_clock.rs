//! A charger's clock that cannot be true: what it dated is kept aside, and the operator told, until it is set (FLT-15).

use domain::alert::{AlertKind, Severity};
use domain::charge_point::ChargePoint;
use domain::{Timestamp, charger_clock};
use jiff::SignedDuration;
use store::repo::charge_points;

use super::alert::{self, NewAlert};
use super::suspense;
use crate::core::{OpError, Unit};

/// Looks at the time that a message about a transaction names; one that cannot be true is kept aside and told. The
/// message counts all the same: what it tells happened.
pub(super) async fn judge(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    action: &'static str,
    at: Timestamp,
    raw: &str,
) -> Result<(), OpError> {
    let Some(fault) = charger_clock::fault(at, unit.now()) else {
        return note_skew(unit, charger, at).await;
    };
    suspense::keep(unit, charger, action, fault, raw).await?;
    raise(unit, charger, at).await
}

/// Looks at the time that a connector's report names, and says whether it can be true; the first that can ends the
/// alert.
pub(super) async fn look(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    at: Timestamp,
) -> Result<bool, OpError> {
    if charger_clock::fault(at, unit.now()).is_some() {
        raise(unit, charger, at).await?;
        return Ok(false);
    }
    note_skew(unit, charger, at).await?;
    alert::clear(unit, AlertKind::ClockUnsynced, &charger.id.to_string()).await?;
    Ok(true)
}

/// Whether a message waited with the charger before it came: it is older by this than what took the shortest way.
const WAITED: SignedDuration = SignedDuration::from_mins(5);

/// Whether what was dated so waited with the charger before it came: by the charger's own clock, however wrong.
pub(super) fn waited(charger: &ChargePoint, at: Timestamp, now: Timestamp) -> bool {
    let ahead = charger.clock_skew_ms.map(SignedDuration::from_millis);
    let can_be = charger_clock::fault(at, now).is_none();
    can_be && ahead.is_some_and(|ahead| now.duration_since(at) + ahead > WAITED)
}

/// A message is dated before it comes, by the time it took and by the clock: the least of the first shows the second.
async fn note_skew(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    at: Timestamp,
) -> Result<(), OpError> {
    let ahead = at.duration_since(unit.now()).as_millis();
    let ahead = i64::try_from(ahead).unwrap_or(i64::MAX);
    // Nothing is written for what nobody would see.
    if charger
        .clock_skew_ms
        .is_none_or(|known| ahead >= known + 500)
    {
        charge_points::note_skew(unit.conn, charger.id, Some(ahead)).await?;
    }
    Ok(())
}

async fn raise(unit: &mut Unit<'_>, charger: &ChargePoint, at: Timestamp) -> Result<(), OpError> {
    let news = NewAlert {
        kind: AlertKind::ClockUnsynced,
        subject: charger.id.to_string(),
        severity: Severity::Warning,
        title: "A charger's clock is not set".to_owned(),
        detail: format!(
            "{} dated a message {at}. Its readings count from when they came; look at its time settings.",
            charger.name
        ),
        station_id: Some(charger.station_id),
        charge_point_id: Some(charger.id),
        session_id: None,
    };
    alert::raise(unit, news).await
}
