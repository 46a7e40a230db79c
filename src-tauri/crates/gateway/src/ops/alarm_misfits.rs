//! The alert that a stored setting does not hold at a gateway: raised once for each, cleared when it fits.

use domain::alert::{AlertKind, Severity};

use super::alert::{self, NewAlert};
use crate::core::{Core, OpError};
use crate::settings::{Misfit, changeable_names};

/// Raises the alerts of what does not fit, and clears those of all else.
pub async fn alarm_misfits(core: &Core, misfits: Vec<Misfit>) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let node = unit.node().to_string();
            for name in changeable_names() {
                // Another gateway's file may take it.
                let subject = format!("{node} {name}");
                let Some(misfit) = misfits.iter().find(|misfit| misfit.name == name) else {
                    alert::clear(&mut unit, AlertKind::SettingMisfit, &subject).await?;
                    continue;
                };
                let news = NewAlert {
                    kind: AlertKind::SettingMisfit,
                    subject,
                    severity: Severity::Critical,
                    title: "A stored setting does not fit".to_owned(),
                    detail: format!(
                        "At the gateway {node} {}. What its file says holds instead, or the default.",
                        misfit.why
                    ),
                    station_id: None,
                    charge_point_id: None,
                    session_id: None,
                };
                alert::raise(&mut unit, news).await?;
            }
            Ok(())
        })
    })
    .await
}
