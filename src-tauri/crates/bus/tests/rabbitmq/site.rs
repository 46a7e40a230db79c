//! A broker, a gateway's bus on it, and third-party clients of it. Not for what is checked.

use std::time::Duration;

use bus::{
    Arrival, Bus as _, CommandEnvelope, Commands, Deliveries, Delivery, Link, Message,
    RabbitMqConfig,
};
use testkit::{RabbitMq, python};
use tokio::process::Command;
use tokio::time::timeout;

pub const EVENTS: &str = "ev_charging_events";
pub const DEAD_LETTERS: &str = "ev_charging_dlq_exchange";
/// How long the broker may take to confirm.
pub const CONFIRM: Duration = Duration::from_secs(3);
/// How long anything may take that needs no new connection.
pub const WAIT: Duration = Duration::from_mins(1);
/// MSG-02: connected again at most this long after the broker is back.
pub const RECONNECT: Duration = Duration::from_secs(35);

/// A gateway's bus with its readers.
pub struct Site {
    pub bus: bus::RabbitMq,
    pub inbox: Deliveries,
    pub commands: Commands,
    /// What was said of gaps so far.
    pub gaps: Vec<String>,
}

impl Site {
    /// Starts a bus, whether or not a broker is at the URL.
    pub fn start(url: &str, node: &str) -> Self {
        let bus = bus::RabbitMq::start(config(url, node));
        let inbox = bus.deliveries().expect("nobody reads yet");
        let commands = bus.commands().expect("nobody reads yet");
        Self {
            bus,
            inbox,
            commands,
            gaps: Vec::new(),
        }
    }

    /// Waits until the link is as said.
    pub async fn until(&self, wanted: Link) {
        let mut link = self.bus.link();
        let seen = timeout(RECONNECT, link.wait_for(|link| *link == wanted)).await;
        assert!(
            seen.is_ok(),
            "the link never became {wanted:?}: it is {:?}",
            *self.bus.link().borrow()
        );
    }

    /// Publishes and expects all of it to be stored.
    pub async fn store(&self, batch: &[Message]) {
        let published = self.bus.publish(batch).await;
        assert!(
            published.failure.is_none(),
            "nothing is in the way: {published:?}"
        );
        assert_eq!(published.stored, batch.len(), "no failure, so all of it");
    }

    /// The next delivery. A gap before it is noted.
    pub async fn next(&mut self) -> Delivery {
        loop {
            let arrived = timeout(WAIT, self.inbox.recv()).await;
            match arrived.expect("it is in the queue").expect("the bus lives") {
                Arrival::Message(delivery) => return delivery,
                Arrival::Gap(reason) => self.gaps.push(reason),
            }
        }
    }

    /// The next command.
    pub async fn next_command(&mut self) -> Delivery {
        let arrived = timeout(WAIT, self.commands.recv()).await;
        arrived.expect("it is in the queue").expect("the bus lives")
    }

    /// Takes deliveries until the one with this body, and acknowledges all of them.
    pub async fn drain_to(&mut self, body: &str) {
        loop {
            let delivery = self.next().await;
            let found = delivery.body == body;
            delivery.ack();
            if found {
                return;
            }
        }
    }
}

pub fn config(url: &str, node: &str) -> RabbitMqConfig {
    RabbitMqConfig {
        url: url.to_owned(),
        node: node.to_owned(),
        exchange: EVENTS.to_owned(),
        dead_letter_exchange: DEAD_LETTERS.to_owned(),
        confirm_timeout: CONFIRM,
        reconnect_max: Duration::from_secs(30),
    }
}

/// Event `number` of one charge point; its body is a JSON object that holds the number.
pub fn message(number: i64, name: &str) -> Message {
    Message {
        id: format!("{number:032x}")
            .parse()
            .expect("32 hex digits are an id"),
        routing_key: name.to_owned(),
        key: "point-1".to_owned(),
        key_seq: number,
        envelope: body(number),
    }
}

/// Command `number`; its body is the number.
pub fn command(number: u32, lives: Duration) -> CommandEnvelope {
    CommandEnvelope {
        id: format!("{number:032x}")
            .parse()
            .expect("32 hex digits are an id"),
        body: number.to_string(),
        lives,
    }
}

pub fn body(number: i64) -> String {
    format!(r#"{{"number":{number}}}"#)
}

/// What `rabbitmqctl list_… COLUMNS` says, a line each, sorted.
pub async fn listed(broker: &RabbitMq, what: &str, columns: &[&str]) -> Vec<String> {
    let host = broker.vhost();
    let mut args = vec![what, "--vhost", &host, "--no-table-headers"];
    args.extend(columns);
    let mut lines: Vec<String> = broker.ctl(&args).await.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Publishes as somebody else's program does, with properties of its own.
pub const PUBLISH: &str = r"
import sys, pika
url, exchange, key, body = sys.argv[1:]
channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
channel.confirm_delivery()
properties = pika.BasicProperties(
    message_id='theirs-1', app_id='theirs', content_type='text/plain', headers={'x-theirs': 7}, expiration='600000')
channel.basic_publish(exchange, key, body.encode(), properties, mandatory=True)
";

/// Publishes many messages at once, as somebody else's program does, each with its number as body and id.
pub const PUBLISH_MANY: &str = r"
import sys, pika
url, exchange, key, first, last = sys.argv[1:]
channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
for number in range(int(first), int(last) + 1):
    properties = pika.BasicProperties(message_id=str(number), delivery_mode=2)
    channel.basic_publish(exchange, key, str(number).encode(), properties)
channel.connection.close()
";

/// Deletes a queue, as a careless administrator does.
pub const DELETE_QUEUE: &str = r"
import sys, pika
url, queue = sys.argv[1:]
pika.BlockingConnection(pika.URLParameters(url)).channel().queue_delete(queue)
";

/// Takes a binding away, as a careless administrator does.
pub const UNBIND: &str = r"
import sys, pika
url, queue, exchange, key = sys.argv[1:]
pika.BlockingConnection(pika.URLParameters(url)).channel().queue_unbind(queue, exchange, key)
";

/// Runs a script of a third party.
pub async fn third_party(script: &str, args: &[&str]) {
    let output = Command::new(python::interpreter())
        .arg("-c")
        .arg(script)
        .args(args)
        .output()
        .await;
    let output = output.expect("the interpreter is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
