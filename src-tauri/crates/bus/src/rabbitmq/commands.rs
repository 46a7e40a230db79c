//! Commands between gateways: sent one at a time to a gateway's own quorum queue, and taken from this one's.
//! One that its reader dropped comes again, ten times at most; then it is a dead letter.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use lapin::message::{BasicReturnMessage, Delivery as Raw};
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, BasicRejectOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::{mpsc, oneshot};

use super::{PERSISTENT, RabbitMqConfig, letters, nobody_reads, topology, within};
use crate::message::Outcome;
use crate::{BusError, CommandEnvelope, Delivery};

/// How many commands are in hand at once; one that hangs holds up none of the others.
pub(super) const PREFETCH: u16 = 50;

/// How often a command is tried. The queue's own limit lets one more through, and counts those with which
/// a whole gateway ended.
const MOST_TRIES: u32 = 10;

/// Publishes one command and waits until it is stored.
pub(super) async fn send(
    channel: &Channel,
    config: &RabbitMqConfig,
    node: &str,
    command: &CommandEnvelope,
) -> Result<(), BusError> {
    let id = command.id.to_string();
    let properties = BasicProperties::default()
        .with_message_id(id.as_str().into())
        .with_app_id(config.app_id().into())
        .with_content_type("application/json".into())
        .with_delivery_mode(PERSISTENT)
        .with_expiration(command.lives.as_millis().to_string().into());
    let mandatory = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let stored = async {
        let confirm = channel
            .basic_publish(
                topology::COMMANDS.into(),
                node.into(),
                mandatory,
                command.body.as_bytes(),
                properties,
            )
            .await?;
        confirm.await
    };
    match within(config, stored).await? {
        // lapin may hand out what an earlier command that nobody waited for any more left behind.
        Confirmation::Ack(Some(returned)) if is_own(&returned, &id) => {
            Err(BusError::NoSuchNode(node.to_owned()))
        }
        Confirmation::Ack(_) => Ok(()),
        Confirmation::Nack(_) | Confirmation::NotRequested => Err(BusError::Refused(id)),
    }
}

fn is_own(returned: &BasicReturnMessage, id: &str) -> bool {
    let came = returned.delivery.properties.message_id();
    came.as_ref().is_some_and(|came| came.as_str() == id)
}

/// Feeds the reader until the channel ends.
pub(super) async fn run(
    channel: &Channel,
    config: &RabbitMqConfig,
    reader: &mpsc::Sender<Delivery>,
) -> Result<(), BusError> {
    within(
        config,
        channel.basic_qos(PREFETCH, BasicQosOptions::default()),
    )
    .await?;
    let consuming = channel.basic_consume(
        topology::command_queue(&config.node),
        config.node.as_str().into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    );
    let mut queue = within(config, consuming).await?;
    let mut open = FuturesUnordered::new();
    loop {
        tokio::select! {
            raw = queue.next() => {
                let Some(raw) = raw.transpose()? else { return Ok(()) };
                if attempt(&raw) > MOST_TRIES {
                    give_up(channel, config, &raw).await?;
                    continue;
                }
                let Some(handled) = hand_over(&raw, reader).await else { return nobody_reads().await };
                open.push(async move { (raw, handled.await.ok()) });
            }
            Some((raw, outcome)) = open.next() => settle(channel, config, &raw, outcome).await?,
        }
    }
}

/// Gives one command to the reader; `None` when there is no reader any more.
async fn hand_over(
    raw: &Raw,
    reader: &mpsc::Sender<Delivery>,
) -> Option<oneshot::Receiver<Outcome>> {
    let id = raw.properties.message_id().as_ref();
    let (delivery, handled) = Delivery::new(
        String::from_utf8_lossy(&raw.data).into_owned(),
        id.map(ToString::to_string),
        raw.routing_key.to_string(),
        attempt(raw),
    );
    reader.send(delivery).await.ok().map(|()| handled)
}

/// The queue counts how often it handed this one over before.
fn attempt(raw: &Raw) -> u32 {
    let headers = raw.properties.headers().as_ref();
    let count = headers.and_then(|headers| headers.inner().get("x-delivery-count"));
    let before = match count {
        Some(AMQPValue::LongLongInt(count)) => u32::try_from(*count).unwrap_or(u32::MAX),
        Some(AMQPValue::LongInt(count)) => u32::try_from(*count).unwrap_or(0),
        _ => 0,
    };
    before.saturating_add(1)
}

async fn settle(
    channel: &Channel,
    config: &RabbitMqConfig,
    raw: &Raw,
    outcome: Option<Outcome>,
) -> Result<(), BusError> {
    match outcome {
        Some(Outcome::Handled) => {}
        Some(Outcome::Unreadable(reason)) => {
            letters::set_aside(channel, config, raw, &reason).await?;
        }
        None if attempt(raw) >= MOST_TRIES => return give_up(channel, config, raw).await,
        None => {
            // Rejected, not nacked: only this counts against the delivery limit on every version (MSG-04).
            let again = BasicRejectOptions { requeue: true };
            raw.reject(again).await?;
            return Ok(());
        }
    }
    raw.ack(BasicAckOptions::default()).await?;
    Ok(())
}

async fn give_up(channel: &Channel, config: &RabbitMqConfig, raw: &Raw) -> Result<(), BusError> {
    let reason = format!("given up after {MOST_TRIES} tries");
    letters::set_aside(channel, config, raw, &reason).await?;
    raw.ack(BasicAckOptions::default()).await?;
    Ok(())
}
