//! npm's `socket.io-client`, one for each seat: what each was pushed, held against the script. What one of
//! them sees all of its kind see alike, and nobody sees anything else.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use testkit::{SocketIoClient, Transport};

use super::script::Row;

/// What tells of the gateway itself comes when it likes: no charge causes it.
const NOT_OF_THE_CHARGE: &[&str] = &["live.tick", "gateway.status.changed"];
/// A frame on the charger's socket. Frames are told in their own order, a moment after what they caused.
const FRAME: &str = "ocpp.message";
/// What only the operator version of an event says (2-contract, "Event data": (O)).
const OPERATORS_ONLY: &[&str] = &[
    "errorCode",
    "identity",
    "info",
    "protocol",
    "remoteAddress",
    "vendorErrorCode",
];

/// How long all of a charge may take to be told, once it is over.
const WHOLE: Duration = Duration::from_secs(30);

/// With or without a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Operator,
    Public,
}

/// Everyone who watches.
pub struct Audience {
    http: String,
    token: String,
    readers: Vec<Reader>,
    /// Where the log stood when the first of them asked: `stream` and `seq`.
    began: Option<(Value, i64)>,
}

struct Reader {
    seat: &'static str,
    view: View,
    transport: Transport,
    client: SocketIoClient,
    seen: Vec<Value>,
    /// Whether messages are set aside on purpose: they are looked for every two seconds, so their alert comes when it
    /// likes.
    sets_aside: bool,
}

/// The operator version of every event, by its number.
pub type Heard = BTreeMap<i64, Value>;

impl Audience {
    pub fn new(http: &str, token: &str) -> Self {
        Self {
            http: http.to_owned(),
            token: token.to_owned(),
            readers: Vec::new(),
            began: None,
        }
    }

    /// Seats one more, in `room` alone; an empty room is the one everybody of that view begins in.
    pub async fn seat(&mut self, seat: &'static str, room: &str, view: View, by: Transport) {
        let mut reader = self.enter(seat, view, by).await;
        if !room.is_empty() {
            let home = match view {
                View::Operator => "cms",
                View::Public => "public",
            };
            let parted = reader.client.unsubscribe(&[home]).await;
            assert_eq!(parted["ok"], true, "{seat}: {parted}");
            let joined = reader.client.subscribe(json!({ "rooms": [room] })).await;
            assert_eq!(joined["ok"], true, "{room} opens to {view:?}: {joined}");
            let at = (joined["stream"].clone(), number(&joined));
            self.began.get_or_insert(at);
        }
        self.readers.push(reader);
    }

    /// Seats two who follow a session that runs already: they ask for what they missed, then sit on.
    pub async fn follow(&mut self, session: &str) {
        let room = format!("session:{session}");
        let (stream, seq) = self.began.clone().expect("others came before");
        let ask = json!({ "rooms": [room], "after": seq, "stream": stream });
        for by in [Transport::WebSocket, Transport::Polling] {
            let mut reader = self.enter("session", View::Operator, by).await;
            reader.client.unsubscribe(&["cms"]).await;
            let mut joined = reader.client.subscribe(ask.clone()).await;
            assert_eq!(joined["ok"], true, "{joined}");
            if let Value::Array(missed) = joined["missed"].take() {
                reader.seen.extend(missed);
            }
            self.readers.push(reader);
        }
        let passer_by = self
            .readers
            .iter_mut()
            .find(|reader| reader.view == View::Public);
        let passer_by = passer_by.expect("the public is here");
        let refused = passer_by
            .client
            .subscribe(json!({ "rooms": ["public", room] }));
        assert_eq!(
            refused.await,
            json!({ "ok": false, "code": "live.room_refused" }),
            "a session is no passer-by's business"
        );
    }

    async fn enter(&self, seat: &'static str, view: View, transport: Transport) -> Reader {
        let token = (view == View::Operator).then_some(&*self.token);
        let mut client = SocketIoClient::start(&self.http, transport, token).await;
        let connected = client.connect().await;
        assert_eq!(
            connected.as_deref(),
            Ok(transport.name()),
            "{seat} {view:?}"
        );
        Reader {
            seat,
            view,
            transport,
            client,
            seen: Vec::new(),
            sets_aside: false,
        }
    }

    /// From here on messages are set aside on purpose.
    pub fn sets_aside(&mut self) {
        for reader in &mut self.readers {
            reader.sets_aside = true;
        }
    }

    /// Waits until all of `script` has happened and all of `frames` has been said, and holds what each was pushed
    /// against them.
    pub async fn check(&mut self, script: &[Row], frames: &[String]) -> Heard {
        let (stream, began) = self.began.clone().expect("somebody asked for a room");
        let at_the_desk = |row: &&Row| row.operators.split_whitespace().any(|room| room == "cms");
        let rows = script.iter().filter(at_the_desk).count();
        let last = self.wait_for_the_desk(rows).await;
        let last = last.max(self.wait_for_frames(frames.len()).await);
        let mut heard = Heard::new();
        for reader in &mut self.readers {
            reader.settle(last).await;
            reader.check_order(&stream, began);
            reader.check_script(script);
            reader.check_frames(frames);
        }
        // Operators first: a passer-by's version is held against theirs.
        self.readers
            .sort_by_key(|reader| reader.view == View::Public);
        for reader in &self.readers {
            reader.check_alike(&mut heard);
        }
        heard
    }

    /// Waits until an operator at the desk has heard of so many events, and returns the last one's number.
    pub async fn wait_for_the_desk(&mut self, events: usize) -> i64 {
        let desk = self.readers.iter_mut().find(|reader| reader.seat == "cms");
        let desk = desk.expect("the operator's desk is watched");
        let enough = |desk: &Reader| desk.events().count() >= events;
        desk.read_on(enough).await;
        desk.events().last().map_or(0, number)
    }

    /// Waits until an operator who watches the charge point has been shown so many frames.
    async fn wait_for_frames(&mut self, frames: usize) -> i64 {
        let watching = |reader: &&mut Reader| reader.hears_frames();
        let bay = self.readers.iter_mut().find(watching);
        let bay = bay.expect("the charge point is watched");
        let enough = |bay: &Reader| bay.frames().count() >= frames;
        bay.read_on(enough).await;
        bay.seen.last().map_or(0, number)
    }
}

impl Reader {
    /// Reads on until what it was pushed is enough. Ticks go on for ever, so time is limited as a whole.
    async fn read_on(&mut self, enough: impl Fn(&Self) -> bool) {
        let since = Instant::now();
        while !enough(self) {
            let next = self.client.next().await;
            self.seen.push(next);
            let types: Vec<_> = self.caused().map(|event| &event["type"]).collect();
            assert!(
                since.elapsed() < WHOLE,
                "{self} was pushed no more than {types:?}"
            );
        }
    }

    /// Reads on until the gateway says that nothing is on its way.
    async fn settle(&mut self, last: i64) {
        let tick = |event: &Value| event["type"] == "live.tick" && number(event) >= last;
        let rest = self.client.until(tick).await;
        self.seen.extend(rest);
    }

    /// What it was pushed that a charge causes.
    fn caused(&self) -> impl Iterator<Item = &Value> {
        let caused = |event: &&Value| {
            event["type"].as_str().is_some_and(is_of_the_charge)
                && !(self.sets_aside && event["data"]["alert"]["kind"] == "dead_letters")
        };
        self.seen.iter().filter(caused)
    }

    /// The same without the frames on the socket.
    fn events(&self) -> impl Iterator<Item = &Value> {
        self.caused().filter(|event| event["type"] != FRAME)
    }

    /// The frames alone.
    fn frames(&self) -> impl Iterator<Item = &Value> {
        self.caused().filter(|event| event["type"] == FRAME)
    }

    /// Frames are for operators who watch this very charge point.
    fn hears_frames(&self) -> bool {
        self.view == View::Operator && self.seat == "charger"
    }

    fn hears(&self, row: &Row) -> bool {
        let rooms = match self.view {
            View::Operator => row.operators,
            View::Public => row.public,
        };
        rooms.split_whitespace().any(|room| room == self.seat)
    }

    /// Whole envelopes, in one stream, in order, none twice.
    fn check_order(&self, stream: &Value, began: i64) {
        let mut last = began;
        for event in self.caused() {
            let keys: Vec<_> = event
                .as_object()
                .map_or_else(Vec::new, |event| event.keys().collect());
            let expected = ["data", "id", "seq", "stream", "timestamp", "type"];
            assert_eq!(keys, expected, "{self}: {event}");
            assert_eq!(&event["stream"], stream, "{self}: {event}");
            assert!(number(event) > last, "{self}: rises past {last}: {event}");
            last = number(event);
        }
    }

    /// Exactly the rows of its seat, and each says what it should.
    fn check_script(&self, script: &[Row]) {
        let rows: Vec<&Row> = script.iter().filter(|row| self.hears(row)).collect();
        let expected: Vec<&str> = rows.iter().map(|row| row.name).collect();
        let pushed: Vec<&str> = self
            .events()
            .map(|event| event["type"].as_str().unwrap_or_default())
            .collect();
        assert_eq!(
            pushed, expected,
            "{self}: these, in this order, and none else"
        );
        for (event, row) in self.events().zip(rows) {
            if let Some(wrong) = row.contradiction(event) {
                panic!("{self}: {wrong}: {event}");
            }
        }
    }

    /// Every frame of the charger's socket, each answer under its CALL's id; or none of them.
    fn check_frames(&self, expected: &[String]) {
        let expected = if self.hears_frames() { expected } else { &[] };
        let shown: Vec<String> = self.frames().map(|frame| said(&frame["data"])).collect();
        assert_eq!(shown, expected, "{self}: these frames, in this order");
        let frames: Vec<&Value> = self.frames().map(|frame| &frame["data"]).collect();
        for pair in frames.chunks(2) {
            let [call, answer] = pair else {
                panic!("{self}: {pair:?} has no answer");
            };
            assert_eq!(call["messageId"], answer["messageId"], "{self}: {answer}");
            assert_eq!(call["identity"], crate::site::IDENTITY, "{self}: {call}");
        }
    }

    /// All operators are told the same, and passers-by the same but for what is the operators' own.
    fn check_alike(&self, heard: &mut Heard) {
        for event in self.caused() {
            match self.view {
                View::Operator => {
                    let first = heard.entry(number(event)).or_insert_with(|| event.clone());
                    assert_eq!(event, first, "{self}: all operators are told the same");
                }
                View::Public => {
                    let whole = heard.get(&number(event));
                    let whole =
                        whole.unwrap_or_else(|| panic!("{self}: operators hear all: {event}"));
                    assert_eq!(event, &public_version(whole), "{self}: less, never other");
                }
            }
        }
    }
}

impl std::fmt::Display for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:?} in {} by {}",
            self.view,
            self.seat,
            self.transport.name()
        )
    }
}

/// Whether a charge causes events of this type.
pub fn is_of_the_charge(name: &str) -> bool {
    !NOT_OF_THE_CHARGE.contains(&name)
}

/// A frame in three words.
fn said(frame: &Value) -> String {
    let words = ["direction", "kind", "action"].map(|key| frame[key].as_str().unwrap_or("?"));
    words.join(" ")
}

fn public_version(envelope: &Value) -> Value {
    let mut envelope = envelope.clone();
    if let Some(data) = envelope["data"].as_object_mut() {
        let kept: Map<String, Value> = data
            .iter()
            .filter(|(key, _)| !OPERATORS_ONLY.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        *data = kept;
    }
    envelope
}

fn number(numbered: &Value) -> i64 {
    let seq = numbered["seq"].as_i64();
    seq.unwrap_or_else(|| panic!("everything pushed has a number: {numbered}"))
}
