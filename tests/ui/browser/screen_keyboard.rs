//! The on-screen keyboard of a station's screen, pressed with the pointer: its keys are the language's own, and addresses and
//! passwords are Latin in every language.
//!
//! Planted once and seen red: letters of the page's first language in all of them (`keyboard.js`).

use crate::live_mine::register;
use crate::live_stage::{Road, Stage};

/// A language, keys, and what they write; capitals by the key for them.
const NAMES: [(&str, &[&str], &str); 4] = [
    ("de", &["{shift}", "Ü", "b", "e", "ß"], "Übeß"),
    ("fr", &["ç", "a", "é"], "çaé"),
    ("hi", &["न", "म", "स", "्", "त", "े"], "नमस्ते"),
    ("ar", &["ع", "ل", "ي"], "علي"),
];

#[tokio::test]
async fn a_name_is_written_in_the_language_s_own_letters_and_an_address_in_latin_ones() {
    let page = Stage::open(Road::SocketIo).await;
    register(&page).await;
    // A station's screen: what is to be written stays in sight above the keys.
    page.browser().resize(1080, 1920).await;
    for (language, keys, expect) in NAMES {
        let chosen = format!("localStorage.setItem('forecourt.language', '{language}'); return 0");
        page.browser().execute(&chosen).await;
        // Another address than the last one's, or it would not be loaded.
        page.goto(&format!(
            "user-panel.html?screen=station&in={language}#/profile"
        ))
        .await;
        let written = write(&page, "[name=name]", keys).await;
        assert!(written.ends_with(expect), "{language}: {written}");
    }
    // Still in Arabic: a password begins with Latin letters, and a key leads to the others and back.
    let written = write(
        &page,
        "[name=current]",
        &["x", "{script}", "ع", "{script}", "y"],
    )
    .await;
    assert!(written.ends_with("xعy"), "{written}");
}

/// Touches a field, presses keys, and gives what stands in it.
async fn write(page: &Stage, field: &str, keys: &[&str]) -> String {
    let browser = page.browser();
    browser.wait_for(field).await;
    browser.click(field).await;
    browser.wait_for(".keyboard:not([hidden])").await;
    for key in keys {
        let key = format!(".keyboard [data-skbtn=\"{key}\"]");
        browser.wait_for(&key).await;
        browser.click(&key).await;
    }
    let value = format!("return document.querySelector('{field}').value");
    let value = browser.execute(&value).await;
    value.as_str().expect("a text").to_owned()
}
