//! What a charge costs while it runs and once it is over.

use std::sync::atomic::Ordering;

use domain::meter::Reading;
use domain::pricing::{Activity, Bill, Period, price};
use domain::session::StopReason;
use domain::status::ConnectorStatus;
use domain::{Timestamp, WattHours};
use gateway::core::Core;
use gateway::ops::record_meter::{Measured, record_meter};
use gateway::ops::report_connector::{Report, report_connector};
use gateway::ops::start_session::{Start, start_session};
use gateway::ops::stop_session::{Stop, stop_session};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::repo::{sessions, tariffs};

use super::{component, only, with_own_clock};
use crate::desk::{Desk, text};
use crate::house::{CARD, House};
use crate::user::charger;

/// What the desk was told that the running charge costs, oldest first.
async fn costs(desk: &Desk, since: i64) -> Vec<Value> {
    let events = desk.house.told(&desk.token, since).await;
    let costs = events
        .iter()
        .filter(|event| event["type"] == "cost.updated");
    costs.map(|event| event["data"].clone()).collect()
}

/// The engine's own bill of a charge under the tariff's present rates.
async fn engine(house: &House, tariff: &Value, began: Timestamp, periods: &[Period]) -> Bill {
    let mut conn = house.gateway.core.store.read().await.expect("a reader");
    let id = text(tariff).parse().expect("an id");
    let found = tariffs::find(&mut conn, id).await.expect("it can be read");
    let terms = found.expect("it is there").terms(jiff::tz::TimeZone::UTC);
    price(&terms.rates, &terms.zone, began, periods)
}

async fn status(charger: &mut testkit::Charger, at: String, status: &str) {
    let report =
        json!({ "connectorId": 1, "errorCode": "NoError", "status": status, "timestamp": at });
    charger.call("StatusNotification", report).await;
}

async fn measure(charger: &mut testkit::Charger, transaction: &Value, at: String, wh: i64) {
    let values = json!({ "connectorId": 1, "transactionId": transaction, "meterValue": [{ "timestamp": at,
        "sampledValue": [{ "value": wh.to_string(), "measurand": "Energy.Active.Import.Register", "unit": "Wh" }] }] });
    charger.call("MeterValues", values).await;
}

/// When a session began, by the clock it is counted by.
async fn began_of(house: &House, session: &str) -> Timestamp {
    let mut conn = house.gateway.core.store.read().await.expect("a reader");
    let id = session.parse().expect("an id");
    let row = sessions::find(&mut conn, id).await.expect("it can be read");
    row.expect("it is there").began_at.expect("it began")
}

/// Stops the charge: the bill is what it cost while it ran, in the event and over REST.
async fn ends_at_what_it_costs(
    desk: &Desk,
    charger: &mut testkit::Charger,
    transaction: &Value,
    at: String,
    shown: &Value,
) {
    let since = desk.house.drained().await;
    let stop = json!({ "transactionId": transaction, "meterStop": 20_000, "timestamp": at });
    charger.call("StopTransaction", stop).await;
    let events = desk.house.told(&desk.token, since).await;
    let stopped = events
        .iter()
        .find(|event| event["type"] == "charging.stopped")
        .expect("it is over");
    let cost = &stopped["data"]["cost"];
    for part in ["net", "tax", "total", "lines"] {
        assert_eq!(
            cost[part], shown["cost"][part],
            "{part}: the running cost is the bill"
        );
    }
    let over = desk.get(&format!("sessions/{}", text(&shown["id"]))).await;
    assert_eq!(&over["cost"], cost);
    assert_eq!(over["tariffVersion"], 1, "the version it was shown");
}

#[tokio::test]
async fn a_charge_at_a_socket_costs_while_it_runs_what_the_bill_and_the_engine_say() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let mut charger = charger(&desk.house).await;
    // The charger's clock is six hours ahead, so that the charge can last for hours: it counts from now on.
    let now = desk.house.gateway.core.clock.now();
    let ahead = SignedDuration::from_hours(6);
    let told = |minutes: i64| (now + ahead + SignedDuration::from_mins(minutes)).to_string();
    let clock = |minutes: i64| {
        let at = now + SignedDuration::from_mins(minutes);
        at.strftime("%H:%M").to_string()
    };
    let dear = only(json!({ "startTime": clock(60), "endTime": clock(120) }));
    let made = desk
        .post(
            "tariffs",
            json!({ "name": "By the hour", "currency": "EUR", "stationIds": [station], "idleGraceMinutes": 10, "elements": [
                { "priceComponents": [component("ENERGY", "0.80")], "restrictions": dear },
                { "priceComponents": [component("ENERGY", "0.40"), component("PARKING_TIME", "6.00")] },
            ] }),
        )
        .await;
    let start = json!({ "connectorId": 1, "idTag": CARD, "meterStart": 0, "timestamp": told(0) });
    let started = charger.call("StartTransaction", start).await;
    let transaction = started[2]["transactionId"].clone();
    let since = desk.house.drained().await;
    let mut expected: Vec<(i64, i64, Activity)> = Vec::new();
    status(&mut charger, told(1), "Charging").await;
    for (minutes, wh) in [(40, 6_000), (100, 15_000)] {
        measure(&mut charger, &transaction, told(minutes), wh).await;
        expected.push((minutes, wh, Activity::Charging));
    }
    // The desk makes it dearer: nobody who charges already minds.
    let path = format!("tariffs/{}", text(&made["id"]));
    let dearer = json!({ "currency": "EUR", "elements": [{ "priceComponents": [component("ENERGY", "9.99")] }] });
    let before = desk.get(&path).await;
    let dearer = desk.put(&path, dearer).await;
    assert_eq!(dearer["version"], 2);
    // Full at 130 minutes; the next word comes ten minutes later.
    status(&mut charger, told(130), "SuspendedEV").await;
    measure(&mut charger, &transaction, told(140), 20_000).await;
    expected.push((130, 20_000, Activity::Charging));
    expected.push((140, 20_000, Activity::Idle));
    measure(&mut charger, &transaction, told(200), 20_000).await;
    expected.push((200, 20_000, Activity::Idle));

    let costs = costs(&desk, since).await;
    assert_eq!(costs.len(), 4, "with each reading");
    let session = text(&costs[3]["sessionId"]);
    let shown = desk.get(&format!("sessions/{session}")).await;
    let began = began_of(&desk.house, &session).await;
    // By the clock it is counted by, which began when its start came in.
    let period = |(minutes, wh, activity): &(i64, i64, Activity)| Period {
        until: began + SignedDuration::from_mins(*minutes),
        energy: WattHours(*wh),
        activity: *activity,
        power_w: None,
        current_ma: None,
    };
    let periods: Vec<Period> = expected.iter().map(period).collect();
    desk.put(
        &path,
        json!({ "currency": "EUR", "elements": before["elements"] }),
    )
    .await;
    for (seen, cost) in [
        (1, &costs[0]),
        (2, &costs[1]),
        (4, &costs[2]),
        (5, &costs[3]),
    ] {
        let bill = engine(&desk.house, &made["id"], began, &periods[..seen]).await;
        assert_eq!(
            cost["total"],
            json!(bill.total.print()),
            "after {seen} periods"
        );
        assert_eq!(cost["net"], json!(bill.net.print()));
    }
    assert_eq!(
        costs[3]["lines"], shown["cost"]["lines"],
        "REST says the same"
    );
    let kinds: Vec<_> = costs[3]["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| text(&line["kind"]))
        .collect();
    assert_eq!(kinds, ["energy", "energy", "idle"]);
    assert_eq!(
        costs[3]["lines"][2]["quantity"], "60.000",
        "it stood there for 70 minutes, ten of them free"
    );

    ends_at_what_it_costs(&desk, &mut charger, &transaction, told(200), &shown).await;
}

/// A charge told to the ops under a clock that the test sets.
struct Told {
    core: Core,
    house: House,
    transaction: i64,
}

impl Told {
    async fn measure(&self, at: &str, wh: i64) {
        let reading = Reading {
            measured_at: at.parse().expect("a literal time"),
            meter: Some(WattHours(wh)),
            power_w: None,
            soc_percent: None,
            voltage_v: None,
            current_a: None,
            context: "Sample.Periodic".to_owned(),
        };
        let measured = Measured {
            connector_id: 1,
            transaction_id: Some(self.transaction),
            readings: vec![reading],
            unreadable: Vec::new(),
            signed: Vec::new(),
            action: "MeterValues",
            raw: "{}".to_owned(),
        };
        let taken = record_meter(&self.core, self.house.point, measured).await;
        taken.expect("it is taken");
    }

    async fn status(&self, at: &str, status: ConnectorStatus) {
        let report = Report {
            connector_id: 1,
            status,
            error_code: None,
            vendor_error_code: None,
            info: None,
            at: Some(at.parse().expect("a literal time")),
        };
        let taken = report_connector(&self.core, self.house.point, report).await;
        taken.expect("it is taken");
    }

    async fn cost(&self) -> (String, Vec<(String, String)>) {
        let mut conn = self.core.store.read().await.expect("a reader");
        let found = sessions::find_by_transaction(&mut conn, self.house.point, self.transaction);
        let session = found.await.expect("it can be read").expect("it is there");
        let cost = domain::object::CostObject::of_session(&session).expect("something is charged");
        let lines = cost.lines.iter();
        let lines = lines.map(|line| (line.quantity.clone(), line.amount.amount.clone()));
        (cost.total.amount, lines.collect())
    }
}

#[tokio::test]
async fn the_night_in_which_the_clock_is_turned_costs_by_the_stations_clock() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    desk.put(
        &format!("stations/{station}"),
        json!({ "timeZone": "Europe/Berlin" }),
    )
    .await;
    desk.post(
        "tariffs",
        json!({ "name": "Two to three, and Sundays", "currency": "EUR", "stationIds": [station], "idleGraceMinutes": 5, "elements": [
            { "priceComponents": [component("ENERGY", "0.20")],
              "restrictions": only(json!({ "startTime": "02:00", "endTime": "03:00" })) },
            { "priceComponents": [component("ENERGY", "0.50"), component("PARKING_TIME", "12")],
              "restrictions": only(json!({ "dayOfWeek": ["SUNDAY"] })) },
            { "priceComponents": [component("ENERGY", "0.30"), component("PARKING_TIME", "6")] },
        ] }),
    )
    .await;
    // A year in which no test runs: its connectors were last heard of before it.
    let (core, clock) = with_own_clock(&desk.house, "2030-10-26T21:00:00Z");
    let start = Start {
        connector_id: 1,
        id_tag: CARD.to_owned(),
        meter_start: WattHours(0),
        at: "2030-10-26T21:00:00Z".parse().expect("a literal time"),
        raw: "{}".to_owned(),
    };
    let started = start_session(&core, desk.house.point, start).await;
    let told = Told {
        transaction: started.expect("it is answered").transaction_id,
        core,
        house: desk.house,
    };
    // 2 kW from eleven at night, summer time, to four in the morning, winter time: six hours, of which two are the one from
    // two to three.
    let hour = SignedDuration::from_hours(8).as_millis();
    clock
        .0
        .fetch_add(i64::try_from(hour).expect("eight hours"), Ordering::Relaxed);
    for (at, wh) in [
        ("2030-10-26T23:00:00Z", 4_000),
        ("2030-10-27T01:30:00Z", 9_000),
        ("2030-10-27T03:00:00Z", 12_000),
    ] {
        told.measure(at, wh).await;
    }
    let (total, lines) = told.cost().await;
    let line = |quantity: &str, amount: &str| (quantity.to_owned(), amount.to_owned());
    // By the price: an hour to midnight at 0.30, three at 0.50, two at 0.20, with 19 % on top.
    assert_eq!(
        lines,
        [
            line("2.000", "0.71"),
            line("6.000", "3.57"),
            line("4.000", "0.95")
        ]
    );
    assert_eq!(total, "5.23");
    // It stands there from four to half past, five minutes of them free; told late, after the reading.
    told.measure("2030-10-27T03:30:00Z", 12_000).await;
    assert_eq!(told.cost().await.0, "5.23", "as far as anybody said");
    told.status("2030-10-27T03:00:00Z", ConnectorStatus::SuspendedEv)
        .await;
    let (total, lines) = told.cost().await;
    assert_eq!(
        lines.last(),
        Some(&line("25.000", "5.95")),
        "Sunday's price"
    );
    assert_eq!(total, "11.18");
    let stop = Stop {
        transaction_id: told.transaction,
        meter_stop: WattHours(12_000),
        at: "2030-10-27T03:30:00Z".parse().expect("a literal time"),
        reason: StopReason::EvDisconnected,
        id_tag: None,
        readings: Vec::new(),
        unreadable: Vec::new(),
        signed: Vec::new(),
        raw: "{}".to_owned(),
    };
    let ended = stop_session(&told.core, told.house.point, stop).await;
    ended.expect("it is taken");
    assert_eq!(told.cost().await, (total, lines), "the bill");
}
