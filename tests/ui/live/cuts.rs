//! Pages whose road is cut again and again while cars charge (SIO-01, SIO-03): the connection is closed, reset or swallowed,
//! the gateway killed and started again, the kiosk's pages stopped where they are. Once it is back, the page shows what REST
//! says within two seconds, whatever moved meanwhile; no charge stands there twice, and nothing old passes for live.
//!
//! What is shown is noted in the page itself, at each change, so that no moment is missed between two looks.
//!
//! Planted once and seen red: a page that asks for nothing it missed (`live-subscription.js`); one that takes a minute's
//! silence for live (`socket.js`). Found by it: a list beside the snapshot that stayed old after a gap (`server-list.js`); a
//! charge that passed for free until its first reading (`my-charges-model.js`).

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::fault_proxy::{Cut, FaultProxy, Faults};
use testkit::port::Port;
use testkit::{Dice, Program, rounds, wait_until};

use crate::live_cars::{Cars, CarsAway};
use crate::live_stage::Stage;
use crate::rest::Rest;
use crate::site::Site;

const CUTS: (u32, u32) = (20, 200);
const CARS: u32 = 3;
/// SIO-01: from being back to having it all.
const EQUAL_WITHIN_MS: f64 = 2_000.0;
/// What is silent for so long is not live: the promise, and a moment to look.
const NOT_LIVE_WITHIN: u64 = 11;
/// More events than a reader is told of at once.
const TOO_MANY: usize = 550;
/// Rows on a page of the desk's lists, and those of them that are there in any order.
const ROWS: usize = 25;
const NEWEST: usize = ROWS - 2 - CARS as usize;
/// Far above what anything here takes.
const LIMIT: Duration = Duration::from_mins(1);

/// Notes what is shown whenever it changes: the state, and of each running charge its figures. `seen()` is what is shown
/// now, `sinceCut` all that was.
const NOTE: &str = "
    const text = (row, name) => row.querySelector(`[data-figure=${name}]`)?.textContent.trim() ?? '';
    window.seen = () => ({
        live: document.querySelector('[data-live]').dataset.live,
        stale: document.documentElement.dataset.figures === 'stale',
        rows: [...document.querySelectorAll('[data-table=active-sessions] [data-row]')].map((row) => [
            row.dataset.row, row.querySelector('[data-session-badge]').dataset.sessionBadge,
            text(row, 'session-energy'), text(row, 'session-cost'),
        ]).sort(),
    });
    const note = () => {
        const seen = window.seen();
        const print = JSON.stringify(seen);
        if (print !== window.noted) window.sinceCut.push({ at: performance.now(), ...seen });
        window.noted = print;
    };
    window.beginAnew = () => {
        window.sinceCut = [];
        window.noted = '';
        note();
    };
    window.beginAnew();
    new MutationObserver(note).observe(document.documentElement, {
        subtree: true, childList: true, characterData: true, attributes: true,
        attributeFilter: ['data-live', 'data-figures', 'data-session-badge'],
    });
    return 0";

/// A page under watch, and what it is compared with.
struct Watch {
    page: Stage,
    rest: Rest,
    longest_ms: f64,
}

impl Watch {
    async fn begin(page: Stage) -> Self {
        let rest = page.rest().await;
        page.desk("sessions").await;
        page.sees("[data-table=active-sessions]").await;
        page.browser().execute(NOTE).await;
        Self {
            page,
            rest,
            longest_ms: 0.0,
        }
    }

    async fn begin_anew(&self) {
        let script = "window.beginAnew(); return 0";
        self.page.browser().execute(script).await;
    }

    async fn noted(&self) -> Vec<Value> {
        let noted = self.page.browser().execute("return window.sinceCut").await;
        noted.as_array().expect("a list").clone()
    }

    /// The page's own clock, ms.
    async fn now(&self) -> f64 {
        let now = "return performance.now()";
        let now = self.page.browser().execute(now).await;
        now.as_f64().expect("a time")
    }

    /// The page shows what REST says, at last within two seconds of its road's being there again, when nothing moves any
    /// more; what it was told of as `back` is both. What it showed since is not older than that.
    async fn is_right(&mut self, cut: &str, back: impl Fn(&[Value]) -> Option<f64>) {
        let expect = running(&mut self.rest).await;
        let mut noted = Vec::new();
        let there = wait_until(LIMIT, async || {
            noted = self.noted().await;
            back(&noted)?;
            let last = noted.last()?;
            (last["live"] == "live" && last["rows"] == expect).then_some(())
        });
        let there = there.await;
        assert!(
            there.is_some(),
            "{cut}: {expect} and not {:?}, in a minute",
            noted.last()
        );
        let back = back(&noted).expect("it is back");
        let at = |seen: &Value| seen["at"].as_f64().expect("a time");
        // What was noted stood there until the next note.
        let last_wrong = noted.iter().rposition(|seen| seen["rows"] != expect);
        let right_ms = last_wrong.map_or(0.0, |place| (at(&noted[place + 1]) - back).max(0.0));
        assert!(
            right_ms <= EQUAL_WITHIN_MS,
            "{cut}: right {right_ms} ms after it was back: {noted:?}"
        );
        self.longest_ms = self.longest_ms.max(right_ms);
        for seen in &noted {
            let rows = seen["rows"].as_array().expect("a list");
            let mut ids: Vec<&Value> = rows.iter().map(|row| &row[0]).collect();
            ids.dedup();
            assert_eq!(ids.len(), rows.len(), "{cut}: each charge once: {seen}");
            assert_eq!(
                seen["live"] == "not_live",
                seen["stale"],
                "{cut}: what is not live looks so: {seen}"
            );
        }
    }

    /// The charges that are over, those that began last.
    async fn over(&mut self, most: usize) -> Vec<String> {
        let path = format!("/api/cms/sessions/completed?limit={most}");
        let answer = self.rest.get(&path).await;
        let items = answer.body["items"].as_array().expect("a list");
        ids(&items.iter().map(|session| session["id"].clone()).collect())
    }

    /// The same of the charges that are over, whose list is another snapshot.
    async fn past_is_right(&mut self, cut: &str) {
        let completed = "[data-act=completed]";
        self.page.browser().click(completed).await;
        self.page.sees("[data-table=sessions]").await;
        // The gateway's order is by the beginning, the page puts what ended last first: at the list's end they differ by as
        // many as there are cars.
        let newest = self.over(NEWEST).await;
        let known = self.over(2 * ROWS).await;
        let browser = self.page.browser();
        let shown = "return [...document.querySelectorAll('[data-table=sessions] [data-row]')].map((row) => row.dataset.row)";
        let mut last = Vec::new();
        let right = wait_until(Duration::from_secs(2), async || {
            last = ids(&browser.execute(shown).await);
            let all = newest.iter().all(|id| last.contains(id));
            (all && last.iter().all(|id| known.contains(id))).then_some(())
        });
        assert!(
            right.await.is_some(),
            "{cut}: over {newest:?}, shown {last:?}"
        );
        let once: BTreeSet<&String> = last.iter().collect();
        assert_eq!(once.len(), last.len(), "{cut}: each once: {last:?}");
        browser.click("[data-act=active]").await;
        self.page.sees("[data-table=active-sessions]").await;
    }
}

fn ids(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The running charges as REST tells them, in the page's words.
async fn running(rest: &mut Rest) -> Value {
    let answer = rest.get("/api/cms/sessions/active?limit=100").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut rows: Vec<[String; 4]> = answer.body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|session| {
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            let wh = session["energyWh"].as_i64().expect("whole Wh");
            [
                text(&session["id"]),
                text(&session["status"]),
                format!("{}.{:03}", wh / 1_000, wh % 1_000),
                format!("€{}", text(&session["cost"]["total"]["amount"])),
            ]
        })
        .collect();
    rows.sort_unstable();
    rows.into_iter()
        .map(|row| Value::from(row.to_vec()))
        .collect()
}

/// When a page that had lost its road was live again.
fn live_again(noted: &[Value]) -> Option<f64> {
    let lost = noted.iter().rposition(|seen| seen["live"] != "live")?;
    noted.get(lost + 1)?["at"].as_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_in_chromium_is_right_two_seconds_after_any_cut() {
    let mut dice = Dice::thrown();
    let (site, cars) = busy_site(&mut dice).await;
    let (http, ocpp) = (Port::lease(), Port::lease());
    let address = |port: &Port| format!("127.0.0.1:{}", port.number());
    let target = address(&http).parse().expect("an address");
    let proxy = FaultProxy::start(target).await;
    let doors = Doors {
        http: address(&http),
        ocpp: address(&ocpp),
        seen_at: proxy.address().to_string(),
    };
    let gateway = serve(&site, &doors).await;
    let pages = format!("http://{}", doors.seen_at);
    let page = Stage::in_front_of(site, gateway, pages).await;
    let mut cars = cars.connect(page.ocpp()).await;
    let mut watch = Watch::begin(page).await;
    cars.drive(20).await;
    let cuts = rounds(CUTS.0, CUTS.1);
    for number in 1..=cuts {
        watch.begin_anew().await;
        let what = chromium_cut(&mut watch, &proxy, &mut cars, &doors, number, &mut dice).await;
        let cut = format!("cut {number}, {what}");
        let still = watch.now().await;
        let back = |noted: &[Value]| live_again(noted).map(|live| live.max(still));
        watch.is_right(&cut, back).await;
        watch.past_is_right(&cut).await;
    }
    println!(
        "{cuts} cuts: right {:.0} ms after at most",
        watch.longest_ms
    );
    assert_eq!(watch.page.gateway().terminate().await, 0);
}

/// Cuts, moves on meanwhile, and lifts the cut.
async fn chromium_cut(
    watch: &mut Watch,
    proxy: &FaultProxy,
    cars: &mut Cars,
    doors: &Doors,
    number: u32,
    dice: &mut Dice,
) -> &'static str {
    // In the middle of it, somewhere.
    let (before, meanwhile) = (dice.roll(8), dice.roll(30));
    cars.drive(before).await;
    match number % 10 {
        4 => {
            let page = &mut watch.page;
            page.gateway().kill();
            *page.gateway() = serve(&page.site, doors).await;
            cars.reconnect(page.ocpp()).await;
            cars.drive(meanwhile).await;
            "the gateway killed"
        }
        7 => {
            proxy.set_all(Faults {
                black_hole: true,
                ..Faults::default()
            });
            cars.drive(meanwhile).await;
            let gone = ":root[data-figures=stale] [data-live=not_live]";
            watch.page.sees_within(gone, NOT_LIVE_WITHIN).await;
            proxy.set_all(Faults::default());
            "swallowed"
        }
        9 if number % 100 == 9 => {
            proxy.refuse(true);
            proxy.cut_all(Cut::Reset);
            cars.unplug().await;
            cars.measure(TOO_MANY).await;
            proxy.refuse(false);
            "away for too long"
        }
        _ => {
            let cut = *dice.pick(&[Cut::Close, Cut::Reset]);
            let refused = dice.once_in(2);
            proxy.refuse(refused);
            proxy.cut_all(cut);
            cars.drive(meanwhile).await;
            proxy.refuse(false);
            if cut == Cut::Close { "closed" } else { "reset" }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_kiosk_s_page_is_right_two_seconds_after_it_was_stopped_where_it_was() {
    let mut dice = Dice::thrown();
    let (site, cars) = busy_site(&mut dice).await;
    let page = Stage::in_window(site).await;
    let mut cars = cars.connect(page.ocpp()).await;
    let mut watch = Watch::begin(page).await;
    cars.drive(20).await;
    let cuts = rounds(CUTS.0, CUTS.1);
    for number in 1..=cuts {
        watch.begin_anew().await;
        cars.drive(dice.roll(8)).await;
        let stopped = watch.now().await;
        let browser = watch.page.browser();
        browser.suspend();
        let since = Instant::now();
        cars.drive(1 + dice.roll(40)).await;
        let long = number % 10 == 5;
        if long {
            cars.unplug().await;
        }
        // Longer than what is silent may pass for live.
        while long && since.elapsed() < Duration::from_secs(NOT_LIVE_WITHIN) {
            cars.measure(10).await;
        }
        let away = since.elapsed();
        browser.resume();
        let on = stopped + away.as_secs_f64() * 1_000.0;
        // Stopped for so long that it saw its silence, it says so until its road is there again.
        let back = |noted: &[Value]| Some(live_again(noted).map_or(on, |live| live.max(on)));
        let cut = format!("cut {number}, stopped for {away:?}");
        watch.is_right(&cut, back).await;
        watch.past_is_right(&cut).await;
    }
    println!(
        "{cuts} cuts: right {:.0} ms after at most",
        watch.longest_ms
    );
}

async fn busy_site(dice: &mut Dice) -> (Site, CarsAway) {
    let site = Site::with_price(None, "0.45").await;
    let cars = Cars::register(&site, CARS, Dice::new(dice.bits())).await;
    (site, cars)
}

/// Where the gateway is, whenever it was started, and where the page gets it from.
struct Doors {
    http: String,
    ocpp: String,
    seen_at: String,
}

async fn serve(site: &Site, doors: &Doors) -> Program {
    let Doors {
        http,
        ocpp,
        seen_at,
    } = doors;
    let mut arguments = site.arguments();
    let doors = ["--headless", "--listen", http, "--ocpp-listen", ocpp];
    arguments.extend(doors.map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let hosts = format!("[\"{seen_at}\"]");
    let settings = [("FORECOURT_ALLOWED_HOSTS", hosts.as_str())];
    let app = Path::new(env!("CARGO_BIN_EXE_forecourt"));
    Program::start(app, &arguments, &settings).await
}
