//! Staff in front of a locked screen: the hidden sign, the PIN, what it opens, and what wrong ones cost.
//!
//! Planted once and seen red: a PIN that is looked at whatever was tried before; acts without a PIN; a PIN that holds for the
//! next page (`staff.rs`).

use serde_json::json;
use testkit::wait_until;

use crate::browser_axe as axe;
use crate::kiosk_place::{PIN, PublicPlace, SEEN, WIDTH};

/// What the process says to whoever watches over it when staff ended it (`docs/operations.md`).
const QUIT: i32 = 10;

/// Taps five times into the upper corner, as a hand does.
async fn knock(kiosk: &PublicPlace) {
    for _ in 0..5 {
        kiosk.hands().click(1, (WIDTH - 8, 8)).await;
    }
    kiosk.browser().wait_for("[data-dialog=pin]").await;
}

async fn type_pin(kiosk: &PublicPlace, pin: &str) {
    for digit in pin.chars() {
        kiosk
            .browser()
            .click(&format!("[data-digit='{digit}']"))
            .await;
    }
    kiosk.browser().click("[data-act=pin-enter]").await;
}

/// Taps something by hand: where the page goes with it, its driver would have no answer.
async fn tap(kiosk: &PublicPlace, css: &str) {
    let place = format!(
        "const {{ x, y, width, height }} = document.querySelector('{css}').getBoundingClientRect(); \
         return [Math.round(x + width / 2), Math.round(y + height / 2)]"
    );
    let place = kiosk.run(&place).await;
    let at = |index: usize| {
        let pixels = place[index]
            .as_u64()
            .and_then(|pixels| u32::try_from(pixels).ok());
        pixels.expect("it is on the screen")
    };
    kiosk.hands().click(1, (at(0), at(1))).await;
}

async fn lock_of(kiosk: &PublicPlace) -> (serde_json::Value, serde_json::Value) {
    let info = kiosk.invoke("host_info", &json!({})).await;
    (
        info["said"]["locked"].clone(),
        info["said"]["screen"].clone(),
    )
}

#[tokio::test]
async fn staff_leaves_the_lock_turns_to_the_desk_and_ends_the_app() {
    let kiosk = PublicPlace::board().await;
    let browser = kiosk.browser();
    knock(&kiosk).await;
    assert_eq!(axe::faults(browser).await, json!([]), "the pad");
    type_pin(&kiosk, PIN).await;
    browser.wait_for("[data-act=staff-unlock]").await;
    assert_eq!(axe::faults(browser).await, json!([]), "what staff may do");
    browser.click("[data-act=staff-unlock]").await;
    browser.wait_for("[data-act=staff-lock]").await;
    assert_eq!(lock_of(&kiosk).await, (json!(false), json!("driver")));
    browser.click("[data-act=staff-lock]").await;
    browser.wait_for("[data-act=staff-unlock]").await;
    assert_eq!(lock_of(&kiosk).await, (json!(true), json!("driver")));
    browser.click("[data-act=staff-desk]").await;
    browser.wait_for("[name=email]").await;
    assert_eq!(lock_of(&kiosk).await, (json!(true), json!("desk")));
    // Another page: whoever is in front of it says the PIN again.
    let refused = kiosk.invoke("staff_act", &json!({ "act": "quit" })).await;
    assert_eq!(refused, json!({ "said": false }));
    knock(&kiosk).await;
    // By the keyboard, this time.
    for digit in PIN.chars() {
        kiosk.hands().press(&digit.to_string()).await;
    }
    kiosk
        .until("return document.querySelector('.pin-typed span').textContent.length === 6")
        .await;
    kiosk.hands().press("BackSpace").await;
    kiosk.hands().press(&PIN[5..]).await;
    kiosk.hands().press("Return").await;
    browser.wait_for("[data-act=staff-quit]").await;
    browser.click("[data-act=staff-quit]").await;
    browser.wait_for("[data-act=staff-quit-yes]").await;
    assert_eq!(kiosk.ended(), None, "it asks before it ends");
    tap(&kiosk, "[data-act=staff-quit-yes]").await;
    let ended = wait_until(SEEN, async || kiosk.ended()).await;
    assert_eq!(ended, Some(QUIT), "nobody starts it again");
}

#[tokio::test]
async fn five_wrong_pins_cost_a_minute_also_on_the_next_page_and_for_the_right_one() {
    let kiosk = PublicPlace::board().await;
    knock(&kiosk).await;
    for tried in 1..=5 {
        type_pin(&kiosk, "000000").await;
        let says = kiosk
            .browser()
            .wait_text(".pin-says", |says| !says.is_empty(), SEEN)
            .await;
        assert_eq!(says.contains("wait"), tried == 5, "try {tried}: {says}");
        // The next digit takes it away.
        kiosk.browser().click("[data-digit='0']").await;
        kiosk.browser().click("[data-act=pin-back]").await;
    }
    kiosk.run("window.location.reload(); return 0").await;
    kiosk.browser().wait_for("#app main:not(.boot)").await;
    let answer = kiosk.invoke("staff_enter", &json!({ "pin": PIN })).await;
    assert_eq!(answer["said"]["is"], "wait", "{answer}");
    let wait = answer["said"]["wait"].as_u64().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait} s");
    let refused = kiosk.invoke("staff_act", &json!({ "act": "unlock" })).await;
    assert_eq!(refused, json!({ "said": false }));
    assert_eq!(lock_of(&kiosk).await, (json!(true), json!("driver")));
}

/// Many at once are as many tries as one after the other.
#[tokio::test]
async fn a_hundred_pins_at_once_are_five_tries() {
    let kiosk = PublicPlace::board().await;
    let all = format!(
        "window.told = null; const {{ invoke }} = window.__TAURI_INTERNALS__; \
         const pins = [...Array(100).keys()].map((each) => String(100000 + each)); pins[50] = '{PIN}'; \
         Promise.all(pins.map((pin) => invoke('staff_enter', {{ pin }}))).then((all) => {{ window.told = all.map((each) => each.is); }}); \
         return 0"
    );
    kiosk.run(&all).await;
    kiosk.until("return window.told !== null").await;
    let told = kiosk.run("return window.told").await;
    let told = told.as_array().expect("a list").clone();
    let count = |what: &str| told.iter().filter(|is| **is == what).count();
    assert_eq!((count("wrong"), count("wait")), (5, 95), "{told:?}");
}

/// In the place of the process that was: whoever watches over it sees one that goes on.
#[tokio::test]
async fn a_restart_at_the_screen_comes_back_as_the_same_process() {
    let kiosk = PublicPlace::board().await;
    let starts = || kiosk.browser().logs().matches("operator desk:").count();
    assert_eq!(starts(), 1);
    knock(&kiosk).await;
    type_pin(&kiosk, PIN).await;
    kiosk.browser().wait_for("[data-act=staff-restart]").await;
    tap(&kiosk, "[data-act=staff-restart]").await;
    let back = wait_until(SEEN, async || (starts() == 2).then_some(())).await;
    assert!(
        back.is_some(),
        "it starts again: {}",
        kiosk.browser().logs()
    );
    assert_eq!(kiosk.ended(), None, "and did not end in between");
    let windows = wait_until(SEEN, async || {
        (kiosk.hands().windows().await.len() == 1).then_some(())
    });
    assert!(windows.await.is_some(), "with its one window");
}
