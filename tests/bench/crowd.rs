//! Charge points that are connected and say nothing: what each costs in memory, and how long a charge takes to be
//! durable while they are there.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;
use testkit::Charger;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::Gateway;
use crate::charger::{accepted, now, printed};
use crate::figures::{Figure, quantile};
use crate::helper::{self, Helper};
use crate::marks::resident_mb;
use crate::site::{Registered, Site};
use crate::{CROWD, Outcome, STARTS};

/// How many are let in a second: a little below `limits.accepts_per_second`.
const ACCEPTS: f64 = 90.0;
/// How many charges begin a second: a site where everybody comes at once.
const STARTS_PER_SECOND: f64 = 50.0;
/// Memory is looked at again until it has not risen for this long.
const CALM: Duration = Duration::from_secs(3);

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    ocpp: String,
    charge_points: Vec<Registered>,
}

/// Resident memory per charge point that is connected, booted and idle.
pub async fn idle(site: &Site, gateway: &Gateway, count: usize) -> Outcome<Figure> {
    let before = resident_mb(gateway).await?;
    let (crowd, connected): (_, usize) = Helper::start(CROWD, &order(site, gateway, count)).await?;
    let mut most = resident_mb(gateway).await?;
    let mut risen = Instant::now();
    while risen.elapsed() < CALM {
        let now = resident_mb(gateway).await?;
        if now > most {
            (most, risen) = (now, Instant::now());
        }
    }
    crowd.release().await?;
    let connected = u32::try_from(connected)?;
    Ok(Figure::new(
        "rss_per_charge_point",
        (most - before) * 1000.0 / f64::from(connected),
        "kB",
        format!("resident memory per idle charge point, {connected} connected"),
    ))
}

/// From a StartTransaction's frame to its answer: after the commit, with the durability of a site.
pub async fn starts(site: &Site, gateway: &Gateway, count: usize) -> Outcome<[Figure; 2]> {
    let (crowd, took): (_, Vec<f64>) = Helper::start(STARTS, &order(site, gateway, count)).await?;
    crowd.release().await?;
    let at = |share| quantile(&took, share).ok_or("no charge began");
    let figure = |name, value, which: &str| {
        let what = format!("StartTransaction to its answer at {STARTS_PER_SECOND}/s, {which}");
        Figure::new(name, value, "ms", what)
    };
    Ok([
        figure("start_transaction_p50", at(0.5)?, "p50"),
        figure("start_transaction_p99", at(0.99)?, "p99"),
    ])
}

fn order(site: &Site, gateway: &Gateway, count: usize) -> Order {
    Order {
        ocpp: gateway.ocpp.clone(),
        charge_points: site.charge_points.iter().take(count).cloned().collect(),
    }
}

/// The process with the idle crowd.
pub async fn serve() -> Outcome {
    let order: Order = helper::order()?;
    let (tell, mut told) = mpsc::channel(1);
    let mut next = paced(ACCEPTS);
    let mut crowd = JoinSet::new();
    for point in order.charge_points {
        next.tick().await;
        let (url, tell) = (order.ocpp.clone(), tell.clone());
        crowd.spawn(async move {
            let charger = connect(&url, &point).await;
            // Nobody listens only when the process ends.
            let _ = tell.send(()).await;
            charger.rest().await;
        });
    }
    drop(tell);
    let expected = crowd.len();
    for _ in 0..expected {
        told.recv()
            .await
            .ok_or("a charge point was refused; why stands above")?;
    }
    helper::report_and_hold(&expected).await
}

/// The process that begins a charge at each of its charge points.
pub async fn serve_starts() -> Outcome {
    let order: Order = helper::order()?;
    let mut next = paced(ACCEPTS);
    let mut crowd = Vec::new();
    for point in order.charge_points {
        next.tick().await;
        crowd.push((connect(&order.ocpp, &point).await, point));
    }
    let mut next = paced(STARTS_PER_SECOND);
    let mut starting = JoinSet::new();
    for (charger, point) in crowd {
        next.tick().await;
        starting.spawn(start(charger, point));
    }
    helper::report_and_hold(&starting.join_all().await).await
}

/// Begins a charge and ends it: how many milliseconds the first took.
async fn start(mut charger: Charger, point: Registered) -> f64 {
    let start = json!({ "connectorId": 1, "idTag": point.card(), "meterStart": 0, "timestamp": printed(now()) });
    let asked = Instant::now();
    let started = accepted(&charger.call("StartTransaction", start).await);
    let took = asked.elapsed().as_secs_f64() * 1000.0;
    let stop = json!({ "transactionId": started["transactionId"], "meterStop": 0, "timestamp": printed(now()) });
    accepted(&charger.call("StopTransaction", stop).await);
    took
}

/// Connects and boots.
async fn connect(url: &str, point: &Registered) -> Charger {
    let mut charger = Charger::connect(url, &point.identity, Some(&point.key)).await;
    let boot = json!({ "chargePointVendor": "Forecourt", "chargePointModel": "Bench" });
    accepted(&charger.call("BootNotification", boot).await);
    charger
}

fn paced(per_second: f64) -> tokio::time::Interval {
    let mut next = interval(Duration::from_secs_f64(1.0 / per_second));
    next.set_missed_tick_behavior(MissedTickBehavior::Delay);
    next
}
