//! Alerts inside a unit of work: raised once, cleared when it is over. Shared by the ops that see one.

use domain::alert::{Alert, AlertKind, Severity};
use domain::event::AlertNews;
use domain::object::AlertObject;
use domain::{ChargePointId, Event, SessionId, StationId};
use store::repo::alerts;

use crate::core::{OpError, Unit};

/// An alert to be raised.
#[derive(Clone, Debug)]
pub(super) struct NewAlert {
    pub(super) kind: AlertKind,
    /// What makes two of a kind the same.
    pub(super) subject: String,
    pub(super) severity: Severity,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) station_id: Option<StationId>,
    pub(super) charge_point_id: Option<ChargePointId>,
    pub(super) session_id: Option<SessionId>,
}

/// Raises an alert, unless one of its kind and subject stands.
pub(super) async fn raise(unit: &mut Unit<'_>, new: NewAlert) -> Result<(), OpError> {
    let alert = Alert {
        id: unit.id(),
        kind: new.kind,
        subject: new.subject,
        severity: new.severity,
        title: new.title,
        detail: new.detail,
        station_id: new.station_id,
        charge_point_id: new.charge_point_id,
        session_id: new.session_id,
        raised_at: unit.now(),
        acknowledged_at: None,
        cleared_at: None,
    };
    if alerts::insert(unit.conn, &alert).await? {
        let alert = AlertObject::from(&alert);
        unit.emit(&Event::AlertRaised(AlertNews { alert })).await?;
    }
    Ok(())
}

/// Clears the standing alert of a kind and subject, where there is one.
pub(super) async fn clear(
    unit: &mut Unit<'_>,
    kind: AlertKind,
    subject: &str,
) -> Result<(), OpError> {
    let Some(mut alert) = alerts::find_standing(unit.conn, kind, subject).await? else {
        return Ok(());
    };
    let now = unit.now();
    alert.cleared_at = Some(now);
    alerts::clear(unit.conn, alert.id, now).await?;
    let alert = AlertObject::from(&alert);
    Ok(unit.emit(&Event::AlertCleared(AlertNews { alert })).await?)
}
