//! Consuming the gateway's own queue: in order, acknowledged only when the reader has stored the effect.
//! What this gateway published itself is dropped here, its screens have it already; a hole in a key's
//! numbers is told to the reader before the message behind it.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use lapin::message::Delivery as Raw;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{AMQPValue, DeliveryTag, FieldTable};
use lapin::{BasicProperties, Channel};
use tokio::sync::mpsc;

use super::order::KeyOrder;
use super::{PREFETCH, RabbitMqConfig, letters, nobody_reads, topology, within};
use crate::message::Outcome;
use crate::{Arrival, BusError, Delivery};

/// The longest body that is read. An event is a few KiB; the broker itself would take 128 MiB.
const LONGEST_BODY: usize = 1024 * 1024;
/// How many handled messages may wait for one acknowledgement.
const ACKS: u16 = PREFETCH / 4;

/// Feeds the reader until the channel ends. `order` outlives the connection: the queue does too.
pub(super) async fn run(
    channel: &Channel,
    config: &RabbitMqConfig,
    reader: &mpsc::Sender<Arrival>,
    order: &mut KeyOrder,
) -> Result<(), BusError> {
    within(
        config,
        channel.basic_qos(PREFETCH, BasicQosOptions::default()),
    )
    .await?;
    let consuming = channel.basic_consume(
        topology::live_queue(&config.node),
        config.node.as_str().into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    );
    let mut queue = within(config, consuming).await?;
    let app_id = config.app_id();
    let mut settler = Settler::new(channel, config);
    let mut open = FuturesOrdered::new();
    loop {
        tokio::select! {
            raw = queue.next() => {
                let Some(raw) = raw.transpose()? else { return Ok(()) };
                let own = raw.properties.app_id().as_ref().is_some_and(|app| app.as_str() == app_id);
                if let Some(missing) = hole(&raw, order) && !own {
                    let gap = Arrival::Gap(format!("{missing} messages were lost on the way"));
                    if reader.send(gap).await.is_err() { return nobody_reads().await }
                }
                let handled = if own {
                    Handled::Already(Outcome::Handled)
                } else {
                    let Some(handled) = hand_over(&raw, reader).await else { return nobody_reads().await };
                    handled
                };
                open.push_back(async move { (raw, handled.outcome().await) });
            }
            Some((raw, outcome)) = open.next() => {
                settler.take(&raw, outcome).await?;
                if open.is_empty() {
                    settler.flush().await?;
                }
            }
        }
    }
}

/// What becomes of a message: settled at once, or by the reader.
enum Handled {
    Already(Outcome),
    ByReader(tokio::sync::oneshot::Receiver<Outcome>),
}

impl Handled {
    /// `None`: the reader dropped it.
    async fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Already(outcome) => Some(outcome),
            Self::ByReader(handled) => handled.await.ok(),
        }
    }
}

/// How many numbers of its key are missing before this message.
fn hole(raw: &Raw, order: &mut KeyOrder) -> Option<i64> {
    let (key, seq) = place(&raw.properties)?;
    order.take(key, seq)
}

/// A gateway's own headers; others have none.
fn place(properties: &BasicProperties) -> Option<(&str, i64)> {
    let app = properties.app_id().as_ref()?;
    if !app.as_str().starts_with("forecourt/") {
        return None;
    }
    let headers = properties.headers().as_ref()?.inner();
    match (headers.get("x-key")?, headers.get("x-key-seq")?) {
        (AMQPValue::LongString(key), AMQPValue::LongLongInt(seq)) => {
            Some((std::str::from_utf8(key.as_bytes()).ok()?, *seq))
        }
        _ => None,
    }
}

/// Gives one message to the reader; `None` when there is no reader any more.
async fn hand_over(raw: &Raw, reader: &mpsc::Sender<Arrival>) -> Option<Handled> {
    let unreadable = |reason: &str| Some(Handled::Already(Outcome::Unreadable(reason.to_owned())));
    if raw.data.len() > LONGEST_BODY {
        return unreadable("the body is longer than 1 MiB");
    }
    let Ok(body) = std::str::from_utf8(&raw.data) else {
        return unreadable("the body is not UTF-8");
    };
    let id = raw
        .properties
        .message_id()
        .as_ref()
        .map(ToString::to_string);
    let (delivery, handled) = Delivery::new(body.to_owned(), id, raw.routing_key.to_string(), 1);
    let sent = reader.send(Arrival::Message(delivery)).await;
    sent.ok().map(|()| Handled::ByReader(handled))
}

/// Acknowledges what is handled, many at once.
struct Settler<'a> {
    channel: &'a Channel,
    config: &'a RabbitMqConfig,
    /// The newest handled one, and how many are since the last acknowledgement.
    handled: Option<(DeliveryTag, u16)>,
    /// Whether one was left unanswered: "up to here" would take it along.
    one_by_one: bool,
}

impl<'a> Settler<'a> {
    const fn new(channel: &'a Channel, config: &'a RabbitMqConfig) -> Self {
        Self {
            channel,
            config,
            handled: None,
            one_by_one: false,
        }
    }

    /// Takes the oldest open message's outcome.
    async fn take(&mut self, raw: &Raw, outcome: Option<Outcome>) -> Result<(), BusError> {
        match outcome {
            Some(Outcome::Handled) => {}
            Some(Outcome::Unreadable(reason)) => {
                letters::set_aside(self.channel, self.config, raw, &reason).await?;
            }
            // The reader dropped it: it stays unacknowledged and comes again on the next connection.
            None => {
                self.flush().await?;
                self.one_by_one = true;
                return Ok(());
            }
        }
        let count = self.handled.map_or(0, |(_, count)| count) + 1;
        self.handled = Some((raw.delivery_tag, count));
        if self.one_by_one || count >= ACKS {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), BusError> {
        if let Some((tag, _)) = self.handled.take() {
            let multiple = !self.one_by_one;
            self.channel
                .basic_ack(tag, BasicAckOptions { multiple })
                .await?;
        }
        Ok(())
    }
}
