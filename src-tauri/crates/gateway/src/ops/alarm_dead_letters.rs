//! The alert that messages which nobody could handle wait for somebody: raised once, cleared when they are gone.

use domain::alert::{AlertKind, Severity};

use super::alert::{self, NewAlert};
use crate::core::{Core, OpError};

/// The letters are one site's, whichever gateway counts them.
const SUBJECT: &str = "broker";

/// Raises the alert of so many dead letters, or clears it where there are none.
pub async fn alarm_dead_letters(core: &Core, waiting: u32) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            if waiting == 0 {
                return alert::clear(&mut unit, AlertKind::DeadLetters, SUBJECT).await;
            }
            let news = NewAlert {
                kind: AlertKind::DeadLetters,
                subject: SUBJECT.to_owned(),
                severity: Severity::Warning,
                title: "Messages could not be handled".to_owned(),
                detail: format!(
                    "{waiting} were set aside, each with its reason in the header x-reason, and wait in the broker's \
                     queue ev_charging_dlq. Charging goes on. Look at them there and remove them."
                ),
                station_id: None,
                charge_point_id: None,
                session_id: None,
            };
            alert::raise(&mut unit, news).await
        })
    })
    .await
}
