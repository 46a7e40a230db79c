//! A charge that has been open for a day: its charger lost power and did not come back, or its stop was lost. Somebody
//! must look (FLT-06). Its next boot, its next start or its own stop ends the charge, and with it the alert.

use domain::alert::{AlertKind, Severity};
use domain::session::Session;
use jiff::SignedDuration;
use store::repo::{charge_points, sessions};

use super::alert::{self, NewAlert};
use crate::core::{Core, OpError, Unit};

/// How long a charge may take before somebody is told.
const LONG: SignedDuration = SignedDuration::from_hours(24);

/// Raises the alert of every charge that we have known of for so long, once for each. One that a charger kept for weeks
/// and tells of now is not meant: its stop comes along.
pub async fn flag_open_charges(core: &Core) -> Result<(), OpError> {
    core.write(|mut unit| {
        Box::pin(async move {
            let before = unit.now() - LONG;
            for session in sessions::list_running_since(unit.conn, before).await? {
                raise(&mut unit, &session).await?;
            }
            Ok(())
        })
    })
    .await
}

async fn raise(unit: &mut Unit<'_>, session: &Session) -> Result<(), OpError> {
    let point = charge_points::find(unit.conn, session.charge_point_id).await?;
    let name = point.map_or_else(String::new, |point| point.name);
    let news = NewAlert {
        kind: AlertKind::ChargeOpen,
        subject: session.id.to_string(),
        severity: Severity::Warning,
        title: "A charge has been open for a day".to_owned(),
        detail: format!(
            "{name}, connector {}: nothing has said that it is over. Look whether the charger still charges.",
            session.connector_id
        ),
        station_id: Some(session.station_id),
        charge_point_id: Some(session.charge_point_id),
        session_id: Some(session.id),
    };
    alert::raise(unit, news).await
}

/// It is over.
pub(super) async fn unflag(unit: &mut Unit<'_>, session: &Session) -> Result<(), OpError> {
    alert::clear(unit, AlertKind::ChargeOpen, &session.id.to_string()).await
}
