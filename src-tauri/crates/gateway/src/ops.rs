//! What the gateway does: one verb a file, one unit of work a verb. Adapters (OCPP, REST, the
//! command line) parse, call one of these, and print; the decisions are here and in `domain`.

pub mod acknowledge_alert;
pub mod add_charge_point;
pub mod add_charge_points;
pub mod add_customer;
pub mod add_id_token;
pub mod add_station;
pub mod adjust_wallet;
pub mod alarm_outbox;
pub mod authorize;
pub mod boot_charger;
pub mod change;
pub mod change_customer;
pub mod change_id_token;
pub mod change_operator;
pub mod change_point;
pub mod change_station;
pub mod change_tariff;
pub mod connect_charger;
pub mod create_operator;
pub mod disconnect_charger;
pub mod erase_customer;
pub mod expire_session;
pub mod hear_charger;
pub mod manage_customer;
pub mod price_station;
pub mod record_meter;
pub mod register_customer;
pub mod report_connector;
pub mod report_gateway;
pub mod request_command;
pub mod request_start;
pub mod request_stop;
pub mod settle_command;
pub mod sign_in;
pub mod start_session;
pub mod stop_session;

mod account;
mod alert;
pub(crate) mod news;
mod point;
mod refusal;
pub(crate) mod revenue;
mod session;
mod station;
mod suspense;
