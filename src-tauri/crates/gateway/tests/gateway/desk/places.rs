//! Stations, charge points, prices and alerts: added, changed and removed, what everybody is told of it, and what
//! is refused.

use std::time::Duration;

use axum::http::Method;
use domain::WattHours;
use domain::status::ConnectorStatus;
use gateway::ops::report_connector::{Report, report_connector};
use gateway::ops::start_session::{Start, start_session};
use serde_json::{Value, json};
use testkit::Charger;
use testkit::charger::Knock;

use super::{Desk, eur, tariff, text};
use crate::house::CARD;

#[tokio::test]
async fn a_station_is_added_changed_and_removed_and_each_is_told_whole() {
    let desk = Desk::new().await;
    let since = desk.house.drained().await;
    let made = desk
        .post("stations", json!({ "name": " North ", "timeZone": "europe/berlin", "address": { "city": "Kiel", "country": "DE" }, "location": { "latitude": 54.3, "longitude": 10.1 } }))
        .await;
    assert_eq!(
        (&made["name"], &made["timeZone"], &made["version"]),
        (&json!("North"), &json!("Europe/Berlin"), &json!(1))
    );
    let path = format!("stations/{}", text(&made["id"]));
    desk.conflict(Method::POST, "stations", json!({ "name": "North" }))
        .await;
    let same = desk.put(&path, json!({ "name": "North" })).await;
    assert_eq!(same, made, "where nothing is different, nothing rises");
    let changed = desk
        .put(
            &path,
            json!({ "helpline": "+49 1", "location": null, "address": { "line1": "Kai 1" } }),
        )
        .await;
    assert_eq!(
        changed["address"],
        json!({ "line1": "Kai 1", "postalCode": "", "city": "Kiel", "country": "DE" }),
        "what is left out stays"
    );
    assert_eq!(
        (&changed["location"], &changed["version"]),
        (&Value::Null, &json!(2))
    );
    assert_eq!(desk.get(&path).await, changed);
    desk.delete(&path).await;
    let gone = desk.ask(Method::GET, &path, None, 404).await;
    assert_eq!(gone["code"], "resource.not_found");
    desk.ask(Method::DELETE, &path, Some(json!({})), 404).await;

    let (types, events) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.station.created",
            "cms.station.updated",
            "cms.station.deleted"
        ],
        "one each, none for what did nothing"
    );
    assert_eq!(events[0]["data"]["station"], made);
    assert_eq!(events[1]["data"]["station"], changed);
    assert_eq!(events[2]["data"]["id"], made["id"]);

    let full = format!("stations/{}", desk.station().await);
    desk.conflict(Method::DELETE, &full, json!({})).await;
    desk.post("stations", json!({ "name": "North" })).await;
}

#[tokio::test]
async fn a_charge_point_gets_a_key_once_and_is_told_of_whole() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let since = desk.house.drained().await;
    let made = desk
        .post(
            "charging-points",
            json!({ "identity": "CP-7", "stationId": station, "connectors": 2 }),
        )
        .await;
    assert_eq!(text(&made["password"]).len(), 40);
    assert!(text(&made["url"]).ends_with("/ocpp/CP-7"), "{made}");
    assert_eq!(made["connectors"].as_array().map(Vec::len), Some(2));
    let path = format!("charging-points/{}", text(&made["id"]));
    assert_eq!(
        desk.get(&path).await.get("password"),
        None,
        "it is never seen again"
    );
    desk.conflict(
        Method::POST,
        "charging-points",
        json!({ "identity": "CP-7", "stationId": station }),
    )
    .await;
    let renamed = desk.put(&path, json!({ "name": "Gate" })).await;
    assert_eq!(
        (&renamed["name"], &renamed["maxPowerW"]),
        (&json!("Gate"), &json!(22_000))
    );
    let key = desk
        .ask(
            Method::POST,
            &format!("{path}/rotate-key"),
            Some(json!({})),
            200,
        )
        .await;
    assert_ne!(key["password"], made["password"]);
    desk.delete(&path).await;
    let (types, events) = desk.told(since).await;
    let expect = [
        "cms.point.created",
        "station.status.changed",
        "cms.point.updated",
        "cms.point.updated",
        "cms.point.deleted",
        "station.status.changed",
    ];
    assert_eq!(types, expect);
    assert_eq!(
        events[4]["data"],
        json!({ "id": made["id"], "stationId": station })
    );
    let raw = serde_json::to_string(&events).expect("events are JSON");
    assert!(
        !raw.contains(&text(&made["password"])) && !raw.contains("passwordHash"),
        "no event holds a key"
    );
}

#[tokio::test]
async fn while_somebody_charges_the_charge_point_stays_and_the_desk_sees_the_session() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let start = Start {
        connector_id: 1,
        id_tag: CARD.to_owned(),
        meter_start: WattHours(0),
        at: desk.house.gateway.core.clock.now(),
        raw: "{}".to_owned(),
    };
    start_session(&desk.house.gateway.core, desk.house.point, start)
        .await
        .expect("the card charges");
    let busy = format!("charging-points/{}", desk.house.point);
    desk.conflict(Method::DELETE, &busy, json!({})).await;
    let other = desk.post("stations", json!({ "name": "Other" })).await;
    desk.conflict(Method::PUT, &busy, json!({ "stationId": other["id"] }))
        .await;
    let active = desk.get("sessions/active?search=bay").await;
    let session = &active["items"][0];
    assert_eq!(active["total"], 1);
    assert_eq!(
        desk.get(&format!("sessions/{}", text(&session["id"])))
            .await["id"],
        session["id"]
    );
    for asked in ["CP-1".to_owned(), desk.house.point.to_string()] {
        let listed = desk
            .get(&format!("transactions?chargePointId={asked}"))
            .await;
        assert_eq!(listed["items"][0]["idTag"], CARD, "{asked}");
        assert_eq!(
            listed["items"][0]["transactionId"],
            session["transactionId"]
        );
    }
    assert_eq!(desk.get("sessions/completed").await["total"], 0);
    assert_eq!(
        desk.get(&format!("stations/{station}/sessions?sort=-startedAt"))
            .await["total"],
        1
    );
    let glance = desk.get("dashboard").await;
    assert_eq!(glance["sessions"], json!({ "active": 1, "today": 1 }));
    assert_eq!(glance["chargingPoints"]["offline"], 1, "{glance}");
    assert_eq!(
        glance["stations"],
        json!({ "total": 2, "online": 0, "offline": 2 })
    );
    assert_eq!(
        glance["today"],
        json!({ "revenue": eur("0.00"), "energyWh": 0, "sessions": 0 })
    );
    assert_eq!(glance["recentSessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn whoever_shows_a_price_is_told_of_each_that_changed() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let point = desk.house.point.to_string();
    let since = desk.house.drained().await;
    let made = desk.post("tariffs", tariff("Day", &[&station])).await;
    assert_eq!(made["stationIds"], json!([station]));
    assert_eq!(made["price"]["exampleFor20Kwh"], eur("9.00"));
    let path = format!("tariffs/{}", text(&made["id"]));
    let (types, _) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.tariff.created",
            "cms.station.updated",
            "station.price.changed"
        ]
    );
    assert_eq!(desk.prices(since).await, [(Value::Null, json!("0.45"))]);

    let since = desk.house.drained().await;
    let dearer = desk
        .put(
            &path,
            json!({ "perKwh": eur("0.50"), "chargePointIds": [point] }),
        )
        .await;
    assert_eq!(dearer["version"], 2);
    assert_eq!(
        desk.prices(since).await,
        [(Value::Null, json!("0.50")), (json!(point), json!("0.50"))],
        "the station keeps it, the point gains it"
    );
    let (types, _) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.tariff.updated",
            "station.price.changed",
            "cms.point.updated",
            "station.price.changed"
        ]
    );
    desk.conflict(Method::POST, "tariffs", tariff("Day", &[]))
        .await;

    let since = desk.house.drained().await;
    let night = desk.post("tariffs", tariff("Night", &[])).await;
    desk.put(
        &format!("stations/{station}"),
        json!({ "tariffId": night["id"] }),
    )
    .await;
    desk.put(
        &format!("charging-points/{point}"),
        json!({ "tariffId": null }),
    )
    .await;
    assert_eq!(
        desk.prices(since).await,
        [(Value::Null, json!("0.45")), (json!(point), json!("0.45"))]
    );

    let since = desk.house.drained().await;
    desk.delete(&format!("tariffs/{}", text(&night["id"])))
        .await;
    assert_eq!(
        desk.prices(since).await,
        [(Value::Null, Value::Null)],
        "nothing is charged any more"
    );
    let (types, _) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.tariff.deleted",
            "cms.station.updated",
            "station.price.changed"
        ]
    );
    assert_eq!(
        desk.get("tariffs/dropdown").await["items"],
        json!([{ "id": made["id"], "name": "Day" }])
    );
}

#[tokio::test]
async fn an_alert_is_raised_taken_on_once_and_cleared() {
    let desk = Desk::new().await;
    let since = desk.house.drained().await;
    let report = async |status, error_code: Option<&str>| {
        let report = Report {
            connector_id: 1,
            status,
            error_code: error_code.map(str::to_owned),
            vendor_error_code: None,
            info: None,
            at: None,
        };
        let told = report_connector(&desk.house.gateway.core, desk.house.point, report).await;
        told.expect("a report is taken");
    };
    report(ConnectorStatus::Faulted, Some("GroundFailure")).await;
    let open = desk.get("alerts?status=open&search=groundfailure").await;
    assert_eq!(open["total"], 1, "{open}");
    let id = text(&open["items"][0]["id"]);
    assert_eq!(desk.get("dashboard").await["alertsOpen"], 1);
    let path = format!("alerts/{id}/acknowledge");
    let taken = desk.ask(Method::POST, &path, Some(json!({})), 200).await;
    assert!(taken["acknowledgedAt"].is_string(), "{taken}");
    let again = desk.ask(Method::POST, &path, Some(json!({})), 200).await;
    assert_eq!(again, taken, "the first who took it on stays");
    report(ConnectorStatus::Available, None).await;
    assert_eq!(desk.get("alerts?status=open").await["total"], 0);
    assert_eq!(
        desk.get("alerts?status=cleared").await["items"][0]["id"],
        id
    );
    let (types, events) = desk.told(since).await;
    let alerts: Vec<_> = events
        .iter()
        .filter(|event| text(&event["type"]).starts_with("alert."))
        .collect();
    assert_eq!(alerts.len(), 2, "{types:?}");
    assert_eq!(alerts[0]["type"], "alert.raised");
    assert_eq!(alerts[1]["type"], "alert.cleared");
    assert_eq!(alerts[1]["data"]["alert"]["id"], id);
}

#[tokio::test]
async fn a_charger_that_knocked_is_let_in_by_the_desk() {
    let desk = Desk::new().await;
    let url = format!("ws://{}/ocpp", desk.house.gateway.ocpp);
    let refused = Charger::knock(&url, "NEW-1", &Knock::default()).await;
    assert!(refused.is_err(), "nobody of that name is registered");
    let list = desk.get("unknown-charge-points").await;
    let entry = &list["items"][0];
    assert_eq!(
        (&entry["identity"], &entry["result"]),
        (&json!("NEW-1"), &json!("unknown_identity"))
    );
    let path = format!("unknown-charge-points/{}/accept", text(&entry["id"]));
    let body = json!({ "stationId": desk.station().await, "securityProfile": 0 });
    let made = desk.post(&path, body.clone()).await;
    assert_eq!(
        (&made["identity"], &made["password"]),
        (&json!("NEW-1"), &Value::Null)
    );
    assert_eq!(desk.get("unknown-charge-points").await["total"], 0);
    desk.ask(Method::POST, &path, Some(body), 404).await;
    let charger = Charger::connect(&url, "NEW-1", None).await;
    let path = format!("charging-points/{}", text(&made["id"]));
    let seen = testkit::wait_until(Duration::from_secs(10), async || {
        (desk.get(&path).await["connectivity"] == "online").then_some(())
    });
    seen.await.expect("now it comes in");
    drop(charger);
}
