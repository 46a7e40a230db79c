//! Consuming the gateway's own queue: in order, acknowledged only when the reader has stored the effect.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use lapin::message::Delivery as Raw;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::{PERSISTENT, PREFETCH, RabbitMqConfig, topology};
use crate::message::Outcome;
use crate::{BusError, Delivery};

/// How much of a reason is kept, in characters: it may quote the message, and headers must fit into one frame.
const LONGEST_REASON: usize = 500;

/// Feeds the reader until the channel or the reader ends.
pub(super) async fn run(
    channel: &Channel,
    config: &RabbitMqConfig,
    reader: &mpsc::Sender<Delivery>,
) -> Result<(), BusError> {
    channel
        .basic_qos(PREFETCH, BasicQosOptions::default())
        .await?;
    let mut queue = channel
        .basic_consume(
            topology::live_queue(&config.node),
            config.node.as_str().into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await?;
    let mut open = FuturesOrdered::new();
    loop {
        tokio::select! {
            raw = queue.next() => {
                let Some(raw) = raw.transpose()? else { return Ok(()) };
                let Some(handled) = hand_over(&raw, reader).await else { return Ok(()) };
                open.push_back(async move { (raw, handled.await) });
            }
            Some((raw, outcome)) = open.next() => settle(channel, config, &raw, outcome).await?,
        }
    }
}

/// Gives one message to the reader; `None` when there is no reader any more.
async fn hand_over(
    raw: &Raw,
    reader: &mpsc::Sender<Delivery>,
) -> Option<oneshot::Receiver<Outcome>> {
    let body = String::from_utf8_lossy(&raw.data).into_owned();
    let (delivery, handled) = Delivery::new(body);
    reader.send(delivery).await.ok().map(|()| handled)
}

async fn settle(
    channel: &Channel,
    config: &RabbitMqConfig,
    raw: &Raw,
    outcome: Result<Outcome, oneshot::error::RecvError>,
) -> Result<(), BusError> {
    match outcome {
        Ok(Outcome::Handled) => {}
        Ok(Outcome::Unreadable(reason)) => {
            let stored = set_aside(channel, config, raw, &reason);
            timeout(config.confirm_timeout, stored)
                .await
                .map_err(|_| BusError::Timeout(config.confirm_timeout))??;
        }
        // The reader dropped it: it stays unacknowledged and comes again on the next connection.
        Err(_) => return Ok(()),
    }
    raw.ack(BasicAckOptions::default()).await?;
    Ok(())
}

/// Copies a message to the dead letters, as it came, with the reason in `x-reason`.
async fn set_aside(
    channel: &Channel,
    config: &RabbitMqConfig,
    raw: &Raw,
    reason: &str,
) -> Result<(), BusError> {
    let reason: String = reason.chars().take(LONGEST_REASON).collect();
    tracing::warn!(routing_key = %raw.routing_key, reason, "a message cannot be read; it goes to the dead letters");
    // Returned and refused letters count as stored nowhere, so that the message itself stays in its queue.
    let mandatory = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let exchange = config.dead_letter_exchange.as_str();
    let confirm = channel
        .basic_publish(
            exchange.into(),
            "".into(),
            mandatory,
            &raw.data,
            letter(raw, &reason),
        )
        .await?;
    match confirm.await? {
        Confirmation::Ack(None) => Ok(()),
        Confirmation::Ack(Some(_)) => Err(BusError::Unroutable(exchange.to_owned())),
        Confirmation::Nack(_) | Confirmation::NotRequested => {
            Err(BusError::Refused(exchange.to_owned()))
        }
    }
}

/// What is kept of a message's properties. Its life time is not: a letter waits for the operator; nor is its
/// user, whom the broker would compare with ours.
fn letter(raw: &Raw, reason: &str) -> BasicProperties {
    let came = &raw.properties;
    let mut headers = came.headers().clone().unwrap_or_default();
    for (name, value) in [
        ("x-reason", reason),
        ("x-routing-key", raw.routing_key.as_str()),
    ] {
        headers.insert(name.into(), AMQPValue::LongString(LongString::from(value)));
    }
    let mut kept = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_headers(headers);
    if let Some(id) = came.message_id() {
        kept = kept.with_message_id(id.clone());
    }
    if let Some(app) = came.app_id() {
        kept = kept.with_app_id(app.clone());
    }
    if let Some(kind) = came.content_type() {
        kept = kept.with_content_type(kind.clone());
    }
    kept
}
