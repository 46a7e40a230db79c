//! What a connector has around it while its charge point is connected, and how it speaks through it.

use ocpp::RawValue;
use ocpp::v16::{ChargePointErrorCode, ChargePointStatus, StatusNotificationRequest};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::clock;
use crate::config::FleetConfig;
use crate::link::{CallFailure, Caller};
use crate::stats::Stats;

/// The charge point's side of a connection, lent to its connectors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) config: &'a FleetConfig,
    pub(crate) stats: &'a Stats,
    /// The charge point's own.
    pub(crate) identity: &'a str,
    /// Cancelled when the fleet stops: charges end in order, no new one begins.
    pub(crate) stop: &'a CancellationToken,
}

impl Surroundings<'_> {
    /// Sends a CALL. `None` = it failed, and the charger goes on without the answer; only a lost
    /// connection is an error, for it ends everything that is said over it.
    pub(crate) async fn call<T: Serialize + ocpp::Validate>(
        self,
        action: &'static str,
        payload: &T,
    ) -> Result<Option<Box<RawValue>>, CallFailure> {
        carry_on(self.caller.call(action, payload).await)
    }

    /// Reports the status of a connector; 0 is the charge point itself.
    pub(crate) async fn status(
        self,
        connector: i32,
        status: ChargePointStatus,
    ) -> Result<(), CallFailure> {
        let mut request =
            StatusNotificationRequest::new(connector, ChargePointErrorCode::NoError, status);
        request.timestamp = Some(clock::now());
        self.call("StatusNotification", &request).await?;
        Ok(())
    }
}

fn carry_on<T>(result: Result<T, CallFailure>) -> Result<Option<T>, CallFailure> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(CallFailure::Closed) => Err(CallFailure::Closed),
        Err(failure) => {
            warn!(%failure, "a call failed");
            Ok(None)
        }
    }
}
