//! THE event catalogue: every event's type, data and key, as the broker and the screens get them.
//! A contract (2-contract, "Event data"): fields are added, never changed. The generated
//! `docs/asyncapi.json` and `docs/events.md` come from here.

mod data;
mod envelope;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::value::RawValue;

pub use data::{
    ChargerBooted, ChargerConnected, ChargerDisconnected, ChargerStatusChanged, ChargingStarted,
    ChargingStopped, ConnectionDetail, ConnectorFault, ConnectorStatusChanged, MeterValues,
    PointRef, Registration, SessionRef,
};
pub use envelope::Envelope;

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
    ($($name:literal => $data:ident: $meaning:literal),* $(,)?) => {
        /// An event, typed.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $(#[doc = $meaning] $data($data),)*
        }

        impl Event {
            /// Every type of event built so far, in the order of the documents.
            pub const CATALOGUE: &[Entry] = &[
                $(Entry { name: $name, meaning: $meaning, data: stringify!($data), schema: |g| schema::<$data>(g) },)*
            ];

            /// The `type`.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$data(_) => $name,)*
                }
            }

            /// Reads an event back from its type and data; `None` for a type that is not of the catalogue.
            pub fn read(name: &str, data: &RawValue) -> Option<Result<Self, serde_json::Error>> {
                match name {
                    $($name => Some(serde_json::from_str(data.get()).map(Self::$data)),)*
                    _ => None,
                }
            }

            /// The data as JSON.
            pub fn data(&self) -> Box<RawValue> {
                let json = match self {
                    $(Self::$data(data) => serde_json::value::to_raw_value(data),)*
                };
                json.expect("event data has string keys and finite numbers")
            }
        }
    };
}

catalogue! {
    "charging.started" => ChargingStarted: "A charge began: the charger opened a transaction.",
    "charging.stopped" => ChargingStopped: "A charge ended, with its final figures.",
    "meter.values" => MeterValues: "A charger measured: energy, power and more, as values, never differences.",
    "charger.connected" => ChargerConnected: "A charger's socket opened.",
    "charger.disconnected" => ChargerDisconnected: "A charger's socket closed.",
    "charger.booted" => ChargerBooted: "A charger said BootNotification.",
    "charger.status.changed" => ChargerStatusChanged: "A charge point's state at a glance changed.",
    "connector.status.changed" => ConnectorStatusChanged: "A connector reported a new state.",
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Event {
    /// The object whose events keep their order: header `x-key` on the broker.
    pub fn key(&self) -> String {
        match self {
            Self::ChargingStarted(data) => data.session.charge_point_id,
            Self::ChargingStopped(data) => data.session.charge_point_id,
            Self::MeterValues(data) => data.session.charge_point_id,
            Self::ChargerConnected(data) => data.point.charge_point_id,
            Self::ChargerDisconnected(data) => data.point.charge_point_id,
            Self::ChargerBooted(data) => data.point.charge_point_id,
            Self::ChargerStatusChanged(data) => data.point.charge_point_id,
            Self::ConnectorStatusChanged(data) => data.point.charge_point_id,
        }
        .to_string()
    }
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
