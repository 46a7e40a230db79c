//! A plain AMQP publisher on pika, in a process of its own: what it publishes is mandatory and
//! confirmed. It also takes from queues, to look at what was left there. Its counterpart that is sent
//! everything is `AmqpProbe`.

use serde_json::{Value, json};

use crate::dialogue::Dialogue;
use crate::python;

/// A publisher with one channel.
#[derive(Debug)]
pub struct AmqpPublisher {
    dialogue: Dialogue,
}

impl AmqpPublisher {
    /// Connects to the broker.
    pub async fn start(url: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("forecourt-publisher-")
            .tempdir()
            .expect("the folder for temporary files is writable");
        let mut command = python::command("amqp_publish.py");
        command.arg(url);
        Self {
            dialogue: Dialogue::open("the AMQP publisher", &mut command, folder).await,
        }
    }

    /// Publishes `{exchange, routingKey, body | bodyBase64, properties?}` and waits for the broker's
    /// confirm; properties have pika's names. The error is `{kind, message}`: `UnroutableError` when no
    /// queue took it.
    pub async fn publish(&mut self, message: Value) -> Result<(), Value> {
        self.dialogue.ask("publish", message).await.map(drop)
    }

    /// The oldest message of a queue, `{routing_key, message_id, headers, body}`, taken off it.
    pub async fn take(&mut self, queue: &str) -> Option<Value> {
        let taken = self.dialogue.ask("take", json!({ "queue": queue })).await;
        let message =
            taken.unwrap_or_else(|error| panic!("nothing can be taken off {queue}: {error}"));
        (!message.is_null()).then_some(message)
    }
}
