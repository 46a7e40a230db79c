//! A reader on npm's `socket.io-client`, in a process of its own, by the transport it is told to use.
//! Not for measuring or for hanging up half-way: `SocketIoProbe` does that.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::dialogue::Dialogue;
use crate::node;

/// How long the server may be silent. The gateway ticks far more often.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the one that is waited for may take, whatever else is pushed meanwhile.
const LONGEST: Duration = Duration::from_mins(1);

/// How packets travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// One WebSocket from the start.
    WebSocket,
    /// HTTP long polling and nothing else.
    Polling,
}

impl Transport {
    /// The library's word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Polling => "polling",
        }
    }
}

/// A client of a Socket.IO server. It reconnects only when told to.
#[derive(Debug)]
pub struct SocketIoClient {
    dialogue: Dialogue,
}

impl SocketIoClient {
    /// Starts the process; it does not connect yet. `http` is the server's `http://HOST:PORT`.
    pub async fn start(http: &str, transport: Transport, token: Option<&str>) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("forecourt-socket-io-")
            .tempdir()
            .expect("the folder for temporary files is writable");
        let mut command = node::command("socket_io_client.mjs", folder.path());
        command.args([http, transport.name()]).args(token);
        let name = format!("socket.io-client ({})", transport.name());
        Self {
            dialogue: Dialogue::open(&name, &mut command, folder).await,
        }
    }

    /// Connects, also again, and returns the transport in use. The error is the `connect_error`'s message.
    pub async fn connect(&mut self) -> Result<String, String> {
        let text = |mut value: Value, key: &str| match value[key].take() {
            Value::String(text) => text,
            other => panic!("the client connected, or not, with {key}: {other}"),
        };
        match self.dialogue.ask("connect", json!({})).await {
            Ok(answer) => Ok(text(answer, "transport")),
            Err(error) => Err(text(error, "message")),
        }
    }

    /// Closes the connection.
    pub async fn disconnect(&mut self) {
        self.obey("disconnect", json!({})).await;
    }

    /// Emits `subscribe` with `{rooms, after?, stream?}` and returns the acknowledgement.
    pub async fn subscribe(&mut self, ask: Value) -> Value {
        self.obey("subscribe", ask).await
    }

    /// Emits `unsubscribe` and returns the acknowledgement. Nothing of these rooms is pushed after it.
    pub async fn unsubscribe(&mut self, rooms: &[&str]) -> Value {
        self.obey("unsubscribe", json!({ "rooms": rooms })).await
    }

    /// The next `notification`. Panics when something else happens, or nothing does.
    pub async fn next(&mut self) -> Value {
        let event = self.dialogue.event(PATIENCE).await;
        notification(event)
    }

    /// All notifications until one for which `is_last` holds, that one included. Panics when it does not come.
    pub async fn until(&mut self, mut is_last: impl FnMut(&Value) -> bool) -> Vec<Value> {
        let since = Instant::now();
        let mut seen = Vec::new();
        loop {
            // A server that ticks is never silent.
            assert!(since.elapsed() < LONGEST, "none of {seen:?} was the last");
            let next = self.next().await;
            let last = is_last(&next);
            seen.push(next);
            if last {
                return seen;
            }
        }
    }

    /// The notifications that are there and were not taken yet.
    pub fn pushed(&mut self) -> Vec<Value> {
        self.dialogue
            .events()
            .into_iter()
            .map(notification)
            .collect()
    }

    /// Waits for the end of the connection, past whatever was still pushed, and returns the reason.
    pub async fn disconnected(&mut self) -> Value {
        loop {
            let mut event = self.dialogue.event(PATIENCE).await;
            if event["event"] == "disconnected" {
                return event["reason"].take();
            }
        }
    }

    async fn obey(&mut self, what: &str, with: Value) -> Value {
        let answer = self.dialogue.ask(what, with).await;
        answer.unwrap_or_else(|error| panic!("{what} failed: {error}"))
    }
}

/// The envelope of a pushed event: its one argument.
fn notification(mut event: Value) -> Value {
    let whole = event.to_string();
    let arguments = event["arguments"].as_array_mut();
    match arguments.map(Vec::as_mut_slice) {
        Some([envelope]) if whole.contains(r#""name":"notification""#) => envelope.take(),
        _ => panic!("the server sends one envelope under `notification`, not {whole}"),
    }
}
