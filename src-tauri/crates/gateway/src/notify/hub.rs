//! The readers and the newest number. Everything that orders joining against pushing happens under one lock:
//! a reader that joins at number S gets every later event of its rooms pushed, and the log has the rest.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::event::Envelope;
use domain::{AccessTokenId, Event, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::repo::live_log::Head;
use uuid::Uuid;

use super::notification::Named;
use super::reader::{Pushed, Reader, Sink};
use super::rooms::{Room, View};

/// The readers of one gateway.
pub struct Hub {
    state: Mutex<State>,
}

struct State {
    head: Head,
    last_reader: u64,
    readers: HashMap<ReaderId, Reader>,
}

/// A reader's handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReaderId(u64);

/// An event of the log on its way to the readers.
pub struct News<'a> {
    /// Its number.
    pub seq: i64,
    /// What it is: that decides who hears of it.
    pub content: Content<'a>,
    /// Its envelope, without stream and number.
    pub envelope: &'a str,
}

/// What is told.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// An event of the catalogue.
    Event(&'a Event),
    /// What another program published, for rooms it names itself.
    Named(&'a Named),
}

impl Content<'_> {
    /// The rooms in which such a reader hears of it.
    fn audience(&self, view: View) -> Vec<Room> {
        match (self, view) {
            (Self::Event(event), view) => view.audience(event),
            (Self::Named(named), view) => named.audience(view),
        }
    }

    /// Every view in which it is told.
    fn views(&self) -> Vec<View> {
        let mut views = vec![View::Operator, View::Public];
        match self {
            Self::Event(event) => views.extend(event.owner().map(View::Customer)),
            Self::Named(named) => views.extend(named.recipients().map(View::Customer)),
        }
        views
    }

    /// The view in which a reader gets it: a customer reads what is not its own as the public does.
    fn read_as(&self, reader: View) -> View {
        match (self, reader) {
            (Self::Event(event), View::Customer(id)) if event.owner() == Some(id) => reader,
            (Self::Named(named), View::Customer(id)) if named.recipients().any(|to| to == id) => {
                reader
            }
            (_, View::Customer(_)) => View::Public,
            (_, reader) => reader,
        }
    }

    /// What such a reader may see of it, where that is less than the whole.
    fn version(&self, view: View) -> Option<Event> {
        match self {
            Self::Event(event) => view.version(event),
            Self::Named(_) => None,
        }
    }

    /// Whether a reader of these rooms hears of it.
    pub(super) fn concerns(&self, view: View, rooms: &[Room]) -> bool {
        self.audience(view).iter().any(|room| rooms.contains(room))
    }
}

impl Hub {
    /// A hub without readers, whose log stands at `head`.
    pub fn new(head: Head) -> Self {
        Self {
            state: Mutex::new(State {
                head,
                last_reader: 0,
                readers: HashMap::new(),
            }),
        }
    }

    /// The newest number pushed.
    pub fn head(&self) -> Head {
        self.lock().head
    }

    /// Adds a reader in its home room.
    pub fn enter(&self, view: View, token: Option<AccessTokenId>, sink: Box<dyn Sink>) -> ReaderId {
        let mut state = self.lock();
        state.last_reader += 1;
        let id = ReaderId(state.last_reader);
        let rooms = view.home().into_iter().collect();
        state.readers.insert(
            id,
            Reader {
                view,
                token,
                rooms,
                sink,
            },
        );
        id
    }

    /// Adds rooms to a reader; from the number returned on it gets their events pushed.
    pub fn join(&self, id: ReaderId, rooms: &[Room]) -> Head {
        let mut state = self.lock();
        let head = state.head;
        if let Some(reader) = state.readers.get_mut(&id) {
            reader.rooms.extend(rooms.iter().cloned());
        }
        head
    }

    /// Takes rooms from a reader.
    pub fn part(&self, id: ReaderId, rooms: &[Room]) {
        if let Some(reader) = self.lock().readers.get_mut(&id) {
            reader.rooms.retain(|room| !rooms.contains(room));
        }
    }

    /// Removes a reader that has gone.
    pub fn leave(&self, id: ReaderId) {
        self.lock().readers.remove(&id);
    }

    /// Drops every reader that came with this token.
    pub fn revoke(&self, token: AccessTokenId) {
        self.lock().readers.retain(|_, reader| {
            let stays = reader.token != Some(token);
            if !stays {
                reader.sink.close();
            }
            stays
        });
    }

    /// The sign-ins that hold a live connection open.
    pub fn tokens(&self) -> Vec<AccessTokenId> {
        let mut tokens: Vec<_> = self
            .lock()
            .readers
            .values()
            .filter_map(|reader| reader.token)
            .collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// How many readers there are.
    pub fn readers(&self) -> usize {
        self.lock().readers.len()
    }

    /// Pushes one event of the log to everyone who may hear it and asked for it.
    pub fn push(&self, news: &News<'_>) {
        let mut state = self.lock();
        state.head.seq = news.seq;
        let stream = state.head.stream;
        for view in news.content.views() {
            let rooms = news.content.audience(view);
            let wants = |reader: &Reader| {
                news.content.read_as(reader.view) == view
                    && rooms.iter().any(|room| reader.rooms.contains(room))
            };
            // Most events are of a room that nobody is in: a frame is told to who looks at its charger.
            if !state.readers.values().any(wants) {
                continue;
            }
            if let Some(pushed) = print(view, news, stream) {
                deliver(&mut state.readers, |reader| {
                    wants(reader).then(|| Arc::clone(&pushed))
                });
            }
        }
    }

    /// Tells every reader that the log stands where it stands, and which version of the site holds: `live.tick`.
    pub fn tick(&self, id: Uuid, site: &str, now: Timestamp) {
        let data = serde_json::value::to_raw_value(&serde_json::json!({ "site": site }));
        let data = data.expect("a text prints as JSON");
        let mut state = self.lock();
        let pushed = notice(id, "live.tick", &data, state.head, now);
        deliver(&mut state.readers, |_| Some(Arc::clone(&pushed)));
    }

    /// Tells every reader that something is missing at this number: `live.gap`, with its own rooms.
    pub fn gap(&self, id: Uuid, seq: i64, now: Timestamp) {
        let mut state = self.lock();
        state.head.seq = seq;
        let head = state.head;
        deliver(&mut state.readers, |reader| {
            let rooms: Vec<String> = reader.rooms.iter().map(ToString::to_string).collect();
            let data = serde_json::value::to_raw_value(&serde_json::json!({ "rooms": rooms }));
            let data = data.expect("names of rooms print as JSON");
            Some(notice(id, "live.gap", &data, head, now))
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands each reader what is meant for it; one that cannot take it is closed.
fn deliver(readers: &mut HashMap<ReaderId, Reader>, meant: impl Fn(&Reader) -> Option<Pushed>) {
    readers.retain(|id, reader| {
        let lost = meant(reader).is_some_and(|pushed| reader.sink.push(&pushed).is_err());
        if lost {
            tracing::info!(
                reader = id.0,
                "a reader lags and is dropped; it will catch up"
            );
            reader.sink.close();
        }
        !lost
    });
}

/// An event as a view may see it, as the JSON that goes out; `None` when that view hears nothing.
pub(super) fn print(view: View, news: &News<'_>, stream: Uuid) -> Option<Pushed> {
    let envelope: Envelope<'_> = serde_json::from_str(news.envelope).ok()?;
    if news.content.audience(view).is_empty() {
        return None;
    }
    let less = news.content.version(view).map(|event| event.data());
    let data = less.as_deref().unwrap_or(envelope.data);
    Some(raw(&Envelope {
        stream: Some(stream),
        seq: Some(news.seq),
        data,
        ..envelope
    }))
}

fn notice(id: Uuid, name: &str, data: &RawValue, head: Head, now: Timestamp) -> Pushed {
    raw(&Envelope {
        id: id.into(),
        stream: Some(head.stream),
        seq: Some(head.seq),
        name,
        data,
        timestamp: now,
    })
}

fn raw(envelope: &Envelope<'_>) -> Pushed {
    RawValue::from_string(envelope.to_json())
        .expect("an envelope prints as JSON")
        .into()
}

#[cfg(test)]
mod tests {
    use domain::event::{ConnectorFault, ConnectorStatusChanged, PointRef};
    use domain::status::ConnectorStatus;
    use domain::{ChargePointId, EventId, StationId};

    use super::super::reader::Full;
    use super::*;

    #[derive(Clone, Default)]
    struct Memory {
        got: Arc<Mutex<Vec<String>>>,
        room_for: Option<usize>,
    }

    impl Sink for Memory {
        fn push(&self, envelope: &Pushed) -> Result<(), Full> {
            let mut got = self.got.lock().unwrap();
            if self.room_for == Some(got.len()) {
                return Err(Full);
            }
            got.push(envelope.get().to_owned());
            Ok(())
        }

        fn close(&self) {
            self.got.lock().unwrap().push("closed".to_owned());
        }
    }

    fn hub() -> Hub {
        Hub::new(Head {
            stream: Uuid::nil(),
            seq: 41,
        })
    }

    fn connector_event() -> Event {
        Event::ConnectorStatusChanged(ConnectorStatusChanged {
            point: PointRef {
                station_id: StationId(Uuid::nil()),
                charge_point_id: ChargePointId(Uuid::nil()),
                version: 1,
            },
            connector_id: 1,
            evse_id: 1,
            status: ConnectorStatus::Faulted,
            previous_status: ConnectorStatus::Available,
            since: Timestamp::UNIX_EPOCH,
            operator: Some(ConnectorFault {
                error_code: Some("GroundFailure".to_owned()),
                vendor_error_code: None,
                info: None,
            }),
        })
    }

    fn push(hub: &Hub, seq: i64, event: &Event) {
        let envelope = Envelope::print(EventId(Uuid::nil()), event, Timestamp::UNIX_EPOCH);
        hub.push(&News {
            seq,
            content: Content::Event(event),
            envelope: &envelope,
        });
    }

    #[test]
    fn each_reader_gets_its_own_version_once_and_in_order() {
        let hub = hub();
        let (operator, passer_by) = (Memory::default(), Memory::default());
        let id = hub.enter(View::Operator, None, Box::new(operator.clone()));
        hub.enter(View::Public, None, Box::new(passer_by.clone()));
        // In several rooms of the event, and still told once.
        hub.join(
            id,
            &[
                Room::CmsArea("points"),
                Room::Charger(ChargePointId(Uuid::nil())),
            ],
        );
        push(&hub, 42, &connector_event());
        push(&hub, 43, &connector_event());
        let operator = operator.got.lock().unwrap();
        let passer_by = passer_by.got.lock().unwrap();
        assert_eq!((operator.len(), passer_by.len()), (2, 2));
        assert!(operator[0].contains("GroundFailure") && operator[0].contains(r#""seq":42"#));
        assert!(
            !passer_by[0].contains("errorCode"),
            "the public never sees the fault: {}",
            passer_by[0]
        );
        assert!(passer_by[1].contains(r#""seq":43"#));
        assert_eq!(hub.head().seq, 43);
    }

    #[test]
    fn a_reader_that_lags_is_closed_and_the_others_are_served() {
        let hub = hub();
        let slow = Memory {
            room_for: Some(1),
            ..Memory::default()
        };
        let quick = Memory::default();
        hub.enter(View::Operator, None, Box::new(slow.clone()));
        hub.enter(View::Operator, None, Box::new(quick.clone()));
        for seq in 42..45 {
            push(&hub, seq, &connector_event());
        }
        assert_eq!(quick.got.lock().unwrap().len(), 3);
        let slow = slow.got.lock().unwrap();
        assert_eq!(
            slow.last().map(String::as_str),
            Some("closed"),
            "it must come back and catch up"
        );
        assert_eq!(hub.readers(), 1);
    }

    #[test]
    fn a_gap_tells_each_reader_its_own_rooms_and_takes_a_number() {
        let hub = hub();
        let (operator, passer_by) = (Memory::default(), Memory::default());
        let id = hub.enter(View::Operator, None, Box::new(operator.clone()));
        hub.enter(View::Public, None, Box::new(passer_by.clone()));
        hub.part(id, &[Room::Cms]);
        hub.join(id, &[Room::CmsArea("points")]);
        hub.gap(Uuid::nil(), 42, Timestamp::UNIX_EPOCH);
        for (reader, rooms) in [(operator, "cms:points"), (passer_by, "public")] {
            let got = reader.got.lock().unwrap();
            let told = format!(r#""seq":42,"type":"live.gap","data":{{"rooms":["{rooms}"]}}"#);
            assert!(got.len() == 1 && got[0].contains(&told), "{told}: {got:?}");
        }
        assert_eq!(
            hub.head().seq,
            42,
            "whoever joins now has nothing to catch up"
        );
    }

    #[test]
    fn a_revoked_token_ends_its_readers_at_once() {
        let hub = hub();
        let token = AccessTokenId(Uuid::max());
        let (revoked, other) = (Memory::default(), Memory::default());
        hub.enter(View::Operator, Some(token), Box::new(revoked.clone()));
        hub.enter(View::Operator, None, Box::new(other.clone()));
        assert_eq!(hub.tokens(), vec![token]);
        hub.revoke(token);
        push(&hub, 42, &connector_event());
        assert_eq!(*revoked.got.lock().unwrap(), vec!["closed".to_owned()]);
        assert_eq!(other.got.lock().unwrap().len(), 1);
    }
}
