//! One type per kind of id, so that a session's id cannot be passed where a station's belongs.
//! All are UUID v7 text outside (2-contract, REST); making one needs the clock and happens elsewhere.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A sign-in: the row of an access token.
    AccessTokenId,
    /// What an operator gives or takes by hand.
    AdjustmentId,
    /// An alert.
    AlertId,
    /// What a charge on account came to.
    BillId,
    /// A charge point: `chargePointId` everywhere outside OCPP.
    ChargePointId,
    /// A command to a charger.
    CommandId,
    /// A driver with an account.
    CustomerId,
    /// An event: unique over all gateways and for ever.
    EventId,
    /// An id token (RFID card or app account) that may start a charge.
    IdTokenId,
    /// An account of the books.
    LedgerAccountId,
    /// A user of the CMS.
    OperatorId,
    /// One of those whose stations are on this system.
    OrganizationId,
    /// Prepaid codes that were made together.
    PrepaidBatchId,
    /// A prepaid code.
    PrepaidCodeId,
    /// What people read of a bill.
    ReceiptId,
    /// A charger's connection, from handshake to close.
    SocketId,
    /// A charge as the driver sees and pays it.
    SessionId,
    /// A day that was closed.
    ShiftId,
    /// A site with charge points.
    StationId,
    /// What the operator charges.
    TariffId,
    /// Money that is paid in through a payment provider.
    TopupId,
    /// Money of a top-up that goes back.
    TopupRefundId,
    /// Money that moved in the books.
    TransferId,
    /// A car of a driver's.
    VehicleId,
}
