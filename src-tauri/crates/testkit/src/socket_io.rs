//! A Socket.IO client as a page is one: Engine.IO 4 and Socket.IO 5 over a WebSocket, the main
//! namespace only. It answers pings by itself; when nobody takes its events it stops reading, as a
//! page that hangs does. No reconnection: a test sees every end.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use packet::Packet;

mod packet;

/// How long the server may be silent. The gateway ticks and pings far more often.
const PATIENCE: Duration = Duration::from_secs(20);
/// Events that wait for the test; beyond it the socket is not read.
const BACKLOG: usize = 4096;

/// Bytes a socket reads at once: the library's own 128 KiB would be a gigabyte for ten thousand readers.
const READ_BUFFER: usize = 4 * 1024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connected client.
#[derive(Debug)]
pub struct SocketIoProbe {
    asks: mpsc::Sender<Ask>,
    pushed: mpsc::Receiver<Pushed>,
    /// The task that owns the socket; it ends with the probe.
    _line: JoinSet<()>,
}

/// One event that the server emitted.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// The name it was emitted under: `notification`.
    pub name: String,
    /// Its first argument, as it was sent.
    pub data: Box<RawValue>,
    /// When it came in.
    pub at: Instant,
}

impl Pushed {
    /// The first argument, read.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.data.get()).expect("the packet was read as JSON before")
    }
}

/// An event to emit, and where its acknowledgement goes.
#[derive(Debug)]
struct Ask {
    name: String,
    data: Value,
    answer: oneshot::Sender<Value>,
}

impl SocketIoProbe {
    /// Connects to the server at `http` (`http://127.0.0.1:PORT`) with `auth: {token}`. The error is
    /// what the server refused the connection with. Panics when there is no Socket.IO server.
    pub async fn connect(http: &str, token: Option<&str>) -> Result<Self, Value> {
        let opened = timeout(PATIENCE, open(http, token)).await;
        let opened = opened.unwrap_or_else(|_| panic!("{http} does not shake hands"));
        let socket = match opened {
            Ok(answer) => answer?,
            Err(error) => panic!("there is no Socket.IO at {http}: {error}"),
        };
        let (asks, asked) = mpsc::channel(1);
        let (push, pushed) = mpsc::channel(BACKLOG);
        let mut task = JoinSet::new();
        task.spawn(Line::new(socket, push).carry(asked));
        Ok(Self {
            asks,
            pushed,
            _line: task,
        })
    }

    /// Emits an event and waits for the server's acknowledgement, of which it returns the first argument.
    pub async fn emit(&self, name: &str, data: Value) -> Value {
        let (answer, answered) = oneshot::channel();
        let ask = Ask {
            name: name.to_owned(),
            data,
            answer,
        };
        let asked = async {
            self.asks.send(ask).await.ok()?;
            answered.await.ok()
        };
        timeout(PATIENCE, asked)
            .await
            .unwrap_or_else(|_| panic!("the server did not acknowledge {name} in {PATIENCE:?}"))
            .unwrap_or_else(|| panic!("the server closed the connection at {name}"))
    }

    /// The next event; `None` once the server has closed the connection. Panics when it is silent.
    pub async fn next(&mut self) -> Option<Pushed> {
        let pushed = timeout(PATIENCE, self.pushed.recv()).await;
        pushed.unwrap_or_else(|_| panic!("the server pushed nothing in {PATIENCE:?}"))
    }
}

/// Both handshakes, one inside the other.
async fn open(
    http: &str,
    token: Option<&str>,
) -> Result<Result<Socket, Value>, tungstenite::Error> {
    let address = http.strip_prefix("http://").unwrap_or(http);
    let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
    let buffers = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
    let (mut socket, _) = connect_async_with_config(url, Some(buffers), false).await?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else {
            continue;
        };
        match packet::read(&text) {
            Packet::Open => {
                let auth = token.map_or_else(|| json!({}), |token| json!({ "token": token }));
                socket.send(Message::text(packet::connect(&auth))).await?;
            }
            Packet::Ping => socket.send(Message::text(packet::PONG)).await?,
            Packet::Connected => return Ok(Ok(socket)),
            Packet::Refused(reason) => return Ok(Err(reason)),
            _ => panic!("the server said {text:?} before it let anybody in"),
        }
    }
    Err(tungstenite::Error::ConnectionClosed)
}

/// The socket with what waits for its acknowledgements.
struct Line {
    socket: Socket,
    push: mpsc::Sender<Pushed>,
    waiting: HashMap<u64, oneshot::Sender<Value>>,
    last_id: u64,
}

impl Line {
    fn new(socket: Socket, push: mpsc::Sender<Pushed>) -> Self {
        Self {
            socket,
            push,
            waiting: HashMap::new(),
            last_id: 0,
        }
    }

    /// Carries events both ways until either end goes.
    async fn carry(mut self, mut asked: mpsc::Receiver<Ask>) {
        let mut goes_on = true;
        while goes_on {
            goes_on = tokio::select! {
                Some(ask) = asked.recv() => self.ask(ask).await,
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.receive(&text).await,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => false,
                    Some(Ok(_)) => true,
                },
            };
        }
    }

    async fn ask(&mut self, ask: Ask) -> bool {
        self.last_id += 1;
        self.waiting.insert(self.last_id, ask.answer);
        let event = packet::event(self.last_id, &ask.name, &ask.data);
        self.socket.send(Message::text(event)).await.is_ok()
    }

    async fn receive(&mut self, text: &str) -> bool {
        let at = Instant::now();
        match packet::read(text) {
            Packet::Ping => {
                let pong = Message::text(packet::PONG);
                self.socket.send(pong).await.is_ok()
            }
            Packet::Event(name, data) => self.push.send(Pushed { name, data, at }).await.is_ok(),
            Packet::Ack(id, answer) => {
                if let Some(waiting) = self.waiting.remove(&id) {
                    // Who asked may have stopped waiting.
                    let _ = waiting.send(answer);
                }
                true
            }
            Packet::Closed => false,
            _ => panic!("the server said {text:?} on a connection that stands"),
        }
    }
}
