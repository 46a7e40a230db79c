//! A charge point that says exactly what a test tells it to, on a real WebSocket. It knows frames and
//! nothing of what they mean, so a test can send it anything; `simulator` is the one that behaves.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async};

/// Why a connection did not come about; `Http` holds the gateway's answer.
pub use tokio_tungstenite::tungstenite::{Error, Message};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a charge point knocks: everything a handshake can hold.
#[derive(Clone, Debug, Default)]
pub struct Knock {
    /// `Authorization` headers as they are.
    pub authorization: Vec<Vec<u8>>,
    /// `Sec-WebSocket-Protocol` headers as they are, each on a line of its own.
    pub subprotocols: Vec<String>,
    /// The address to come from; any, where none is given.
    pub from: Option<IpAddr>,
    /// A small receive buffer, so that one who does not read is noticed soon.
    pub small_buffer: bool,
}

impl Knock {
    /// Speaking OCPP 1.6, with the credentials of security profile 1 where there is a password.
    pub fn new(identity: &str, password: Option<&str>) -> Self {
        let basic = |password| STANDARD.encode(format!("{identity}:{password}"));
        Self {
            authorization: password
                .map(|password| format!("Basic {}", basic(password)).into_bytes())
                .into_iter()
                .collect(),
            subprotocols: vec!["ocpp1.6".to_owned()],
            ..Self::default()
        }
    }
}

/// A connected charge point.
#[derive(Debug)]
pub struct Charger {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u64,
}

impl Charger {
    /// Connects as `identity` below `url` (`ws://…/ocpp`), speaking OCPP 1.6.
    pub async fn connect(url: &str, identity: &str, password: Option<&str>) -> Self {
        match Self::try_connect(url, identity, password, Some("ocpp1.6")).await {
            Ok(charger) => charger,
            Err(error) => panic!("{identity} could not connect to {url}: {error}"),
        }
    }

    /// The same for a connection that may be refused. The refusal's HTTP status is in the error.
    pub async fn try_connect(
        url: &str,
        identity: &str,
        password: Option<&str>,
        subprotocol: Option<&str>,
    ) -> Result<Self, Error> {
        let knock = Knock {
            subprotocols: subprotocol.map(str::to_owned).into_iter().collect(),
            ..Knock::new(identity, password)
        };
        Self::knock(url, identity, &knock).await
    }

    /// The same with every part of the handshake chosen; `path` is what follows `url`, percent-encoded.
    pub async fn knock(url: &str, path: &str, knock: &Knock) -> Result<Self, Error> {
        let mut request = format!("{url}/{path}").into_client_request()?;
        let address = request.uri().authority().map(ToString::to_string);
        let headers = request.headers_mut();
        for name in &knock.subprotocols {
            let name = HeaderValue::from_str(name).map_err(|_| Error::Utf8(name.clone()))?;
            headers.append(header::SEC_WEBSOCKET_PROTOCOL, name);
        }
        for value in &knock.authorization {
            let value = HeaderValue::from_bytes(value).expect("a header holds no line breaks");
            headers.append(header::AUTHORIZATION, value);
        }
        let stream = Self::dial(&address.unwrap_or_default(), knock).await?;
        let (socket, _) = client_async(request, MaybeTlsStream::Plain(stream)).await?;
        Ok(Self { socket, last_id: 0 })
    }

    async fn dial(address: &str, knock: &Knock) -> Result<TcpStream, Error> {
        let address: SocketAddr = lookup_host(address)
            .await?
            .next()
            .expect("a URL of a test names an address");
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        if knock.small_buffer {
            socket.set_recv_buffer_size(4096)?;
        }
        if let Some(from) = knock.from {
            socket.bind((from, 0).into())?;
        }
        Ok(socket.connect(address).await?)
    }

    /// Sends a CALL and returns the whole frame that answers it.
    pub async fn call(&mut self, action: &str, payload: Value) -> Value {
        self.last_id += 1;
        let id = format!("test-{}", self.last_id);
        self.send(&json!([2, id, action, payload]).to_string())
            .await;
        self.next().await
    }

    /// Sends a text as it is.
    pub async fn send(&mut self, text: &str) {
        let sent = self.socket.send(Message::text(text)).await;
        sent.unwrap_or_else(|error| panic!("the gateway took no message: {error}"));
    }

    /// The next text message. Pings and pongs pass by unseen.
    pub async fn next(&mut self) -> Value {
        loop {
            match self.receive().await {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text)
                        .unwrap_or_else(|error| panic!("the gateway said {text}: {error}"));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("the gateway sent no answer but {other:?}"),
            }
        }
    }

    /// The next CALL of the gateway: its id, its action, its payload.
    pub async fn next_call(&mut self) -> (String, String, Value) {
        let frame = self.next().await;
        assert_eq!(frame[0], 2, "a CALL was awaited: {frame}");
        let text = |value: &Value| value.as_str().expect("ids and names are texts").to_owned();
        (text(&frame[1]), text(&frame[2]), frame[3].clone())
    }

    /// Answers a CALL of the gateway.
    pub async fn answer(&mut self, id: &str, payload: Value) {
        self.send(&json!([3, id, payload]).to_string()).await;
    }

    /// Refuses a CALL of the gateway with an error code.
    pub async fn refuse(&mut self, id: &str, code: &str) {
        self.send(&json!([4, id, code, "no", {}]).to_string()).await;
    }

    /// Sends a message that is no text.
    pub async fn send_message(&mut self, message: Message) -> Result<(), Error> {
        self.socket.send(message).await
    }

    /// Writes bytes below the WebSocket: half frames, wrong frames.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let sent = self.socket.get_mut().write_all(bytes).await;
        sent.unwrap_or_else(|error| panic!("the gateway took no bytes: {error}"));
    }

    /// The same where the gateway may have ended the connection meanwhile.
    pub async fn try_send_bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.socket.get_mut().write_all(bytes).await
    }

    /// What has come already, without waiting for more.
    pub async fn came(&mut self) -> Option<Result<Message, Error>> {
        timeout(Duration::ZERO, self.socket.next()).await.ok()?
    }

    /// Whether nothing but pings comes until the gateway has answered a Heartbeat: what was to come would have
    /// come before.
    pub async fn nothing_came(&mut self) -> bool {
        let answer = self.call("Heartbeat", json!({})).await;
        answer[0] == 3
    }

    /// Whether nothing is said for this long, pings aside.
    pub async fn receive_nothing(&mut self, patience: Duration) -> bool {
        let said = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    _ => return,
                }
            }
        };
        timeout(patience, said).await.is_err()
    }

    /// Waits for the gateway to close the socket and returns the close code.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.receive().await {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Answers pings, and nothing else, until the gateway closes the connection.
    pub async fn rest(mut self) {
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// Whatever comes next, pings and the close among it; `None` at the end of the socket.
    pub async fn receive(&mut self) -> Option<Result<Message, Error>> {
        timeout(PATIENCE, self.socket.next())
            .await
            .unwrap_or_else(|_| panic!("the gateway was silent for {PATIENCE:?}"))
    }
}
