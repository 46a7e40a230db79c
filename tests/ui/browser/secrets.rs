//! What only a charger and its operator may know is nowhere in what a driver's page holds: its identity, its key, where it
//! connects and from where, its serial numbers and its SIM card (SEC-13). What REST and live tell a driver is asked in the
//! gateway's own tests. The search itself is seen to find: the desk shows what it may.

use serde_json::json;
use testkit::Charger;
use testkit::charger::Knock;
use tokio::task::JoinSet;

use crate::browser_scenery::{Scenery, made, sign_driver_in, text};
use crate::browser_screens::{DRIVER, PASSER_BY, Screen, open};
use crate::site::ADMIN;

const IDENTITY: &str = "SECRET-ID-77";
/// Where it comes from.
const ADDRESS: &str = "127.0.0.77";
/// What it says of itself when it boots.
const TOLD: [(&str, &str); 6] = [
    ("chargePointSerialNumber", "SERIAL-POINT-7"),
    ("chargeBoxSerialNumber", "SERIAL-BOX-7"),
    ("meterSerialNumber", "SERIAL-METER-7"),
    ("iccid", "8949000000000000777"),
    ("imsi", "262010000000777"),
    ("meterType", "SECRET-METER-7"),
];

/// Everything that a page holds: its elements, what stands in its fields, what it keeps, its address and title.
const HELD: &str = "return [document.documentElement.outerHTML, location.href, document.title,
     ...[...document.querySelectorAll('input, textarea, select')].map(({ value }) => value),
     JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join('\\n')";

#[tokio::test]
async fn a_charger_s_secrets_are_nowhere_in_a_driver_s_page() {
    let mut set = Scenery::set().await;
    let (charger, secrets) = seeded(&mut set).await;
    // It answers what it is asked until the end.
    let mut connected = JoinSet::new();
    connected.spawn(charger.rest());
    set.page.goto("user-panel.html").await;
    for screen in PASSER_BY {
        nothing_of(&secrets, &mut set, screen).await;
    }
    let own: Screen = ("bay", "bay/SECRET/1", &[".price-card"]);
    nothing_of(&secrets, &mut set, own).await;
    sign_driver_in(&mut set).await;
    for screen in DRIVER.into_iter().chain([own]) {
        nothing_of(&secrets, &mut set, screen).await;
    }
    set.page
        .desk_as(ADMIN, &format!("points/{}", set.id("SECRET")))
        .await;
    set.page.shows("[data-point]", IDENTITY).await;
    let found = found(&secrets, &set).await;
    for shown in [IDENTITY, ADDRESS] {
        assert!(
            found.iter().any(|secret| secret == shown),
            "the desk shows {shown}: {found:?}"
        );
    }
}

/// A charge point whose every secret is known, connected, with a bay on the board; and its secrets.
async fn seeded(set: &mut Scenery) -> (Charger, Vec<String>) {
    let body = json!({ "identity": IDENTITY, "stationId": set.page.site.station, "connectors": 1, "maxPowerW": 22_000 });
    let point = made(&mut set.rest, "/api/cms/charging-points", &body).await;
    set.name("SECRET", text(&point["id"]));
    let key = text(&point["password"]);
    let knock = Knock {
        from: Some(ADDRESS.parse().expect("an address")),
        ..Knock::new(IDENTITY, Some(&key))
    };
    let charger = Charger::knock(set.page.ocpp(), IDENTITY, &knock).await;
    let mut charger = charger.expect("a registered charger is let in");
    let mut boot = json!({ "chargePointVendor": "Test", "chargePointModel": "Two" });
    for (name, value) in TOLD {
        boot[name] = json!(value);
    }
    let answer = charger.call("BootNotification", boot).await;
    assert_eq!(answer[2]["status"], "Accepted", "{answer}");
    let free = json!({ "connectorId": 1, "errorCode": "NoError", "status": "Available" });
    charger.call("StatusNotification", free).await;
    let door = set.page.ocpp().to_owned();
    let told = TOLD.map(|(_, value)| value.to_owned());
    let mut secrets = vec![IDENTITY.to_owned(), ADDRESS.to_owned(), key, door];
    secrets.extend(told);
    secrets.extend(["CP-1", "CP-2", "CP-3", "CP-4"].map(str::to_owned));
    secrets.push(set.page.site.key().to_owned());
    (charger, secrets)
}

/// Which of them the open page holds.
async fn found(secrets: &[String], set: &Scenery) -> Vec<String> {
    let held = set.page.browser().execute(HELD).await;
    let text = held.as_str().map(str::to_lowercase);
    let held = text.unwrap_or_else(|| panic!("a page holds a text, not {held}"));
    let is_there = |secret: &&String| held.contains(&secret.to_lowercase());
    secrets.iter().filter(is_there).cloned().collect()
}

async fn nothing_of(secrets: &[String], set: &mut Scenery, screen: Screen) {
    open(set, screen).await;
    let found = found(secrets, set).await;
    assert!(found.is_empty(), "{}: {found:?}", screen.0);
}
