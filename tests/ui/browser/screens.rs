//! THE table of the screens that are looked at: every page of both panels and every form on them, by name. A page, or a form
//! with a name of its own, that stands in the sources and not here fails a test. What is done at each is the caller's (`axe.rs`, `hostile_text.rs`).
//!
//! Planted once and seen red: a page in the desk's table, an address on the driver's bar and a form, none of them here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::browser_scenery::Scenery;
use crate::live_stage::Stage;

/// Its name, its address, and what is pressed there one after the other; the last of it is only waited for.
pub type Screen = (&'static str, &'static str, &'static [&'static str]);

/// What anybody sees of the driver's page.
pub const PASSER_BY: [Screen; 14] = [
    ("board", "", &[".bay, .site-card"]),
    ("station", "station/STATION", &[".bay"]),
    ("station-unknown", "station/nowhere", &["[data-act=back]"]),
    ("bay-out", "bay/FREE/1", &[".account [name=email]"]),
    (
        "bay-code",
        "bay/FREE/1",
        &["[data-pay-by=code]", "[data-form=guest]"],
    ),
    (
        "bay-phone",
        "bay/FREE/1",
        &["[data-pay-by=phone]", "[data-form=guest-pay]"],
    ),
    (
        "bay-register",
        "bay/FREE/1",
        &["[data-act=fresh]", ".account [name=name]"],
    ),
    ("sign-in", "account", &[".account [name=email]"]),
    (
        "register",
        "account",
        &["[data-act=fresh]", ".account [name=name]"],
    ),
    (
        "language",
        "",
        &["[data-act=language]", "[data-dialog=language]"],
    ),
    (
        "display",
        "",
        &["[data-act=display]", "[data-dialog=display]"],
    ),
    (
        "guest-order",
        "bay/FREE/1",
        &[
            "[data-pay-by=phone]",
            "[data-form=guest-pay] [data-pay=stripe]",
            "[data-part=paying] .qr",
        ],
    ),
    (
        "guest-order-left",
        "order",
        &["[data-act=close-payment]", ".bay, .site-card"],
    ),
    (
        "guest-unknown",
        "guest/AAAA",
        &["[data-guest-return=\"resource.not_found\"]"],
    ),
];

/// What a signed-in driver sees, while a charge runs.
pub const DRIVER: [Screen; 14] = [
    ("board-mine", "", &[".banner"]),
    ("bay", "bay/FREE/1", &[".price-card"]),
    ("charge", "charge", &[".figures"]),
    (
        "charge-stop",
        "charge",
        &["[data-act=stop]", "[data-act=stop-yes]"],
    ),
    ("me", "me", &[".purse"]),
    ("sessions", "sessions", &["[data-own-session=stopped]"]),
    ("session", "session/SESSION", &["[data-receipt]"]),
    ("statement", "statement", &["[data-figure=statement-total]"]),
    ("wallet", "wallet", &["[data-part=top-up]"]),
    (
        "wallet-pay",
        "wallet",
        &["[data-pay=stripe]", "[data-part=paying] .qr"],
    ),
    ("vehicles", "vehicles", &["[data-form=vehicle]"]),
    ("profile", "profile", &["[data-form=profile]"]),
    (
        "profile-erase",
        "profile",
        &["[data-act=erase]", "[data-act=erase-yes]"],
    ),
    ("nowhere", "nowhere", &[".purse"]),
];

/// The pages of the desk.
pub const DESK: [Screen; 25] = [
    ("dashboard", "", &[".tiles"]),
    (
        "stations",
        "stations",
        &["[data-table=stations] [data-row]"],
    ),
    (
        "station",
        "stations/STATION",
        &["[data-table=station-sessions] [data-row]"],
    ),
    ("points", "points", &["[data-table=points] [data-row]"]),
    ("point", "points/POINT", &["[data-ocpp-log] [data-frame]"]),
    (
        "sessions",
        "sessions",
        &["[data-table=active-sessions] [data-row]"],
    ),
    (
        "sessions-over",
        "sessions",
        &["[data-act=completed]", "[data-table=sessions] [data-row]"],
    ),
    ("session", "sessions/SESSION", &["[data-receipt]"]),
    (
        "customers",
        "customers",
        &["[data-table=customers] [data-row]"],
    ),
    (
        "customer",
        "customers/CUSTOMER",
        &["[data-table=customer-money] [data-row]"],
    ),
    ("cards", "cards", &["[data-table=cards] [data-row]"]),
    ("tariffs", "tariffs", &["[data-table=tariffs] [data-row]"]),
    ("topups", "topups", &["[data-table=topups] [data-row]"]),
    ("codes", "codes", &["[data-table=codes] [data-row]"]),
    ("codes-sheet", "codes/BATCH", &[".vouchers .voucher"]),
    ("shifts", "shifts", &["[data-table=shifts] [data-row]"]),
    ("shift", "shifts/SHIFT", &["[data-shift-page=closed]"]),
    ("alerts", "alerts", &["[data-alert]"]),
    ("inbox", "inbox", &["[data-knock]"]),
    (
        "organizations",
        "organizations",
        &["[data-table=organizations] [data-row]"],
    ),
    ("users", "users", &["[data-table=users] [data-row]"]),
    ("settings", "settings", &["[data-form=settings]"]),
    ("audit", "audit", &["[data-table=audit] [data-audit]"]),
    ("system", "system", &["[data-health=database]"]),
    ("events", "events", &["[data-page=events] .log"]),
];

/// The forms of the desk, and its other windows.
pub const FORMS: [Screen; 23] = [
    form(
        "station-form",
        "stations",
        &["[data-act=add-station]", "[data-dialog=station]"],
    ),
    form(
        "station-edit",
        "stations/STATION",
        &["[data-act=edit]", "[data-dialog=station]"],
    ),
    form(
        "point-form",
        "points",
        &["[data-act=add-point]", "[data-dialog=point]"],
    ),
    form(
        "point-edit",
        "points/POINT",
        &["[data-act=edit]", "[data-dialog=point]"],
    ),
    form(
        "point-new-key",
        "points/ABSENT",
        &[
            "[data-act=rotate-key]",
            "[data-act=rotate-key-yes]",
            "[data-dialog=new-key]",
        ],
    ),
    form(
        "point-reset",
        "points/POINT",
        &["[data-act=reset]", "[data-act=reset-yes]"],
    ),
    form(
        "customer-form",
        "customers",
        &["[data-act=add-customer]", "[data-dialog=customer]"],
    ),
    form(
        "customer-edit",
        "customers/CUSTOMER",
        &["[data-act=edit]", "[data-dialog=customer]"],
    ),
    form(
        "customer-adjust",
        "customers/CUSTOMER",
        &["[data-act=adjust]", "[data-dialog=adjust]"],
    ),
    form(
        "card-form",
        "cards",
        &["[data-act=add-card]", "[data-dialog=card]"],
    ),
    form(
        "tariff-form",
        "tariffs",
        &["[data-act=add-tariff]", "[data-dialog=tariff]"],
    ),
    form(
        "tariff-edit",
        "tariffs",
        &["[data-table=tariffs] button.link", "[data-dialog=tariff]"],
    ),
    form(
        "topup-refund",
        "topups",
        &["[data-act=refund]", "[data-dialog=refund]"],
    ),
    form(
        "codes-form",
        "codes",
        &["[data-act=add-codes]", "[data-dialog=codes]"],
    ),
    form(
        "shift-close",
        "shifts",
        &["[data-act=close-day]", "[data-dialog=shift]"],
    ),
    form(
        "inbox-accept",
        "inbox",
        &["[data-act=accept]", "[data-dialog=accept]"],
    ),
    form(
        "organization-form",
        "organizations",
        &["[data-act=add-organization]", "[data-dialog=organization]"],
    ),
    form(
        "organization-edit",
        "organizations",
        &["[data-organization]", "[data-dialog=organization]"],
    ),
    form(
        "user-form",
        "users",
        &["[data-act=add-user]", "[data-dialog=user]"],
    ),
    form("user-edit", "users", &["[data-user]", "[data-dialog=user]"]),
    form(
        "own-password",
        "",
        &["[data-act=own-password]", "[data-dialog=own-password]"],
    ),
    form(
        "palette",
        "",
        &["[data-act=search]", "[data-dialog=palette]"],
    ),
    form("nowhere", "nowhere", &[".tiles"]),
];

/// Turns the page to a screen, and presses what is to be pressed there.
pub async fn open(set: &mut Scenery, (_, address, steps): Screen) {
    set.breathe().await;
    let page = &set.page;
    // A window that the last screen opened goes with the page that it belongs to, and the same address is the same page.
    let close = "document.querySelector('dialog [data-act=close-dialog]')?.click();
         if (location.hash !== '#/away') location.hash = '#/away'; return 0";
    page.browser().execute(close).await;
    page.sees(":root:not(:has(dialog))").await;
    page.turn(&set.address(address)).await;
    let (last, pressed) = steps.split_last().expect("a screen is waited for");
    for button in pressed {
        page.sees(&format!("{button}:enabled")).await;
        uncover(page, button).await;
        page.browser().click(button).await;
    }
    page.sees(last).await;
}

/// What merely scrolls into sight may lie behind the bar at the foot, and on half a desk the navigation is behind a button.
async fn uncover(page: &Stage, button: &str) {
    let browser = page.browser();
    let seen = format!(
        "const button = document.querySelector('{button}');
         button.scrollIntoView({{ block: 'center' }}); return button.checkVisibility({{ visibilityProperty: true }})"
    );
    if browser.execute(&seen).await == Value::Bool(false) {
        browser.click(".menu-button").await;
        page.sees(".side[data-open=true]").await;
        browser.execute(&seen).await;
    }
}

const fn form(name: &'static str, address: &'static str, steps: &'static [&'static str]) -> Screen {
    (name, address, steps)
}

/// Where pages are kept.
fn public() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("public")
}

/// The modules in a folder, one after the other.
fn sources(folder: &str) -> String {
    let files = std::fs::read_dir(public().join(folder)).expect("a folder of modules");
    let mut text = String::new();
    for file in files {
        let path = file.expect("a file").path();
        text += &std::fs::read_to_string(path).expect("a module is text");
    }
    text
}

/// The words behind each place where `before` stands.
fn words_behind<'a>(text: &'a str, before: &str) -> BTreeSet<&'a str> {
    let word = |rest: &'a str| {
        rest.split(|c: char| !c.is_alphanumeric() && c != '-')
            .next()
    };
    text.split(before).skip(1).filter_map(word).collect()
}

/// The first words of the addresses that are looked at.
fn looked_at(screens: &[Screen]) -> BTreeSet<&'static str> {
    let first = |screen: &Screen| screen.1.split('/').next().expect("a first part");
    screens.iter().map(first).collect()
}

#[test]
fn every_page_of_the_desk_is_looked_at() {
    let table = public().join("modules/navigation.js");
    let table = std::fs::read_to_string(table).expect("the table of the pages");
    let pages: Vec<&str> = table.split("name: '").skip(1).collect();
    assert!(pages.len() > 10, "the table was read");
    let seen: BTreeSet<&str> = DESK.iter().map(|screen| screen.1).collect();
    for page in pages {
        let name = page.split('\'').next().expect("a name");
        assert!(name == "dashboard" || seen.contains(name), "#/{name}");
        let detail = |address: &&&str| address.starts_with(&format!("{name}/"));
        let looked = seen.iter().any(|address| detail(&address));
        assert!(looked || !page.contains("detail:"), "one thing of #/{name}");
    }
}

#[test]
fn every_screen_of_the_driver_is_looked_at() {
    let text = sources("user-panel/modules");
    let mut named = BTreeSet::new();
    for before in [
        "#/",
        " go('",
        "Instead('",
        "{at('",
        "name === '",
        "[0] === '",
    ] {
        named.extend(words_behind(&text, before));
    }
    assert!(named.len() > 8, "the modules were read: {named:?}");
    let seen = looked_at(&[PASSER_BY.as_slice(), &DRIVER].concat());
    let missing: Vec<_> = named.difference(&seen).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_window_of_both_panels_is_looked_at() {
    let text = sources("modules") + &sources("user-panel/modules");
    let mut named = BTreeSet::new();
    for part in text.split("ialog({").skip(1) {
        named.extend(
            part.trim_start()
                .strip_prefix("name: '")
                .and_then(|rest| rest.split('\'').next()),
        );
    }
    assert!(named.len() > 10, "the modules were read: {named:?}");
    // Looked at where the clock is held (`axe.rs`).
    let mut seen = BTreeSet::from(["idle".to_owned()]);
    for (_, _, steps) in [PASSER_BY.as_slice(), &DRIVER, &DESK, &FORMS].concat() {
        let last = steps.last().expect("a screen is waited for");
        seen.extend(
            words_behind(last, "[data-dialog=")
                .into_iter()
                .map(str::to_owned),
        );
    }
    let missing: Vec<_> = named.iter().filter(|name| !seen.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
