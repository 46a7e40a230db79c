//! The objects of 2-contract that events carry whole: REST prints the very same, so that a page takes
//! either. A contract like the catalogue: fields are added, never changed; absent values are `null`.
//! Not for objects that only REST knows (sessions): those are the gateway's own.

mod command;
mod customer;
mod site;
mod tariff;
mod wallet;

pub use crate::money::Amount;
pub use command::{AlertObject, CommandErrorObject, CommandObject, RequesterObject};
pub use customer::CustomerObject;
pub use site::{
    Address, ChargingPointDetail, ChargingPointObject, ConnectorObject, Location, StationDetail,
    StationFigures, StationObject, StationStatus,
};
pub use tariff::{CostObject, MoneyLine, MoneyLineKind, Price, TariffObject};
pub use wallet::{
    LimitObject, WalletObject, WalletTransactionKind, WalletTransactionObject,
    WalletTransactionStatus,
};

/// Declares contract objects: the derives and the camelCase are the same for all.
macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident as $public:literal { $($(#[$fdoc:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        #[schemars(rename = $public)]
        #[schema(as = $name)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $kind,)*
        }
    )*};
}
pub(crate) use objects;
