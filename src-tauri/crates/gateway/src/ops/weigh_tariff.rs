//! Trying a tariff out before anybody is charged by it: on a charge that somebody thinks of, and on those of a month that is
//! over. Nothing is stored, nothing told.

use std::collections::HashMap;
use std::time::Duration;

use domain::pricing::{Activity, Bill, Period, Rates, price};
use domain::session::Session;
use domain::{ChargePointId, Money, Scope, SessionId, StationId, Timestamp, WattHours};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use store::repo::{charge_points, readings, sessions};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::revenue;
use crate::core::{Core, OpError};

/// One at a time goes through the past: it is read from the disk that chargers write to.
static ONE: Semaphore = Semaphore::const_new(1);

/// How many sessions are read at once.
const PAGE: i64 = 50;

/// How many are weighed at most.
const MOST: i64 = 20_000;

/// And for how long: a page waits no longer for an answer.
const LONGEST: Duration = Duration::from_secs(20);

/// What charge points give at most that are not there any more, W.
const ANY_POWER_W: i64 = 1_000_000;

/// A charge that somebody thinks of.
#[derive(Clone, Debug)]
pub struct Imagined {
    /// What the car takes.
    pub energy: WattHours,
    /// How long it charges.
    pub charging: SignedDuration,
    /// How long it stands there afterwards.
    pub idle: SignedDuration,
    /// At what power, W; none: at what the energy takes in the time.
    pub power_w: Option<i64>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// By which clock.
    pub zone: TimeZone,
}

/// What it would cost.
pub fn preview(rates: &Rates, charge: &Imagined) -> Bill {
    if charge.energy.0 <= 0 {
        return Bill::nothing(rates.currency);
    }
    let ms = i64::try_from(charge.charging.as_millis()).unwrap_or_default();
    let mean = (ms > 0).then(|| charge.energy.0.saturating_mul(3_600_000) / ms.max(1));
    let charged = charge.starts_at + charge.charging;
    let period = |until, activity| Period {
        until,
        energy: charge.energy,
        activity,
        power_w: charge.power_w.or(mean),
        current_ma: None,
    };
    let periods = [
        period(charged, Activity::Charging),
        period(charged + charge.idle, Activity::Idle),
    ];
    let taken = if charge.idle.is_zero() { 1 } else { 2 };
    price(rates, &charge.zone, charge.starts_at, &periods[..taken])
}

/// What the charges of a month would have cost.
#[derive(Clone, Copy, Debug)]
pub struct Weighed {
    /// From when on they ended.
    pub from: Timestamp,
    /// Before when.
    pub to: Timestamp,
    /// How many there were.
    pub sessions: i64,
    /// What was paid.
    pub then: Money,
    /// What would have been.
    pub now: Money,
    /// How many would have been dearer.
    pub dearer: i64,
    /// How many cheaper.
    pub cheaper: i64,
    /// Whether these are all; false: it would have taken too long.
    pub complete: bool,
}

/// Prices the charges of the last whole month anew: those of some stations, or of all; those in another currency are left out.
pub async fn what_if(
    core: &Core,
    rates: Rates,
    stations: Option<Vec<StationId>>,
) -> Result<Weighed, OpError> {
    let _one = ONE.acquire().await;
    let deadline = Instant::now() + LONGEST;
    let site = revenue::site_zone(&mut core.store.read().await?, Scope::All).await?;
    let (from, to) = last_month(core.clock.now(), &site);
    let zero = Money::zero(rates.currency);
    let mut weighed = Weighed {
        from,
        to,
        sessions: 0,
        then: zero,
        now: zero,
        dearer: 0,
        cheaper: 0,
        complete: true,
    };
    let mut past = Past {
        span: (from, to),
        after: None,
        powers: HashMap::new(),
    };
    let mut seen = 0;
    loop {
        let page = past.next(core).await?;
        let Some(last) = page.last() else {
            return Ok(weighed);
        };
        past.after = Some(last.session.id);
        seen += PAGE;
        let wanted = |one: &Ended| {
            let stations = stations.as_ref();
            stations.is_none_or(|all| all.contains(&one.session.station_id))
        };
        let page: Vec<Ended> = page.into_iter().filter(wanted).collect();
        let (rates, zone) = (rates.clone(), site.clone());
        // A long month's arithmetic keeps nobody's messages waiting.
        let both = tokio::task::spawn_blocking(move || weigh(&page, &rates, &zone)).await;
        for (then, now) in both.unwrap_or_default() {
            weighed.sessions += 1;
            weighed.then = weighed.then + then;
            weighed.now = weighed.now + now;
            weighed.dearer += i64::from(now.minor > then.minor);
            weighed.cheaper += i64::from(now.minor < then.minor);
        }
        if seen >= MOST || Instant::now() >= deadline {
            weighed.complete = false;
            return Ok(weighed);
        }
    }
}

/// A session that is over, with all that was read in it.
struct Ended {
    session: Session,
    history: Vec<domain::meter::Metered>,
    max_power_w: i64,
}

/// Sessions that ended in a span of time, page by page.
struct Past {
    span: (Timestamp, Timestamp),
    after: Option<SessionId>,
    powers: HashMap<ChargePointId, i64>,
}

impl Past {
    async fn next(&mut self, core: &Core) -> Result<Vec<Ended>, OpError> {
        let mut conn = core.store.read().await?;
        let page = sessions::list_ended(&mut conn, self.span, self.after, PAGE).await?;
        let keys = page
            .iter()
            .filter_map(|session| Some((session.charge_point_id, session.transaction_id?)));
        let mut registers = readings::list_all_registers(&mut conn, &keys.collect()).await?;
        let mut ended = Vec::with_capacity(page.len());
        for session in page {
            let point = session.charge_point_id;
            let max_power_w = if let Some(power) = self.powers.get(&point) {
                *power
            } else {
                let found = charge_points::find(&mut conn, point).await?;
                let power = found.map_or(ANY_POWER_W, |point| point.max_power_w);
                self.powers.insert(point, power);
                power
            };
            let key = session.transaction_id.map(|number| (point, number));
            ended.push(Ended {
                history: key
                    .and_then(|key| registers.remove(&key))
                    .unwrap_or_default(),
                max_power_w,
                session,
            });
        }
        Ok(ended)
    }
}

/// What each of them cost and would have cost; those in another currency are left out.
fn weigh(page: &[Ended], rates: &Rates, site: &TimeZone) -> Vec<(Money, Money)> {
    let one = |ended: &Ended| {
        let session = &ended.session;
        let zero = Money::zero(rates.currency);
        let then = session.cost().map_or(zero, |cost| cost.total);
        if then.currency != rates.currency {
            return None;
        }
        if session.energy().0 <= 0 {
            return Some((then, zero));
        }
        let zone = session.terms.as_ref().map_or(site, |terms| &terms.zone);
        let (began, periods) = session.periods(&ended.history, ended.max_power_w);
        Some((then, price(rates, zone, began, &periods).total))
    };
    page.iter().filter_map(one).collect()
}

/// The last month that is over, by a clock.
fn last_month(now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let first = now.to_zoned(zone.clone()).date().first_of_month();
    let before = first.saturating_sub(jiff::Span::new().months(1));
    (revenue::span(before, zone).0, revenue::span(first, zone).0)
}
