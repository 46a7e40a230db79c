//! Every exchange, queue and binding of ours on the broker. Source: 2-contract, "RabbitMQ".

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use lapin::{Channel, ExchangeKind, Result};

use super::RabbitMqConfig;

/// Messages that cannot be read wait here for the operator.
const DEAD_LETTER_QUEUE: &str = "ev_charging_dlq";
/// A gateway that has been away this long starts its screens from a snapshot anyway.
const LIVE_QUEUE_EXPIRES_MS: i32 = 600_000;
/// Beyond this a gateway that lags loses the oldest, and its screens fetch a snapshot.
const LIVE_QUEUE_MAX_LENGTH: i32 = 100_000;

/// The queue of one gateway's screens.
pub(super) fn live_queue(node: &str) -> ShortString {
    format!("forecourt.live.{node}").into()
}

/// Declares it all. Every declaration repeats what stands there already, so each connection does it anew.
pub(super) async fn declare(channel: &Channel, config: &RabbitMqConfig) -> Result<()> {
    exchange(channel, &config.exchange, ExchangeKind::Topic).await?;
    exchange(channel, &config.dead_letter_exchange, ExchangeKind::Fanout).await?;

    let mut quorum = FieldTable::default();
    quorum.insert(
        "x-queue-type".into(),
        AMQPValue::LongString(LongString::from("quorum")),
    );
    queue(channel, DEAD_LETTER_QUEUE.into(), quorum).await?;
    bind(
        channel,
        DEAD_LETTER_QUEUE.into(),
        &config.dead_letter_exchange,
        "",
    )
    .await?;

    let mut live = FieldTable::default();
    live.insert(
        "x-expires".into(),
        AMQPValue::LongInt(LIVE_QUEUE_EXPIRES_MS),
    );
    live.insert(
        "x-max-length".into(),
        AMQPValue::LongInt(LIVE_QUEUE_MAX_LENGTH),
    );
    queue(channel, live_queue(&config.node), live).await?;
    bind(channel, live_queue(&config.node), &config.exchange, "#").await
}

async fn exchange(channel: &Channel, name: &str, kind: ExchangeKind) -> Result<()> {
    let durable = ExchangeDeclareOptions {
        durable: true,
        ..ExchangeDeclareOptions::default()
    };
    channel
        .exchange_declare(name.into(), kind, durable, FieldTable::default())
        .await
}

async fn queue(channel: &Channel, name: ShortString, arguments: FieldTable) -> Result<()> {
    let durable = QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    };
    channel
        .queue_declare(name, durable, arguments)
        .await
        .map(|_| ())
}

async fn bind(channel: &Channel, queue: ShortString, exchange: &str, key: &str) -> Result<()> {
    channel
        .queue_bind(
            queue,
            exchange.into(),
            key.into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
}
