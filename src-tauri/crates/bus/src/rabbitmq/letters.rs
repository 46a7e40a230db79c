//! Dead letters: what cannot be read is copied to its exchange as it came, with the reason, and waits there for
//! the operator; how many wait is counted. What the broker sets aside by itself comes there without us.

use std::time::Duration;

use lapin::message::Delivery as Raw;
use lapin::options::{BasicPublishOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::time::{MissedTickBehavior, interval};

use super::supervisor::Outputs;
use super::topology::DEAD_LETTER_QUEUE;
use super::{PERSISTENT, RabbitMqConfig, within};
use crate::{BusError, Link};

/// How often they are counted.
const LOOK: Duration = Duration::from_secs(2);

/// How much of a reason is kept, in characters: it may quote the message, and headers must fit into one frame.
const LONGEST_REASON: usize = 500;

/// Copies a message to the dead letters, as it came, with the reason in `x-reason`.
pub(super) async fn set_aside(
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
    let stored = async {
        let confirm = channel
            .basic_publish(
                exchange.into(),
                "".into(),
                mandatory,
                &raw.data,
                letter(raw, &reason),
            )
            .await?;
        confirm.await
    };
    match within(config, stored).await? {
        Confirmation::Ack(None) => Ok(()),
        Confirmation::Ack(Some(_)) => Err(BusError::Unroutable(exchange.to_owned())),
        Confirmation::Nack(_) | Confirmation::NotRequested => {
            Err(BusError::Refused(exchange.to_owned()))
        }
    }
}

/// Counts the letters that wait, for as long as the connection lives. Their queue is the site's, so what other
/// gateways and the broker itself set aside counts too.
pub(super) async fn count(
    channel: &Channel,
    config: &RabbitMqConfig,
    outputs: &Outputs,
) -> Result<(), BusError> {
    let passive = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::default()
    };
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        // A broker in alarm answers nothing.
        if *outputs.link.borrow() == Link::Blocked {
            continue;
        }
        let asked = channel.queue_declare(DEAD_LETTER_QUEUE.into(), passive, FieldTable::default());
        match within(config, asked).await {
            Ok(queue) => {
                let depth = Some(queue.message_count());
                outputs.depth.send_if_modified(|known| {
                    let news = *known != depth;
                    *known = depth;
                    news
                });
            }
            // It may have gone into alarm meanwhile; whether it is there at all is for others to notice.
            Err(BusError::Timeout(_)) => {}
            Err(error) => return Err(error),
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
