//! One charger of the load: starts a charge, sends readings when they are due, stops. What it tells could be true: its
//! clock is right and its register rises as slowly as a car charges. Its readings are numbered through the power, so
//! that the event a screen gets names the frame it came from.

use std::fmt::Display;
use std::time::{Duration, Instant};

use domain::Timestamp;
use serde_json::{Value, json};
use testkit::Charger;
use testkit::charger::Message;
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
    began: Timestamp,
    /// When the last reading was dated: each has a time of its own, or it would be taken for a repetition.
    last: Timestamp,
    /// Readings of earlier levels.
    first: u32,
}

impl Charge {
    /// Connects, boots and starts.
    pub async fn start(order: &Order, point: &Registered) -> Self {
        let mut charger = Charger::connect(&order.ocpp, &point.identity, Some(&point.key)).await;
        let boot = json!({ "chargePointVendor": "Forecourt", "chargePointModel": "Bench" });
        accepted(&charger.call("BootNotification", boot).await);
        let began = now();
        let start = json!({
            "connectorId": 1, "idTag": point.card(), "meterStart": 0, "timestamp": printed(began),
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
            began,
            last: began,
            first: order.first,
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
        let soonest = self.last + Duration::from_millis(1);
        self.last = now().max(soonest);
        let text = self.reading(place);
        schedule.wrote(place, Instant::now());
        self.charger.send(&text).await;
        let taken = format!(r#"[3,"{place}",{{}}]"#);
        loop {
            match self.charger.receive().await {
                Some(Ok(Message::Text(answer))) => {
                    assert_eq!(answer.as_str(), taken, "a reading is taken");
                    return;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("a reading was not answered but {other:?}"),
            }
        }
    }

    /// MeterValues with four samples, as an AC charger sends them. As text: what it takes to make it is not the gateway's.
    fn reading(&self, place: u32) -> String {
        let (transaction, at, register) = (self.transaction, printed(self.last), self.register());
        let number = self.first + 1 + place;
        let sample = |measurand: &str, unit: &str, value: &dyn Display| {
            format!(
                r#"{{"measurand":"{measurand}","unit":"{unit}","value":"{value}","context":"Sample.Periodic"}}"#
            )
        };
        let samples = [
            sample("Energy.Active.Import.Register", "Wh", &register),
            sample("Power.Active.Import", "W", &number),
            sample("Current.Import", "A", &"16.0"),
            sample("SoC", "Percent", &"55"),
        ];
        let samples = samples.join(",");
        format!(
            r#"[2,"{place}","MeterValues",{{"connectorId":1,"transactionId":{transaction},"meterValue":[{{"timestamp":"{at}","sampledValue":[{samples}]}}]}}]"#
        )
    }

    /// The register, Wh: 3.6 kW since the start.
    fn register(&self) -> i64 {
        self.last.duration_since(self.began).as_secs()
    }

    /// Stops the charge: the next level begins a new one.
    pub async fn stop(mut self) {
        let stop = json!({
            "transactionId": self.transaction, "meterStop": self.register(), "timestamp": printed(self.last),
            "reason": "Local",
        });
        let answer = self.charger.call("StopTransaction", stop).await;
        assert_eq!(answer[0], 3, "a stop is always taken: {answer}");
    }
}

/// A charger's own clock, which is right.
#[expect(
    clippy::disallowed_methods,
    reason = "the load is another machine's, and this its clock"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// To the millisecond, as chargers tell it.
pub fn printed(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The payload of a CALLRESULT.
pub fn accepted(answer: &Value) -> Value {
    assert_eq!(answer[0], 3, "the gateway agrees: {answer}");
    answer[2].clone()
}
