//! Text is hostile, whoever wrote it: 200 payloads in whatever a charger may fill in and as many in what people name, looked
//! at on every screen of both panels and on a receipt, make no element and run no script (WEB-08). The policy would stop a
//! script all the same; so elements are looked for, too.
//!
//! Planted once and seen red: vendor and model put in as markup (`charging-point-detail-view.js`).

use std::time::Duration;

use serde_json::{Value, json};
use testkit::Browser;

use crate::browser_scenery::{Scenery, made, sign_driver_in, text};
use crate::browser_screens::{DESK, DRIVER, FORMS, PASSER_BY, Screen, open};
use crate::site::{ADMIN, PASSWORD};

const SEEN: Duration = Duration::from_secs(20);

/// Markup, and ways out of attributes, scripts, styles, templates and comments. Each makes an element called `evil-x` or
/// one with `data-evil` where it is taken for markup, or calls `h()`. The short ones fit into the shortest fields.
const PAYLOADS: [&str; 25] = [
    "<evil-x>A</evil-x>",
    "<script>h()</script>",
    "<svg onload=h()>",
    "<p data-evil=1>",
    "\"><p data-evil>",
    "'><p data-evil>",
    "--><p data-evil>",
    "]]><p data-evil>",
    "</bdi><p data-evil>",
    "{{h()}}${h()}<%h()%>",
    "javascript:h()",
    "<a href=data:,x>",
    "<base href=//e.x>",
    "</script><evil-x>",
    "</style><evil-x>",
    "<!--><evil-x>",
    "<?lit$1$?><evil-x>",
    "\u{202e}<evil-x>",
    "<img data-evil src=x onerror=h()>",
    "<iframe data-evil srcdoc='<script>parent.h()</script>'></iframe>",
    "<details data-evil open ontoggle=h()>x</details>",
    "<form data-evil action=javascript:h()><button autofocus onfocus=h()>",
    "<math><mtext><table><mglyph><style><img data-evil src=x onerror=h()>",
    "<template><evil-x></evil-x></template><p data-evil>",
    "<input data-evil autofocus onfocus=h() value='\" x=`'>",
];

/// Which fields a round fills, and how long each may be (OCPP 1.6).
const FIELDS: [(&str, usize); 8] = [
    ("chargePointVendor", 20),
    ("chargePointModel", 20),
    ("firmwareVersion", 50),
    ("info", 50),
    ("vendorErrorCode", 50),
    ("vendorId", 255),
    ("idTag", 20),
    ("data", 10_000),
];

fn cut(payload: &str, most: usize) -> String {
    payload.chars().take(most).collect()
}

#[tokio::test]
async fn what_a_charger_and_people_say_is_text_on_every_page_and_never_markup() {
    let mut set = Scenery::set().await;
    set.page.desk_as(ADMIN, "").await;
    watch(set.page.browser()).await;
    chargers_say(&mut set).await;
    set.charge_again(20_000).await;
    let written = people_write(&mut set).await;
    assert_eq!(written, 175, "what people name is taken as it is");
    let mut hostile = 0;
    for screen in DESK.into_iter().chain(FORMS) {
        hostile += look(&mut set, screen).await;
    }
    set.page.goto("user-panel.html").await;
    watch(set.page.browser()).await;
    for screen in PASSER_BY {
        hostile += look(&mut set, screen).await;
    }
    sign_driver_in(&mut set).await;
    for screen in DRIVER {
        hostile += look(&mut set, screen).await;
    }
    // It names what had those names while it was written.
    set.charge_ends(24_000).await;
    let receipt = set.receipt().await;
    let path = receipt.find("/r/").expect("a receipt's address");
    set.page.goto(receipt[path..].trim_start_matches('/')).await;
    watch(set.page.browser()).await;
    check(set.page.browser(), "the receipt", "all").await;
    let named = "return document.body.textContent.includes('data-evil')";
    let named = set.page.browser().execute(named).await;
    assert_eq!(named, true, "or the receipt names nothing hostile");
    println!("{hostile} screens showed hostile text");
    assert!(hostile >= 40, "or there was nothing to be seen: {hostile}");
    // The search itself finds what is there.
    let browser = set.page.browser();
    browser
        .execute("document.body.insertAdjacentHTML('beforeend', '<evil-x></evil-x>'); return 0")
        .await;
    assert_eq!(found(browser).await["elements"], 1);
}

/// All that a charger may fill in, watched on its own page of the desk: 200 texts.
async fn chargers_say(set: &mut Scenery) {
    let point = set.id("POINT").to_owned();
    set.page.turn(&format!("points/{point}")).await;
    let mut said = 0;
    for payload in PAYLOADS {
        set.breathe().await;
        let text = |field: usize| cut(payload, FIELDS[field].1);
        let charger = set.charge.charger();
        let boot = json!({ "chargePointVendor": text(0), "chargePointModel": text(1), "firmwareVersion": text(2) });
        charger.call("BootNotification", boot).await;
        let report = json!({ "connectorId": 1, "errorCode": "OtherError", "status": "Faulted",
            "info": text(3), "vendorErrorCode": text(4), "vendorId": text(5) });
        charger.call("StatusNotification", report).await;
        charger.call("Authorize", json!({ "idTag": text(6) })).await;
        let own = json!({ "vendorId": text(5), "messageId": text(4), "data": text(7) });
        charger.call("DataTransfer", own).await;
        // As an action and as the words of an error, too: no schema stands before those.
        charger.call(payload, json!({ payload: payload })).await;
        said += FIELDS.len();
        let last = cut(payload, FIELDS[0].1).trim().to_owned();
        let browser = set.page.browser();
        browser
            .wait_text(
                "[data-point] header",
                |shown| shown.contains(visible(&last)),
                SEEN,
            )
            .await;
        browser.wait_for("[data-frame=DataTransfer]").await;
        check(browser, "a charge point's page", payload).await;
    }
    println!("{said} payloads, and {} as actions", PAYLOADS.len());
    assert_eq!(said, 200);
}

/// All that operators and drivers may name: stations, bays, tariffs, customers, codes, reasons, cards, notes. The last of each
/// stands on a page of its own.
async fn people_write(set: &mut Scenery) -> usize {
    let (customer, station, point) = ["CUSTOMER", "STATION", "POINT"]
        .map(|word| set.id(word).to_owned())
        .into();
    let euros = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let mut written = 0;
    for (number, payload) in PAYLOADS.into_iter().enumerate() {
        set.breathe().await;
        let name = cut(payload, 100);
        let street = json!({ "line1": name, "city": name });
        let things = [
            (
                "/api/cms/stations",
                json!({ "name": name, "address": street }),
            ),
            (
                "/api/cms/charging-points",
                json!({ "identity": format!("EVIL-{number}"), "name": name, "stationId": station }),
            ),
            (
                "/api/cms/tariffs",
                json!({ "name": name, "currency": "EUR", "perKwh": euros("0.50"), "taxPercent": "19" }),
            ),
            (
                "/api/cms/prepaid-codes",
                json!({ "name": name, "amount": euros("5.00"), "count": 1 }),
            ),
            (
                "/api/cms/customers",
                json!({ "name": name, "email": format!("evil{number}@example.org"), "password": PASSWORD }),
            ),
            (
                &format!("/api/cms/customers/{customer}/wallet/adjustments"),
                json!({ "amount": euros("1.00"), "reason": name }),
            ),
            (
                "/api/cms/id-tokens",
                json!({ "token": cut(payload, 20), "status": "accepted" }),
            ),
        ];
        for (path, thing) in things {
            let answer = set.rest.post(path, &thing).await;
            written += usize::from(matches!(answer.status, 200..=202));
            assert!(answer.status < 500, "{path}: {answer:?}");
            if path.ends_with("/prepaid-codes") {
                set.name("BATCH", text(&answer.body["id"]));
            }
        }
    }
    let mut admin = set.page.rest_as(ADMIN).await;
    for payload in PAYLOADS {
        let name = cut(payload, 50);
        let said = json!({ "site": { "name": name, "helpline": name }, "seller": { "name": name, "address": name } });
        let told = admin.put("/api/cms/settings", &said).await;
        assert_eq!(told.status, 200, "{payload}: {told:?}");
    }
    let last = format!("{} again", PAYLOADS[18]);
    for (path, thing) in [
        (
            format!("/api/cms/stations/{station}"),
            json!({ "name": last }),
        ),
        (
            format!("/api/cms/charging-points/{point}"),
            json!({ "name": last }),
        ),
        (
            format!("/api/cms/customers/{customer}"),
            json!({ "name": last }),
        ),
    ] {
        let answer = set.rest.put(&path, &thing).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let note = json!({ "note": last });
    let shift = made(&mut set.rest, "/api/cms/shifts", &note).await;
    set.name("SHIFT", text(&shift["id"]));
    written
}

/// Looks at a screen: 1 where it shows hostile text.
async fn look(set: &mut Scenery, screen: Screen) -> u32 {
    open(set, screen).await;
    let browser = set.page.browser();
    check(browser, screen.0, "all").await;
    let shown = "return /evil-|<script|onerror/.test(document.querySelector('#app').textContent)";
    u32::from(browser.execute(shown).await == Value::Bool(true))
}

/// A payload without what no screen shows.
fn visible(payload: &str) -> &str {
    payload.trim_start_matches('\u{202e}')
}

/// Notes from now on what is run and what the policy has to stop.
async fn watch(browser: &Browser) {
    browser
        .execute(
            "window.ran = 0; window.stopped = []; window.h = () => { window.ran += 1; };
             document.addEventListener('securitypolicyviolation', (event) => window.stopped.push(event.violatedDirective));
             return 0",
        )
        .await;
}

async fn found(browser: &Browser) -> Value {
    browser
        .execute(
            "return { ran: window.ran, stopped: window.stopped,
               elements: document.querySelectorAll('evil-x, [data-evil], main script, main iframe, base').length }",
        )
        .await
}

async fn check(browser: &Browser, page: &str, payload: &str) {
    let found = found(browser).await;
    let nothing = json!({ "ran": 0, "stopped": [], "elements": 0 });
    assert_eq!(found, nothing, "{page}: {payload}");
}
