//! Keeps a connection to the broker: connect, declare, consume; on any error wait with jitter and begin again.
//! lapin's own recovery stays off: when its attempts run out it hangs for ever (7-facts §3).

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::options::ConfirmSelectOptions;
use lapin::{Channel, Connection, ConnectionProperties, Event};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{RabbitMqConfig, consumer, topology};
use crate::{BusError, Delivery, Link};

/// The first pause; it doubles up to `reconnect_max`.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// How long a connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// What the supervisor tells the rest of the bus.
pub(super) struct Outputs {
    pub(super) channel: watch::Sender<Option<Channel>>,
    pub(super) link: watch::Sender<Link>,
    pub(super) deliver: mpsc::Sender<Delivery>,
}

/// Runs until stopped.
pub(super) async fn run(config: Arc<RabbitMqConfig>, outputs: Outputs, stop: CancellationToken) {
    let mut pause = FIRST_PAUSE;
    while !stop.is_cancelled() {
        let ended = tokio::select! {
            ended = session(&config, &outputs) => ended,
            () = stop.cancelled() => Ok(()),
        };
        let was_up = *outputs.link.borrow() != Link::Down;
        outputs.channel.send_replace(None);
        outputs.link.send_replace(Link::Down);
        if stop.is_cancelled() {
            break;
        }
        if was_up {
            pause = FIRST_PAUSE;
        }
        let wait = jittered(pause);
        let reason = ended.map_or_else(
            |error| error.to_string(),
            |()| "the connection ended".to_owned(),
        );
        tracing::warn!(reason, retry_in = ?wait, "the broker is not connected");
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => {}
        }
        pause = (pause * 2).min(config.reconnect_max);
    }
}

/// One connection from first to last.
async fn session(config: &RabbitMqConfig, outputs: &Outputs) -> Result<(), BusError> {
    let name = format!("forecourt/{}", config.node);
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    let connecting = Connection::connect(&config.url, properties);
    let connection = timeout(config.confirm_timeout, connecting)
        .await
        .map_err(|_| BusError::Timeout(config.confirm_timeout))??;
    let mut events = Box::pin(connection.events_listener());

    let publishing = connection.create_channel().await?;
    topology::declare(&publishing, config).await?;
    publishing
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    let consuming = connection.create_channel().await?;
    consuming
        .confirm_select(ConfirmSelectOptions::default())
        .await?;

    outputs.channel.send_replace(Some(publishing));
    outputs.link.send_replace(Link::Connected);
    tracing::info!("the broker is connected");

    let mut consumer = Box::pin(consumer::run(&consuming, config, &outputs.deliver));
    let ended = loop {
        tokio::select! {
            ended = &mut consumer => break ended,
            event = events.next() => match event {
                Some(Event::ConnectionBlocked(reason)) => {
                    tracing::warn!(reason, "the broker takes nothing for now");
                    outputs.link.send_replace(Link::Blocked);
                }
                Some(Event::ConnectionUnblocked) => {
                    tracing::info!("the broker takes messages again");
                    outputs.link.send_replace(Link::Connected);
                }
                Some(Event::Error(error)) => break Err(error.into()),
                Some(_) => {}
                None => break Ok(()),
            },
        }
    };
    drop(consumer);
    // A broken connection cannot be closed politely; that it is gone is all that matters.
    let _ = timeout(GOODBYE, connection.close(200, "leaving".into())).await;
    ended
}

fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::random_range(0.5..1.0))
}
