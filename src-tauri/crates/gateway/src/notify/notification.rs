//! What other programs tell the screens: `notification.*` messages of publishers that know nothing of our
//! catalogue. Read and judged here; no rule rests on them. Source: 2-contract, "RabbitMQ".

use bus::Delivery;
use domain::event::Envelope;
use domain::{EventId, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use store::repo::live_log::Entry;

use super::rooms::Room;

/// The routing keys they come under begin so.
const PREFIX: &str = "notification.";
/// The longest `data`, bytes.
const LONGEST_DATA: usize = 16 * 1024;
/// The longest `type`, bytes.
const LONGEST_NAME: usize = 100;
/// The most `recipients`.
const MOST_RECIPIENTS: usize = 200;
/// Each kind with the field that names its room, in the order in which another one's field is looked for.
const KINDS: &[(&str, &str)] = &[
    ("station", "stationId"),
    ("charger", "chargePointId"),
    ("session", "sessionId"),
    ("customer", "customerId"),
];

/// A notification as its publisher sends it.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    name: String,
    #[serde(borrow)]
    data: &'a RawValue,
    recipients: Option<Vec<String>>,
    timestamp: Timestamp,
}

/// A notification that reads: what is pushed, and where.
#[derive(Debug)]
pub(super) struct Notification {
    /// Its id: the publisher's, or one that follows from what it says, so that a repeat is known.
    pub(super) id: EventId,
    /// What is pushed.
    pub(super) envelope: String,
    /// Where, in the operators' version only.
    pub(super) rooms: Vec<Room>,
}

/// Whether a message under this routing key is one.
pub(super) fn is_one(routing_key: &str) -> bool {
    routing_key.starts_with(PREFIX)
}

/// Reads a notification, or says why it cannot be read.
pub(super) fn read(delivery: &Delivery) -> Result<Notification, String> {
    let body: Body<'_> = serde_json::from_str(&delivery.body)
        .map_err(|error| format!("not a notification: {error}"))?;
    if body.name.is_empty() || body.name.len() > LONGEST_NAME {
        return Err(format!("type must have 1 to {LONGEST_NAME} bytes"));
    }
    // A page takes these for the gateway's own word on what it has.
    if body.name.starts_with("live.") {
        return Err(format!("{} is the gateway's own", body.name));
    }
    if body.data.get().len() > LONGEST_DATA {
        return Err(format!("data is longer than {LONGEST_DATA} bytes"));
    }
    let rooms = rooms(&delivery.routing_key, &body)?;
    let id = id(delivery);
    let envelope = Envelope {
        id,
        stream: None,
        seq: None,
        name: &body.name,
        data: body.data,
        timestamp: body.timestamp,
    };
    Ok(Notification {
        id,
        envelope: envelope.to_json(),
        rooms,
    })
}

/// The rooms it names, and `cms`.
fn rooms(routing_key: &str, body: &Body<'_>) -> Result<Vec<Room>, String> {
    let data: Map<String, Value> = serde_json::from_str(body.data.get())
        .map_err(|error| format!("data is not an object: {error}"))?;
    let recipients = body.recipients.as_deref().unwrap_or_default();
    if recipients.len() > MOST_RECIPIENTS {
        return Err(format!("more than {MOST_RECIPIENTS} recipients"));
    }
    let mut rooms = Vec::with_capacity(recipients.len() + 1);
    for id in recipients {
        rooms.push(room("customer", id)?);
    }
    if rooms.is_empty() {
        rooms.push(named(routing_key, &data)?);
    }
    rooms.push(Room::Cms);
    Ok(rooms)
}

/// The room of its own kind, or else of the first id there is.
fn named(routing_key: &str, data: &Map<String, Value>) -> Result<Room, String> {
    let kind = routing_key.strip_prefix(PREFIX).unwrap_or_default();
    let own = KINDS.iter().filter(|(name, _)| *name == kind);
    let found = own
        .chain(KINDS)
        .find_map(|(name, field)| data.get(*field)?.as_str().map(|id| (*name, id)));
    let (name, id) = found.ok_or("neither recipients nor data names a room")?;
    room(name, id)
}

fn room(kind: &str, id: &str) -> Result<Room, String> {
    Room::parse(&format!("{kind}:{id}")).ok_or_else(|| format!("{kind} {id:?} is no id"))
}

/// The publisher's id where it is one of our form; else a hash of its id, or of all it says.
fn id(delivery: &Delivery) -> EventId {
    let seed = match delivery.id.as_deref() {
        Some(id) => match id.parse() {
            Ok(id) => return id,
            Err(_) => format!("id:{id}"),
        },
        None => format!("said:{}:{}", delivery.routing_key, delivery.body),
    };
    let hash = Sha256::digest(seed.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().into()
}

/// Rooms as the live log keeps them.
fn print(rooms: &[Room]) -> String {
    let names: Vec<String> = rooms.iter().map(ToString::to_string).collect();
    names.join(" ")
}

/// Rooms read back from the live log.
pub(super) fn parse_rooms(text: &str) -> Vec<Room> {
    text.split(' ').filter_map(Room::parse).collect()
}

impl Notification {
    /// What the live log keeps of it.
    pub(super) fn entry(&self) -> Entry {
        Entry {
            id: self.id,
            envelope: self.envelope.clone(),
            rooms: Some(print(&self.rooms)),
        }
    }
}
