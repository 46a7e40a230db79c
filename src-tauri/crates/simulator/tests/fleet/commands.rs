//! What the central system asks for and what comes of it.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Fleet, FleetConfig, Scenario};

use crate::central_system::{CentralSystem, Heard, agree};
use crate::charging::{charging, sampled, told};

const PATH: &str = "/ocpp/SIM-0001";

/// An idle charge point that has told all its statuses.
async fn ready(change: impl FnOnce(&mut FleetConfig)) -> (CentralSystem, Fleet) {
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let mut config = FleetConfig {
        scenario: Scenario::Idle,
        charge_time: Duration::from_hours(1),
        ..charging(&central.url)
    };
    change(&mut config);
    let connectors = config.connectors;
    let fleet = Fleet::start(config).expect("the settings work");
    for _ in 0..=connectors {
        central.next_of("StatusNotification").await;
    }
    (central, fleet)
}

/// Asks, and gives the status of the answer.
async fn status(central: &mut CentralSystem, action: &'static str, payload: Value) -> String {
    let heard = central.ask(PATH, action, payload).await;
    match heard.payload["status"].as_str() {
        Some(status) => status.to_owned(),
        None => format!("{heard:?}"),
    }
}

async fn charge(central: &mut CentralSystem) {
    let start = json!({"idTag": "REMOTE", "connectorId": 1});
    assert_eq!(
        status(central, "RemoteStartTransaction", start).await,
        "Accepted"
    );
    central.next_of("MeterValues").await;
}

#[tokio::test]
async fn a_remote_start_charges_with_its_card_and_a_remote_stop_ends_it() {
    let (mut central, fleet) = ready(|_| {}).await;
    let start = json!({"idTag": "REMOTE", "connectorId": 1});
    assert_eq!(
        status(&mut central, "RemoteStartTransaction", start.clone()).await,
        "Accepted"
    );
    let story = [central.next().await, central.next().await];
    assert_eq!(
        story.each_ref().map(told),
        ["StatusNotification 1 Preparing", "StartTransaction"],
        "the central system knows the card: no Authorize"
    );
    assert_eq!(story[1].payload["idTag"], "REMOTE");
    central.next_of("MeterValues").await;
    assert_eq!(
        status(&mut central, "RemoteStartTransaction", start).await,
        "Rejected",
        "the connector is taken"
    );
    for (transaction, expect) in [(8, "Rejected"), (7, "Accepted")] {
        let stop = json!({"transactionId": transaction});
        assert_eq!(
            status(&mut central, "RemoteStopTransaction", stop).await,
            expect
        );
    }
    let stop = central.next_of("StopTransaction").await.payload;
    assert_eq!(
        (&stop["reason"], &stop["transactionId"]),
        (&json!("Remote"), &json!(7))
    );
    let nowhere = json!({"idTag": "REMOTE", "connectorId": 9});
    assert_eq!(
        status(&mut central, "RemoteStartTransaction", nowhere).await,
        "Rejected"
    );
    fleet.stop().await;
}

#[tokio::test]
async fn a_reset_stops_the_charges_and_boots_again() {
    for (kind, reason) in [("Soft", "SoftReset"), ("Hard", "HardReset")] {
        let (mut central, fleet) = ready(|_| {}).await;
        charge(&mut central).await;
        assert_eq!(
            status(&mut central, "Reset", json!({"type": kind})).await,
            "Accepted"
        );
        let mut story: Vec<Heard> = Vec::new();
        let done =
            |story: &[Heard], told_as: &str| story.iter().any(|heard| told(heard) == told_as);
        // Its own status follows an accepted boot.
        while !(done(&story, "StatusNotification 0 Available") && done(&story, "StopTransaction")) {
            story.push(central.next().await);
        }
        let stop = story.iter().find(|heard| heard.action == "StopTransaction");
        let stop = &stop.expect("it was waited for").payload;
        assert_eq!(stop["reason"], reason, "{kind}");
        let order: Vec<_> = story
            .iter()
            .map(|heard| heard.action.as_str())
            .filter(|action| ["StopTransaction", "BootNotification"].contains(action))
            .collect();
        let expect = if kind == "Soft" {
            ["StopTransaction", "BootNotification"]
        } else {
            ["BootNotification", "StopTransaction"]
        };
        assert_eq!(order, expect, "{kind}: a hard one says nothing any more");
        assert_eq!(fleet.stop().await.boots, 2, "{kind}");
    }
}

#[tokio::test]
async fn a_triggered_message_is_sent() {
    let (mut central, fleet) = ready(|_| {}).await;
    for (message, expect) in [
        ("BootNotification", "BootNotification"),
        ("Heartbeat", "Heartbeat"),
        ("StatusNotification", "StatusNotification 1 Available"),
        ("MeterValues", "MeterValues"),
    ] {
        let trigger = json!({"requestedMessage": message, "connectorId": 1});
        assert_eq!(
            status(&mut central, "TriggerMessage", trigger).await,
            "Accepted"
        );
        let heard = central.next().await;
        assert_eq!(told(&heard), expect);
        assert!(
            heard.payload["transactionId"].is_null(),
            "no charge goes on"
        );
    }
    let trigger = json!({"requestedMessage": "FirmwareStatusNotification"});
    assert_eq!(
        status(&mut central, "TriggerMessage", trigger).await,
        "NotImplemented"
    );
    let trigger = json!({"requestedMessage": "Heartbeat", "connectorId": 4});
    assert_eq!(
        status(&mut central, "TriggerMessage", trigger).await,
        "Rejected"
    );
    fleet.stop().await;
}

#[tokio::test]
async fn a_triggered_reading_of_a_charge_belongs_to_it() {
    let (mut central, fleet) =
        ready(|config| config.meter_interval = Duration::from_hours(1)).await;
    let start = json!({"idTag": "REMOTE"});
    assert_eq!(
        status(&mut central, "RemoteStartTransaction", start).await,
        "Accepted"
    );
    while told(&central.next().await) != "StatusNotification 1 Charging" {}
    let trigger = json!({"requestedMessage": "MeterValues", "connectorId": 1});
    assert_eq!(
        status(&mut central, "TriggerMessage", trigger).await,
        "Accepted"
    );
    let values = central.next_of("MeterValues").await.payload;
    assert_eq!(values["transactionId"], 7);
    let sample = &values["meterValue"][0]["sampledValue"][0];
    assert_eq!(sample["context"], "Trigger");
    assert!(sampled(&values, "Power.Active.Import") >= 0);
    fleet.stop().await;
}

#[tokio::test]
async fn unlocking_a_connector_stops_its_charge_first() {
    let (mut central, fleet) = ready(|_| {}).await;
    charge(&mut central).await;
    assert_eq!(
        status(&mut central, "UnlockConnector", json!({"connectorId": 1})).await,
        "Unlocked"
    );
    let stop = central.next_of("StopTransaction").await.payload;
    assert_eq!(stop["reason"], "UnlockCommand");
    assert_eq!(
        status(&mut central, "UnlockConnector", json!({"connectorId": 2})).await,
        "NotSupported"
    );
    fleet.stop().await;
}

#[tokio::test]
async fn a_connector_out_of_service_takes_no_car_until_it_is_back() {
    let (mut central, fleet) = ready(|config| config.connectors = 2).await;
    let change = |connector: i32, to: &str| json!({"connectorId": connector, "type": to});
    let start = json!({"idTag": "REMOTE", "connectorId": 2});

    let out = change(2, "Inoperative");
    assert_eq!(
        status(&mut central, "ChangeAvailability", out).await,
        "Accepted"
    );
    assert_eq!(
        told(&central.next().await),
        "StatusNotification 2 Unavailable"
    );
    assert_eq!(
        status(&mut central, "RemoteStartTransaction", start).await,
        "Rejected"
    );
    let back = change(2, "Operative");
    assert_eq!(
        status(&mut central, "ChangeAvailability", back).await,
        "Accepted"
    );
    assert_eq!(
        told(&central.next().await),
        "StatusNotification 2 Available"
    );

    charge(&mut central).await;
    let out = change(1, "Inoperative");
    assert_eq!(
        status(&mut central, "ChangeAvailability", out).await,
        "Scheduled",
        "a charge goes on"
    );
    assert_eq!(
        status(
            &mut central,
            "RemoteStopTransaction",
            json!({"transactionId": 7})
        )
        .await,
        "Accepted"
    );
    central.next_of("StopTransaction").await;
    let after = [central.next().await, central.next().await].map(|heard| told(&heard));
    assert_eq!(
        after,
        [
            "StatusNotification 1 Finishing",
            "StatusNotification 1 Unavailable"
        ]
    );
    let nowhere = change(3, "Operative");
    assert_eq!(
        status(&mut central, "ChangeAvailability", nowhere).await,
        "Rejected"
    );
    fleet.stop().await;
}

#[tokio::test]
async fn a_configuration_that_is_changed_is_shown_and_takes_effect() {
    let (mut central, fleet) = ready(|_| {}).await;
    let set = |key: &str, value: &str| json!({"key": key, "value": value});
    for (request, expect) in [
        (set("HeartbeatInterval", "1"), "Accepted"),
        (set("MeterValueSampleInterval", "0"), "Accepted"),
        (set("NumberOfConnectors", "4"), "Rejected"),
        (set("Coffee", "4"), "NotSupported"),
    ] {
        assert_eq!(
            status(&mut central, "ChangeConfiguration", request).await,
            expect
        );
    }
    let asked = json!({"key": ["HeartbeatInterval", "NumberOfConnectors", "Coffee"]});
    let shown = central.ask(PATH, "GetConfiguration", asked).await.payload;
    let key = |name: &str, fixed: bool| json!({"key": name, "readonly": fixed, "value": "1"});
    assert_eq!(
        shown,
        json!({
            "configurationKey": [key("HeartbeatInterval", false), key("NumberOfConnectors", true)],
            "unknownKey": ["Coffee"],
        })
    );
    let start = json!({"idTag": "REMOTE"});
    assert_eq!(
        status(&mut central, "RemoteStartTransaction", start).await,
        "Accepted"
    );
    let mut beats = 0;
    while beats < 2 {
        let heard = central.next().await;
        assert_ne!(
            heard.action, "MeterValues",
            "an interval of 0 is no readings"
        );
        beats += i32::from(heard.action == "Heartbeat");
    }
    fleet.stop().await;
}

#[tokio::test]
async fn what_is_not_built_is_told_apart_from_what_ocpp_does_not_have() {
    let (mut central, fleet) = ready(|_| {}).await;
    for (action, payload, expect) in [
        ("MakeCoffee", json!({}), "NotImplemented"),
        ("ReserveNow", json!({}), "NotSupported"),
        ("Heartbeat", json!({}), "NotSupported"),
        ("Reset", json!({}), "OccurrenceConstraintViolation"),
    ] {
        let heard = central.ask(PATH, action, payload).await;
        assert_eq!(
            (heard.action.as_str(), &heard.payload),
            ("error", &json!(expect))
        );
    }
    assert_eq!(
        status(&mut central, "ClearCache", json!({})).await,
        "Accepted"
    );
    assert_eq!(
        status(&mut central, "DataTransfer", json!({"vendorId": "acme"})).await,
        "UnknownVendorId"
    );
    let version = central.ask(PATH, "GetLocalListVersion", json!({})).await;
    assert_eq!(version.payload["listVersion"], -1);
    fleet.stop().await;
}
