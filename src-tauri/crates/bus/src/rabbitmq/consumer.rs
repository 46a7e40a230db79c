//! Consuming the gateway's own queue: in order, acknowledged only when the reader has stored the effect.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use lapin::message::Delivery as Raw;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{BasicProperties, Channel};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::{PREFETCH, RabbitMqConfig, topology};
use crate::message::Outcome;
use crate::{BusError, Delivery};

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
) -> lapin::Result<()> {
    tracing::warn!(routing_key = %raw.routing_key, reason, "a message cannot be read; it went to the dead letters");
    let mut headers = raw.properties.headers().clone().unwrap_or_default();
    headers.insert(
        "x-reason".into(),
        AMQPValue::LongString(LongString::from(reason)),
    );
    headers.insert(
        "x-routing-key".into(),
        AMQPValue::LongString(LongString::from(raw.routing_key.as_str())),
    );
    channel
        .basic_publish(
            config.dead_letter_exchange.as_str().into(),
            "".into(),
            BasicPublishOptions::default(),
            &raw.data,
            BasicProperties::default()
                .with_delivery_mode(2)
                .with_headers(headers),
        )
        .await?
        .await
        .map(|_| ())
}
