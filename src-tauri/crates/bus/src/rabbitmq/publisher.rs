//! Publishing with confirms: persistent, mandatory, pipelined, each with a deadline.

use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{BasicProperties, Channel, Confirmation, PublisherConfirm};
use tokio::time::timeout;

use super::{PERSISTENT, RabbitMqConfig};
use crate::{BusError, Message, Published};

/// Publishes a batch in order and counts how many from the front the broker has stored.
pub(super) async fn publish(
    channel: &Channel,
    config: &RabbitMqConfig,
    batch: &[Message],
) -> Published {
    let mut waiting = Vec::with_capacity(batch.len());
    let mut failure = None;
    for message in batch {
        match timeout(config.confirm_timeout, send(channel, config, message)).await {
            Ok(Ok(confirm)) => waiting.push((message, confirm)),
            Ok(Err(error)) => failure = Some(error.into()),
            Err(_) => failure = Some(BusError::Timeout(config.confirm_timeout)),
        }
        if failure.is_some() {
            break;
        }
    }
    let mut stored = 0;
    for (message, confirm) in waiting {
        if let Err(error) = confirmed(config, message, confirm).await {
            failure = Some(error);
            break;
        }
        stored += 1;
    }
    Published { stored, failure }
}

async fn send(
    channel: &Channel,
    config: &RabbitMqConfig,
    message: &Message,
) -> lapin::Result<PublisherConfirm> {
    let mut headers = FieldTable::default();
    headers.insert(
        "x-key".into(),
        AMQPValue::LongString(LongString::from(message.key.as_str())),
    );
    headers.insert("x-key-seq".into(), AMQPValue::LongLongInt(message.key_seq));
    let properties = BasicProperties::default()
        .with_message_id(message.id.to_string().into())
        .with_app_id(format!("forecourt/{}", config.node).into())
        .with_content_type("application/json".into())
        .with_delivery_mode(PERSISTENT)
        .with_headers(headers);
    let mandatory = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    channel
        .basic_publish(
            config.exchange.as_str().into(),
            message.name.as_str().into(),
            mandatory,
            message.envelope.as_bytes(),
            properties,
        )
        .await
}

async fn confirmed(
    config: &RabbitMqConfig,
    message: &Message,
    confirm: PublisherConfirm,
) -> Result<(), BusError> {
    match timeout(config.confirm_timeout, confirm).await {
        Ok(Ok(Confirmation::Ack(None))) => Ok(()),
        // An unroutable mandatory message is acknowledged too, with the message in hand.
        Ok(Ok(Confirmation::Ack(Some(_)))) => Err(BusError::Unroutable(message.name.clone())),
        Ok(Ok(Confirmation::Nack(_) | Confirmation::NotRequested)) => {
            Err(BusError::Refused(message.name.clone()))
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(BusError::Timeout(config.confirm_timeout)),
    }
}
