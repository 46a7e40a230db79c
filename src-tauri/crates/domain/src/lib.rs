//! The rules of charging. No I/O, no async, no clock: time and ids come in as arguments.
//!
//! Nothing here is a wire type, except [`event`]: the event catalogue *is* a contract.

pub mod adjustment;
pub mod alert;
pub mod audit;
pub mod authorization;
pub mod bill;
pub mod charge_point;
pub mod charger_clock;
pub mod code;
pub mod command;
pub mod country;
pub mod customer;
pub mod energy;
pub mod event;
pub mod guest;
pub mod hold;
pub mod identity;
pub mod ids;
pub mod ledger;
pub mod meter;
pub mod money;
pub mod object;
pub mod operator;
pub mod organization;
pub mod prepaid;
pub mod pricing;
pub mod receipt;
pub mod register;
pub mod session;
pub mod shift;
pub mod station;
pub mod status;
pub mod tariff;
pub mod topup;
pub mod vehicle;
mod words;

pub use code::Code;
pub use energy::WattHours;
pub use event::Event;
pub use identity::Identity;
pub use ids::{
    AccessTokenId, AdjustmentId, AlertId, BillId, ChargePointId, CommandId, CustomerId, EventId,
    IdTokenId, LedgerAccountId, OperatorId, OrganizationId, PrepaidBatchId, PrepaidCodeId,
    ReceiptId, SessionId, ShiftId, SocketId, StationId, TariffId, TopupId, TopupRefundId,
    TransferId, VehicleId,
};
pub use money::{Currency, Money};
pub use organization::Scope;

/// A moment in UTC.
pub use jiff::Timestamp;
