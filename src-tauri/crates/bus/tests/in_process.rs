//! The bus without a broker: nobody else is there, and commands come back. Not for RabbitMQ: see `rabbitmq`.
//! Planted once and seen to fail here: a command for another gateway that is taken.

use std::time::Duration;

use bus::{Bus, BusError, CommandEnvelope, InProcess, Link, Message};
use tokio::time::timeout;

const WAIT: Duration = Duration::from_secs(10);

fn batch(numbers: std::ops::RangeInclusive<i64>) -> Vec<Message> {
    numbers
        .map(|number| Message {
            id: format!("{number:032x}")
                .parse()
                .expect("32 hex digits are an id"),
            routing_key: "meter.values".to_owned(),
            key: "point".to_owned(),
            key_seq: number,
            envelope: number.to_string(),
        })
        .collect()
}

fn command(number: u32) -> CommandEnvelope {
    CommandEnvelope {
        id: format!("{number:032x}")
            .parse()
            .expect("32 hex digits are an id"),
        body: number.to_string(),
        lives: WAIT,
    }
}

#[tokio::test]
async fn what_is_published_is_stored_at_once_and_comes_back_to_nobody() {
    let bus = InProcess::new("main");
    let mut inbox = bus.deliveries().expect("nobody reads yet");
    let messages = batch(1..=5_000);
    let published = timeout(WAIT, bus.publish(&messages))
        .await
        .expect("nobody is waited for");
    assert_eq!(
        published.stored,
        messages.len(),
        "whoever is to have them has them already"
    );
    assert!(published.failure.is_none(), "{published:?}");
    assert!(
        inbox.try_recv().is_err(),
        "its own screens have them from the outbox"
    );
    assert!(
        matches!(
            inbox.try_recv(),
            Err(tokio::sync::mpsc::error::TryRecvError::Empty)
        ),
        "a reader waits for ever: the bus has not ended"
    );
}

#[tokio::test]
async fn a_command_comes_back_to_this_gateway_and_goes_to_no_other() {
    let bus = InProcess::new("main");
    let mut inbox = bus.commands().expect("nobody reads yet");
    for number in 1..=3 {
        bus.send_command("main", &command(number))
            .await
            .expect("it is this one");
    }
    let refused = bus.send_command("other", &command(4)).await;
    assert!(
        matches!(&refused, Err(BusError::NoSuchNode(node)) if node == "other"),
        "{refused:?}"
    );
    for number in 1..=3 {
        let delivery = inbox.recv().await.expect("the bus lives");
        assert_eq!(delivery.body, number.to_string(), "in order");
        assert_eq!(
            (delivery.id.as_deref(), delivery.attempt),
            (Some(command(number).id.to_string().as_str()), 1)
        );
        delivery.ack();
    }
    assert!(inbox.try_recv().is_err(), "that was all");
}

#[tokio::test]
async fn a_reader_that_lags_or_is_gone_makes_the_sender_fail_and_not_wait() {
    let bus = InProcess::new("main");
    let inbox = bus.commands().expect("nobody reads yet");
    let mut taken = 0;
    let refused = loop {
        let sent = timeout(WAIT, bus.send_command("main", &command(taken))).await;
        match sent.expect("nobody is waited for") {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(refused, BusError::Refused(_)) && taken == 100,
        "{refused:?} after {taken}"
    );
    drop(inbox);
    let refused = bus.send_command("main", &command(1)).await;
    assert!(matches!(refused, Err(BusError::NoReader)), "{refused:?}");
}

#[tokio::test]
async fn there_is_one_reader_and_the_link_says_that_there_is_no_broker() {
    let bus = InProcess::new("main");
    let _inbox = bus.deliveries().expect("nobody reads yet");
    let _commands = bus.commands().expect("nobody reads yet");
    assert!(
        matches!(bus.deliveries(), Err(BusError::NoReader)),
        "a second one would take half of the events"
    );
    assert!(
        matches!(bus.commands(), Err(BusError::NoReader)),
        "or of the commands"
    );
    assert_eq!(*bus.link().borrow(), Link::InProcess);
    let published = bus.publish(&[]).await;
    assert!(
        published.stored == 0 && published.failure.is_none(),
        "an empty batch asks nobody: {published:?}"
    );
    bus.close().await;
}
