//! The publisher against the broker and the other half of pika.

use std::time::Duration;

use serde_json::json;
use testkit::{AmqpProbe, AmqpPublisher, RabbitMq};

use crate::rabbitmq::{DECLARE, python};

#[tokio::test]
async fn what_is_published_arrives_with_its_properties_and_what_nobody_takes_is_told() {
    let broker = RabbitMq::start().await;
    let url = broker.url();
    let mut probe = AmqpProbe::start(&url, "amq.topic", "notification.#").await;
    let mut publisher = AmqpPublisher::start(&url).await;

    let message = json!({
        "exchange": "amq.topic", "routingKey": "notification.station", "body": r#"{"type":"x"}"#,
        "properties": { "message_id": "id-1", "app_id": "shop", "content_type": "application/json" },
    });
    publisher.publish(message).await.expect("a queue is bound");
    let seen = probe.next(Duration::from_secs(20)).await;
    assert_eq!(
        (
            &seen["routing_key"],
            &seen["message_id"],
            &seen["app_id"],
            &seen["body"]
        ),
        (
            &json!("notification.station"),
            &json!("id-1"),
            &json!("shop"),
            &json!({ "type": "x" })
        ),
        "{seen}"
    );

    let nowhere = json!({ "exchange": "amq.topic", "routingKey": "elsewhere", "body": "" });
    let refused = publisher.publish(nowhere).await;
    assert_eq!(
        refused.expect_err("no queue is bound")["kind"],
        "UnroutableError"
    );

    python(DECLARE, &[&url, "kept"]).await;
    assert!(publisher.take("kept").await.is_none(), "it is empty");
    // What is no text, through the exchange that has every queue's name.
    let message = json!({
        "exchange": "", "routingKey": "kept", "bodyBase64": "/w==",
        "properties": { "headers": { "x-reason": "test" } },
    });
    publisher
        .publish(message)
        .await
        .expect("the queue is there");
    let taken = publisher.take("kept").await.expect("it was confirmed");
    assert_eq!(taken["headers"]["x-reason"], "test", "{taken}");
    assert_eq!(taken["body"], "\u{fffd}", "its bytes arrived: {taken}");
    assert!(
        publisher.take("kept").await.is_none(),
        "once taken it is gone"
    );
}
