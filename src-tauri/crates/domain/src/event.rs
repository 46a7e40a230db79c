//! THE event catalogue: every event's type, data and key, as the broker and the screens get them.
//! A contract (2-contract, "Event data"): fields are added, never changed. The generated
//! `docs/asyncapi.json` and `docs/events.md` come from here.

mod data;
mod envelope;
mod facts;
mod verbatim;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::value::RawValue;

pub use data::*;
pub use envelope::Envelope;
pub use facts::Place;
pub use verbatim::Verbatim;

/// What is said of one type of event: its name, its meaning and the schema of its data.
pub struct Entry {
    /// The `type`, which is also the routing key on the broker.
    pub name: &'static str,
    /// One sentence.
    pub meaning: &'static str,
    /// The Rust name of the data, under which its schema stands.
    pub data: &'static str,
    /// The JSON Schema of `data`.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

macro_rules! catalogue {
    ($($name:literal => $variant:ident($data:ident): $meaning:literal),* $(,)?) => {
        /// An event, typed.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $(#[doc = $meaning] $variant($data),)*
        }

        impl Event {
            /// Every type of event built so far, in the order of the documents.
            pub const CATALOGUE: &[Entry] = &[
                $(Entry { name: $name, meaning: $meaning, data: stringify!($data), schema: |g| schema::<$data>(g) },)*
            ];

            /// The `type`.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }

            /// Reads an event back from its type and data; `None` for a type that is not of the catalogue.
            pub fn read(name: &str, data: &RawValue) -> Option<Result<Self, serde_json::Error>> {
                match name {
                    $($name => Some(serde_json::from_str(data.get()).map(Self::$variant)),)*
                    _ => None,
                }
            }

            /// The data as JSON.
            pub fn data(&self) -> Box<RawValue> {
                let json = match self {
                    $(Self::$variant(data) => serde_json::value::to_raw_value(data),)*
                };
                json.expect("event data has string keys and finite numbers")
            }
        }
    };
}

catalogue! {
    "charging.requested" => ChargingRequested(ChargingRequested): "Somebody asked for a charge.",
    "charging.remote.start.accepted" => RemoteStartAccepted(RemoteAnswered): "The charger will start the charge that was asked for.",
    "charging.remote.start.rejected" => RemoteStartRejected(RemoteAnswered): "The charger will not start the charge that was asked for.",
    "charging.remote.stop.accepted" => RemoteStopAccepted(RemoteAnswered): "The charger will stop the charge as asked.",
    "charging.remote.stop.rejected" => RemoteStopRejected(RemoteAnswered): "The charger will not stop the charge as asked.",
    "charging.started" => ChargingStarted(ChargingStarted): "A charge began: the charger opened a transaction.",
    "charging.updated" => ChargingUpdated(ChargingUpdated): "A session changed without changing its course.",
    "charging.suspended" => ChargingSuspended(ChargingSuspended): "The car or the charger pauses the charge.",
    "charging.resumed" => ChargingResumed(ChargingSwitched): "Energy flows again.",
    "charging.stopped" => ChargingStopped(ChargingStopped): "A charge ended, with its final figures.",
    "charging.failed" => ChargingFailed(ChargingFailed): "A charge never came to be.",
    "meter.values" => MeterValues(MeterValues): "A charger measured: energy, power and more, as values, never differences.",
    "cost.updated" => CostUpdated(CostUpdated): "What a running charge costs so far.",
    "charger.connected" => ChargerConnected(ChargerConnected): "A charger's socket opened.",
    "charger.disconnected" => ChargerDisconnected(ChargerDisconnected): "A charger's socket closed.",
    "charger.booted" => ChargerBooted(ChargerBooted): "A charger said BootNotification.",
    "charger.status.changed" => ChargerStatusChanged(ChargerStatusChanged): "A charge point's state at a glance changed.",
    "connector.status.changed" => ConnectorStatusChanged(ConnectorStatusChanged): "A connector reported a new state.",
    "station.status.changed" => StationStatusChanged(StationStatusChanged): "What a station's parts amount to changed.",
    "station.price.changed" => StationPriceChanged(PriceChanged): "What a driver pays at a station or charge point changed.",
    "tariff.period.changed" => TariffPeriodChanged(PriceChanged): "The clock turned what a driver pays at a station or charge point.",
    "command.requested" => CommandRequested(CommandNews): "Somebody asked a charger to do something.",
    "command.accepted" => CommandAccepted(CommandNews): "The charger said yes.",
    "command.rejected" => CommandRejected(CommandNews): "The charger said no.",
    "command.failed" => CommandFailed(CommandNews): "The charger answered with an error, or the command was never sent.",
    "command.timed_out" => CommandTimedOut(CommandNews): "The charger did not answer in time.",
    "ocpp.message" => OcppMessage(OcppMessage): "A frame between the gateway and a charger, as it was.",
    "cms.station.created" => StationCreated(StationNews): "An operator added a station.",
    "cms.station.updated" => StationUpdated(StationNews): "An operator changed a station.",
    "cms.station.deleted" => StationDeleted(Deleted): "An operator removed a station.",
    "cms.point.created" => PointCreated(PointNews): "An operator registered a charge point.",
    "cms.point.updated" => PointUpdated(PointNews): "An operator changed a charge point.",
    "cms.point.deleted" => PointDeleted(PointDeleted): "An operator removed a charge point.",
    "cms.tariff.created" => TariffCreated(TariffNews): "An operator added a tariff.",
    "cms.tariff.updated" => TariffUpdated(TariffNews): "An operator changed a tariff.",
    "cms.tariff.deleted" => TariffDeleted(Deleted): "An operator removed a tariff.",
    "cms.customer.created" => CustomerCreated(CustomerNews): "A customer registered or was added.",
    "cms.customer.updated" => CustomerUpdated(CustomerNews): "A customer's data changed.",
    "cms.customer.deleted" => CustomerDeleted(Deleted): "A customer was removed.",
    "wallet.balance.changed" => WalletBalanceChanged(WalletBalanceChanged): "A customer has more money, or less.",
    "wallet.transaction.created" => WalletTransactionCreated(WalletTransactionCreated): "Money came into a wallet or went out of it.",
    "revenue.updated" => RevenueUpdated(RevenueUpdated): "What a day brought so far.",
    "alert.raised" => AlertRaised(AlertNews): "An operator should look at something.",
    "alert.cleared" => AlertCleared(AlertNews): "It is over.",
    "gateway.status.changed" => GatewayStatusChanged(GatewayStatusChanged): "How a gateway and its links are.",
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::ids::{ChargePointId, StationId};
    use crate::status::{Connectivity, ConnectorStatus};

    #[test]
    fn every_type_has_its_own_name_and_data() {
        let names: HashSet<_> = Event::CATALOGUE.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), Event::CATALOGUE.len());
    }

    #[test]
    fn an_event_reads_back_as_it_was_written_and_absent_values_are_null() {
        let event = Event::ChargerDisconnected(ChargerDisconnected {
            point: PointRef {
                station_id: StationId(uuid::Uuid::nil()),
                charge_point_id: ChargePointId(uuid::Uuid::max()),
                version: 3,
            },
            status: crate::status::ChargePointStatus::Offline,
            connectivity: Connectivity::Offline,
            since: jiff::Timestamp::UNIX_EPOCH,
            reason: None,
        });
        let data = event.data();
        assert!(
            data.get().contains(r#""reason":null"#),
            "null, never a left-out key: {data}"
        );
        let back = Event::read(event.name(), &data)
            .expect("the type is of the catalogue")
            .expect("its data too");
        assert_eq!(back, event);
        assert!(Event::read("no.such.type", &data).is_none());
    }

    #[test]
    fn the_public_version_of_a_connector_event_has_no_operator_keys() {
        let event = ConnectorStatusChanged {
            point: PointRef {
                station_id: StationId(uuid::Uuid::nil()),
                charge_point_id: ChargePointId(uuid::Uuid::nil()),
                version: 1,
            },
            connector_id: 1,
            evse_id: 1,
            status: ConnectorStatus::Faulted,
            previous_status: ConnectorStatus::Available,
            since: jiff::Timestamp::UNIX_EPOCH,
            operator: Some(ConnectorFault {
                error_code: Some("GroundFailure".to_owned()),
                vendor_error_code: None,
                info: None,
            }),
        };
        let public = Event::ConnectorStatusChanged(event)
            .public()
            .expect("the public hears of connectors");
        let data = public.data();
        for key in ["errorCode", "vendorErrorCode", "info"] {
            assert!(!data.get().contains(key), "{key} is for operators: {data}");
        }
        assert_eq!(
            Event::read(public.name(), &data)
                .expect("same type")
                .expect("readable"),
            public,
            "a reader without the operator part still reads it"
        );
    }
}
