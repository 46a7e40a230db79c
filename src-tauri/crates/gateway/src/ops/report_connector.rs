//! A charger reported the state of one of its connectors.

use domain::alert::{AlertKind, Severity};
use domain::charge_point::{ChargePoint, Connector};
use domain::event::{
    ChargingSuspended, ChargingSwitched, ConnectorFault, ConnectorStatusChanged, PointRef,
    SessionRef,
};
use domain::session::{Session, SuspendedBy};
use domain::status::ConnectorStatus;
use domain::{ChargePointId, Event, Timestamp};
use store::repo::{connectors, sessions};

use super::alert::{self, NewAlert};
use super::start_session::MOST_CONNECTORS;
use super::{judge_clock, point, session};
use crate::core::{Core, OpError, Unit};

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

/// Stores a connector's state; a report that says nothing new changes nothing, nor does one that waited with the charger
/// while the connector went on (FLT-05).
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
            let since = match report.at {
                Some(at) if judge_clock::look(&mut unit, &charger, at).await? => at,
                _ => unit.now(),
            };
            let known = connectors::list(unit.conn, id).await?;
            let before = known
                .into_iter()
                .find(|connector| connector.connector_id == report.connector_id)
                .unwrap_or_else(|| charger.unreported_connector(report.connector_id));
            let says_nothing_new =
                before.status == report.status && before.error_code == report.error_code;
            let is_history =
                since < before.since && judge_clock::waited(&charger, since, unit.now());
            if before.version > 0 && (says_nothing_new || is_history) {
                return Ok(());
            }
            let previous_status = before.status;
            let connector = Connector {
                status: report.status,
                error_code: report.error_code,
                since,
                version: before.version + 1,
                ..before
            };
            connectors::save(unit.conn, &connector).await?;
            let fault = ConnectorFault {
                error_code: connector.error_code.clone(),
                vendor_error_code: report.vendor_error_code,
                info: report.info.clone(),
            };
            let charger = point::save(&mut unit, charger, |charger| {
                Some(Event::ConnectorStatusChanged(ConnectorStatusChanged {
                    point: PointRef::of(charger),
                    connector_id: connector.connector_id,
                    evse_id: connector.connector_id,
                    status: connector.status,
                    previous_status,
                    since: connector.since,
                    operator: Some(fault),
                }))
            })
            .await?;
            move_session(&mut unit, &charger, &connector, report.info).await?;
            mark_fault(&mut unit, &charger, &connector).await
        })
    })
    .await
}

/// The running session at the plug pauses and goes on with it.
async fn move_session(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    connector: &Connector,
    reason: Option<String>,
) -> Result<(), OpError> {
    let by = match connector.status {
        ConnectorStatus::SuspendedEv => Some(SuspendedBy::Ev),
        ConnectorStatus::SuspendedEvse => Some(SuspendedBy::Evse),
        ConnectorStatus::Charging => None,
        _ => return Ok(()),
    };
    let plug = Some(connector.connector_id);
    for mut session in sessions::list_active_at(unit.conn, connector.charge_point_id, plug).await? {
        let at = session::settled(&session, connector.since, unit.now());
        let moved = match by {
            Some(_) => session.suspend(at),
            None => session.resume(at),
        };
        if moved {
            session::count_anew(unit, charger, &mut session).await?;
            sessions::update(unit.conn, &session).await?;
            unit.emit(&paused_or_not(&session, by, reason.clone()))
                .await?;
        }
    }
    Ok(())
}

fn paused_or_not(session: &Session, by: Option<SuspendedBy>, reason: Option<String>) -> Event {
    match by {
        Some(by) => Event::ChargingSuspended(ChargingSuspended {
            session: SessionRef::of(session),
            status: session.status,
            by,
            reason,
        }),
        None => Event::ChargingResumed(ChargingSwitched {
            session: SessionRef::of(session),
            status: session.status,
        }),
    }
}

/// A plug that is broken stays on the operator's list until it works again.
async fn mark_fault(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    connector: &Connector,
) -> Result<(), OpError> {
    let subject = format!("{} {}", charger.id, connector.connector_id);
    if connector.status != ConnectorStatus::Faulted {
        return alert::clear(unit, AlertKind::ConnectorFault, &subject).await;
    }
    let word = connector.error_code.as_deref().unwrap_or("no reason given");
    let news = NewAlert {
        kind: AlertKind::ConnectorFault,
        subject,
        severity: Severity::Critical,
        title: "A connector is out of order".to_owned(),
        detail: format!(
            "{}, connector {}: {word}.",
            charger.name, connector.connector_id
        ),
        station_id: Some(charger.station_id),
        charge_point_id: Some(charger.id),
        session_id: None,
    };
    alert::raise(unit, news).await
}
