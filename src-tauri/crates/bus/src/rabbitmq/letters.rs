//! Dead letters: what cannot be read is copied to its exchange as it came, with the reason, and waits there for
//! the operator. Not for what the broker sets aside by itself.

use lapin::message::Delivery as Raw;
use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, LongString};
use lapin::{BasicProperties, Channel, Confirmation};

use super::{PERSISTENT, RabbitMqConfig, within};
use crate::BusError;

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
