//! What other programs tell the screens: `notification.*` messages of publishers that know nothing of our
//! catalogue. Read and judged here; no rule rests on them. Source: 2-contract, "RabbitMQ".

use domain::event::{Envelope, Place};
use domain::{CustomerId, EventId, OrganizationId, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use store::repo::live_log::Entry;

use super::rooms::{Room, View};

/// The routing keys they come under begin so.
const PREFIX: &str = "notification.";
/// The longest `data`, bytes.
const LONGEST_DATA: usize = 16 * 1024;
/// The longest `type`, bytes.
const LONGEST_NAME: usize = 100;
/// The most `recipients`.
const MOST_RECIPIENTS: usize = 200;
/// Stands before the rooms in the live log where they are the recipients'.
const PERSONAL: &str = "recipients";
/// Each kind with the field that names its room, in the order in which another one's field is looked for.
const KINDS: &[(&str, &str)] = &[
    ("station", "stationId"),
    ("charger", "chargePointId"),
    ("session", "sessionId"),
    ("customer", "customerId"),
];

/// A message as it came.
pub(super) struct Message<'a> {
    pub(super) routing_key: &'a str,
    pub(super) id: Option<&'a str>,
    pub(super) body: &'a str,
}

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
    /// To whom.
    pub(super) named: Named,
}

/// The rooms a notification names. Operators are told in all of them, and in `cms`; a driver only where the
/// publisher names it as a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    rooms: Vec<Room>,
    /// Whether they are those of its recipients.
    personal: bool,
}

impl Named {
    /// The drivers who are told.
    pub(super) fn recipients(&self) -> impl Iterator<Item = CustomerId> {
        let rooms = if self.personal { &*self.rooms } else { &[] };
        rooms.iter().filter_map(|room| match room {
            Room::Customer(id) => Some(*id),
            _ => None,
        })
    }

    /// Where it happened, as far as its rooms say: a session alone does not, and is the whole site's.
    pub(super) fn place(&self) -> Option<Place> {
        self.rooms.iter().find_map(|room| match room {
            Room::Station(id) => Some(Place::Station(*id)),
            Room::Charger(id) => Some(Place::Point(*id)),
            _ => None,
        })
    }

    /// The rooms in which such a reader hears of it, where it is `owner`'s.
    pub(super) fn audience(&self, view: View, owner: Option<OrganizationId>) -> Vec<Room> {
        match view {
            View::Operator(scope) if !scope.covers(owner) => Vec::new(),
            View::Operator(_) => self.rooms.clone(),
            View::Customer(id) if self.recipients().any(|to| to == id) => vec![Room::Customer(id)],
            View::Customer(_) | View::Public => Vec::new(),
        }
    }

    /// As the live log keeps it.
    fn print(&self) -> String {
        let names = self.rooms.iter().map(ToString::to_string);
        let marked = self.personal.then(|| PERSONAL.to_owned());
        marked
            .into_iter()
            .chain(names)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Read back from the live log.
    pub(super) fn parse(text: &str) -> Self {
        Self {
            rooms: text.split(' ').filter_map(Room::parse).collect(),
            personal: text.split(' ').next() == Some(PERSONAL),
        }
    }
}

/// Whether a message under this routing key is one.
pub(super) fn is_one(routing_key: &str) -> bool {
    routing_key.starts_with(PREFIX)
}

/// Reads a notification, or says why it cannot be read.
pub(super) fn read(message: &Message<'_>) -> Result<Notification, String> {
    let body: Body<'_> = serde_json::from_str(message.body)
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
    let named = named(message.routing_key, &body)?;
    let id = id(message);
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
        named,
    })
}

/// The rooms it names, and `cms`.
fn named(routing_key: &str, body: &Body<'_>) -> Result<Named, String> {
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
    let personal = !rooms.is_empty();
    if !personal {
        rooms.push(subject(routing_key, &data)?);
    }
    rooms.push(Room::Cms);
    Ok(Named { rooms, personal })
}

/// The room of its own kind, or else of the first id there is.
fn subject(routing_key: &str, data: &Map<String, Value>) -> Result<Room, String> {
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
fn id(message: &Message<'_>) -> EventId {
    let seed = match message.id {
        Some(id) => match id.parse() {
            Ok(id) => return id,
            Err(_) => format!("id:{id}"),
        },
        None => format!("said:{}:{}", message.routing_key, message.body),
    };
    let hash = Sha256::digest(seed.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().into()
}

impl Notification {
    /// What the live log keeps of it.
    pub(super) fn entry(&self) -> Entry {
        Entry {
            id: self.id,
            envelope: self.envelope.clone(),
            rooms: Some(self.named.print()),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Scope;

    use super::*;

    const A: &str = "019a0000-0000-7000-8000-00000000000a";
    const B: &str = "019a0000-0000-7000-8000-00000000000b";

    fn reading(kind: &str, id: Option<&str>, body: &str) -> Result<Notification, String> {
        read(&Message {
            routing_key: &format!("notification.{kind}"),
            id,
            body,
        })
    }

    fn body(rest: &str) -> String {
        format!(r#"{{"type":"depot.notice","timestamp":"2026-11-22T09:30:00Z",{rest}}}"#)
    }

    #[test]
    fn it_is_told_in_the_rooms_it_names_and_in_cms() {
        let check = |kind: &str, rest: String, rooms: String| {
            let one =
                reading(kind, None, &body(&rest)).unwrap_or_else(|error| panic!("{rest}: {error}"));
            assert_eq!(one.named.print(), rooms, "{kind} {rest}");
            assert_eq!(
                Named::parse(&rooms),
                one.named,
                "it reads back from the log"
            );
        };
        check(
            "station",
            format!(r#""data":{{"stationId":"{A}"}}"#),
            format!("station:{A} cms"),
        );
        check(
            "charger",
            format!(r#""data":{{"chargePointId":"{A}"}}"#),
            format!("charger:{A} cms"),
        );
        check(
            "session",
            format!(r#""data":{{"sessionId":"{A}"}}"#),
            format!("session:{A} cms"),
        );
        check(
            "customer",
            format!(r#""data":{{"customerId":"{A}"}}"#),
            format!("customer:{A} cms"),
        );
        // The room of its own kind before any other; another one's rather than none.
        let both = format!(r#""data":{{"stationId":"{A}","chargePointId":"{B}"}}"#);
        check("charger", both.clone(), format!("charger:{B} cms"));
        check("station", both.clone(), format!("station:{A} cms"));
        check("customer", both.clone(), format!("station:{A} cms"));
        check("elsewhere", both.clone(), format!("station:{A} cms"));
        check(
            "station",
            format!(r#""recipients":["{A}","{B}"],{both}"#),
            format!("recipients customer:{A} customer:{B} cms"),
        );
        check(
            "station",
            format!(r#""recipients":[],{both}"#),
            format!("station:{A} cms"),
        );
        check(
            "station",
            format!(r#""recipients":null,"more":1,{both}"#),
            format!("station:{A} cms"),
        );
    }

    #[test]
    fn a_driver_is_told_what_names_it_as_a_recipient_and_nothing_else() {
        let (a, b) = (A.parse().expect("an id"), B.parse().expect("an id"));
        let to = format!(r#""recipients":["{A}"],"data":{{"stationId":"{B}"}}"#);
        let to = reading("station", None, &body(&to))
            .expect("it reads")
            .named;
        assert_eq!(
            to.audience(View::Customer(a), None),
            vec![Room::Customer(a)]
        );
        assert_eq!(to.audience(View::Customer(b), None), vec![]);
        let about = body(&format!(r#""data":{{"customerId":"{A}"}}"#));
        let about = reading("customer", None, &about).expect("it reads").named;
        assert_eq!(
            about.audience(View::Customer(a), None),
            vec![],
            "it speaks of it, to operators"
        );
        assert_eq!(
            about.audience(View::Operator(Scope::All), None),
            vec![Room::Customer(a), Room::Cms]
        );
        assert_eq!(about.audience(View::Public, None), vec![]);
    }

    #[test]
    fn what_cannot_be_shown_says_why() {
        let station = format!(r#""data":{{"stationId":"{A}"}}"#);
        let filled = |bytes: usize| {
            let text = "x".repeat(bytes - format!(r#"{{"stationId":"{A}","t":""}}"#).len());
            body(&format!(r#""data":{{"stationId":"{A}","t":"{text}"}}"#))
        };
        assert!(
            reading("station", None, &filled(LONGEST_DATA)).is_ok(),
            "16 KiB are taken"
        );
        let many = vec![format!("\"{A}\""); MOST_RECIPIENTS + 1].join(",");
        for (text, why) in [
            ("no JSON at all".to_owned(), "not a notification"),
            ("[]".to_owned(), "not a notification"),
            (body(r#""dat":{}"#), "missing field `data`"),
            (
                format!(r#"{{"type":"a",{station}}}"#),
                "missing field `timestamp`",
            ),
            (
                format!(r#"{{"type":"a","timestamp":"today",{station}}}"#),
                "not a notification",
            ),
            (
                format!(r#"{{"type":7,"timestamp":"2026-11-22T09:30:00Z",{station}}}"#),
                "not a notification",
            ),
            (
                format!(r#"{{"type":"","timestamp":"2026-11-22T09:30:00Z",{station}}}"#),
                "type",
            ),
            (
                format!(r#"{{"type":"live.gap","timestamp":"2026-11-22T09:30:00Z",{station}}}"#),
                "own",
            ),
            (body(r#""data":[1]"#), "data is not an object"),
            (body(r#""data":{}"#), "names a room"),
            (body(r#""data":{"stationId":7}"#), "names a room"),
            (body(r#""data":{"chargePointId":"CP-1"}"#), "is no id"),
            (
                body(&format!(r#""recipients":"{A}",{station}"#)),
                "not a notification",
            ),
            (
                body(&format!(r#""recipients":["public"],{station}"#)),
                "is no id",
            ),
            (
                body(&format!(r#""recipients":[{many}],{station}"#)),
                "recipients",
            ),
            (filled(LONGEST_DATA + 1), "data is longer"),
        ] {
            let error = reading("station", None, &text).expect_err(&text);
            assert!(error.contains(why), "{text}: {error}, not {why}");
        }
    }

    #[test]
    fn a_repeat_has_the_same_id_and_another_message_another() {
        let text = body(&format!(r#""data":{{"stationId":"{A}"}}"#));
        let id = |kind, id, text: &str| reading(kind, id, text).expect("it reads").id;
        assert_eq!(
            id("station", Some(B), &text).to_string(),
            B,
            "the publisher's own"
        );
        assert_eq!(
            id("station", Some("theirs-1"), &text),
            id("charger", Some("theirs-1"), &text)
        );
        assert_ne!(
            id("station", Some("theirs-1"), &text),
            id("station", Some("theirs-2"), &text)
        );
        assert_eq!(id("station", None, &text), id("station", None, &text));
        assert_ne!(id("station", None, &text), id("charger", None, &text));
        assert_ne!(
            id("station", None, &text),
            id("station", None, &text.replace(":00Z", ":01Z"))
        );
    }
}
