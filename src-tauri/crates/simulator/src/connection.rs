//! Keeps a charge point connected for a power cycle: opens the link, boots once, reports every status,
//! then beats, delivers the queue and sends what was triggered; after a cut it comes back.

use std::time::Duration;

use ocpp::v16::{
    BootNotificationRequest, BootNotificationResponse, HeartbeatRequest, RegistrationStatus,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use crate::clock;
use crate::config::FleetConfig;
use crate::delivery::deliver;
use crate::keys::USUAL_HEARTBEAT;
use crate::link::{CallFailure, Caller, Link};
use crate::measured::resting;
use crate::point::{Ending, Point, Trigger};
use crate::scenario::{Scenario, Trouble};

/// How long a charge point that ends tries to deliver what is left in its queue.
const FAREWELL: Duration = Duration::from_secs(10);

/// Why a charge point is no longer connected for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parted {
    /// The connectors have ended, and everything was said that could be.
    Ended,
    /// The power is gone for this long.
    PowerLost(Duration),
}

/// How one connection ended.
enum Connected {
    SaidAll,
    Lost,
    Trouble(Trouble),
}

/// Connects, and connects again after each cut, until the connectors have `ended`.
pub(crate) async fn keep(point: &Point, ended: &CancellationToken) -> Parted {
    let mut booted = false;
    let mut failures = 0;
    loop {
        let mut away = Duration::ZERO;
        let open = tokio::select! {
            biased;
            () = nothing_left(point, ended) => return Parted::Ended,
            open = Link::open(&point.identity, &point.config, &point.stats) => open,
        };
        match open {
            Ok((link, caller)) => {
                failures = 0;
                match connected(point, ended, &mut booted, link, caller).await {
                    Connected::SaidAll => return Parted::Ended,
                    Connected::Lost | Connected::Trouble(Trouble::Cut) => {}
                    Connected::Trouble(Trouble::Away(time)) => away = time,
                    Connected::Trouble(Trouble::PowerLoss(time)) => {
                        return Parted::PowerLost(time);
                    }
                }
            }
            Err(_) if ended.is_cancelled() => return Parted::Ended,
            Err(error) => {
                debug!(identity = point.identity, %error, "no connection");
                point.stats.refused(error.to_string());
                failures += 1;
            }
        }
        tokio::select! {
            () = nothing_left(point, ended) => return Parted::Ended,
            () = sleep(away + pause(&point.config, failures)) => {}
        }
    }
}

/// Waits until the connectors have ended and there is nothing to tell, or nobody may be told.
async fn nothing_left(point: &Point, ended: &CancellationToken) {
    ended.cancelled().await;
    let hard = point.ending() == Some(Ending::Hard);
    if !hard && !point.queue.is_empty().await {
        sleep(FAREWELL).await;
    }
}

async fn connected(
    point: &Point,
    ended: &CancellationToken,
    booted: &mut bool,
    mut link: Link,
    caller: Caller,
) -> Connected {
    info!(identity = point.identity, "connected");
    point.note_connection();
    let hard = async {
        ended.cancelled().await;
        if point.ending() != Some(Ending::Hard) {
            std::future::pending::<()>().await;
        }
    };
    let how = tokio::select! {
        () = point.after_writing(link.run(point)) => Connected::Lost,
        lived = live(point, ended, booted, &caller) => match lived {
            Ok(()) => Connected::SaidAll,
            Err(_) => Connected::Lost,
        },
        trouble = point.after_writing(trouble(point)) => Connected::Trouble(trouble),
        // Nobody hears a farewell from one whose power was cut.
        () = point.after_writing(hard) => return Connected::SaidAll,
    };
    point.line.send_replace(None);
    if matches!(how, Connected::SaidAll) {
        link.close().await;
    }
    how
}

/// Ends when everything is said, or with the failure that says the connection is gone.
async fn live(
    point: &Point,
    ended: &CancellationToken,
    booted: &mut bool,
    caller: &Caller,
) -> Result<(), CallFailure> {
    let said = async {
        if !*booted {
            boot(point, caller).await?;
            *booted = true;
        }
        if point.ending() != Some(Ending::Hard) {
            point.line.send_replace(Some(caller.clone()));
        }
        for connector in (0..).take(point.bays.len() + 1) {
            point.report(connector).await;
        }
        point.set_ready();
        tokio::select! {
            delivered = deliver(point, caller, ended) => delivered,
            failure = point.after_writing(heartbeats(point, caller)) => Err(failure),
            failure = point.after_writing(triggered(point, caller)) => Err(failure),
        }
    };
    tokio::select! {
        biased;
        said = said => said,
        () = point.after_writing(nothing_left(point, ended)) => Ok(()),
    }
}

/// Sends BootNotification until it is accepted.
async fn boot(point: &Point, caller: &Caller) -> Result<(), CallFailure> {
    loop {
        let answer = introduce(point, caller).await?;
        let interval = answer
            .as_ref()
            .map_or(USUAL_HEARTBEAT, |answer| seconds(answer.interval));
        if answer.is_some_and(|answer| answer.status == RegistrationStatus::Accepted) {
            point.stats.count(|counts| counts.boots += 1);
            return Ok(());
        }
        tokio::select! {
            () = sleep(interval) => {}
            // OCPP 1.6 §4.2: a pending charge point may be asked to introduce itself again.
            _ = point.next_trigger() => {}
        }
    }
}

/// Sends one BootNotification; an accepted one names the heartbeat interval.
async fn introduce(
    point: &Point,
    caller: &Caller,
) -> Result<Option<BootNotificationResponse>, CallFailure> {
    let mut request = BootNotificationRequest::new("Forecourt", "Simulator");
    // CiString25: a longer identity is cut, it stands in full in the URL.
    request.charge_point_serial_number = Some(point.identity.chars().take(25).collect());
    request.firmware_version = Some(env!("CARGO_PKG_VERSION").to_owned());
    let answer = caller
        .call_or_carry_on("BootNotification", &request)
        .await?
        .and_then(|answer| ocpp::decode::<BootNotificationResponse>(&answer).ok());
    if let Some(answer) = &answer
        && answer.status == RegistrationStatus::Accepted
    {
        let heartbeat = seconds(answer.interval);
        point.keys.send_modify(|keys| keys.heartbeat = heartbeat);
    }
    Ok(answer)
}

/// Never ends by itself; ends with the failure that says the connection is gone.
async fn heartbeats(point: &Point, caller: &Caller) -> CallFailure {
    let mut keys = point.keys.subscribe();
    loop {
        let interval = keys.borrow_and_update().heartbeat;
        let due = tokio::select! {
            () = sleep(interval) => true,
            // The sender is the charge point's, so this is a change; the new interval begins now.
            _ = keys.wait_for(|keys| keys.heartbeat != interval) => false,
        };
        if due && let Err(gone) = beat(caller).await {
            return gone;
        }
    }
}

async fn beat(caller: &Caller) -> Result<(), CallFailure> {
    let request = HeartbeatRequest::default();
    caller.call_or_carry_on("Heartbeat", &request).await?;
    Ok(())
}

/// Sends what the central system has asked for; ends as heartbeats do.
async fn triggered(point: &Point, caller: &Caller) -> CallFailure {
    loop {
        let sent = match point.next_trigger().await {
            Trigger::Boot => introduce(point, caller).await.map(drop),
            Trigger::Heartbeat => beat(caller).await,
            Trigger::Status(connector) => {
                point.report(connector).await;
                Ok(())
            }
            Trigger::MeterValues(connector) => read(point, caller, connector).await,
        };
        if let Err(gone) = sent {
            return gone;
        }
    }
}

/// Reports the register of a connector outside a charge; it belongs to no transaction, so it never waits.
async fn read(point: &Point, caller: &Caller, connector: i32) -> Result<(), CallFailure> {
    if let Some(bay) = point.bay(connector) {
        let request = resting(connector, clock::now(), bay.face().register_wh);
        caller.call_or_carry_on("MeterValues", &request).await?;
    }
    Ok(())
}

/// Waits for a flaky charge point's next trouble; one that ends has no more.
async fn trouble(point: &Point) -> Trouble {
    if point.config.scenario == Scenario::Flaky {
        tokio::select! {
            () = sleep(Trouble::after(point.config.trouble_interval)) => {
                return Trouble::any(point.config.longest_absence);
            }
            _ = point.until_ending() => {}
        }
    }
    std::future::pending().await
}

fn seconds(interval: i32) -> Duration {
    match u64::try_from(interval) {
        Ok(1..) => Duration::from_secs(interval.unsigned_abs().into()),
        _ => USUAL_HEARTBEAT,
    }
}

/// A random part of a pause that doubles with each failure: a thousand charge points that lost the
/// same gateway must not all come back in the same moment.
fn pause(config: &FleetConfig, failures: u32) -> Duration {
    let most = config
        .first_pause
        .saturating_mul(2_u32.saturating_pow(failures))
        .min(config.longest_pause);
    rand::random_range(most / 4..=most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_with_failures_and_never_exceed_the_longest() {
        let config = FleetConfig::new("ws://127.0.0.1:1/ocpp");
        for failures in 0..100 {
            let most = Duration::from_secs(2_u64.pow(failures.min(6))).min(config.longest_pause);
            let pause = pause(&config, failures);
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
            USUAL_HEARTBEAT,
            "0 leaves the choice to the charger"
        );
        assert_eq!(seconds(-5), USUAL_HEARTBEAT, "nonsense is no interval");
        assert_eq!(seconds(300), Duration::from_mins(5));
    }
}
