//! Every screen in every theme and at every size it is made for: axe finds nothing wrong with it, and nothing reaches beyond
//! its edge. axe-core is a tool of development (MPL-2.0): it is shipped with nothing.
//!
//! Planted once and seen red: words too pale to read (`tokens.css`); a table without room to scroll (`desk.css`).

use std::path::Path;

use serde_json::{Value, json};
use testkit::Browser;

use crate::live_mine::charging;
use crate::live_stage::{Road, Stage};
use crate::site::{ADMIN, Site};

/// What a driver sees without and with a sign-in, and an element that is there when the screen is whole.
const DRIVER: [(&str, &str); 9] = [
    ("", ".bay"),
    ("bay/POINT/1", ".price-card"),
    ("charge", ".figures"),
    ("me", ".purse"),
    ("sessions", ".mine-row"),
    ("wallet", ".purse"),
    ("profile", "[data-form=profile]"),
    ("vehicles", "[data-form=vehicle]"),
    ("station/nowhere", "[data-act=back]"),
];

/// The pages of the desk.
const DESK: [(&str, &str); 21] = [
    ("", ".tiles"),
    ("stations", "[data-table=stations]"),
    ("stations/STATION", "[data-table=station-sessions]"),
    ("points", "[data-table=points]"),
    ("points/POINT", "[data-ocpp-log] [data-frame]"),
    ("sessions", "[data-table=active-sessions]"),
    ("customers", "[data-table=customers]"),
    ("cards", "[data-table=cards]"),
    ("tariffs", "[data-table=tariffs]"),
    ("topups", "[data-table=topups]"),
    ("codes", "[data-table=codes]"),
    ("codes/BATCH", ".vouchers .voucher"),
    ("shifts", "[data-shift]"),
    ("alerts", "[data-page=alerts] .switch"),
    ("inbox", "[data-page=inbox] .empty"),
    ("users", "[data-table=users] [data-row]"),
    ("settings", "[data-form=settings]"),
    ("audit", "[data-table=audit] [data-audit]"),
    ("system", "[data-health=database]"),
    ("events", "[data-page=events] .log"),
    ("nowhere", ".tiles"),
];

const SCREENS: [(u32, u32); 4] = [(1080, 1920), (1920, 1080), (1280, 800), (390, 844)];
const DESKS: [(u32, u32); 3] = [(1024, 768), (1280, 800), (1920, 1080)];

#[tokio::test]
async fn a_driver_s_screens_are_for_everybody_in_the_light_theme() {
    driver("light").await;
}

#[tokio::test]
async fn a_driver_s_screens_are_for_everybody_in_the_dark_theme() {
    driver("dark").await;
}

#[tokio::test]
async fn a_driver_s_screens_are_for_everybody_in_high_contrast() {
    driver("contrast").await;
}

#[tokio::test]
async fn the_desk_is_for_everybody_in_the_light_theme() {
    desk("light").await;
}

#[tokio::test]
async fn the_desk_is_for_everybody_in_the_dark_theme() {
    desk("dark").await;
}

#[tokio::test]
async fn the_desk_is_for_everybody_in_high_contrast() {
    desk("contrast").await;
}

async fn driver(theme: &str) {
    let (page, mut charge) = charging(Road::SocketIo).await;
    charge.measure(1, 1_700, 11_000).await;
    look(&page, theme, "", &DRIVER, &SCREENS).await;
}

async fn desk(theme: &str) {
    let site = Site::with_price(None, "0.45").await;
    site.add_admin().await;
    let page = Stage::in_chromium(site, &[]).await;
    let mut charge = page.charger().await;
    charge.start(100).await;
    charge.measure(1, 1_700, 11_000).await;
    let codes =
        json!({ "name": "Fair", "amount": { "amount": "25.00", "currency": "EUR" }, "count": 3 });
    let made = page
        .rest()
        .await
        .post("/api/cms/prepaid-codes", &codes)
        .await;
    let batch = made.body["id"].as_str().expect("a batch").to_owned();
    page.desk_as(ADMIN, "").await;
    look(&page, theme, &batch, &DESK, &DESKS).await;
}

/// Looks at each page at each size, and tells all that is wrong at once.
async fn look(
    page: &Stage,
    theme: &str,
    batch: &str,
    pages: &[(&str, &str)],
    sizes: &[(u32, u32)],
) {
    let browser = page.browser();
    let choose = format!(
        "localStorage.setItem('forecourt.theme', '{theme}'); document.documentElement.dataset.theme = '{theme}'; return 0"
    );
    browser.execute(&choose).await;
    load_axe(browser).await;
    let mut wrong = Vec::new();
    for (name, whole) in pages {
        let screen = name
            .replace("POINT", &page.site.charge_point)
            .replace("STATION", &page.site.station)
            .replace("BATCH", batch);
        page.turn(&screen).await;
        page.sees(whole).await;
        for (width, height) in sizes {
            browser.resize(*width, *height).await;
            let found = find_faults(browser).await;
            if found != json!([]) {
                wrong.push(format!("#/{name} {theme} {width}×{height}: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the page that is open.
pub async fn faults(browser: &Browser) -> Value {
    load_axe(browser).await;
    find_faults(browser).await
}

/// Puts axe beside the page. The page itself never loads it, and its policy would not let it.
async fn load_axe(browser: &Browser) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error} (cargo xtask setup)", file.display()));
    browser.execute(&format!("{source}; return 0")).await;
}

/// What axe finds, and what reaches beyond the edge.
async fn find_faults(browser: &Browser) -> Value {
    browser
        .execute(
            "const { scrollWidth, clientWidth } = document.documentElement;
             return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => [
               ...violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(' | ')}`),
               ...(scrollWidth > clientWidth ? [`${scrollWidth} px wide on ${clientWidth}`] : []),
             ])",
        )
        .await
}
