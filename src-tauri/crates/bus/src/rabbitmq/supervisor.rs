//! Keeps a connection to the broker: connect, declare, consume; on any error wait with jitter and begin again.
//! lapin's own recovery stays off: when its attempts run out it hangs for ever (7-facts §3).

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::options::ConfirmSelectOptions;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties, Event};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::order::KeyOrder;
use super::{Channels, RabbitMqConfig, commands, consumer, letters, topology, within};
use crate::{Arrival, BusError, Delivery, Link};

/// The first pause; it doubles up to `reconnect_max`.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// How long a connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// Seconds between signs of life, unless the URL says otherwise: a cable that was pulled tells nobody.
const HEARTBEAT: u16 = 10;

/// What the supervisor tells the rest of the bus.
pub(super) struct Outputs {
    pub(super) channels: watch::Sender<Option<Channels>>,
    pub(super) link: watch::Sender<Link>,
    pub(super) deliver: mpsc::Sender<Arrival>,
    pub(super) command: mpsc::Sender<Delivery>,
    /// How many dead letters wait.
    pub(super) depth: watch::Sender<Option<u32>>,
    /// Asks for another connection.
    pub(super) reset: Arc<Notify>,
}

/// Runs until stopped.
pub(super) async fn run(config: Arc<RabbitMqConfig>, outputs: Outputs, stop: CancellationToken) {
    let mut pause = FIRST_PAUSE;
    let mut order = KeyOrder::default();
    while !stop.is_cancelled() {
        let ended = tokio::select! {
            ended = session(&config, &outputs, &mut order) => ended,
            () = stop.cancelled() => Ok(()),
        };
        let was_up = *outputs.link.borrow() != Link::Down;
        outputs.channels.send_replace(None);
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
async fn session(
    config: &RabbitMqConfig,
    outputs: &Outputs,
    order: &mut KeyOrder,
) -> Result<(), BusError> {
    let connection = connect(config).await?;
    let ended = serve(&connection, config, outputs, order).await;
    // A broken connection cannot be closed politely; that it is gone is all that matters.
    let _ = timeout(GOODBYE, connection.close(200, "leaving".into())).await;
    ended
}

async fn connect(config: &RabbitMqConfig) -> Result<Connection, BusError> {
    let mut uri: AMQPUri = config.url.parse().map_err(BusError::Broker)?;
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    let properties = ConnectionProperties::default().with_connection_name(config.app_id().into());
    within(config, Connection::connect_uri(uri, properties)).await
}

async fn serve(
    connection: &Connection,
    config: &RabbitMqConfig,
    outputs: &Outputs,
    order: &mut KeyOrder,
) -> Result<(), BusError> {
    let missed = topology::missed(connection, config).await?;
    let mut happened = Box::pin(connection.events_listener());
    let events = confirming(connection, config).await?;
    topology::declare(&events, config).await?;
    let commands = confirming(connection, config).await?;
    let (live, asked) = (
        confirming(connection, config).await?,
        confirming(connection, config).await?,
    );
    let counting = within(config, connection.create_channel()).await?;
    if let Some(reason) = missed {
        *order = KeyOrder::default();
        // Told before anything that comes out of the queue.
        // Without a reader there is nobody to tell.
        let _ = outputs.deliver.send(Arrival::Gap(reason)).await;
    }
    outputs
        .channels
        .send_replace(Some(Channels { events, commands }));
    // One that was in alarm already may have said so before anybody listened.
    let link = if connection.status().blocked() {
        Link::Blocked
    } else {
        Link::Connected
    };
    outputs.link.send_replace(link);
    tracing::info!("the broker is connected");

    let mut screens = Box::pin(consumer::run(&live, config, &outputs.deliver, order));
    let mut orders = Box::pin(commands::run(&asked, config, &outputs.command));
    let mut count = Box::pin(letters::count(&counting, config, outputs));
    loop {
        tokio::select! {
            ended = &mut screens => return ended,
            ended = &mut orders => return ended,
            ended = &mut count => return ended,
            () = outputs.reset.notified() => {
                return Err(BusError::Timeout(config.confirm_timeout));
            }
            event = happened.next() => match event {
                Some(Event::ConnectionBlocked(reason)) => {
                    tracing::warn!(reason, "the broker takes nothing for now");
                    outputs.link.send_replace(Link::Blocked);
                }
                Some(Event::ConnectionUnblocked) => {
                    tracing::info!("the broker takes messages again");
                    outputs.link.send_replace(Link::Connected);
                }
                Some(Event::Error(error)) => return Err(error.into()),
                Some(_) => {}
                None => return Ok(()),
            },
        }
    }
}

/// A channel on which the broker confirms what it stored.
async fn confirming(connection: &Connection, config: &RabbitMqConfig) -> Result<Channel, BusError> {
    let channel = within(config, connection.create_channel()).await?;
    let confirms = channel.confirm_select(ConfirmSelectOptions::default());
    within(config, confirms).await?;
    Ok(channel)
}

fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::random_range(0.5..1.0))
}
