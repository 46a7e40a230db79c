//! Live points of the desk's charges, one station, customers, alerts and system, on both roads: what a charger
//! or another operator does changes the named part of the page, with no reload and no request.
//!
//! Planted once and seen red: an alert that stays when it was cleared (`alerts-model.js`).

use serde_json::json;
use testkit::SocketIoProbe;

use crate::live_stage::{Road, Stage};
use crate::rest::{DRIVER, give};
use crate::site::Charge;

on_both_roads!(
    live_30_charging_sessions_a_new_session_appears,
    live_31_charging_sessions_session_status,
    live_32_charging_sessions_energy_and_cost,
    live_33_station_detail_view_status_of_its_points,
    live_34_station_detail_view_its_sessions,
    live_35_customers_created_and_updated,
    live_36_customer_detail_view_wallet_transactions_and_balance,
    live_38_alerts_raised_and_cleared,
    live_39_system_gateway_health,
);

async fn stage(road: Road) -> (Stage, Charge) {
    let page = Stage::open(road).await;
    let charge = page.charger().await;
    (page, charge)
}

async fn live_30_charging_sessions_a_new_session_appears(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("sessions").await;
    page.sees("[data-table=active-sessions] .empty").await;
    let asked = page.asked().await;
    charge.start(100).await;
    page.sees("[data-table=active-sessions] [data-row]").await;
    page.shows("[data-figure=sessions-active]", "1").await;
    page.was_pushed(asked).await;
}

async fn live_31_charging_sessions_session_status(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("sessions").await;
    charge.start(100).await;
    page.sees("[data-row] [data-session-badge=charging]").await;
    let asked = page.asked().await;
    charge.status("SuspendedEVSE").await;
    page.sees("[data-row] [data-session-badge=suspended]").await;
    charge.stop(2_700).await;
    page.sees("[data-table=active-sessions] .empty").await;
    page.was_pushed(asked).await;
}

async fn live_32_charging_sessions_energy_and_cost(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("sessions").await;
    charge.start(100).await;
    page.sees("[data-table=active-sessions] [data-row]").await;
    let asked = page.asked().await;
    charge.measure(1, 1_700, 11_000).await;
    page.shows("[data-figure=session-energy]", "1.600").await;
    page.shows("[data-figure=session-power]", "11.0").await;
    page.shows("[data-figure=session-cost]", "0.72").await;
    page.was_pushed(asked).await;
}

async fn live_33_station_detail_view_status_of_its_points(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk(&format!("stations/{}", page.site.station)).await;
    page.sees("[data-table=station-points] [data-status=available]")
        .await;
    page.sees("[data-table=station-sessions]").await;
    let asked = page.asked().await;
    charge.status("Faulted").await;
    page.sees("[data-table=station-points] .plugs [data-status=faulted]")
        .await;
    page.sees("[data-table=station-points] [data-charge-point] [data-status=faulted]")
        .await;
    drop(charge);
    page.sees("[data-table=station-points] [data-status=offline]")
        .await;
    page.was_pushed(asked).await;
}

async fn live_34_station_detail_view_its_sessions(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk(&format!("stations/{}", page.site.station)).await;
    page.sees("[data-table=station-sessions] .empty").await;
    let asked = page.asked().await;
    charge.start(100).await;
    page.sees("[data-table=station-sessions] [data-session-badge=charging]")
        .await;
    charge.measure(1, 1_700, 11_000).await;
    page.shows("[data-table=station-sessions] [data-row]", "1.600")
        .await;
    charge.stop(2_700).await;
    page.sees("[data-table=station-sessions] [data-session-badge=stopped]")
        .await;
    page.was_pushed(asked).await;
}

async fn live_35_customers_created_and_updated(road: Road) {
    let (page, _charge) = stage(road).await;
    page.desk("customers").await;
    page.sees("[data-table=customers]").await;
    let asked = page.asked().await;
    let mut rest = page.rest().await;
    let new = json!({ "email": "new@example.org", "name": "New Driver", "password": "a long enough password" });
    let made = rest.post("/api/cms/customers", &new).await;
    let id = made.body["id"].as_str().expect("a customer").to_owned();
    let row = format!("[data-row=\"{id}\"]");
    page.shows(&row, "New Driver").await;
    let path = format!("/api/cms/customers/{id}");
    rest.put(&path, &json!({ "name": "Known Driver" })).await;
    page.shows(&row, "Known Driver").await;
    page.was_pushed(asked).await;

    page.turn(&format!("customers/{id}")).await;
    page.shows("[data-customer-page] h1", "Known Driver").await;
    page.sees("[data-table=customer-cards]").await;
    page.sees("[data-table=customer-money]").await;
    page.sees("[data-table=customer-sessions]").await;
    let asked = page.asked().await;
    rest.put(&path, &json!({ "name": "Old Friend" })).await;
    page.shows("[data-customer-page] h1", "Old Friend").await;
    page.was_pushed(asked).await;
}

async fn live_36_customer_detail_view_wallet_transactions_and_balance(road: Road) {
    let (page, _charge) = stage(road).await;
    let mut rest = page.rest().await;
    let new =
        json!({ "email": DRIVER, "name": "New Driver", "password": "a long enough password" });
    let made = rest.post("/api/cms/customers", &new).await;
    let id = made.body["id"].as_str().expect("a customer").to_owned();
    page.desk(&format!("customers/{id}")).await;
    page.sees("[data-table=customer-cards]").await;
    page.sees("[data-table=customer-money]").await;
    page.sees("[data-table=customer-sessions]").await;
    let asked = page.asked().await;
    give(&mut rest, "12.34").await;
    page.shows("[data-figure=customer-balance]", "12.34").await;
    page.shows("[data-table=customer-money] [data-row]", "12.34")
        .await;
    page.was_pushed(asked).await;
}

async fn live_38_alerts_raised_and_cleared(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.desk("alerts").await;
    page.shows("[data-figure=alerts-open]", "0").await;
    let asked = page.asked().await;
    charge.status("Faulted").await;
    page.sees("[data-alert=connector_fault]").await;
    page.shows("[data-figure=alerts-open]", "1").await;
    charge.status("Available").await;
    page.sees("main:not(:has([data-alert]))").await;
    page.shows("[data-figure=alerts-open]", "0").await;
    page.was_pushed(asked).await;
}

async fn live_39_system_gateway_health(road: Road) {
    let (mut page, charge) = stage(road).await;
    page.desk("system").await;
    page.sees("[data-health=database]").await;
    page.shows("[data-figure=sockets]", "1").await;
    let asked = page.asked().await;
    drop(charge);
    page.shows("[data-figure=sockets]", "0").await;
    let _charge = page.charger().await;
    page.shows("[data-figure=sockets]", "1").await;
    if road == Road::SocketIo {
        let _reader = SocketIoProbe::connect(page.gateway().http(), None).await;
        page.shows("[data-figure=readers]", "2").await;
    }
    page.was_pushed(asked).await;
}
