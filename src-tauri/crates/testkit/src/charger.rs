//! A charge point that says exactly what a test tells it to, on a real WebSocket. It knows frames and
//! nothing of what they mean, so a test can send it anything; `simulator` is the one that behaves.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Why a connection did not come about; `Http` holds the gateway's answer.
pub use tokio_tungstenite::tungstenite::Error;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

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
        let mut request = format!("{url}/{identity}").into_client_request()?;
        let headers = request.headers_mut();
        if let Some(name) = subprotocol {
            let name = HeaderValue::from_str(name).map_err(|_| Error::Utf8(name.to_owned()))?;
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, name);
        }
        if let Some(password) = password {
            let credentials = STANDARD.encode(format!("{identity}:{password}"));
            let basic = HeaderValue::from_str(&format!("Basic {credentials}"));
            headers.insert(header::AUTHORIZATION, basic.expect("Base64 is ASCII"));
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Self { socket, last_id: 0 })
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

    async fn receive(&mut self) -> Option<Result<Message, Error>> {
        timeout(PATIENCE, self.socket.next())
            .await
            .unwrap_or_else(|_| panic!("the gateway was silent for {PATIENCE:?}"))
    }
}
