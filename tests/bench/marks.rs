//! The figures that are not searched for: start-up, idle memory, and the latency of one rate.

use std::time::Duration;

use tokio::time::interval;

use crate::Outcome;
use crate::app::Gateway;
use crate::figures::{Figure, quantile};
use crate::load::Report;
use crate::site::Site;

/// How often idle memory is looked at, and how long apart: tasks that begin late must have begun.
const LOOKS: usize = 10;
const APART: Duration = Duration::from_millis(100);

/// From the start of the program to its ready line, on a database that is there.
pub async fn start_up(site: &Site, starts: usize) -> Outcome<[Figure; 2]> {
    let mut took = Vec::with_capacity(starts);
    for _ in 0..starts {
        let gateway = site.serve().await?;
        took.push(gateway.ready_after.as_secs_f64() * 1000.0);
        gateway.stop().await?;
    }
    let at = |share| quantile(&took, share).ok_or("the gateway was never started");
    Ok([
        Figure::new(
            "start_to_ready_p50",
            at(0.5)?,
            "ms",
            format!("start to ready on an existing database, median of {starts}"),
        ),
        Figure::new(
            "start_to_ready_max",
            at(1.0)?,
            "ms",
            "start to ready, the slowest",
        ),
    ])
}

/// The resident memory of a gateway nobody talks to.
pub async fn idle_memory(gateway: &Gateway) -> Outcome<Figure> {
    Ok(Figure::new(
        "rss_idle",
        resident_mb(gateway).await?,
        "MB",
        "resident memory, idle",
    ))
}

/// The resident memory now: the median of some looks.
pub async fn resident_mb(gateway: &Gateway) -> Outcome<f64> {
    let mut looks = Vec::with_capacity(LOOKS);
    let mut next = interval(APART);
    for _ in 0..LOOKS {
        next.tick().await;
        looks.push(f64::from(u32::try_from(gateway.resident_kib()?)?) * 1.024 / 1000.0);
    }
    Ok(quantile(&looks, 0.5).ok_or("memory was never looked at")?)
}

/// From the charger's socket to the screen's at a rate; an error where readings were lost on the way.
pub fn latency(rate: u32, report: &Report) -> Outcome<[Figure; 2]> {
    if report.missing > 0 {
        return Err(format!("readings were lost at {rate}/s: {report}").into());
    }
    let figure = |name, value, which: &str| {
        let what = format!("MeterValues in to live event out at {rate}/s, {which}");
        Figure::new(name, value, "ms", what)
    };
    Ok([
        figure("meter_to_event_p50", report.p50_ms, "p50"),
        figure("meter_to_event_p99", report.p99_ms, "p99"),
    ])
}
