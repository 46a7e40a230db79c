//! The readers and the newest number. Everything that orders joining against pushing happens under one lock:
//! a reader that joins at number S gets every later event of its rooms pushed, and the log has the rest.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::event::Envelope;
use domain::object::StationObject;
use domain::{AccessTokenId, OrganizationId, Scope, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::repo::live_log::Head;
use store::repo::organizations::Owners;
use uuid::Uuid;

use super::content::Content;
use super::places::{Changed, Places, owned};
use super::reader::{Pushed, Reader, Sink};
use super::rooms::{Room, View};

/// The readers of one gateway.
pub struct Hub {
    state: Mutex<State>,
}

struct State {
    head: Head,
    last_reader: u64,
    places: Places,
    /// Where something last changed hands: an organisation's reader that has not come so far knows what is no longer so.
    handed: i64,
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
    /// Whether this gateway committed it just now: what it says of whose a station is holds.
    pub own: bool,
}

impl Hub {
    /// A hub without readers, whose log stands at `head`.
    pub fn new(head: Head) -> Self {
        Self {
            state: Mutex::new(State {
                head,
                last_reader: 0,
                places: Places::default(),
                // What was before this start nobody knows.
                handed: head.seq,
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

    /// Takes in what the database says of whose the stations are; an organisation that has more or less than before is told
    /// to look anew.
    pub fn look(&self, owners: &Owners, (id, now): (Uuid, Timestamp)) {
        let mut state = self.lock();
        let mut changed = state.places.look(owners);
        changed.extend(state.places.settle());
        if !changed.is_empty() {
            state.handed = state.head.seq;
            look_anew(&mut state, &changed, (id, now));
        }
    }

    /// The same of one station that was just changed here: before the event of it comes round.
    pub fn learn(&self, station: &StationObject, (id, now): (Uuid, Timestamp)) {
        let owners = Owners {
            stations: vec![owned(station)],
            points: Vec::new(),
        };
        let mut state = self.lock();
        let changed = state.places.look(&owners);
        if !changed.is_empty() {
            look_anew(&mut state, &changed, (id, now));
        }
    }

    /// Whether it matters whose the stations are: one is an organisation's, or a reader is held to one.
    pub fn is_shared(&self) -> bool {
        let held = |reader: &Reader| matches!(reader.view, View::Operator(Scope::Organization(_)));
        let state = self.lock();
        state.places.is_shared() || state.readers.values().any(held)
    }

    /// Whether a reader that has come so far can catch up: not an organisation's, where something changed hands since.
    pub(super) fn can_catch_up(&self, view: View, after: i64) -> bool {
        match view {
            View::Operator(Scope::Organization(_)) => after >= self.lock().handed,
            View::Operator(Scope::All) | View::Public | View::Customer(_) => true,
        }
    }

    /// Whose it is what is told, as far as that is known.
    pub(super) fn owner(&self, content: &Content<'_>) -> Option<OrganizationId> {
        self.lock().places.owner(content.place()?)
    }

    /// Pushes one event of the log to everyone who may hear it and asked for it. Where it says that something is another's
    /// now, the new owner hears it, and both are told to look anew.
    pub fn push(&self, news: &News<'_>, at: impl FnOnce() -> (Uuid, Timestamp)) {
        let mut state = self.lock();
        state.head.seq = news.seq;
        let stream = state.head.stream;
        if let Content::Event(event) = news.content
            && state.places.changes_hands(event)
        {
            state.handed = news.seq;
        }
        let changed = match news.content {
            Content::Event(event) if news.own => state.places.hear(event),
            Content::Event(event) => {
                state.places.doubt(event);
                Changed::new()
            }
            Content::Named(_) => Changed::new(),
        };
        let place = news.content.place();
        let owner = place.and_then(|place| state.places.owner(place));
        for view in news.content.views(owner) {
            let rooms = news.content.audience(view, owner);
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
        if !changed.is_empty() {
            look_anew(&mut state, &changed, at());
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
            Some(gap_of(reader, head, (id, now)))
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a reader knows is not what is so: it loads its rooms anew.
fn gap_of(reader: &Reader, head: Head, (id, now): (Uuid, Timestamp)) -> Pushed {
    let rooms: Vec<String> = reader.rooms.iter().map(ToString::to_string).collect();
    let data = serde_json::value::to_raw_value(&serde_json::json!({ "rooms": rooms }));
    let data = data.expect("names of rooms print as JSON");
    notice(id, "live.gap", &data, head, now)
}

/// Tells the readers of organisations whose stations are others now.
fn look_anew(state: &mut State, changed: &Changed, at: (Uuid, Timestamp)) {
    let head = state.head;
    deliver(&mut state.readers, |reader| match reader.view {
        View::Operator(Scope::Organization(id)) if changed.contains(&id) => {
            Some(gap_of(reader, head, at))
        }
        _ => None,
    });
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

/// An event as a view that hears it may see it, as the JSON that goes out; `None` where it does not read.
pub(super) fn print(view: View, news: &News<'_>, stream: Uuid) -> Option<Pushed> {
    let envelope: Envelope<'_> = serde_json::from_str(news.envelope).ok()?;
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
    use domain::{ChargePointId, Event, EventId, StationId};

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
        let news = News {
            seq,
            content: Content::Event(event),
            envelope: &envelope,
            own: true,
        };
        hub.push(&news, || (Uuid::nil(), Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn each_reader_gets_its_own_version_once_and_in_order() {
        let hub = hub();
        let (operator, passer_by) = (Memory::default(), Memory::default());
        let id = hub.enter(View::Operator(Scope::All), None, Box::new(operator.clone()));
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
        hub.enter(View::Operator(Scope::All), None, Box::new(slow.clone()));
        hub.enter(View::Operator(Scope::All), None, Box::new(quick.clone()));
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
        let id = hub.enter(View::Operator(Scope::All), None, Box::new(operator.clone()));
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
        hub.enter(
            View::Operator(Scope::All),
            Some(token),
            Box::new(revoked.clone()),
        );
        hub.enter(View::Operator(Scope::All), None, Box::new(other.clone()));
        assert_eq!(hub.tokens(), vec![token]);
        hub.revoke(token);
        push(&hub, 42, &connector_event());
        assert_eq!(*revoked.got.lock().unwrap(), vec!["closed".to_owned()]);
        assert_eq!(other.got.lock().unwrap().len(), 1);
    }
}
