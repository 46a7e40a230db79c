//! One charge point from power cycle to power cycle: its connectors and its connection live side by
//! side, so that a charge goes on while there is no connection.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::connection::{Parted, keep};
use crate::connector::Connector;
use crate::point::{Ending, Point};

/// How long a charge point takes to start again.
const RESTART: Duration = Duration::from_millis(500);

/// The charge point at place `order` of its fleet, counted from 0; it runs until `stop`.
pub(crate) async fn run(point: Point, order: u32, stop: CancellationToken) {
    loop {
        point.power_up().await;
        let dark = match power_cycle(&point, order, &stop).await {
            Parted::Ended if stop.is_cancelled() => return,
            Parted::Ended => RESTART,
            Parted::PowerLost(time) => time,
        };
        info!(identity = point.identity, "starts again");
        // Who stops the fleet gets the end of what the power cut short: one more cycle tells it.
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(dark) => {}
        }
    }
}

async fn power_cycle(point: &Point, order: u32, stop: &CancellationToken) -> Parted {
    let config = &point.config;
    // How long after its boot the first car comes.
    let first_car = config.stagger.saturating_mul(order);
    let ended = CancellationToken::new();
    let connectors = async {
        let lives = (1..).zip(&point.bays).map(|(place, bay)| {
            Connector::new(point, bay, config.id_tag(order, place)).live(first_car)
        });
        join_all(lives).await;
        ended.cancel();
    };
    let ending = async {
        stop.cancelled().await;
        point.end(Ending::Fleet);
    };
    let beside = async {
        tokio::join!(connectors, ending);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        parted = keep(point, &ended) => parted,
        // Never ends: what the connectors have left to say, the connection says.
        () = beside => Parted::Ended,
    }
}
