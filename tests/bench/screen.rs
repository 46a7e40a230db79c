//! A page of the operator's desk under measurement, by either road, and the cars that move its figures. Events of a site cost
//! the bench's own process little; the browser's work and the gateway's are in processes of their own.

use std::path::Path;
use std::time::Duration;

use domain::Timestamp;
use serde_json::{Value, json};
use testkit::port::Port;
use testkit::{Browser, Charger, Display};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use crate::Outcome;
use crate::app::Gateway;
use crate::charger::{accepted, now, printed};
use crate::site::{EMAIL, PASSWORD, Registered, Site};

/// How long before now the cars' own clocks are: readings a second apart may be sent faster than that.
const BEHIND: Duration = Duration::from_hours(2);

/// What belongs to the page ends before what it looks at.
pub struct Screen {
    pub browser: Browser,
    /// `None`: it is in the window's own process.
    gateway: Option<Gateway>,
    _window: Option<(Display, Port)>,
    pages: String,
    ocpp: String,
}

impl Screen {
    /// Chromium in front of a gateway without a window: events come over Socket.IO.
    pub async fn in_chromium(site: &Site) -> Outcome<Self> {
        let gateway = site.serve().await?;
        let exact = ["--enable-precise-memory-info", "--js-flags=--expose-gc"];
        Ok(Self {
            browser: Browser::chromium_with(&exact).await,
            pages: gateway.http.clone(),
            ocpp: gateway.ocpp.clone(),
            gateway: Some(gateway),
            _window: None,
        })
    }

    /// The kiosk's own window, with no TCP door for pages: events come over IPC.
    pub async fn in_window(site: &Site) -> Self {
        let display = Display::start().await;
        let port = Port::lease();
        let ocpp = format!("127.0.0.1:{}", port.number());
        let mut arguments = site.arguments();
        arguments.extend(["--listen", "off", "--ocpp-listen", &ocpp].map(str::to_owned));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let app = Path::new(env!("CARGO_BIN_EXE_forecourt"));
        let browser = Browser::webview(app, &arguments, &[], &display).await;
        // The boot screen goes when the gateway is there.
        browser.wait_for("[name=email]").await;
        Self {
            browser,
            gateway: None,
            _window: Some((display, port)),
            pages: "forecourt://localhost".to_owned(),
            ocpp: format!("ws://{ocpp}/ocpp"),
        }
    }

    /// The road's name, for people.
    pub fn road(&self) -> &'static str {
        match self.gateway {
            Some(_) => "Socket.IO, Chromium",
            None => "IPC, the kiosk's window",
        }
    }

    /// Signs the operator in.
    pub async fn sign_in(&self) {
        let browser = &self.browser;
        browser.goto(&format!("{}/cms.html", self.pages)).await;
        browser.wait_for("[name=email]").await;
        browser.fill("[name=email]", EMAIL).await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.click("button.primary").await;
        browser.wait_for("[data-page] section").await;
    }

    /// Turns to a page of the desk, and waits until it is live.
    pub async fn turn(&self, page: &str) {
        let there = format!("location.hash = '#/{page}'; return 0");
        self.browser.execute(&there).await;
        self.browser.wait_for("[data-live=live]").await;
    }

    /// Cars that charge, one at each of the first charge points.
    pub async fn cars(&self, site: &Site, count: usize) -> Vec<Car> {
        let mut starting = JoinSet::new();
        for point in site.charge_points.iter().take(count) {
            let (ocpp, point) = (self.ocpp.clone(), point.clone());
            starting.spawn(async move { Car::start(&ocpp, &point).await });
        }
        let mut cars = starting.join_all().await;
        cars.sort_by(|one, other| one.identity.cmp(&other.identity));
        cars
    }

    /// Ends it all.
    pub async fn end(self) -> Outcome {
        self.browser.close().await;
        match self.gateway {
            Some(gateway) => gateway.stop().await,
            None => Ok(()),
        }
    }
}

/// A car that charges. Each of its readings is a second and a watt-hour after the one before.
pub struct Car {
    charger: Charger,
    /// Its name on the page.
    pub identity: String,
    transaction: i64,
    began: Timestamp,
    /// The register, Wh.
    pub register: i64,
}

impl Car {
    async fn start(ocpp: &str, point: &Registered) -> Self {
        let mut charger = Charger::connect(ocpp, &point.identity, Some(&point.key)).await;
        let boot = json!({ "chargePointVendor": "Forecourt", "chargePointModel": "Bench" });
        accepted(&charger.call("BootNotification", boot).await);
        let began = now() - BEHIND;
        let start = json!({
            "connectorId": 1, "idTag": point.card(), "meterStart": 0, "timestamp": printed(began),
        });
        let started = accepted(&charger.call("StartTransaction", start).await);
        Self {
            charger,
            identity: point.identity.clone(),
            transaction: started["transactionId"]
                .as_i64()
                .expect("every start gets a number"),
            began,
            register: 0,
        }
    }

    /// Sends the next reading: when it was written, and that it was taken.
    pub async fn measure(&mut self) -> f64 {
        self.register += 1;
        let seconds = self.register.unsigned_abs();
        let power = 3_000 + self.register % 70 * 100;
        let sample = |measurand: &str, unit: &str, value: i64| json!({ "measurand": measurand, "unit": unit, "value": value.to_string() });
        let reading = json!({
            "connectorId": 1,
            "transactionId": self.transaction,
            "meterValue": [{
                "timestamp": printed(self.began + Duration::from_secs(seconds)),
                "sampledValue": [
                    sample("Energy.Active.Import.Register", "Wh", self.register),
                    sample("Power.Active.Import", "W", power),
                ],
            }],
        });
        let text = json!([2, seconds.to_string(), "MeterValues", reading]).to_string();
        let written = clock_ms();
        self.charger.send(&text).await;
        let answer = self.charger.next().await;
        assert_eq!(answer[0], 3, "a reading is taken: {answer}");
        written
    }

    /// Sends so many readings, one each `every`, and rests: what is late makes none of the later ones later.
    pub async fn run(mut self, first: Instant, every: Duration, readings: u32) -> Self {
        let mut turns = interval_at(first, every);
        turns.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for _ in 0..readings {
            turns.tick().await;
            self.measure().await;
        }
        self
    }
}

/// The wall clock, which pages read too.
pub fn clock_ms() -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds since 1970 are far below 2^53"
    )]
    let us = now().as_microsecond() as f64;
    us / 1000.0
}

/// Lets time pass: what is measured is what happens meanwhile.
pub async fn pass(time: Duration) {
    let mut end = interval(time);
    end.tick().await;
    end.tick().await;
}

/// A number that a page gave.
pub fn number(value: &Value) -> Outcome<f64> {
    let number = value.as_f64();
    Ok(number.ok_or_else(|| format!("the page gave {value} for a number"))?)
}
