//! What a person sees of it: how long an event takes to the text of a page, whether the page keeps drawing under load, what
//! it holds on to. By both roads: Socket.IO in Chromium and IPC in the kiosk's own window (WebKit, on a screen without a
//! graphics card).

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::Outcome;
use crate::figures::{Figure, quantile};
use crate::paint;
use crate::screen::{Car, Screen, number, pass};
use crate::site::{Ground, Site};

/// How much of it.
pub struct Plan {
    /// Cold starts of each kind.
    pub paints: usize,
    /// Readings whose way to the page is timed: no more than a catch-up tells.
    pub readings: u32,
    /// How long frames are watched.
    pub watched: Duration,
    /// Rounds of a second of the cars' time.
    pub rounds: u32,
}

/// Charge points on the page whose frames are watched, an event a second each.
const CROWD: usize = 50;
/// How many of them the page draws at once.
const DRAWN: usize = 25;
/// Of the page whose memory is watched; their seconds pass sixty times as fast.
const FEW: usize = 5;
const FASTER: u32 = 60;
/// Two frames of a screen that shows sixty a second.
const LATE_MS: f64 = 33.4;
/// One reading after the other, out of step with the frames.
const APART: Duration = Duration::from_millis(57);

/// The row of the first charge point, of several at the first bay of a station.
const ROW: &str = "[...document.querySelectorAll('[data-table=points] [data-row]')].find((row) => row.textContent.includes('BENCH-0001'))";

/// Notes when each text of a figure came to stand there, by the wall clock; and where the page stands in the stream.
const NOTE: &str = "
    const css = `[data-row='${row.dataset.row}'] [data-figure=energy]`;
    window.came = {};
    const note = () => {
        const text = document.querySelector(css)?.textContent ?? '';
        window.came[text] ??= performance.timeOrigin + performance.now();
    };
    new MutationObserver(note).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
    return import('/utils/api.js').then(({ get }) => get('/api/cms/dashboard')).then(({ live }) => { window.place = live; return 0; })";

/// When each text came, and when the event was made that brought it: its id begins with that (UUID v7).
const CAME: &str = "
    const { seq, stream } = window.place;
    return import('/utils/api.js').then(({ get }) => get(`/api/live?rooms=cms:points&after=${seq}&stream=${stream}`)).then(({ data }) => ({
        came: window.came,
        made: data.events.filter(({ type }) => type === 'meter.values')
            .map(({ id, data: { energyWh } }) => [energyWh, parseInt(id.replaceAll('-', '').slice(0, 12), 16)]),
    }))";

/// Notes how far apart frames are, until it is told to end.
const FRAMES: &str = "
    window.frames60 = [];
    window.ended = false;
    let last;
    const step = (at) => {
        if (last !== undefined) window.frames60.push(at - last);
        last = at;
        if (!window.ended) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    return 0";

/// What the page holds on to after it has been tidied.
const HELD: &str = "window.gc?.();
    return { heap: performance.memory?.usedJSHeapSize ?? null, nodes: document.querySelectorAll('*').length }";

/// All of it.
pub async fn measure(disk: &Path, plan: &Plan) -> Outcome<Vec<Figure>> {
    let kiosk = Site::of(disk, Ground::Sqlite, 4).await?;
    let mut figures = paint::board(&kiosk, plan.paints).await?;
    let site = Site::of(disk, Ground::Sqlite, CROWD).await?;
    let screen = Screen::in_chromium(&site).await?;
    figures.extend(by_road(&site, screen, plan, ["socket_io", "chromium"]).await?);
    if cfg!(feature = "desktop") {
        figures.extend(paint::app(&kiosk, plan.paints).await?);
        let site = Site::of(disk, Ground::Sqlite, CROWD).await?;
        let screen = Screen::in_window(&site).await;
        figures.extend(by_road(&site, screen, plan, ["ipc", "webkit"]).await?);
    }
    Ok(figures)
}

async fn by_road(
    site: &Site,
    screen: Screen,
    plan: &Plan,
    names: [&str; 2],
) -> Outcome<Vec<Figure>> {
    screen.sign_in().await;
    let mut cars = screen.cars(site, CROWD).await;
    let mut figures = texts(&screen, &mut cars, plan, names[0]).await?;
    let cars = frames(&screen, cars, plan, names[1], &mut figures).await?;
    figures.extend(memory(&screen, cars, plan, names[1]).await?);
    screen.end().await?;
    Ok(figures)
}

/// From an event at the gateway to the page's text, and from the charger's frame.
async fn texts(screen: &Screen, cars: &mut [Car], plan: &Plan, name: &str) -> Outcome<Vec<Figure>> {
    screen.turn("points").await;
    screen
        .browser
        .wait_for("[data-row] [data-figure=energy]")
        .await;
    let note = format!("const row = {ROW}; {NOTE}");
    screen.browser.execute(&note).await;
    let car = cars.first_mut().ok_or("no car charges")?;
    let mut next = interval(APART);
    next.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut written = HashMap::new();
    for _ in 0..plan.readings {
        next.tick().await;
        let at = car.measure().await;
        written.insert(car.register, at);
    }
    pass(Duration::from_secs(1)).await;
    let seen = screen.browser.execute(CAME).await;
    let came = |register: i64| seen["came"][text_of(register)].as_f64();
    let from_frame: Vec<f64> = written
        .iter()
        .filter_map(|(register, at)| Some(came(*register)? - at))
        .collect();
    let made = seen["made"].as_array().ok_or("the page has no events")?;
    let from_event: Vec<f64> = made
        .iter()
        .filter_map(|made| Some(came(made[0].as_i64()?)? - made[1].as_f64()?))
        .collect();
    let unseen = plan
        .readings
        .saturating_sub(u32::try_from(from_event.len())?);
    let mut figures = vec![Figure::new(
        leak(format!("never_shown_{name}")),
        f64::from(unseen),
        "readings",
        format!(
            "of {} overtaken within a frame, {}",
            plan.readings,
            screen.road()
        ),
    )];
    for (what, took, from) in [
        ("event", from_event, "event at the gateway"),
        ("frame", from_frame, "frame from the charger"),
    ] {
        for (share, which) in [(0.5, "p50"), (0.99, "p99")] {
            let took = quantile(&took, share).ok_or("nothing came to the page")?;
            let name = leak(format!("{what}_to_text_{name}_{which}"));
            let what = format!("{from} to the page's text, {}, {which}", screen.road());
            figures.push(Figure::new(name, took, "ms", what));
        }
    }
    Ok(figures)
}

/// How the page shows so many watt-hours: kWh with three decimals.
fn text_of(register: i64) -> String {
    format!("{}.{:03}", register / 1000, register % 1000)
}

/// Whether the page keeps drawing while every charge point on it has an event a second.
async fn frames(
    screen: &Screen,
    cars: Vec<Car>,
    plan: &Plan,
    name: &str,
    figures: &mut Vec<Figure>,
) -> Outcome<Vec<Car>> {
    let seconds = u32::try_from(plan.watched.as_secs())?;
    let driving = drive(cars, Duration::from_secs(1), seconds + 2);
    pass(Duration::from_secs(1)).await;
    screen.browser.execute(FRAMES).await;
    pass(plan.watched).await;
    let frames = screen
        .browser
        .execute("window.ended = true; return window.frames60")
        .await;
    let frames = frames.as_array().ok_or("the page drew no frames")?;
    let frames: Vec<f64> = frames.iter().filter_map(Value::as_f64).collect();
    let late = frames.iter().filter(|apart| **apart > LATE_MS).count();
    let late = f64::from(u32::try_from(late)?);
    let total = frames.len();
    let longest = quantile(&frames, 1.0).ok_or("the page drew no frames")?;
    let usual = quantile(&frames, 0.5).ok_or("the page drew no frames")?;
    let at = format!(
        "{CROWD} charge points at an event a second each, a page of {DRAWN} of them, {}",
        screen.road()
    );
    figures.extend([
        Figure::new(
            leak(format!("late_frames_{name}")),
            late,
            "frames",
            format!("over 33 ms, of {total}, {at}"),
        ),
        Figure::new(
            leak(format!("longest_frame_{name}")),
            longest,
            "ms",
            format!("the longest frame, {at}"),
        ),
        Figure::new(
            leak(format!("usual_frame_{name}")),
            usual,
            "ms",
            format!("the usual frame, {at}"),
        ),
    ]);
    Ok(driving.join_all().await)
}

/// What the page of one charge point holds after an hour of events that takes a minute, against what it held after the
/// first tenth of it.
async fn memory(
    screen: &Screen,
    mut cars: Vec<Car>,
    plan: &Plan,
    name: &str,
) -> Outcome<Vec<Figure>> {
    let link = format!("return {ROW}.querySelector('a').getAttribute('href')");
    let link = screen.browser.execute(&link).await;
    let page = link.as_str().ok_or("a charge point has a page")?;
    screen.turn(page.trim_start_matches("#/")).await;
    screen.browser.wait_for("[data-ocpp-log]").await;
    // The first is the one whose page it is.
    cars.sort_by(|one, other| one.identity.cmp(&other.identity));
    cars.truncate(FEW);
    let few = cars;
    let every = Duration::from_secs(1) / FASTER;
    let tenth = plan.rounds / 10;
    let few = drive(few, every, tenth).join_all().await;
    let before = held(screen).await?;
    drive(few, every, plan.rounds - tenth).join_all().await;
    let after = held(screen).await?;
    let (what, mb) = if name == "webkit" {
        ("resident memory", before.0)
    } else {
        ("the page's heap", before.0)
    };
    let rounds = plan.rounds;
    let on = format!(
        "{FEW} charge points, {rounds} rounds at {FASTER}×, {}",
        screen.road()
    );
    Ok(vec![
        Figure::new(
            leak(format!("page_memory_{name}")),
            mb,
            "MB",
            format!("{what} after a tenth: {on}"),
        ),
        Figure::new(
            leak(format!("page_growth_{name}")),
            after.0 - before.0,
            "MB",
            format!("more at the end: {on}"),
        ),
        Figure::new(
            leak(format!("page_nodes_{name}")),
            after.1 - before.1,
            "elements",
            format!("more at the end: {on}"),
        ),
    ])
}

/// Megabytes and elements.
async fn held(screen: &Screen) -> Outcome<(f64, f64)> {
    pass(Duration::from_secs(2)).await;
    let held = screen.browser.execute(HELD).await;
    let mb = match held["heap"].as_f64() {
        Some(bytes) => bytes / 1_000_000.0,
        // WebKit tells no page how much it takes.
        None => f64::from(u32::try_from(screen.browser.pages_kib())?) * 1.024 / 1000.0,
    };
    Ok((mb, number(&held["nodes"])?))
}

/// The cars at work, out of step with each other.
fn drive(cars: Vec<Car>, every: Duration, readings: u32) -> JoinSet<Car> {
    let mut driving = JoinSet::new();
    let count = u32::try_from(cars.len()).unwrap_or(1).max(1);
    for (place, car) in (0..).zip(cars) {
        let first = Instant::now() + every * place / count;
        driving.spawn(car.run(first, every, readings));
    }
    driving
}

/// The name of a figure of one road: there are two, made once in a run.
fn leak(name: String) -> &'static str {
    name.leak()
}
