//! The same steps drive Chromium and a WebKitGTK webview.

use std::path::PathBuf;
use std::time::Duration;

use testkit::{Browser, Display};

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
