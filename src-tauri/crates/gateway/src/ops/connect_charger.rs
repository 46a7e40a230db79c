//! A charger's socket opened.

use domain::event::{ChargerConnected, ConnectionDetail, PointRef};
use domain::status::Connectivity;
use domain::{ChargePointId, Event, SocketId};

use super::point;
use crate::core::{Core, OpError};

/// Marks the charge point online, held by this gateway through this socket.
pub async fn connect_charger(
    core: &Core,
    id: ChargePointId,
    socket: SocketId,
    protocol: &'static str,
    remote_address: String,
) -> Result<(), OpError> {
    let node = core.node.to_string();
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut charger = point::load(&mut unit, id).await?;
            charger.connectivity = Connectivity::Online;
            charger.remote_address = Some(remote_address);
            charger.node = Some(node);
            charger.socket = Some(socket);
            point::save(&mut unit, charger, |charger| {
                Some(Event::ChargerConnected(ChargerConnected {
                    point: PointRef::of(charger),
                    status: charger.status,
                    connectivity: charger.connectivity,
                    since: charger.since,
                    operator: Some(ConnectionDetail {
                        identity: charger.identity.to_string(),
                        protocol: protocol.to_owned(),
                        remote_address: charger.remote_address.clone(),
                    }),
                }))
            })
            .await?;
            Ok(())
        })
    })
    .await
}
