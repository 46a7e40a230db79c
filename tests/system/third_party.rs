//! The main job on parts that are not ours: a charge point on somebody else's OCPP library charges, and
//! somebody else's Socket.IO readers and AMQP clients see exactly what they may, in order. The expected
//! sequences are the tables of `script.rs`; who watches from where is the table of `cast.rs`.

mod audience;
mod broker;
mod cast;
mod notifications;
mod script;

use serde_json::json;
use testkit::{Library, LibraryCharger};

use crate::site::CARD;
use cast::{Ground, Stage};
use script::Reading;

/// What a charge takes, reading by reading: ten of them, at 0.45 EUR a kWh.
const READINGS: [Reading; 10] = [
    (400, 7_400, "0.18"),
    (900, 11_000, "0.40"),
    (1_520, 11_000, "0.68"),
    (2_000, 11_000, "0.90"),
    (2_500, 22_000, "1.12"),
    (3_250, 22_000, "1.46"),
    (4_000, 22_000, "1.80"),
    (4_750, 21_500, "2.14"),
    (5_200, 7_400, "2.34"),
    (5_500, 3_700, "2.48"),
];

/// Plugs in and shows the card.
async fn begin_by_card(charger: &mut LibraryCharger) {
    charger.report("Preparing").await;
    assert_eq!(
        charger.authorize(CARD).await,
        "Accepted",
        "the card is the site's own"
    );
    let began = charger.begin(CARD).await;
    assert_eq!(began["idTagInfo"]["status"], "Accepted", "{began}");
    charger.report("Charging").await;
}

async fn measure(charger: &mut LibraryCharger) {
    for (meter_wh, power_w, _) in READINGS {
        charger.measure(meter_wh, power_w).await;
    }
}

/// A charge by card, from the opening of the socket to its end, seen by everyone who may.
async fn by_card(library: Library, ground: Ground) {
    let mut stage = Stage::set(ground).await;
    let mut audience = stage.audience().await;
    let mut charger = stage.charger(library).await;
    assert_eq!(charger.boot().await["status"], "Accepted");
    charger.report("Available").await;
    begin_by_card(&mut charger).await;
    audience.follow(&stage.session().await).await;
    measure(&mut charger).await;
    charger.stop("Local").await;
    charger.report("Finishing").await;
    charger.report("Available").await;
    charger.leave().await;

    let (script, frames) = (
        script::by_card(&READINGS),
        script::frames_by_card(READINGS.len()),
    );
    let heard = audience.check(&script, &frames).await;
    if let Some(consumer) = &mut stage.consumer {
        broker::check(consumer, &heard).await;
    }
}

/// A charge that an operator begins and ends over REST; at the charger nobody lifts a finger.
async fn from_afar(library: Library, ground: Ground) {
    let mut stage = Stage::set(ground).await;
    let mut audience = stage.audience().await;
    let mut charger = stage.charger(library).await;
    assert_eq!(charger.boot().await["status"], "Accepted");
    charger.report("Available").await;

    let point = stage.site.charge_point.clone();
    let start = json!({ "chargePointId": point, "connectorId": 1, "idTag": CARD });
    let start = stage.command("remote-start", &start).await;
    let asked = charger.asked("RemoteStartTransaction").await;
    assert_eq!(asked, json!({ "connectorId": 1, "idTag": CARD }));
    for action in [
        "StatusNotification",
        "StartTransaction",
        "StatusNotification",
    ] {
        charger.said(action).await;
    }
    audience.follow(&stage.session().await).await;
    measure(&mut charger).await;

    let transaction = stage.transaction().await;
    let stop = json!({ "chargePointId": point, "transactionId": transaction });
    let stop = stage.command("remote-stop", &stop).await;
    let asked = charger.asked("RemoteStopTransaction").await;
    assert_eq!(asked, json!({ "transactionId": transaction }));
    for action in [
        "StopTransaction",
        "StatusNotification",
        "StatusNotification",
    ] {
        charger.said(action).await;
    }
    for command in [start, stop] {
        let path = format!("/api/charger/commands/{command}");
        let answer = stage.operator.get(&path).await;
        assert_eq!(answer.body["status"], "accepted", "{answer:?}");
    }
    charger.leave().await;

    let (script, frames) = (
        script::from_afar(&READINGS),
        script::frames_from_afar(READINGS.len()),
    );
    let heard = audience.check(&script, &frames).await;
    if let Some(consumer) = &mut stage.consumer {
        broker::check(consumer, &heard).await;
    }
}

#[tokio::test]
async fn a_card_charges_on_pypis_ocpp_with_nothing_but_this_program() {
    by_card(Library::PythonOcpp, Ground::Alone).await;
}

#[tokio::test]
async fn a_card_charges_on_npms_ocpp_rpc_with_nothing_but_this_program() {
    by_card(Library::NodeOcppRpc, Ground::Alone).await;
}

#[tokio::test]
async fn a_card_charges_on_pypis_ocpp_over_postgresql_and_rabbitmq() {
    by_card(Library::PythonOcpp, Ground::Network).await;
}

#[tokio::test]
async fn a_card_charges_on_npms_ocpp_rpc_over_postgresql_and_rabbitmq() {
    by_card(Library::NodeOcppRpc, Ground::Network).await;
}

#[tokio::test]
async fn an_operator_charges_on_pypis_ocpp_with_nothing_but_this_program() {
    from_afar(Library::PythonOcpp, Ground::Alone).await;
}

#[tokio::test]
async fn an_operator_charges_on_npms_ocpp_rpc_with_nothing_but_this_program() {
    from_afar(Library::NodeOcppRpc, Ground::Alone).await;
}

#[tokio::test]
async fn an_operator_charges_on_pypis_ocpp_over_postgresql_and_rabbitmq() {
    from_afar(Library::PythonOcpp, Ground::Network).await;
}

#[tokio::test]
async fn an_operator_charges_on_npms_ocpp_rpc_over_postgresql_and_rabbitmq() {
    from_afar(Library::NodeOcppRpc, Ground::Network).await;
}
