//! What a charger says of itself is hostile: 200 payloads in whatever it may fill in, shown on both pages in Chromium, make
//! no element and run no script (WEB-08). The policy would stop a script all the same; so elements are looked for, too.
//!
//! Planted once and seen red: vendor and model put in as markup (`charging-point-detail-view.js`).

use std::time::Duration;

use serde_json::{Value, json};
use testkit::Browser;

use crate::desk;
use crate::live_stage::Stage;
use crate::site::{ADMIN, Site};

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

/// Every page of the desk that is in an operator's navigation.
const TABS: [&str; 14] = [
    "dashboard",
    "stations",
    "points",
    "sessions",
    "customers",
    "cards",
    "tariffs",
    "topups",
    "codes",
    "shifts",
    "alerts",
    "inbox",
    "system",
    "events",
];

/// And those that only an admin has.
const ADMIN_TABS: [&str; 3] = ["users", "settings", "audit"];

fn cut(payload: &str, most: usize) -> String {
    payload.chars().take(most).collect()
}

#[tokio::test]
async fn what_a_charger_says_is_text_on_every_page_and_never_markup() {
    let site = Site::with_price(None, "0.45").await;
    let gateway = site.serve(&[]).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    watch(&browser).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    charge.start(100).await;
    browser.click("[data-tab=points]").await;
    browser.wait_for("[data-act=open]").await;
    browser.click("[data-act=open]").await;
    browser.wait_for("[data-live=live]").await;
    let mut said = 0;
    for payload in PAYLOADS {
        let text = |field: usize| cut(payload, FIELDS[field].1);
        let charger = charge.charger();
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
        browser
            .wait_text(
                "[data-point] header",
                |shown| shown.contains(visible(&last)),
                SEEN,
            )
            .await;
        browser.wait_for("[data-frame=DataTransfer]").await;
        check(&browser, "a charge point's page", payload).await;
    }
    println!("{said} payloads, and {} as actions", PAYLOADS.len());
    assert_eq!(said, 200);
    for tab in TABS {
        browser.click(&format!("[data-tab={tab}]")).await;
        browser
            .wait_for(&format!("[data-tab={tab}][aria-current=page]"))
            .await;
        browser.wait_for("main *").await;
        check(&browser, tab, "all").await;
    }
    let page = format!("{}/user-panel.html", gateway.http());
    browser.goto(&page).await;
    watch(&browser).await;
    browser.wait_for("[data-live=live]").await;
    check(&browser, "the driver's page", "all").await;
    // The search itself finds what is there.
    browser
        .execute("document.body.insertAdjacentHTML('beforeend', '<evil-x></evil-x>'); return 0")
        .await;
    assert_eq!(found(&browser).await["elements"], 1);
}

/// What people at the desk type is shown to others: the site's name on every page, what they named on an admin's.
#[tokio::test]
async fn what_people_type_is_text_on_every_page_and_never_markup() {
    let site = Site::new().await;
    site.add_admin().await;
    let page = Stage::in_chromium(site, &[]).await;
    let mut rest = page.rest_as(ADMIN).await;
    page.desk_as(ADMIN, "settings").await;
    let browser = page.browser();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let name = cut(payload, 50);
        let said = json!({ "site": { "name": name, "helpline": name }, "seller": { "name": name, "address": name } });
        let told = rest.put("/api/cms/settings", &said).await;
        assert_eq!(told.status, 200, "{payload}: {}", told.body);
        let named = format!("{name} {number}");
        let made = rest
            .post("/api/cms/stations", &json!({ "name": named }))
            .await;
        assert_eq!(made.status, 201, "{payload}: {}", made.body);
        let made = rest
            .put(
                &format!(
                    "/api/cms/stations/{}",
                    made.body["id"].as_str().expect("an id")
                ),
                &json!({ "name": format!("{named}!") }),
            )
            .await;
        assert_eq!(made.status, 200, "{payload}: {}", made.body);
    }
    for payload in [PAYLOADS[0], PAYLOADS[18], PAYLOADS[24]] {
        let said = json!({ "site": { "name": cut(payload, 50) } });
        rest.put("/api/cms/settings", &said).await;
        page.goto("cms.html").await;
        watch(browser).await;
        for tab in ADMIN_TABS {
            browser.click(&format!("[data-tab={tab}]")).await;
            browser
                .wait_for(&format!("[data-page={tab}] section"))
                .await;
            browser.wait_for("[data-page] .card").await;
            check(browser, tab, payload).await;
        }
        let shown = browser.text(".side .brand").await;
        assert!(
            shown.contains(visible(&cut(payload, 20))),
            "{payload}: {shown}"
        );
        page.goto("user-panel.html").await;
        watch(browser).await;
        browser.wait_for("[data-live=live]").await;
        check(browser, "the driver's page", payload).await;
    }
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
