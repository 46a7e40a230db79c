//! A broker that a third-party client can use, that can be killed and comes back.

use std::time::Duration;

use testkit::{AmqpProbe, RabbitMq, python};
use tokio::process::Command;

/// Publishes `body` durably and waits for the broker's confirm.
const PUBLISH: &str = r"
import sys, pika
url, exchange, key, body = sys.argv[1:]
channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
channel.confirm_delivery()
properties = pika.BasicProperties(
    message_id='id-1', app_id='test', delivery_mode=2, content_type='application/json', headers={'x-key-seq': 7})
channel.basic_publish(exchange, key, body.encode(), properties, mandatory=True)
";

/// Declares a durable queue of the given name.
pub const DECLARE: &str = r"
import sys, pika
url, queue = sys.argv[1:]
pika.BlockingConnection(pika.URLParameters(url)).channel().queue_declare(queue, durable=True)
";

/// Runs a script of pika's.
pub async fn python(script: &str, args: &[&str]) {
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

#[tokio::test]
async fn a_third_party_consumer_sees_what_a_third_party_publishes() {
    let broker = RabbitMq::start().await;
    let url = broker.url();
    let mut probe = AmqpProbe::start(&url, "amq.topic", "meter.#").await;

    python(
        PUBLISH,
        &[&url, "amq.topic", "meter.values", r#"{"energyWh":1520}"#],
    )
    .await;
    python(PUBLISH, &[&url, "amq.topic", "meter.other", "not JSON"]).await;

    let first = probe.next(Duration::from_secs(20)).await;
    let expected = serde_json::json!({
        "routing_key": "meter.values", "message_id": "id-1", "app_id": "test", "delivery_mode": 2,
        "content_type": "application/json", "headers": {"x-key-seq": 7}, "body": {"energyWh": 1520},
    });
    assert_eq!(first, expected, "every property arrives as it was sent");
    let second = probe.next(Duration::from_secs(20)).await;
    assert_eq!(
        second["body"], "not JSON",
        "a body that is no JSON arrives as text, after the first"
    );

    let hosts = broker.ctl(&["list_vhosts", "--no-table-headers"]).await;
    assert_eq!(
        hosts.trim(),
        broker.vhost(),
        "there is no default virtual host beside ours"
    );
}

#[tokio::test]
async fn a_killed_or_stopped_broker_comes_back_at_the_same_address_with_its_messages() {
    let mut broker = RabbitMq::start().await;
    let url = broker.url();
    python(DECLARE, &[&url, "kept"]).await;
    python(PUBLISH, &[&url, "", "kept", "{}"]).await;

    broker.kill();
    broker.start_again().await;
    assert_eq!(
        broker.url(),
        url,
        "clients reconnect to the address they know"
    );
    python(PUBLISH, &[&url, "", "kept", "{}"]).await;

    broker.stop().await;
    broker.start_again().await;
    let vhost = broker.vhost();
    let queues = broker
        .ctl(&[
            "list_queues",
            "--vhost",
            &vhost,
            "--no-table-headers",
            "name",
            "messages",
        ])
        .await;
    assert_eq!(
        queues.trim(),
        "kept\t2",
        "confirmed persistent messages outlive the process"
    );
}
