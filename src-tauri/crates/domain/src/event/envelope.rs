//! The envelope every event travels in: the same on the broker, over Socket.IO and over IPC.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::event::Event;
use crate::ids::EventId;

/// An event on its way. `stream` and `seq` are absent on the broker; a gateway adds them when it pushes.
#[derive(Debug, Serialize, Deserialize)]
pub struct Envelope<'a> {
    /// The event's own id.
    pub id: EventId,
    /// Which live log `seq` counts in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Uuid>,
    /// Rises by one per event of the stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// The type, which is also the routing key.
    #[serde(rename = "type")]
    pub name: &'a str,
    /// The data, by type.
    #[serde(borrow)]
    pub data: &'a RawValue,
    /// When it happened.
    pub timestamp: Timestamp,
}

impl Envelope<'_> {
    /// Wraps an event as it leaves for the broker.
    pub fn print(id: EventId, event: &Event, timestamp: Timestamp) -> String {
        Envelope {
            id,
            stream: None,
            seq: None,
            name: event.name(),
            data: &event.data(),
            timestamp,
        }
        .to_json()
    }

    /// The event inside; `None` for a type that is not of the catalogue.
    pub fn event(&self) -> Option<Result<Event, serde_json::Error>> {
        Event::read(self.name, self.data)
    }

    /// The envelope as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an envelope has string keys and JSON data")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_reads_back_and_gains_its_place_in_the_stream() {
        let text = r#"{"id":"019a0000-0000-7000-8000-000000000000","type":"meter.values","data":{"energyWh":500},"timestamp":"2026-11-22T09:30:00.125Z"}"#;
        let envelope: Envelope<'_> = serde_json::from_str(text).expect("the contract's own form");
        assert_eq!(
            envelope.to_json(),
            text,
            "nothing is added or lost on the broker"
        );
        let pushed = Envelope {
            stream: Some(Uuid::nil()),
            seq: Some(1042),
            ..envelope
        };
        assert!(
            pushed
                .to_json()
                .contains(r#""stream":"00000000-0000-0000-0000-000000000000","seq":1042,"#)
        );
    }
}
