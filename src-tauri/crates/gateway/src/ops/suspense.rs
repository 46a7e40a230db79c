//! What a charger says of a transaction and fits nowhere: answered all the same, kept whole, and told to the
//! operator (FLT-03). A refusal would make the charger send it for ever.

use domain::alert::{AlertKind, Severity};
use domain::charge_point::ChargePoint;
use store::repo::suspense::{self, Suspended};

use super::alert::{self, NewAlert};
use crate::core::{OpError, Unit};

/// The longest payload kept, bytes: what does not fit is no transaction's message.
const LONGEST: usize = 64 * 1024;

/// Keeps a message aside. The same one sent again is kept once.
pub(super) async fn keep(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    action: &'static str,
    reason: &str,
    payload: &str,
) -> Result<(), OpError> {
    let payload = shortened(payload);
    if suspense::is_kept(unit.conn, charger.id, action, payload).await? {
        return Ok(());
    }
    tracing::warn!(charge_point = %charger.id, action, reason, "a message about a transaction is set aside");
    let kept = Suspended {
        id: unit.id(),
        charge_point_id: charger.id,
        action: action.to_owned(),
        reason: reason.to_owned(),
        payload: payload.to_owned(),
        received_at: unit.now(),
    };
    suspense::insert(unit.conn, &kept).await?;
    let news = NewAlert {
        kind: AlertKind::Suspense,
        subject: charger.id.to_string(),
        severity: Severity::Warning,
        title: "A message about a charge was set aside".to_owned(),
        detail: format!("{}: {action}: {reason}.", charger.name),
        station_id: Some(charger.station_id),
        charge_point_id: Some(charger.id),
        session_id: None,
    };
    alert::raise(unit, news).await
}

fn shortened(payload: &str) -> &str {
    &payload[..payload.floor_char_boundary(LONGEST)]
}
