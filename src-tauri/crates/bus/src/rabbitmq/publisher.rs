//! Publishing with confirms: persistent, mandatory, pipelined, each with a deadline.

use std::collections::HashSet;

use futures_util::FutureExt as _;
use lapin::message::BasicReturnMessage;
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
    let mut unsent = None;
    for message in batch {
        match timeout(config.confirm_timeout, send(channel, config, message)).await {
            Ok(Ok(confirm)) => waiting.push(confirm),
            Ok(Err(error)) => unsent = Some(error.into()),
            Err(_) => unsent = Some(BusError::Timeout(config.confirm_timeout)),
        }
        if unsent.is_some() {
            break;
        }
    }
    let mut answers = Answers::default();
    for (message, confirm) in batch.iter().zip(waiting) {
        answers.take(config, message, confirm).await;
    }
    answers.take_left_over(channel);
    answers.judge(batch, unsent)
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
        .with_app_id(config.app_id().into())
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
            message.routing_key.as_str().into(),
            mandatory,
            message.envelope.as_bytes(),
            properties,
        )
        .await
}

/// What the broker said of a batch.
///
/// It returns a message that no queue wants and acknowledges it all the same. lapin hands the returned
/// message out with whichever confirm it completes next, which need not be the message's own: so it is known
/// by its id, and every confirm is looked at before one is believed.
#[derive(Default)]
struct Answers {
    /// How many from the front are acknowledged.
    acknowledged: usize,
    /// Why the next one is not.
    failure: Option<BusError>,
    /// The ids of those that came back.
    returned: HashSet<String>,
}

impl Answers {
    /// Takes the next message's confirm. After a failure none is waited for; what is there is still read.
    async fn take(
        &mut self,
        config: &RabbitMqConfig,
        message: &Message,
        confirm: PublisherConfirm,
    ) {
        let answer = if self.failure.is_none() {
            timeout(config.confirm_timeout, confirm).await.ok()
        } else {
            confirm.now_or_never()
        };
        let (came_back, failure) = match answer {
            Some(Ok(Confirmation::Ack(came_back))) => (came_back, None),
            Some(Ok(Confirmation::Nack(came_back))) => (
                came_back,
                Some(BusError::Refused(message.routing_key.clone())),
            ),
            Some(Ok(Confirmation::NotRequested)) => {
                (None, Some(BusError::Refused(message.routing_key.clone())))
            }
            Some(Err(error)) => (None, Some(error.into())),
            None => (None, Some(BusError::Timeout(config.confirm_timeout))),
        };
        self.note_returned(came_back);
        self.failure = self.failure.take().or(failure);
        if self.failure.is_none() {
            self.acknowledged += 1;
        }
    }

    /// Takes what came with confirms of earlier batches that nobody waited for any more.
    fn take_left_over(&mut self, channel: &Channel) {
        // The first call may find the newest confirm still open and give nothing; the second does not ask for it.
        for _ in 0..2 {
            if let Some(Ok(came_back)) = channel.wait_for_confirms().now_or_never() {
                self.note_returned(came_back);
            }
        }
    }

    fn note_returned(&mut self, messages: impl IntoIterator<Item = BasicReturnMessage>) {
        let ids = messages
            .into_iter()
            .filter_map(|message| message.delivery.properties.message_id().clone());
        self.returned.extend(ids.map(|id| id.to_string()));
    }

    /// Stored is what was acknowledged and did not come back, up to the first that is not both.
    fn judge(self, batch: &[Message], unsent: Option<BusError>) -> Published {
        let stored = batch[..self.acknowledged]
            .iter()
            .take_while(|message| !self.returned.contains(&message.id.to_string()))
            .count();
        let failure = if stored < self.acknowledged {
            Some(BusError::Unroutable(batch[stored].routing_key.clone()))
        } else {
            self.failure.or(unsent)
        };
        Published { stored, failure }
    }
}
