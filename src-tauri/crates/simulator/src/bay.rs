//! The face of a connector: what the rest of its charge point sees of it, and what it is told. What
//! happens behind it: see `connector`.

use ocpp::v16::{ChargePointStatus, Reason};
use tokio::sync::watch;
use uuid::Uuid;

/// One connector's face; it outlives power cycles.
#[derive(Debug)]
pub(crate) struct Bay {
    /// Counted from 1.
    pub(crate) connector: i32,
    face: watch::Sender<Face>,
}

/// What is to be seen.
#[derive(Clone, Debug)]
pub(crate) struct Face {
    pub(crate) status: ChargePointStatus,
    /// `false`: the central system has taken it out of service.
    pub(crate) operative: bool,
    /// The charge that goes on.
    pub(crate) charge: Option<Uuid>,
    /// The id the central system gave it.
    pub(crate) transaction_id: Option<i32>,
    /// The central system's answer to the start was not "Accepted".
    pub(crate) refused: bool,
    /// The place in the queue of the last message that was sent at least once.
    pub(crate) attempted: Option<u64>,
    /// What the connector is told to do and has not begun.
    pub(crate) order: Option<Order>,
    /// The register when it was last read, Wh.
    pub(crate) register_wh: i32,
    /// The cars that came so far.
    pub(crate) cars: u32,
}

/// What the central system wants of a connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Begin a charge with this card.
    Start(String),
    /// End the charge.
    Stop(Reason),
    /// Report a reading of the charge.
    Measure,
}

impl Bay {
    pub(crate) fn new(connector: u16) -> Self {
        let face = Face {
            status: ChargePointStatus::Available,
            operative: true,
            charge: None,
            transaction_id: None,
            refused: false,
            attempted: None,
            order: None,
            register_wh: 0,
            cars: 0,
        };
        Self {
            connector: connector.into(),
            face: watch::Sender::new(face),
        }
    }

    /// What is to be seen now.
    pub(crate) fn face(&self) -> Face {
        self.face.borrow().clone()
    }

    /// Changes what is to be seen.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Face)) {
        self.face.send_modify(change);
    }

    /// Waits until `holds`, which may be so already.
    pub(crate) async fn until(&self, holds: impl FnMut(&Face) -> bool) {
        let mut face = self.face.subscribe();
        // The sender is `self`, so the wait ends only when it holds.
        let _ = face.wait_for(holds).await;
    }

    /// Forgets what was going on: the power was lost.
    pub(crate) fn power_up(&self, register_wh: i32) {
        self.change(|face| {
            face.status = if face.operative {
                ChargePointStatus::Available
            } else {
                ChargePointStatus::Unavailable
            };
            face.charge = None;
            face.transaction_id = None;
            face.order = None;
            face.register_wh = register_wh;
        });
    }

    /// Leaves an order; `false` = another one waits.
    pub(crate) fn order(&self, order: Order) -> bool {
        self.face.send_if_modified(|face| {
            let free = face.order.is_none();
            if free {
                face.order = Some(order);
            }
            free
        })
    }

    /// Takes the order that waits.
    pub(crate) fn take_order(&self) -> Option<Order> {
        let mut order = None;
        self.face.send_if_modified(|face| {
            order = face.order.take();
            false
        });
        order
    }
}

impl Face {
    /// A car may come.
    pub(crate) fn is_free(&self) -> bool {
        self.status == ChargePointStatus::Available && self.operative && self.order.is_none()
    }
}
