//! An admin wants an update looked for, or installed before the night.

use crate::core::{Core, OpError};
use crate::updating::{Order, State, Updating};

/// Notes who wanted it and has it done; `false` where there is nothing to do it with.
pub async fn order_update(core: &Core, updating: &Updating, order: Order) -> Result<bool, OpError> {
    let state = updating.state();
    let can = match order {
        Order::Check => state != State::Off,
        Order::Install => matches!(state, State::Ready(_)),
    };
    if !can {
        return Ok(false);
    }
    let version = state.version().map(str::to_owned);
    core.write(move |mut unit| {
        Box::pin(async move {
            unit.changed("act", None, Some(order.as_str()));
            if let Some(version) = &version {
                unit.changed("version", None, Some(version));
            }
            Ok(())
        })
    })
    .await?;
    Ok(updating.order(order).await)
}
