//! A charger's socket closed, or turns out to have closed while the gateway was away.

use domain::charge_point::ChargePoint;
use domain::event::{ChargerDisconnected, PointRef};
use domain::status::Connectivity;
use domain::{ChargePointId, Event, SocketId};
use store::repo::charge_points;

use super::point;
use crate::core::{Core, OpError, Unit};

/// Marks the charge point offline, unless a newer socket holds it by now, here or at another gateway.
pub async fn disconnect_charger(
    core: &Core,
    id: ChargePointId,
    socket: SocketId,
    reason: String,
) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let charger = point::load(&mut unit, id).await?;
            if charger.socket == Some(socket) {
                mark_offline(&mut unit, charger, reason).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Marks every charge point offline that this gateway held when it last ran: its sockets died with it.
pub async fn disconnect_all(core: &Core) -> Result<usize, OpError> {
    let node = core.node.to_string();
    core.write(move |mut unit| {
        Box::pin(async move {
            let held = charge_points::list_held_by(unit.conn, &node).await?;
            let count = held.len();
            for charger in held {
                mark_offline(&mut unit, charger, "the gateway restarted".to_owned()).await?;
            }
            Ok(count)
        })
    })
    .await
}

async fn mark_offline(
    unit: &mut Unit<'_>,
    mut charger: ChargePoint,
    reason: String,
) -> Result<(), OpError> {
    charger.connectivity = Connectivity::Offline;
    charger.node = None;
    charger.socket = None;
    point::save(unit, charger, |charger| {
        Some(Event::ChargerDisconnected(ChargerDisconnected {
            point: PointRef::of(charger),
            status: charger.status,
            connectivity: charger.connectivity,
            since: charger.since,
            reason: Some(reason),
        }))
    })
    .await?;
    Ok(())
}
