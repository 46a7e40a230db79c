//! One WebSocket to the gateway, from handshake to close: one CALL under way at a time, each with a
//! time limit. What is said over it is decided elsewhere (`connector`, `charge_point`).

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use ocpp::{CallError, Frame, MessageId, RawValue, frame};
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, ClientRequestBuilder, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tracing::debug;

use crate::clock;
use crate::commands;
use crate::config::FleetConfig;
use crate::point::Point;
use crate::stats::Stats;

/// The library's 128 KiB per socket is too much for a thousand charge points in one process.
const BUFFER_BYTES: usize = 8 * 1024;
/// Connectors, heartbeats and the queue's delivery wait here for their turn; nobody has more than one
/// CALL waiting.
const QUEUE: usize = 8;
/// How long the gateway may take for the closing handshake.
const CLOSE: Duration = Duration::from_secs(2);

/// Why a CALL has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFailure {
    #[error("the connection is gone")]
    Closed,
    #[error("no answer in time")]
    TimedOut,
    #[error("{0:?}")]
    Error(CallError),
}

impl From<CallError> for CallFailure {
    fn from(error: CallError) -> Self {
        Self::Error(error)
    }
}

/// The CALLRESULT of a CALL.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The id under which the CALL was sent.
    pub(crate) message_id: MessageId,
    pub(crate) payload: Box<RawValue>,
}

/// Sends CALLs over a link; many may hold one.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    requests: mpsc::Sender<Request>,
}

impl Caller {
    /// Sends one CALL when its turn comes and waits for its CALLRESULT.
    pub(crate) async fn call<T: Serialize + ocpp::Validate>(
        &self,
        action: &'static str,
        payload: &T,
    ) -> Result<Answer, CallFailure> {
        let (reply, answer) = oneshot::channel();
        let request = Request {
            action,
            payload: ocpp::encode(payload),
            reply,
        };
        self.requests
            .send(request)
            .await
            .map_err(|_| CallFailure::Closed)?;
        answer.await.unwrap_or(Err(CallFailure::Closed))
    }
}

#[derive(Debug)]
struct Request {
    action: &'static str,
    payload: Box<RawValue>,
    reply: oneshot::Sender<Result<Answer, CallFailure>>,
}

/// The CALL that is under way.
#[derive(Debug)]
struct Waiting {
    id: MessageId,
    sent: Instant,
    reply: oneshot::Sender<Result<Answer, CallFailure>>,
}

/// The socket and the CALL under way.
#[derive(Debug)]
pub(crate) struct Link {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    requests: mpsc::Receiver<Request>,
    waiting: Option<Waiting>,
    config: Arc<FleetConfig>,
    stats: Arc<Stats>,
}

impl Link {
    /// Opens the WebSocket as `identity`.
    pub(crate) async fn open(
        identity: &str,
        config: &Arc<FleetConfig>,
        stats: &Arc<Stats>,
    ) -> Result<(Self, Caller), Box<tungstenite::Error>> {
        let address = config
            .address(identity)
            .expect("the fleet's settings were checked at its start");
        let mut request =
            ClientRequestBuilder::new(address).with_sub_protocol(config.protocol.subprotocol());
        if let Some(password) = &config.password {
            let credentials = STANDARD.encode(format!("{identity}:{password}"));
            request = request.with_header("Authorization", format!("Basic {credentials}"));
        }
        let limits = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES);
        let (socket, _) = connect_async_with_config(request, Some(limits), true).await?;
        let (sender, requests) = mpsc::channel(QUEUE);
        let link = Self {
            socket,
            requests,
            waiting: None,
            config: Arc::clone(config),
            stats: Arc::clone(stats),
        };
        Ok((link, Caller { requests: sender }))
    }

    /// Carries CALLs out and answers in until the connection is gone; what the gateway asks, `point` answers.
    pub(crate) async fn run(&mut self, point: &Point) {
        if let Err(error) = self.carry(point).await {
            debug!(%error, "connection lost");
        }
        if self.waiting.take().is_some() {
            self.stats.count(|counts| counts.unanswered += 1);
        }
    }

    /// Closes the connection in order: the gateway sees a farewell, not a reset.
    pub(crate) async fn close(mut self) {
        let farewell = async {
            self.socket.close(None).await?;
            while let Some(message) = self.socket.next().await {
                message?;
            }
            Ok::<_, tungstenite::Error>(())
        };
        match timeout(CLOSE, farewell).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => debug!(%error, "the connection went before it was closed"),
            Err(_) => debug!("the gateway left the closing handshake unanswered"),
        }
    }

    async fn carry(&mut self, point: &Point) -> Result<(), tungstenite::Error> {
        loop {
            let limit = self
                .waiting
                .as_ref()
                .map(|waiting| waiting.sent + self.config.call_timeout);
            tokio::select! {
                Some(request) = self.requests.recv(), if limit.is_none() => self.send(request).await?,
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.receive(&text, point).await?,
                    Some(Ok(Message::Close(_))) | None => return Ok(()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                },
                () = at(limit) => self.give_up(),
            }
        }
    }

    async fn send(&mut self, request: Request) -> Result<(), tungstenite::Error> {
        let id = clock::message_id();
        let text = frame::print_call(&id, request.action, &request.payload, self.config.protocol);
        self.waiting = Some(Waiting {
            id,
            sent: Instant::now(),
            reply: request.reply,
        });
        self.socket.send(Message::text(text)).await
    }

    async fn receive(&mut self, text: &str, point: &Point) -> Result<(), tungstenite::Error> {
        let version = self.config.protocol;
        match frame::parse(text, version) {
            Ok(Frame::Call {
                id,
                action,
                payload,
            }) => {
                let (answer, ending) = match commands::answer(point, &action, &payload) {
                    Ok(reply) => (
                        frame::print_result(&id, &reply.payload, version),
                        reply.ending,
                    ),
                    Err(error) => (frame::print_error(&id, &error, version), None),
                };
                self.socket.send(Message::text(answer)).await?;
                // Only now: what ends a power cycle may cut this connection.
                if let Some(why) = ending {
                    point.end(why);
                }
            }
            Ok(Frame::CallResult { id, payload }) => self.settle(&id, Ok(payload.into_owned())),
            Ok(Frame::CallError { id, error }) => {
                self.stats.count(|counts| counts.call_errors += 1);
                self.settle(&id, Err(CallFailure::Error(error.to_call_error())));
            }
            Ok(other) => debug!(?other, "a frame OCPP 1.6 does not have"),
            Err(fault) => {
                debug!(%fault, "a text that is no frame");
                if let Some(answer) = fault.answer {
                    self.socket.send(Message::text(answer)).await?;
                }
            }
        }
        Ok(())
    }

    /// Hands an answer to the CALL under way; a late one, whose CALL was given up, is dropped.
    fn settle(&mut self, id: &MessageId, answer: Result<Box<RawValue>, CallFailure>) {
        if let Some(waiting) = self.waiting.take_if(|waiting| waiting.id == *id) {
            self.stats.answered_after(waiting.sent.elapsed());
            let answer = answer.map(|payload| Answer {
                message_id: waiting.id,
                payload,
            });
            // Who asked may have been dropped meanwhile.
            let _ = waiting.reply.send(answer);
        }
    }

    fn give_up(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            self.stats.count(|counts| counts.unanswered += 1);
            let _ = waiting.reply.send(Err(CallFailure::TimedOut));
        }
    }
}

async fn at(limit: Option<Instant>) {
    match limit {
        Some(limit) => sleep_until(limit).await,
        None => pending().await,
    }
}
