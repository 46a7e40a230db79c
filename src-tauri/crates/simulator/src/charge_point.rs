//! One charge point: keeps a connection, boots once, sends heartbeats and lets its connectors live.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use ocpp::v16::{
    BootNotificationRequest, BootNotificationResponse, ChargePointStatus, HeartbeatRequest,
    RegistrationStatus,
};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use crate::config::FleetConfig;
use crate::connector::Connector;
use crate::link::{CallFailure, Caller, Link};
use crate::stats::Stats;
use crate::surroundings::Surroundings;

/// The pause before the first reconnection; it doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Used where the gateway names no interval (0) in its answer to a BootNotification.
const USUAL_INTERVAL: Duration = Duration::from_mins(1);

/// The state of one charge point, which outlives its connections.
#[derive(Debug)]
pub(crate) struct ChargePoint {
    identity: String,
    /// How long after its boot the first car comes.
    first_car: Duration,
    config: Arc<FleetConfig>,
    stats: Arc<Stats>,
    connectors: Vec<Connector>,
    connected_before: bool,
    /// `None` until a boot was accepted. A cut is no reboot.
    booted: Option<Booted>,
}

/// An accepted boot.
#[derive(Clone, Copy, Debug)]
struct Booted {
    at: Instant,
    heartbeat: Duration,
}

impl ChargePoint {
    /// The charge point at place `order` of its fleet, counted from 0.
    pub(crate) fn new(
        order: u32,
        identity: String,
        config: &Arc<FleetConfig>,
        stats: &Arc<Stats>,
    ) -> Self {
        Self {
            identity,
            first_car: config.stagger.saturating_mul(order),
            config: Arc::clone(config),
            stats: Arc::clone(stats),
            connectors: (1..=config.connectors)
                .map(|id| Connector::new(id, config.id_tag(order, id)))
                .collect(),
            connected_before: false,
            booted: None,
        }
    }

    /// Connects, and connects again after each cut, until the fleet stops.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut failures = 0;
        while !stop.is_cancelled() {
            let open = tokio::select! {
                () = stop.cancelled() => return,
                open = Link::open(&self.identity, &self.config, &self.stats) => open,
            };
            match open {
                Ok((link, caller)) => {
                    failures = 0;
                    self.connected(link, caller, &stop).await;
                }
                Err(error) => {
                    debug!(identity = self.identity, %error, "no connection");
                    self.stats.refused(error.to_string());
                    failures += 1;
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(pause(failures)) => {}
            }
        }
    }

    async fn connected(&mut self, mut link: Link, caller: Caller, stop: &CancellationToken) {
        info!(identity = self.identity, "connected");
        if !self.connected_before {
            self.connected_before = true;
            self.stats.count(|counts| counts.connected += 1);
        }
        let said_all = tokio::select! {
            () = link.run() => false,
            lived = self.live(&caller, stop) => lived.is_ok(),
        };
        if said_all {
            link.close().await;
        }
    }

    async fn live(&mut self, caller: &Caller, stop: &CancellationToken) -> Result<(), CallFailure> {
        let around = Surroundings {
            caller,
            config: &self.config,
            stats: &self.stats,
            identity: &self.identity,
            stop,
        };
        let Some(booted) = boot(&mut self.booted, around).await? else {
            return Ok(());
        };
        let first_car = self.first_car.saturating_sub(booted.at.elapsed());
        around.status(0, ChargePointStatus::Available).await?;
        let connectors = try_join_all(
            self.connectors
                .iter_mut()
                .map(|connector| connector.live(around, first_car)),
        );
        tokio::select! {
            ended = connectors => ended.map(|_| ()),
            failure = heartbeats(around, booted.heartbeat) => Err(failure),
        }
    }
}

/// Sends BootNotification until it is accepted, unless one was before; `None` = the fleet stops first.
async fn boot(
    booted: &mut Option<Booted>,
    around: Surroundings<'_>,
) -> Result<Option<Booted>, CallFailure> {
    while booted.is_none() {
        let mut request = BootNotificationRequest::new("Forecourt", "Simulator");
        // CiString25: a longer identity is cut, it stands in full in the URL.
        request.charge_point_serial_number = Some(around.identity.chars().take(25).collect());
        request.firmware_version = Some(env!("CARGO_PKG_VERSION").to_owned());
        let answer = around.call("BootNotification", &request).await?;
        let answer =
            answer.and_then(|answer| ocpp::decode::<BootNotificationResponse>(&answer).ok());
        let interval = answer
            .as_ref()
            .map_or(USUAL_INTERVAL, |answer| seconds(answer.interval));
        if answer.is_some_and(|answer| answer.status == RegistrationStatus::Accepted) {
            around.stats.count(|counts| counts.boots += 1);
            *booted = Some(Booted {
                at: Instant::now(),
                heartbeat: interval,
            });
        } else {
            tokio::select! {
                () = around.stop.cancelled() => return Ok(None),
                () = sleep(interval) => {}
            }
        }
    }
    Ok(*booted)
}

/// Never ends by itself; ends with the failure that says the connection is gone.
async fn heartbeats(around: Surroundings<'_>, interval: Duration) -> CallFailure {
    loop {
        sleep(interval).await;
        if let Err(gone) = around.call("Heartbeat", &HeartbeatRequest::default()).await {
            return gone;
        }
    }
}

fn seconds(interval: i32) -> Duration {
    match u64::try_from(interval) {
        Ok(1..) => Duration::from_secs(interval.unsigned_abs().into()),
        _ => USUAL_INTERVAL,
    }
}

/// A random part of a pause that doubles with each failure: a thousand charge points that lost the
/// same gateway must not all come back in the same moment.
fn pause(failures: u32) -> Duration {
    let most = FIRST_PAUSE
        .saturating_mul(2_u32.saturating_pow(failures))
        .min(LONGEST_PAUSE);
    rand::random_range(most / 4..=most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_with_failures_and_never_exceed_the_longest() {
        for failures in 0..100 {
            let most = Duration::from_secs(2_u64.pow(failures.min(6))).min(LONGEST_PAUSE);
            let pause = pause(failures);
            assert!(
                pause >= most / 4,
                "after {failures} failures a pause of {pause:?} is no pause"
            );
            assert!(
                pause <= most,
                "after {failures} failures a pause of {pause:?} is too long"
            );
        }
    }

    #[test]
    fn an_interval_of_nothing_becomes_the_usual_one() {
        assert_eq!(
            seconds(0),
            USUAL_INTERVAL,
            "0 leaves the choice to the charger"
        );
        assert_eq!(seconds(-5), USUAL_INTERVAL, "nonsense is no interval");
        assert_eq!(seconds(300), Duration::from_mins(5));
    }
}
