//! What a newcomer sees: the demo site, filled in and with its charge points at work.

use std::net::SocketAddr;
use std::time::Duration;

use forecourt::supervisor::demo_charge_points;
use gateway::Gateway;
use gateway::settings::{Listen, Settings};
use simulator::{Fleet, FleetConfig};
use testkit::wait_until;

use crate::rest::Rest;

const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn every_bay_of_the_demo_site_charges_and_no_charge_fails() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings {
        data_dir: Some(folder.path().join("data")),
        listen: Listen::On(any),
        ocpp_listen: any,
        demo: true,
        ..Settings::default()
    };
    let gateway = Gateway::start(settings).await.expect("it starts");
    let demo = gateway.demo.as_ref().expect("the database was empty");
    // All cars at once: the test need not wait for the last one.
    let charge_points = FleetConfig {
        stagger: Duration::ZERO,
        ..demo_charge_points(demo, gateway.ocpp)
    };
    let fleet = Fleet::start(charge_points).expect("the demo's settings work");

    let http = format!("http://{}", gateway.http.expect("the door is open"));
    let mut rest = Rest::sign_in_as(&http, &demo.email, &demo.password).await;
    let seen = wait_until(LIMIT, async || {
        let seen = rest.get("/api/cms/dashboard").await.body;
        (seen["sessions"]["active"] == 4).then_some(seen)
    })
    .await
    .expect("every bay charges");
    let settings = rest.get("/api/cms/settings").await;
    assert_eq!(settings.status, 200, "a visitor sees every page");
    let recent = seen["recentSessions"].as_array().expect("a list");
    assert!(
        recent.iter().all(|session| session["status"] == "charging"),
        "no charge of the demo site fails: {recent:?}"
    );
    fleet.stop().await;
    gateway.stop().await;
}
