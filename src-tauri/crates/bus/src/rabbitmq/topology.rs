//! Every exchange, queue and binding of ours on the broker. Source: 2-contract, "RabbitMQ".

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use lapin::{Channel, Connection, ErrorKind, ExchangeKind};

use super::{RabbitMqConfig, within};
use crate::BusError;

/// The exchange of the commands between gateways; the routing key is the receiver's name.
pub(super) const COMMANDS: &str = "forecourt.commands";
/// Messages that cannot be read wait here for the operator.
pub(super) const DEAD_LETTER_QUEUE: &str = "ev_charging_dlq";
/// A gateway that has been away this long starts its screens from a snapshot anyway.
const LIVE_QUEUE_EXPIRES_MS: i32 = 600_000;
/// Beyond this a gateway that lags loses the oldest, and its screens fetch a snapshot.
const LIVE_QUEUE_MAX_LENGTH: i32 = 100_000;
/// A gateway that has been away this long is not there: commands for it are returned to their sender.
const COMMAND_QUEUE_EXPIRES_MS: i32 = 60_000;
/// How often a command may come back before the broker itself takes it for poison.
const COMMAND_DELIVERIES: i32 = 10;
/// How many commands may wait for a gateway; beyond it their senders are refused.
const COMMAND_QUEUE_MAX_LENGTH: i32 = 10_000;

/// The queue of one gateway's screens.
pub(super) fn live_queue(node: &str) -> ShortString {
    format!("forecourt.live.{node}").into()
}

/// The queue of one gateway's commands.
pub(super) fn command_queue(node: &str) -> ShortString {
    format!("forecourt.commands.{node}").into()
}

/// Why what waits in the gateway's own queue is not all that was published since it last read: `None` when it is.
pub(super) async fn missed(
    connection: &Connection,
    config: &RabbitMqConfig,
) -> Result<Option<String>, BusError> {
    let passive = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::default()
    };
    // Asking for a queue that is not there ends the channel it is asked through.
    let asking = within(config, connection.create_channel()).await?;
    let asked = asking.queue_declare(live_queue(&config.node), passive, FieldTable::default());
    let asked = tokio::time::timeout(config.confirm_timeout, asked)
        .await
        .map_err(|_| BusError::Timeout(config.confirm_timeout))?;
    match asked {
        Ok(queue) => {
            let full = i64::from(queue.message_count()) >= i64::from(LIVE_QUEUE_MAX_LENGTH);
            // An answer is all that was wanted of this channel.
            let _ = within(config, asking.close(200, "asked".into())).await;
            Ok(full.then(|| "this gateway's queue was full".to_owned()))
        }
        Err(error) if is_not_found(&error) => {
            Ok(Some("this gateway's queue was not there".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

fn is_not_found(error: &lapin::Error) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(error)
        if *error.kind() == AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND))
}

/// Declares it all. Every declaration repeats what stands there already, so each connection does it anew.
pub(super) async fn declare(channel: &Channel, config: &RabbitMqConfig) -> Result<(), BusError> {
    let site = Site { channel, config };
    site.exchange(&config.exchange, ExchangeKind::Topic).await?;
    site.exchange(&config.dead_letter_exchange, ExchangeKind::Fanout)
        .await?;
    site.exchange(COMMANDS, ExchangeKind::Direct).await?;

    let dead_letters = ShortString::from(DEAD_LETTER_QUEUE);
    let quorum = arguments([("x-queue-type", text("quorum"))]);
    site.queue(dead_letters.clone(), quorum).await?;
    site.bind(dead_letters, &config.dead_letter_exchange, "")
        .await?;

    let (live, commands) = (live_queue(&config.node), command_queue(&config.node));
    site.queue(live.clone(), live_arguments()).await?;
    site.bind(live, &config.exchange, "#").await?;
    site.queue(commands.clone(), command_arguments(config))
        .await?;
    site.bind(commands, COMMANDS, &config.node).await
}

fn live_arguments() -> FieldTable {
    arguments([
        ("x-expires", AMQPValue::LongInt(LIVE_QUEUE_EXPIRES_MS)),
        ("x-max-length", AMQPValue::LongInt(LIVE_QUEUE_MAX_LENGTH)),
    ])
}

/// MSG-04: what is lost of a command is lost to the dead letters, with nothing dropped on the way there.
fn command_arguments(config: &RabbitMqConfig) -> FieldTable {
    arguments([
        ("x-queue-type", text("quorum")),
        ("x-delivery-limit", AMQPValue::LongInt(COMMAND_DELIVERIES)),
        ("x-dead-letter-exchange", text(&config.dead_letter_exchange)),
        ("x-dead-letter-strategy", text("at-least-once")),
        // The only one with which dead letters are sent at least once.
        ("x-overflow", text("reject-publish")),
        ("x-max-length", AMQPValue::LongInt(COMMAND_QUEUE_MAX_LENGTH)),
        ("x-expires", AMQPValue::LongInt(COMMAND_QUEUE_EXPIRES_MS)),
    ])
}

fn arguments<const N: usize>(given: [(&str, AMQPValue); N]) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in given {
        table.insert(name.into(), value);
    }
    table
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value))
}

/// A channel to declare through.
struct Site<'a> {
    channel: &'a Channel,
    config: &'a RabbitMqConfig,
}

impl Site<'_> {
    async fn exchange(&self, name: &str, kind: ExchangeKind) -> Result<(), BusError> {
        let durable = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        let declared =
            self.channel
                .exchange_declare(name.into(), kind, durable, FieldTable::default());
        within(self.config, declared).await
    }

    async fn queue(&self, name: ShortString, arguments: FieldTable) -> Result<(), BusError> {
        let durable = QueueDeclareOptions {
            durable: true,
            ..QueueDeclareOptions::default()
        };
        let declared = self.channel.queue_declare(name, durable, arguments);
        within(self.config, declared).await.map(|_| ())
    }

    async fn bind(&self, queue: ShortString, exchange: &str, key: &str) -> Result<(), BusError> {
        let bound = self.channel.queue_bind(
            queue,
            exchange.into(),
            key.into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        );
        within(self.config, bound).await
    }
}
