//! The load, in a process of its own: many chargers write, one screen reads. Writer and reader share
//! a process, so one monotonic clock times both ends. Not the search for a rate: see `ramp`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;
use testkit::SocketIoProbe;
use testkit::socket_io::Pushed;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Outcome;
use crate::charger::Charge;
use crate::cpu;
use crate::figures::quantile;
use crate::helper;
use crate::schedule::Schedule;
use crate::site::Registered;

/// What is not on the screen this long after the last reading was due is missing.
const DRAIN: Duration = Duration::from_mins(1);
/// The first readings are not counted: the level is still filling up.
const WARM_UP_SECONDS: u32 = 1;
/// How many chargers connect at the same time.
const CONNECTING: usize = 32;

/// What a load is to do. Sent to its process as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    pub http: String,
    pub ocpp: String,
    pub token: String,
    /// MeterValues a second, of all chargers together.
    pub rate: u32,
    pub seconds: u32,
    /// Readings of earlier loads: their numbers are taken.
    pub first: u32,
    pub charge_points: Vec<Registered>,
}

impl Order {
    /// How many readings it is.
    pub fn total(&self) -> u32 {
        self.rate * self.seconds
    }

    /// How many chargers send them.
    pub fn chargers(&self) -> u32 {
        u32::try_from(self.charge_points.len()).unwrap_or(u32::MAX)
    }
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// Readings that never came, or were not sent because their charger lagged too far behind.
    pub missing: u32,
    /// From just before the frame was written to the event's arrival; 0 where nothing arrived.
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// From when the frame was due: a gateway that answers late cannot look fast by being asked less.
    pub due_p99_ms: f64,
    /// CPU time for a reading, µs, by program.
    pub cpu_us: BTreeMap<String, u64>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            missing,
            p50_ms,
            p99_ms,
            due_p99_ms,
            cpu_us,
        } = self;
        write!(
            f,
            "p50 {p50_ms:.1} ms, p99 {p99_ms:.1} ms, p99 from due {due_p99_ms:.1} ms, {missing} missing; µs each {cpu_us:?}"
        )
    }
}

/// The envelope of a reading, as far as it is of interest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    /// Only readings have one: their number.
    power_w: Option<u32>,
}

/// The load's process.
pub async fn serve() -> Outcome {
    let order: Arc<Order> = Arc::new(helper::order()?);
    helper::report_and_hold(&run(&order).await?).await
}

async fn run(order: &Arc<Order>) -> Outcome<Report> {
    // First the charges: the screen is told of every charger that comes, and nobody watches it yet.
    let charges = start_charges(order).await;
    let mut screen = watch_points(order).await?;
    let schedule = Arc::new(Schedule::new(order));
    let before = cpu::spent()?;
    let mut writing = JoinSet::new();
    for (place, mut charge) in (0..).zip(charges) {
        let schedule = Arc::clone(&schedule);
        writing.spawn(async move {
            let sent = charge.run(place, &schedule).await;
            (charge, sent)
        });
    }
    let (arrivals, charges) = watch(&mut screen, writing, order).await;
    let after = cpu::spent()?;
    drop(screen);
    stop_charges(charges).await;
    let report = report(order, &schedule, &arrivals);
    Ok(Report {
        cpu_us: cpu::each(&before, &after, order.total() - report.missing),
        ..report
    })
}

/// Connects the screen and opens the list of charge points on it.
async fn watch_points(order: &Order) -> Outcome<SocketIoProbe> {
    let connected = SocketIoProbe::connect(&order.http, Some(&order.token)).await;
    let screen = connected.map_err(|refusal| format!("the screen was refused: {refusal}"))?;
    let rooms = json!({ "rooms": ["cms:points"] });
    let joined = screen.emit("subscribe", rooms).await;
    if joined["ok"] == true {
        return Ok(screen);
    }
    Err(format!("the screen could not subscribe: {joined}").into())
}

/// Starts a charge on every charge point, a few at a time.
async fn start_charges(order: &Arc<Order>) -> Vec<Charge> {
    let mut charges = Vec::with_capacity(order.charge_points.len());
    for few in order.charge_points.chunks(CONNECTING) {
        let mut starting = JoinSet::new();
        for point in few {
            let (order, point) = (Arc::clone(order), point.clone());
            starting.spawn(async move { Charge::start(&order, &point).await });
        }
        charges.extend(starting.join_all().await);
    }
    charges
}

async fn stop_charges(charges: Vec<Charge>) {
    let mut stopping = JoinSet::new();
    for charge in charges {
        stopping.spawn(charge.stop());
    }
    stopping.join_all().await;
}

/// When each reading arrived, by its place, counted from 0.
type Arrivals = Vec<Option<Instant>>;

/// Reads the screen until every reading that was sent has arrived, the screen is closed, or time is up.
/// Gives the charges back that came to their end.
async fn watch(
    screen: &mut SocketIoProbe,
    mut writing: JoinSet<(Charge, u32)>,
    order: &Order,
) -> (Arrivals, Vec<Charge>) {
    let mut arrivals: Arrivals = (0..order.total()).map(|_| None).collect();
    let mut charges = Vec::new();
    let (mut sent, mut arrived) = (0, 0);
    let mut open = true;
    let watching = async {
        while !writing.is_empty() || open && arrived < sent {
            tokio::select! {
                pushed = screen.next(), if open => match pushed {
                    Some(pushed) => arrived += note(&pushed, order.first, &mut arrivals),
                    None => open = false,
                },
                Some(written) = writing.join_next() => {
                    let (charge, count) = written.expect("a charger that fails says why above");
                    sent += count;
                    charges.push(charge);
                }
            }
        }
    };
    let limit = Duration::from_secs(order.seconds.into()) + DRAIN;
    if timeout(limit, watching).await.is_err() {
        eprintln!("the load gave up waiting: {arrived} of {sent} readings arrived");
    }
    (arrivals, charges)
}

/// Notes an event's arrival, where it is one of this load's readings: how many readings it was.
fn note(pushed: &Pushed, first: u32, arrivals: &mut Arrivals) -> u32 {
    let envelope: Envelope =
        serde_json::from_str(pushed.data.get()).expect("every event is an envelope");
    let place = envelope
        .data
        .power_w
        .and_then(|number| number.checked_sub(first + 1))
        .and_then(|place| usize::try_from(place).ok());
    let Some(arrival) = place.and_then(|place| arrivals.get_mut(place)) else {
        return 0;
    };
    assert!(arrival.is_none(), "a reading was pushed twice: {pushed:?}");
    *arrival = Some(pushed.at);
    1
}

fn report(order: &Order, schedule: &Schedule, arrivals: &Arrivals) -> Report {
    let (mut from_write, mut from_due) = (Vec::new(), Vec::new());
    let mut missing = 0;
    for (place, (written, arrival)) in (0..).zip(schedule.written().zip(arrivals)) {
        let (Some(written), Some(arrival)) = (written, arrival) else {
            missing += 1;
            continue;
        };
        if place >= order.rate * WARM_UP_SECONDS {
            from_write.push(ms_between(written, *arrival));
            from_due.push(ms_between(schedule.due(place), *arrival));
        }
    }
    let at = |values: &[f64], share| quantile(values, share).unwrap_or_default();
    Report {
        missing,
        p50_ms: at(&from_write, 0.50),
        p99_ms: at(&from_write, 0.99),
        due_p99_ms: at(&from_due, 0.99),
        cpu_us: BTreeMap::new(),
    }
}

fn ms_between(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1000.0
}
