//! The data of each event, a file per kind. Absent values are `null`; times are RFC 3339 UTC.
//! Fields marked (O) in 2-contract sit in an `operator` part that the public version leaves out.

mod charging;
mod desk;
mod point;
mod refs;
mod site;
mod wallet;

pub use charging::{
    ChargingFailed, ChargingRequested, ChargingStarted, ChargingStopped, ChargingSuspended,
    ChargingSwitched, ChargingUpdated, CostUpdated, FailureObject, MeterValues, RemoteAnswered,
    UpdateReason,
};
pub use desk::{
    AlertNews, CommandNews, DatabaseHealth, Direction, FrameError, FrameKind, GatewayStatusChanged,
    OcppMessage, OutboxHealth, RevenueUpdated,
};
pub use point::{
    ChargerBooted, ChargerConnected, ChargerDisconnected, ChargerStatusChanged, ConnectionDetail,
    ConnectorFault, ConnectorStatusChanged, Registration,
};
pub use refs::{PointRef, SessionRef};
pub use site::{
    CustomerNews, Deleted, PointDeleted, PointNews, PriceChanged, StationNews,
    StationStatusChanged, TariffNews,
};
pub use wallet::{BalanceReason, WalletBalanceChanged, WalletTransactionCreated};

/// Declares the data of an event: the derives and the camelCase are the same for all.
macro_rules! data {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $kind,)*
        }
    )*};
}
pub(crate) use data;
