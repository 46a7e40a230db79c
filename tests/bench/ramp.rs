//! The highest rate that holds: the load is started level after level, each in a process of its own,
//! against the same gateway.

use std::time::Duration;

use crate::app::Gateway;
use crate::figures::Figure;
use crate::helper::Helper;
use crate::load::{Order, Report};
use crate::site::Site;
use crate::{LOAD, Outcome};

/// A rate holds while 99 % of the readings are on the screen this soon after they were due.
const LIMIT_MS: f64 = 250.0;
/// MeterValues a second of one charger: far beyond a real one, and still one call at a time.
const EACH: u32 = 10;
/// The fewest chargers, so that a low rate is not one charger's.
const FEWEST: u32 = 20;
/// Where the search begins, and the step it ends with.
const FIRST: u32 = 500;
const STEP: u32 = 50;

/// What every level needs.
pub struct Pace<'a> {
    site: &'a Site,
    http: &'a str,
    ocpp: &'a str,
    token: String,
    /// Readings sent so far: none is ever repeated.
    sent: u32,
}

impl<'a> Pace<'a> {
    pub fn new(site: &'a Site, gateway: &'a Gateway, token: String) -> Self {
        Self {
            site,
            http: &gateway.http,
            ocpp: &gateway.ocpp,
            token,
            sent: 0,
        }
    }

    /// Runs the load at one rate and returns what became of it.
    pub async fn run(&mut self, rate: u32, length: Duration) -> Outcome<Report> {
        let chargers = usize::try_from((rate / EACH).max(FEWEST))?;
        let seconds = u32::try_from(length.as_secs())?;
        let order = Order {
            http: self.http.to_owned(),
            ocpp: self.ocpp.to_owned(),
            token: self.token.clone(),
            rate,
            seconds,
            first: self.sent,
            charge_points: self.site.charge_points[..chargers].to_vec(),
        };
        self.sent += rate * seconds;
        let (load, report): (_, Report) = Helper::start(LOAD, &order).await?;
        load.release().await?;
        eprintln!("bench: {rate}/s from {chargers} chargers: {report}");
        Ok(report)
    }

    /// Doubles the rate until it does not hold, then narrows down between the two.
    pub async fn highest(&mut self, level: Duration, narrowings: usize) -> Outcome<[Figure; 2]> {
        let most = u32::try_from(self.site.charge_points.len())? * EACH;
        let mut best = None;
        let mut held = 0;
        let mut failed = None;
        let mut left = narrowings;
        let mut rate = FIRST;
        loop {
            let report = self.run(rate, level).await?;
            if holds(&report) {
                held = rate;
                best = Some(report);
            } else {
                failed = Some(rate);
            }
            rate = match failed {
                None if held == most => break,
                None => (held * 2).min(most),
                Some(failed) if left == 0 || failed - held <= STEP => break,
                Some(failed) => {
                    left -= 1;
                    u32::midpoint(held, failed) / STEP * STEP
                }
            };
        }
        let best =
            best.ok_or_else(|| format!("no rate holds here, not even one below {FIRST}/s"))?;
        Ok(figures(held, &best))
    }
}

fn holds(report: &Report) -> bool {
    report.missing == 0 && report.due_p99_ms < LIMIT_MS
}

fn figures(rate: u32, report: &Report) -> [Figure; 2] {
    [
        Figure::new(
            "sustained_rate",
            f64::from(rate),
            "messages/s",
            format!("highest rate of MeterValues with p99 below {LIMIT_MS} ms, end to end"),
        ),
        Figure::new(
            "sustained_rate_p99",
            report.due_p99_ms,
            "ms",
            "p99 at that rate, from when the reading was due",
        ),
    ]
}
