//! The bus without a broker: what counts as stored, in which order, and for whom. Not for RabbitMQ: see `rabbitmq`.
//!
//! Planted once and seen to fail here: what was not handled counts; nothing is waited for.

use std::time::Duration;

use bus::{Bus, BusError, Deliveries, InProcess, Link, Message};
use tokio::time::timeout;

const WAIT: Duration = Duration::from_secs(10);

fn batch(numbers: std::ops::RangeInclusive<i64>) -> Vec<Message> {
    numbers
        .map(|number| Message {
            id: format!("{number:032x}")
                .parse()
                .expect("32 hex digits are an id"),
            name: "meter.values".to_owned(),
            key: "point".to_owned(),
            key_seq: number,
            envelope: number.to_string(),
        })
        .collect()
}

async fn next(inbox: &mut Deliveries) -> bus::Delivery {
    let arrived = timeout(WAIT, inbox.recv()).await;
    arrived.expect("it was published").expect("the bus lives")
}

#[tokio::test]
async fn a_batch_is_stored_when_its_last_message_is_acknowledged_and_not_before() {
    let bus = InProcess::new();
    let mut inbox = bus.deliveries().expect("nobody reads yet");
    let messages = batch(1..=3);
    let mut publishing = Box::pin(bus.publish(&messages));
    for expected in ["1", "2", "3"] {
        let delivery = tokio::select! {
            published = &mut publishing => panic!("{published:?} before {expected} was acknowledged"),
            delivery = next(&mut inbox) => delivery,
        };
        assert_eq!(delivery.body, expected, "in order");
        delivery.ack();
    }
    let published = timeout(WAIT, publishing)
        .await
        .expect("all is acknowledged");
    assert_eq!(published.stored, 3);
    assert!(published.failure.is_none(), "{published:?}");
}

#[tokio::test]
async fn a_message_that_is_set_aside_counts_and_one_that_is_dropped_does_not() {
    let bus = InProcess::new();
    let mut inbox = bus.deliveries().expect("nobody reads yet");
    let messages = batch(1..=4);
    let reader = async {
        next(&mut inbox).await.ack();
        next(&mut inbox).await.set_aside("it cannot be read");
        drop(next(&mut inbox).await);
        next(&mut inbox).await.ack();
    };
    let (published, ()) = tokio::join!(bus.publish(&messages), reader);
    assert_eq!(
        published.stored, 2,
        "up to the first that was not handled, whatever became of those behind it"
    );
    assert!(
        matches!(published.failure, Some(BusError::NoReader)),
        "{published:?}"
    );
}

#[tokio::test]
async fn nothing_is_stored_once_the_reader_has_gone() {
    let bus = InProcess::new();
    let mut inbox = bus.deliveries().expect("nobody reads yet");
    let messages = batch(1..=3);
    let reader = async {
        next(&mut inbox).await.ack();
        drop(inbox);
    };
    let (published, ()) = tokio::join!(bus.publish(&messages), reader);
    assert_eq!(published.stored, 1, "the one that was handled");
    assert!(
        matches!(published.failure, Some(BusError::NoReader)),
        "{published:?}"
    );

    let published = timeout(WAIT, bus.publish(&messages))
        .await
        .expect("nobody is waited for");
    assert_eq!(published.stored, 0);
    assert!(
        matches!(published.failure, Some(BusError::NoReader)),
        "{published:?}"
    );
}

#[tokio::test]
async fn a_batch_longer_than_the_queue_goes_through_a_slow_reader_in_order() {
    const MANY: i64 = 5_000;
    let bus = InProcess::new();
    let mut inbox = bus.deliveries().expect("nobody reads yet");
    let messages = batch(1..=MANY);
    let reader = async {
        for expected in 1..=MANY {
            let delivery = next(&mut inbox).await;
            assert_eq!(
                delivery.body,
                expected.to_string(),
                "in order, none missing"
            );
            delivery.ack();
        }
    };
    let (published, ()) = tokio::join!(bus.publish(&messages), reader);
    assert_eq!(i64::try_from(published.stored), Ok(MANY));
}

#[tokio::test]
async fn there_is_one_reader_and_the_link_says_that_there_is_no_broker() {
    let bus = InProcess::new();
    let _inbox = bus.deliveries().expect("nobody reads yet");
    assert!(
        matches!(bus.deliveries(), Err(BusError::NoReader)),
        "a second one would take half of the events"
    );
    assert_eq!(*bus.link().borrow(), Link::InProcess);
    let published = bus.publish(&[]).await;
    assert!(
        published.stored == 0 && published.failure.is_none(),
        "an empty batch asks nobody: {published:?}"
    );
    bus.close().await;
}
