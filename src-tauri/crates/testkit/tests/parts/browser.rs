//! The same steps drive Chromium and a WebKitGTK webview.

use std::path::PathBuf;
use std::time::Duration;

use testkit::{Browser, Display, Hands, wait_until};

const PAGE: &str = "data:text/html,<h1 id=wh data-unit=Wh>0</h1><button id=more onclick=\"\
    setTimeout(() => { wh.textContent = 1520; document.body.append(document.createElement('hr')) })\">more</button>";

/// The same steps for every engine.
async fn a_page_is_driven(browser: &Browser) {
    browser.goto(PAGE).await;
    assert_eq!(browser.text("#wh").await, "0");
    assert_eq!(
        browser.attr("#wh", "data-unit").await.as_deref(),
        Some("Wh")
    );
    assert_eq!(
        browser.attr("#wh", "data-none").await,
        None,
        "an attribute may be absent"
    );

    browser.click("#more").await;
    let shown = browser
        .wait_text("#wh", |text| text != "0", Duration::from_secs(10))
        .await;
    assert_eq!(shown, "1520", "the step waits for the page's own script");
    browser.wait_for("hr").await;
    let sum = browser
        .execute("return Number(document.querySelector('#wh').textContent) + 1")
        .await;
    assert_eq!(sum, 1521, "scripts run in the page and return JSON");

    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    let picture = folder.path().join("page.png");
    browser.screenshot(&picture).await;
    let png = std::fs::read(&picture).expect("the picture was written");
    assert_eq!(&png[..4], b"\x89PNG", "the picture is a PNG file");
}

#[tokio::test]
async fn chromium_takes_the_steps() {
    let browser = Browser::chromium().await;
    a_page_is_driven(&browser).await;
    browser.close().await;
}

#[tokio::test]
async fn a_webkitgtk_webview_takes_the_same_steps() {
    let display = Display::start().await;
    // WebKitGTK's own small browser stands for our window: the same library, the same driver.
    let browser = Browser::webview(&mini_browser(), &["--automation"], &[], &display).await;
    a_page_is_driven(&browser).await;
    browser.close().await;
}

#[tokio::test]
async fn hands_type_and_click_in_front_of_a_screen_and_see_each_window_that_opens() {
    let display = Display::start().await;
    let hands = Hands::before(&display);
    let nothing: [String; 0] = [];
    assert_eq!(hands.windows().await, nothing, "nobody draws yet");
    let browser = Browser::webview(&mini_browser(), &["--automation"], &[], &display).await;
    browser
        .goto("data:text/html,<textarea style='position:fixed;inset:0'></textarea>")
        .await;
    let windows = hands.windows().await;
    let [window] = &*windows else {
        panic!("one window: {windows:?}")
    };
    let [x, y, width, height] = hands.geometry(window).await;
    let middle =
        |from: i32, long: i32| u32::try_from(from + long / 2).expect("it is on the screen");
    let middle = (middle(x, width), middle(y, height));
    hands.click(1, middle).await;
    for keys in ["a", "B", "ctrl+a", "c", "at"] {
        hands.press(keys).await;
    }
    let typed = wait_until(Duration::from_secs(10), async || {
        let typed = browser
            .execute("return document.querySelector('textarea').value")
            .await;
        (typed == "c@").then_some(())
    });
    assert!(typed.await.is_some(), "what was selected is written over");
    assert_eq!(
        hands.focused().await,
        None,
        "no window manager gives it to anybody"
    );
    hands.click(3, middle).await;
    let menu = wait_until(Duration::from_secs(10), async || {
        (hands.windows().await.len() > 1).then_some(())
    });
    assert!(menu.await.is_some(), "a menu is a window, too");
}

#[tokio::test]
#[should_panic(expected = "shows Some(\"0\") in #wh")]
async fn a_text_that_never_comes_fails_with_the_text_that_is_there() {
    let browser = Browser::chromium().await;
    browser.goto(PAGE).await;
    browser
        .wait_text("#wh", |text| text == "7", Duration::from_millis(500))
        .await;
}

fn mini_browser() -> PathBuf {
    let architectures = std::fs::read_dir("/usr/lib").expect("every system has /usr/lib");
    architectures
        .filter_map(Result::ok)
        .map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"))
        .find(|candidate| candidate.is_file())
        .expect("libwebkit2gtk-4.1-0 brings MiniBrowser")
}
