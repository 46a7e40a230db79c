//! The bus over RabbitMQ. The only code that names lapin.

mod commands;
mod consumer;
mod letters;
mod order;
mod publisher;
mod supervisor;
mod topology;

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use lapin::Channel;
use lapin::uri::{AMQPScheme, AMQPUri};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::in_process::take;
use crate::{Bus, BusError, CommandEnvelope, Commands, Deliveries, Link, Message, Published};

/// How many deliveries wait in the process beyond those the reader holds; the broker keeps the rest.
pub(crate) const PREFETCH: u16 = 100;

/// Persistent, in AMQP's numbering.
const PERSISTENT: u8 = 2;

/// Where the broker is and how this gateway appears on it.
#[derive(Clone, Debug)]
pub struct RabbitMqConfig {
    /// `amqp://…` or `amqps://…`.
    pub url: String,
    /// This gateway's name: in `app_id` and in its queues.
    pub node: String,
    /// The topic exchange of the events.
    pub exchange: String,
    /// The exchange of messages that cannot be read.
    pub dead_letter_exchange: String,
    /// How long the broker may take to answer.
    pub confirm_timeout: Duration,
    /// The longest pause between two attempts to connect.
    pub reconnect_max: Duration,
}

impl RabbitMqConfig {
    /// What stands in `app_id` of everything this gateway publishes.
    fn app_id(&self) -> String {
        format!("forecourt/{}", self.node)
    }
}

/// Whether a broker's URL may be used: it reads, and beyond this machine it is encrypted and names a user
/// of its own (MSG-10). The error is one sentence that says what to do.
pub fn check_url(url: &str) -> Result<(), String> {
    let uri: AMQPUri = url
        .parse()
        .map_err(|error| format!("the broker's URL does not read ({error})"))?;
    let host = uri.authority.host.trim_matches(['[', ']']);
    let here = host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback());
    if here {
        return Ok(());
    }
    if uri.scheme != AMQPScheme::AMQPS {
        return Err("a broker on another machine is reached by amqps:// only".to_owned());
    }
    if uri.authority.userinfo.username == "guest" {
        return Err("a broker on another machine needs a user of its own, not guest".to_owned());
    }
    Ok(())
}

/// The RabbitMQ bus: a supervisor task keeps a connection, or keeps trying to.
pub struct RabbitMq {
    config: Arc<RabbitMqConfig>,
    channels: watch::Receiver<Option<Channels>>,
    link: watch::Receiver<Link>,
    dead_letters: watch::Receiver<Option<u32>>,
    reader: Mutex<Option<Deliveries>>,
    commands: Mutex<Option<Commands>>,
    /// One command at a time, so that one that comes back is known as its own.
    sending: tokio::sync::Mutex<()>,
    /// Asks the supervisor for another connection.
    reset: Arc<Notify>,
    stop: CancellationToken,
    supervisor: Mutex<Option<JoinHandle<()>>>,
}

/// What is published through, while connected.
#[derive(Clone)]
struct Channels {
    events: Channel,
    commands: Channel,
}

impl RabbitMq {
    /// Starts the supervisor. It never gives up: a broker that is away now may come any time.
    pub fn start(config: RabbitMqConfig) -> Self {
        let config = Arc::new(config);
        let (deliver, reader) = mpsc::channel(usize::from(PREFETCH));
        let (command, commands) = mpsc::channel(usize::from(commands::PREFETCH));
        let (channels_set, channels) = watch::channel(None);
        let (link_set, link) = watch::channel(Link::Down);
        let (depth, dead_letters) = watch::channel(None);
        let (reset, stop) = (Arc::new(Notify::new()), CancellationToken::new());
        let outputs = supervisor::Outputs {
            channels: channels_set,
            link: link_set,
            deliver,
            command,
            depth,
            reset: Arc::clone(&reset),
        };
        let supervisor = tokio::spawn(supervisor::run(Arc::clone(&config), outputs, stop.clone()));
        Self {
            config,
            channels,
            link,
            dead_letters,
            reader: Mutex::new(Some(reader)),
            commands: Mutex::new(Some(commands)),
            sending: tokio::sync::Mutex::new(()),
            reset,
            stop,
            supervisor: Mutex::new(Some(supervisor)),
        }
    }

    /// The channels, where the broker takes something.
    fn channels(&self) -> Result<Channels, BusError> {
        if *self.link.borrow() == Link::Blocked {
            // What is sent now would wait in this process's memory, once for each attempt.
            return Err(BusError::Blocked);
        }
        self.channels.borrow().clone().ok_or(BusError::Down)
    }

    /// A broker that neither answers nor says that it is blocked may be gone without a word.
    fn note(&self, failure: Option<&BusError>) {
        let unanswered = matches!(failure, Some(BusError::Timeout(_)));
        if unanswered && *self.link.borrow() == Link::Connected {
            self.reset.notify_one();
        }
    }
}

#[async_trait]
impl Bus for RabbitMq {
    async fn publish(&self, batch: &[Message]) -> Published {
        let channels = match self.channels() {
            Ok(channels) => channels,
            Err(failure) => {
                return Published {
                    stored: 0,
                    failure: Some(failure),
                };
            }
        };
        let published = publisher::publish(&channels.events, &self.config, batch).await;
        self.note(published.failure.as_ref());
        published
    }

    fn deliveries(&self) -> Result<Deliveries, BusError> {
        take(&self.reader)
    }

    async fn send_command(&self, node: &str, command: &CommandEnvelope) -> Result<(), BusError> {
        let _one = timeout(self.config.confirm_timeout, self.sending.lock())
            .await
            .map_err(|_| BusError::Timeout(self.config.confirm_timeout))?;
        let channels = self.channels()?;
        let sent = commands::send(&channels.commands, &self.config, node, command).await;
        self.note(sent.as_ref().err());
        sent
    }

    fn commands(&self) -> Result<Commands, BusError> {
        take(&self.commands)
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.link.clone()
    }

    fn dead_letters(&self) -> watch::Receiver<Option<u32>> {
        self.dead_letters.clone()
    }

    async fn close(&self) {
        self.stop.cancel();
        let supervisor = self
            .supervisor
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Some(supervisor) = supervisor
            && let Err(error) = supervisor.await
        {
            tracing::error!(%error, "the broker supervisor ended badly");
        }
    }
}

/// Waits for the broker's answer, for a bounded time: lapin itself waits for ever.
async fn within<T>(
    config: &RabbitMqConfig,
    answer: impl Future<Output = lapin::Result<T>>,
) -> Result<T, BusError> {
    timeout(config.confirm_timeout, answer)
        .await
        .map_err(|_| BusError::Timeout(config.confirm_timeout))?
        .map_err(BusError::from)
}

/// A reader that has gone is no reason to leave the broker: the rest of the bus goes on, and what was for it
/// waits there.
async fn nobody_reads() -> Result<(), BusError> {
    tracing::warn!("nobody reads what the broker brings any more");
    std::future::pending().await
}

impl From<lapin::Error> for BusError {
    fn from(error: lapin::Error) -> Self {
        Self::Broker(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::check_url;

    #[test]
    fn beyond_this_machine_a_broker_is_encrypted_and_its_user_is_not_guest() {
        let check = |url: &str, refusal: Option<&str>| match (check_url(url), refusal) {
            (Ok(()), None) => {}
            (Err(said), Some(part)) => assert!(said.contains(part), "{url}: {said}"),
            (found, _) => panic!("{url}: {found:?}, wanted {refusal:?}"),
        };
        check("amqp://127.0.0.1", None);
        check("amqp://guest:guest@localhost:5672/%2f", None);
        check("amqp://[::1]:5672", None);
        check("amqps://site:secret@broker.example/site", None);
        check("amqp://site:secret@broker.example/site", Some("amqps"));
        check("amqp://site:secret@10.0.0.7", Some("amqps"));
        check("amqps://broker.example", Some("guest"));
        check("amqps://guest:guest@broker.example", Some("guest"));
        check("amqp://localhost.example", Some("amqps"));
        check("http://localhost", Some("does not read"));
    }
}
