//! The alerts of this machine's updates: one that waits for somebody's yes, and one that did not come to run.

use domain::alert::{AlertKind, Severity};

use super::alert::{self, NewAlert};
use crate::core::{Core, OpError};
use crate::updating::policy::Why;

/// What becomes of an alert.
#[derive(Clone, Debug, Default)]
pub enum Say<T> {
    /// It is as it was.
    #[default]
    Nothing,
    /// It is over.
    Over,
    /// It stands.
    Stands(T),
}

/// What is to be said.
#[derive(Clone, Debug, Default)]
pub struct Alarm {
    /// Of a version that waited long enough, and for what.
    pub waiting: Say<(String, Why)>,
    /// Of one that is not here, and why.
    pub failed: Say<String>,
}

impl<T> Say<T> {
    fn map<U>(self, of: impl FnOnce(T) -> U) -> Say<U> {
        match self {
            Self::Nothing => Say::Nothing,
            Self::Over => Say::Over,
            Self::Stands(what) => Say::Stands(of(what)),
        }
    }
}

/// Raises what is to be said, and clears what is over.
pub async fn alarm_update(core: &Core, alarm: Alarm) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let node = unit.node().to_string();
            let waiting = alarm.waiting.map(|(version, why)| {
                let for_what = match why {
                    Why::Turn => "its turn",
                    Why::Session => "a moment without a charge",
                    Why::Hour => "the quiet hours",
                };
                let title = "An update waits for you".to_owned();
                let detail = format!(
                    "Version {version} has been waiting at the gateway {node} for a week, now for {for_what}. Install it on the system page."
                );
                (Severity::Warning, title, detail)
            });
            let failed = alarm.failed.map(|why| {
                let title = "An update was not installed".to_owned();
                (Severity::Critical, title, format!("At the gateway {node}: {why}."))
            });
            for (kind, said) in [
                (AlertKind::UpdateWaiting, waiting),
                (AlertKind::UpdateFailed, failed),
            ] {
                let (severity, title, detail) = match said {
                    Say::Nothing => continue,
                    Say::Over => {
                        alert::clear(&mut unit, kind, &node).await?;
                        continue;
                    }
                    Say::Stands(words) => words,
                };
                let news = NewAlert {
                    kind,
                    subject: node.clone(),
                    severity,
                    title,
                    detail,
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
