//! One charger of the load: starts a charge, sends readings when they are due, stops. Its readings
//! are numbered through the register, so that the event a screen gets names the frame it came from.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::Charger;
use tokio::time::{MissedTickBehavior, interval_at};

use crate::load::Order;
use crate::schedule::Schedule;
use crate::site::Registered;

/// A charger that lags this far behind will not catch up: the rate does not hold.
const HOPELESS: Duration = Duration::from_secs(2);

/// A charge under way.
pub struct Charge {
    charger: Charger,
    transaction: i64,
    /// The register at the start of the level, Wh.
    register: u32,
}

impl Charge {
    /// Connects, boots and starts.
    pub async fn start(order: &Order, point: &Registered) -> Self {
        let mut charger = Charger::connect(&order.ocpp, &point.identity, Some(&point.key)).await;
        let boot = json!({ "chargePointVendor": "Forecourt", "chargePointModel": "Bench" });
        accepted(&charger.call("BootNotification", boot).await);
        let start = json!({
            "connectorId": 1, "idTag": point.card(), "meterStart": order.first, "timestamp": time(order.first),
        });
        let started = accepted(&charger.call("StartTransaction", start).await);
        assert_eq!(
            started["idTagInfo"]["status"], "Accepted",
            "a refused charge is not the load that is meant: {started}"
        );
        Self {
            charger,
            transaction: started["transactionId"]
                .as_i64()
                .expect("every start gets a number"),
            register: order.first,
        }
    }

    /// Sends every reading of charger `charger` when it is due, one after the other's answer, and
    /// returns how many were sent.
    pub async fn run(&mut self, charger: u32, schedule: &Schedule) -> u32 {
        let mut turns = interval_at(schedule.due(charger).into(), schedule.every());
        // A turn that was late makes none of the later ones later.
        turns.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut sent = 0;
        for place in schedule.places(charger) {
            let due = turns.tick().await;
            if due.elapsed() > HOPELESS {
                break;
            }
            self.measure(place, schedule).await;
            sent += 1;
        }
        sent
    }

    async fn measure(&mut self, place: u32, schedule: &Schedule) {
        let reading = reading(self.transaction, self.register + 1 + place);
        let text = json!([2, place.to_string(), "MeterValues", reading]).to_string();
        schedule.wrote(place, Instant::now());
        self.charger.send(&text).await;
        let answer = self.charger.next().await;
        assert_eq!(answer[0], 3, "a reading is taken: {answer}");
    }

    /// Stops the charge: the next level begins a new one.
    pub async fn stop(mut self, order: &Order) {
        let end = order.first + order.total();
        let stop = json!({
            "transactionId": self.transaction, "meterStop": end, "timestamp": time(end), "reason": "Local",
        });
        let answer = self.charger.call("StopTransaction", stop).await;
        assert_eq!(answer[0], 3, "a stop is always taken: {answer}");
    }
}

/// MeterValues with four samples, as an AC charger sends them.
fn reading(transaction: i64, register: u32) -> Value {
    let sample = |measurand: &str, unit: &str, value: String| json!({ "measurand": measurand, "unit": unit, "value": value, "context": "Sample.Periodic" });
    json!({
        "connectorId": 1,
        "transactionId": transaction,
        "meterValue": [{
            "timestamp": time(register),
            "sampledValue": [
                sample("Energy.Active.Import.Register", "Wh", register.to_string()),
                sample("Power.Active.Import", "W", "11000".to_owned()),
                sample("Current.Import", "A", "16.0".to_owned()),
                sample("SoC", "Percent", "55".to_owned()),
            ],
        }],
    })
}

/// A time of its own for every register reading: the gateway takes a repeated reading for a repetition, and more energy
/// than the power gives in the time for none.
fn time(register: u32) -> String {
    let (seconds, ms) = (register / 100, register % 100 * 10);
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    format!(
        "2026-11-22T{:02}:{:02}:{:02}.{ms:03}Z",
        hours,
        minutes % 60,
        seconds % 60
    )
}

/// The payload of a CALLRESULT.
fn accepted(answer: &Value) -> Value {
    assert_eq!(answer[0], 3, "the gateway agrees: {answer}");
    answer[2].clone()
}
