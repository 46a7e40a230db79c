//! Live points of the desk's overview, stations and charging points, on both roads: what a charger or another
//! operator does changes the named part of the page, with no reload and no request.
//!
//! Planted once and seen red: a point that stays when it was deleted (`charging-points-model.js`).

use serde_json::json;

use crate::live_stage::{Road, Stage};
use crate::site::{CARD, Charge};

on_both_roads!(
    live_17_dashboard_stations_online_and_offline,
    live_18_dashboard_charger_counts_by_state,
    live_19_dashboard_recent_sessions,
    live_20_dashboard_revenue_and_energy_today,
    live_21_charging_stations_station_status,
    live_22_charging_stations_rows_follow,
    live_23_charging_points_charger_status,
    live_24_charging_points_availability_per_connector,
    live_25_charging_points_rows_follow,
    live_26_charging_point_detail_charger_status,
    live_27_charging_point_detail_meter_values_with_a_power_curve,
    live_28_charging_point_detail_ocpp_log,
    live_29_charging_point_detail_command_results,
);

async fn stage(road: Road) -> (Stage, Charge) {
    let page = Stage::open(road).await;
    let charge = page.charger().await;
    (page, charge)
}

/// The charge point's own page. Its messages are a snapshot and a subscription of their own: what came after the one can
/// only have come by the other.
async fn point(road: Road) -> (Stage, Charge) {
    let (page, mut charge) = stage(road).await;
    page.desk(&format!("points/{}", page.site.charge_point))
        .await;
    page.sees("[data-frame=BootNotification][data-direction=in]")
        .await;
    let card = json!({ "idTag": CARD });
    charge.charger().call("Authorize", card).await;
    page.sees("[data-frame=Authorize][data-direction=out]")
        .await;
    (page, charge)
}

async fn live_17_dashboard_stations_online_and_offline(road: Road) {
    let (page, charge) = stage(road).await;
    page.desk("").await;
    page.shows("[data-figure=stations-online]", "1").await;
    let asked = page.asked().await;
    drop(charge);
    page.shows("[data-figure=stations-online]", "0").await;
    let _charge = page.charger().await;
    page.shows("[data-figure=stations-online]", "1").await;
    page.was_pushed(asked).await;
}

async fn live_18_dashboard_charger_counts_by_state(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("").await;
    page.shows("[data-figure=state-available]", "1").await;
    let asked = page.asked().await;
    charge.status("Faulted").await;
    page.shows("[data-figure=state-faulted]", "1").await;
    page.shows("[data-figure=state-available]", "0").await;
    drop(charge);
    page.shows("[data-figure=state-offline]", "1").await;
    page.was_pushed(asked).await;
}

async fn live_19_dashboard_recent_sessions(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("").await;
    page.sees("[data-recent] .empty").await;
    let asked = page.asked().await;
    charge.start(100).await;
    page.sees("[data-recent-session=charging]").await;
    charge.measure(1, 1_700, 11_000).await;
    page.shows("[data-recent-session=charging]", "1.600").await;
    charge.stop(2_700).await;
    page.shows("[data-recent-session=stopped]", "1.17").await;
    page.was_pushed(asked).await;
}

async fn live_20_dashboard_revenue_and_energy_today(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("").await;
    page.shows("[data-figure=revenue-today]", "0.00").await;
    charge.start(100).await;
    let asked = page.asked().await;
    let now = page
        .browser()
        .execute("return new Date().toISOString()")
        .await;
    let stop = json!({ "transactionId": charge.transaction(), "meterStop": 2_700, "timestamp": now, "reason": "Local" });
    charge.charger().call("StopTransaction", stop).await;
    page.shows("[data-figure=revenue-today]", "1.17").await;
    page.shows("[data-figure=energy-today]", "2.600").await;
    page.shows("[data-figure=sessions-today]", "1").await;
    page.was_pushed(asked).await;
}

async fn live_21_charging_stations_station_status(road: Road) {
    let (page, charge) = stage(road).await;
    page.desk("stations").await;
    let badge = |state: &str| {
        format!(
            "[data-row=\"{}\"] [data-station-badge={state}]",
            page.site.station
        )
    };
    page.sees(&badge("online")).await;
    let asked = page.asked().await;
    drop(charge);
    page.sees(&badge("offline")).await;
    page.shows("[data-figure=station-points]", "0").await;
    page.was_pushed(asked).await;
}

async fn live_22_charging_stations_rows_follow(road: Road) {
    let (page, _charge) = stage(road).await;
    page.desk("stations").await;
    page.sees("[data-table=stations]").await;
    let mut rest = page.rest().await;
    let asked = page.asked().await;
    let made = rest
        .post("/api/cms/stations", &json!({ "name": "Zoo" }))
        .await;
    let id = made.body["id"].as_str().expect("a station").to_owned();
    let row = format!("[data-row=\"{id}\"]");
    page.shows(&row, "Zoo").await;
    let path = format!("/api/cms/stations/{id}");
    rest.put(&path, &json!({ "name": "Zoo North" })).await;
    page.shows(&row, "Zoo North").await;
    assert_eq!(rest.delete(&path).await.status, 204);
    page.sees(&format!("[data-table=stations]:not(:has({row}))"))
        .await;
    page.was_pushed(asked).await;
}

async fn live_23_charging_points_charger_status(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("points").await;
    let badge = |state: &str| {
        format!(
            "span[data-charge-point=\"{}\"] [data-status={state}]",
            page.site.charge_point
        )
    };
    page.sees(&badge("available")).await;
    let asked = page.asked().await;
    charge.status("Faulted").await;
    page.sees(&badge("faulted")).await;
    drop(charge);
    page.sees(&badge("offline")).await;
    page.was_pushed(asked).await;
}

async fn live_24_charging_points_availability_per_connector(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("points").await;
    let plug = |state: &str| format!(".plugs [data-connector='1'] [data-status={state}]");
    page.sees(&plug("available")).await;
    let asked = page.asked().await;
    for (reported, shown) in [("Preparing", "preparing"), ("Unavailable", "unavailable")] {
        charge.status(reported).await;
        page.sees(&plug(shown)).await;
    }
    page.was_pushed(asked).await;
}

async fn live_25_charging_points_rows_follow(road: Road) {
    let (page, _charge) = stage(road).await;
    page.desk("points").await;
    page.sees("[data-table=points]").await;
    let mut rest = page.rest().await;
    let asked = page.asked().await;
    let new = json!({ "identity": "CP-9", "name": "Ninth", "stationId": page.site.station });
    let made = rest.post("/api/cms/charging-points", &new).await;
    let id = made.body["id"].as_str().expect("a point").to_owned();
    let row = format!("[data-row=\"{id}\"]");
    page.shows(&row, "Ninth").await;
    let path = format!("/api/cms/charging-points/{id}");
    rest.put(&path, &json!({ "name": "Tenth" })).await;
    page.shows(&row, "Tenth").await;
    assert_eq!(rest.delete(&path).await.status, 204);
    page.sees(&format!("[data-table=points]:not(:has({row}))"))
        .await;
    page.was_pushed(asked).await;
}

async fn live_26_charging_point_detail_charger_status(road: Road) {
    let (page, mut charge) = point(road).await;
    page.sees("[data-point-state=available]").await;
    let asked = page.asked().await;
    charge.status("Faulted").await;
    page.sees("[data-point-state=faulted]").await;
    page.sees(".connector-list [data-connector='1'] [data-status=faulted]")
        .await;
    page.was_pushed(asked).await;
}

async fn live_27_charging_point_detail_meter_values_with_a_power_curve(road: Road) {
    let (page, mut charge) = point(road).await;
    let asked = page.asked().await;
    charge.start(100).await;
    charge.measure(1, 1_700, 11_000).await;
    page.shows("[data-figure=point-energy]", "1.600").await;
    page.shows("[data-figure=point-power]", "11.0").await;
    // A curve has no more than one point for each second of the gateway's.
    page.next_second().await;
    charge.measure(2, 2_100, 7_400).await;
    page.shows("[data-figure=point-energy]", "2.000").await;
    page.sees("power-curve canvas").await;
    page.was_pushed(asked).await;
}

async fn live_28_charging_point_detail_ocpp_log(road: Road) {
    let (page, mut charge) = point(road).await;
    let asked = page.asked().await;
    charge.charger().call("Heartbeat", json!({})).await;
    page.sees("[data-frame=Heartbeat][data-direction=in]").await;
    page.sees("[data-frame=Heartbeat][data-direction=out]")
        .await;
    page.browser().click("[data-act=pause-frames]").await;
    page.sees("[data-act=pause-frames][aria-pressed=true]")
        .await;
    let own = json!({ "vendorId": "Test", "data": "x" });
    charge.charger().call("DataTransfer", own).await;
    // What is kept meanwhile is shown when it goes on.
    page.browser().click("[data-act=pause-frames]").await;
    page.sees("[data-frame=DataTransfer][data-direction=in]")
        .await;
    page.was_pushed(asked).await;
}

async fn live_29_charging_point_detail_command_results(road: Road) {
    let (page, mut charge) = point(road).await;
    page.sees("[data-act=reset]:enabled").await;
    let asked = page.asked().await;
    // Another operator sends it.
    let mut rest = page.rest().await;
    let soft = json!({ "chargePointId": page.site.charge_point, "type": "Soft" });
    assert_eq!(rest.post("/api/charger/reset", &soft).await.status, 202);
    page.sees("[data-command=Reset][data-result=requested]")
        .await;
    let (id, ..) = charge.charger().next_call().await;
    let yes = json!({ "status": "Accepted" });
    charge.charger().answer(&id, yes).await;
    page.sees("[data-command=Reset][data-result=accepted]")
        .await;
    page.was_pushed(asked).await;
}
