//! The objects of 2-contract that events carry whole: REST prints the very same, so that a page takes
//! either. A contract like the catalogue: fields are added, never changed; absent values are `null`.
//! Not for objects that only REST knows (sessions): those are the gateway's own.

mod command;
mod customer;
mod rates;
mod site;
mod summary;
mod tariff;
mod wallet;

pub use crate::money::Amount;
pub use command::{AlertObject, CommandErrorObject, CommandObject, RequesterObject};
pub use customer::CustomerObject;
pub use rates::{
    DayOfWeek, PriceComponent, PriceLimit, TariffElement, TariffRestrictions, read_thousandths,
};
pub use site::{
    Address, ChargingPointDetail, ChargingPointObject, ConnectorObject, Location, PointPrices,
    StationDetail, StationFigures, StationObject, StationStatus,
};
pub use summary::of as summarise;
pub use tariff::{
    ConnectorPlace, CostObject, MoneyLine, MoneyLineKind, NextPrice, Price, TariffObject,
};
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
