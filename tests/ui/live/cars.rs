//! Cars at charge points that say exactly when and what: several charge at once, pause, go and come, one message at a time,
//! so that nothing moves while a page is compared with REST. Their clock is their own: three seconds pass between two
//! readings.

use serde_json::{Value, json};
use testkit::{Charger, Dice};

use crate::site::Site;

/// What three seconds give at 12 kW.
const STEP_WH: i64 = 10;
const STEP_S: u32 = 3;

struct Car {
    identity: String,
    token: String,
    charger: Charger,
    meter_wh: i64,
    transaction: Option<i64>,
}

/// All of a site's.
pub struct Cars {
    cars: Vec<Car>,
    password: String,
    second: u32,
    dice: Dice,
}

impl Cars {
    /// Registers so many charge points; `connect` brings them in.
    pub async fn register(site: &Site, count: u32, dice: Dice) -> CarsAway {
        let access = site.add_fleet("SIM-", count).await;
        CarsAway { access, dice }
    }

    /// All messages so far are answered: what they did is committed.
    pub async fn drive(&mut self, steps: usize) {
        for _ in 0..steps {
            let place = self.dice.roll(self.cars.len());
            let what = self.dice.roll(20);
            self.second += STEP_S;
            let now = time(self.second);
            let car = &mut self.cars[place];
            match (car.transaction, what) {
                (None, _) => car.start(&now).await,
                (Some(number), 0) => car.stop(number, &now).await,
                (Some(_), 1) => car.status("SuspendedEV").await,
                (Some(_), 2) => car.status("Charging").await,
                (Some(number), _) => car.measure(number, &now).await,
            }
        }
    }

    /// All that charge go away.
    pub async fn unplug(&mut self) {
        self.second += STEP_S;
        let now = time(self.second);
        for car in &mut self.cars {
            if let Some(number) = car.transaction {
                car.stop(number, &now).await;
            }
        }
    }

    /// Only readings, of one car.
    pub async fn measure(&mut self, readings: usize) {
        for _ in 0..readings {
            self.second += STEP_S;
            let now = time(self.second);
            let car = &mut self.cars[0];
            match car.transaction {
                None => car.start(&now).await,
                Some(number) => car.measure(number, &now).await,
            }
        }
    }

    /// Comes back after the gateway was away. No car was unplugged meanwhile.
    pub async fn reconnect(&mut self, ocpp: &str) {
        for car in &mut self.cars {
            car.charger = Charger::connect(ocpp, &car.identity, Some(&self.password)).await;
        }
    }
}

/// Registered, and not connected yet.
pub struct CarsAway {
    access: crate::site::FleetAccess,
    dice: Dice,
}

impl CarsAway {
    pub async fn connect(self, ocpp: &str) -> Cars {
        let mut cars = Vec::new();
        for (number, token) in self.access.id_tags.into_iter().enumerate() {
            let identity = format!("SIM-{:04}", number + 1);
            let mut charger = Charger::connect(ocpp, &identity, Some(&self.access.password)).await;
            let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
            charger.call("BootNotification", boot).await;
            let mut car = Car {
                identity,
                token,
                charger,
                meter_wh: 1_000,
                transaction: None,
            };
            car.status("Available").await;
            cars.push(car);
        }
        Cars {
            cars,
            password: self.access.password,
            second: 0,
            dice: self.dice,
        }
    }
}

impl Car {
    async fn say(&mut self, action: &str, payload: Value) -> Value {
        let answer = self.charger.call(action, payload).await;
        assert_eq!(answer[0], 3, "{action} is taken: {answer}");
        answer[2].clone()
    }

    async fn status(&mut self, status: &str) {
        let report = json!({ "connectorId": 1, "errorCode": "NoError", "status": status });
        self.say("StatusNotification", report).await;
    }

    async fn start(&mut self, now: &str) {
        self.status("Preparing").await;
        let start = json!({ "connectorId": 1, "idTag": self.token, "meterStart": self.meter_wh, "timestamp": now });
        let answer = self.say("StartTransaction", start).await;
        self.transaction = answer["transactionId"].as_i64();
        self.status("Charging").await;
    }

    async fn measure(&mut self, transaction: i64, now: &str) {
        self.meter_wh += STEP_WH;
        let sample = |measurand: &str, unit: &str, value: i64| json!({ "measurand": measurand, "unit": unit, "value": value.to_string() });
        let values = json!({
            "connectorId": 1,
            "transactionId": transaction,
            "meterValue": [{ "timestamp": now, "sampledValue": [
                sample("Energy.Active.Import.Register", "Wh", self.meter_wh),
                sample("Power.Active.Import", "W", 12_000),
            ] }],
        });
        self.say("MeterValues", values).await;
    }

    async fn stop(&mut self, transaction: i64, now: &str) {
        let stop = json!({ "transactionId": transaction, "meterStop": self.meter_wh, "timestamp": now, "reason": "Local" });
        self.say("StopTransaction", stop).await;
        self.transaction = None;
        self.status("Available").await;
    }
}

/// So many seconds after nine o'clock; a month holds more of them than any test needs.
fn time(second: u32) -> String {
    let (minute, second) = (second / 60, second % 60);
    let (hour, minute) = (9 + minute / 60, minute % 60);
    let (day, hour) = (1 + hour / 24, hour % 24);
    format!("2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
