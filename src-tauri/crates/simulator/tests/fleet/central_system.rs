//! A central system of one file: accepts charge points, answers as the test decides, tells the test
//! what it heard. Not a gateway: it keeps nothing and checks nothing but the wire.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use ocpp::{CallError, ErrorCode, Frame, MessageId, RawValue, Version, frame};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

/// Longer than anything a test waits for; only a broken fleet reaches it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Something a charge point did.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The path of the connection: `/ocpp/SIM-0001`.
    pub path: String,
    /// The action of a CALL; "connected", "result", "error" and "overlap" for what is none.
    pub action: String,
    /// The payload of a CALL or a result, the headers of a handshake, or the error's code.
    pub payload: Value,
    /// The message id; empty for a handshake.
    pub id: String,
}

/// What the central system does with a CALL.
pub enum Answer {
    Result(Value),
    Error(ErrorCode),
    Silence,
    HangUp,
}

type Conduct = Arc<dyn Fn(&str, &Value) -> Answer + Send + Sync>;

/// The ways to the charge points that are connected, by path: an action and its payload.
type Doors = Arc<Mutex<HashMap<String, mpsc::Sender<(&'static str, Value)>>>>;

pub struct CentralSystem {
    pub url: String,
    heard: mpsc::Receiver<Heard>,
    doors: Doors,
    _sockets: JoinSet<()>,
}

impl CentralSystem {
    /// Listens on a free port and answers every CALL as `conduct` says.
    pub async fn start(conduct: impl Fn(&str, &Value) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a loopback port is free");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let (tell, heard) = mpsc::channel(1000);
        let mut sockets = JoinSet::new();
        let doors = Doors::default();
        sockets.spawn(accept(
            listener,
            Arc::new(conduct),
            tell,
            Arc::clone(&doors),
        ));
        Self {
            doors,
            url: format!("ws://{address}/ocpp"),
            heard,
            _sockets: sockets,
        }
    }

    /// The next thing that was heard.
    pub async fn next(&mut self) -> Heard {
        let heard = timeout(PATIENCE, self.heard.recv()).await;
        heard
            .expect("the fleet says something")
            .expect("the central system runs")
    }

    /// Skips to the next thing called `action`.
    pub async fn next_of(&mut self, action: &str) -> Heard {
        loop {
            let heard = self.next().await;
            assert_ne!(
                heard.action, "overlap",
                "a second CALL before the first was answered"
            );
            if heard.action == action {
                return heard;
            }
        }
    }

    /// Sends a CALL to a charge point and waits for its answer. What it says meanwhile is
    /// skipped.
    pub async fn ask(&mut self, path: &str, action: &'static str, payload: Value) -> Heard {
        let door = self.doors.lock().expect("no test panics in here")[path].clone();
        door.send((action, payload))
            .await
            .expect("the charge point is connected");
        loop {
            let heard = self.next().await;
            if heard.path == path && (heard.action == "result" || heard.action == "error") {
                return heard;
            }
        }
    }

    /// Everything heard that the test has not asked for yet.
    pub fn rest(&mut self) -> Vec<Heard> {
        std::iter::from_fn(|| self.heard.try_recv().ok()).collect()
    }
}

/// What a gateway that agrees with everything answers.
pub fn agree(action: &str) -> Answer {
    let accepted = json!({"idTagInfo": {"status": "Accepted"}});
    Answer::Result(match action {
        "BootNotification" => {
            json!({"status": "Accepted", "currentTime": "2026-11-22T09:30:00Z", "interval": 300})
        }
        "Heartbeat" => json!({"currentTime": "2026-11-22T09:30:00Z"}),
        "StartTransaction" => json!({"idTagInfo": {"status": "Accepted"}, "transactionId": 7}),
        "Authorize" | "StopTransaction" => accepted,
        _ => json!({}),
    })
}

async fn accept(listener: TcpListener, conduct: Conduct, tell: mpsc::Sender<Heard>, doors: Doors) {
    let mut sockets = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        sockets.spawn(serve(
            stream,
            Arc::clone(&conduct),
            tell.clone(),
            Arc::clone(&doors),
        ));
    }
}

#[expect(clippy::result_large_err, reason = "the library's callback type")]
async fn serve(stream: TcpStream, conduct: Conduct, tell: mpsc::Sender<Heard>, doors: Doors) {
    let mut handshake = (String::new(), json!({}));
    let keep = |request: &Request, response| Ok(agree_on(request, response, &mut handshake));
    let socket = accept_hdr_async(stream, keep).await;
    let mut socket = socket.expect("charge points shake hands");
    let (path, headers) = handshake;
    let (door, mut calls) = mpsc::channel(8);
    let say = async |action: &str, payload: Value, id: &str| {
        // The test may have heard enough.
        let _ = tell
            .send(Heard {
                path: path.clone(),
                action: action.to_owned(),
                payload,
                id: id.to_owned(),
            })
            .await;
    };
    let known = doors
        .lock()
        .map(|mut doors| doors.insert(path.clone(), door));
    known.expect("no test panics in here");
    say("connected", headers, "").await;
    let mut numbers = 0..;
    // What came before the answer to a CALL: an answer of the charge point's is allowed there.
    let mut early = None;
    loop {
        let message = if let Some(message) = early.take() {
            Some(Ok(message))
        } else {
            tokio::select! {
                message = socket.next() => message,
                Some((action, payload)) = calls.recv() => {
                    let number: i32 = numbers.next().expect("numbers do not end");
                    let id = MessageId::from_wire(&format!("from-csms-{number}"));
                    let call = frame::print_call(&id, action, &raw(&payload), Version::V1_6);
                    // A charge point that is gone answers nothing.
                    let _ = socket.send(Message::text(call)).await;
                    continue;
                }
            }
        };
        let Some(Ok(message)) = message else { return };
        let Message::Text(text) = message else {
            continue;
        };
        match frame::parse(&text, Version::V1_6).expect("charge points send frames") {
            Frame::Call {
                id,
                action,
                payload,
            } => {
                let payload: Value =
                    serde_json::from_str(payload.get()).expect("payloads are JSON");
                say(&action, payload.clone(), id.as_str()).await;
                // OCPP-J 1.6 §4.1.1: nothing but an answer may come before this one is answered.
                if let Ok(Some(Ok(message))) =
                    timeout(Duration::from_millis(10), socket.next()).await
                {
                    if message.to_text().is_ok_and(|text| text.starts_with("[2")) {
                        say("overlap", message.to_string().into(), "").await;
                    }
                    early = Some(message);
                }
                if !answer(&mut socket, &id, conduct(&action, &payload)).await {
                    return;
                }
            }
            Frame::CallResult { id, payload } => {
                let payload = serde_json::from_str(payload.get()).expect("payloads are JSON");
                say("result", payload, id.as_str()).await;
            }
            Frame::CallError { id, error } => {
                say("error", format!("{:?}", error.code).into(), id.as_str()).await;
            }
            other => panic!("no charge point sends {other:?}"),
        }
    }
}

/// Chooses the subprotocol and keeps what the test may want to know of the handshake.
fn agree_on(
    request: &Request,
    mut response: Response,
    handshake: &mut (String, Value),
) -> Response {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let protocol = header("sec-websocket-protocol");
    *handshake = (
        request.uri().path().to_owned(),
        json!({"protocol": protocol, "authorization": header("authorization")}),
    );
    let chosen = "ocpp1.6".parse().expect("a name is a header value");
    response
        .headers_mut()
        .insert("sec-websocket-protocol", chosen);
    response
}

/// Sends the answer; `false` = the connection is cut.
async fn answer(socket: &mut WebSocketStream<TcpStream>, id: &MessageId, answer: Answer) -> bool {
    let text = match answer {
        Answer::Result(payload) => frame::print_result(id, &raw(&payload), Version::V1_6),
        Answer::Error(code) => frame::print_error(id, &CallError::new(code, ""), Version::V1_6),
        Answer::Silence => return true,
        Answer::HangUp => return false,
    };
    socket.send(Message::text(text)).await.is_ok()
}

fn raw(payload: &Value) -> Box<RawValue> {
    RawValue::from_string(payload.to_string()).expect("a value prints as JSON")
}
