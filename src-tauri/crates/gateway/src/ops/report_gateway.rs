//! How this gateway and its links are, told where it is another than before.

use domain::Event;
use domain::event::GatewayStatusChanged;

use crate::core::{Core, OpError};

/// Tells how a gateway is.
pub async fn report_gateway(core: &Core, status: GatewayStatusChanged) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let event = Event::GatewayStatusChanged(status);
            Ok(unit.emit(&event).await?)
        })
    })
    .await
}
