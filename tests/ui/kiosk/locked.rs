//! A locked window in front of somebody who wants out: keys, mouse, addresses, dialogs (TAU-07, TAU-09). After each try the
//! page, the window, its focus and its scale are what they were.
//!
//! Planted once and seen red: every key let through; a window that keeps its size (`lock.rs`); the menu and the other buttons left to WebKit; its colour chooser, its
//! messages (`signals.rs`); any address, the boot screen after the start (`places.rs`). Paper and files
//! cannot be shown here: `WebDriver` takes their dialogs itself. Ctrl and the wheel do nothing in WebKitGTK anyway.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::wait_until;

use crate::kiosk_place::{BOARD, HEIGHT, PublicPlace, WIDTH};

/// How long an escape may take to show. Longer than any of them took where the lock was left out.
const SHOWS: Duration = Duration::from_millis(300);

/// What is marked on the page, and noted by it: keys that reach it with something held, or that write nothing.
const MARK: &str = "
    window.same = true;
    window.reached = [];
    window.addEventListener('keydown', ({ key, ctrlKey, altKey, metaKey }) => {
        const held = ctrlKey || altKey || metaKey;
        if (held || (key.length > 1 && key !== 'Shift')) window.reached.push(key);
    }, true);
    window.addEventListener('contextmenu', () => window.reached.push('a menu'), true);
    return window.location.href";

const STATE: &str = "return {
    same: window.same === true, place: window.location.href, scale: window.visualViewport.scale,
    pixels: window.devicePixelRatio, width: window.innerWidth, height: window.innerHeight }";

/// What a person can press to get out of a page, a program, a window or a session.
const KEYS: [&str; 66] = [
    "alt+F4",
    "alt+Tab",
    "alt+shift+Tab",
    "alt+Escape",
    "alt+space",
    "alt+F1",
    "alt+F2",
    "alt+Left",
    "alt+Right",
    "alt+Home",
    "alt+d",
    "alt+Return",
    "ctrl+w",
    "ctrl+shift+w",
    "ctrl+n",
    "ctrl+shift+n",
    "ctrl+t",
    "ctrl+shift+t",
    "ctrl+p",
    "ctrl+o",
    "ctrl+s",
    "ctrl+u",
    "ctrl+f",
    "ctrl+g",
    "ctrl+h",
    "ctrl+j",
    "ctrl+l",
    "ctrl+q",
    "ctrl+r",
    "ctrl+shift+r",
    "ctrl+d",
    "ctrl+b",
    "ctrl+k",
    "ctrl+shift+i",
    "ctrl+shift+d",
    "ctrl+shift+c",
    "ctrl+shift+j",
    "ctrl+shift+Delete",
    "ctrl+plus",
    "ctrl+minus",
    "ctrl+0",
    "ctrl+KP_Add",
    "ctrl+Tab",
    "ctrl+Page_Down",
    "ctrl+F4",
    "ctrl+Escape",
    "ctrl+alt+t",
    "ctrl+alt+Delete",
    "ctrl+period",
    "F1",
    "F3",
    "F5",
    "F6",
    "F7",
    "F10",
    "F11",
    "F12",
    "shift+F10",
    "super",
    "super+Tab",
    "super+d",
    "super+l",
    "Menu",
    "Print",
    "XF86Back",
    "XF86Reload",
];

#[tokio::test]
async fn no_key_and_no_button_of_66_and_8_leads_out_of_a_locked_screen() {
    let kiosk = PublicPlace::board().await;
    let hands = kiosk.hands();
    let place = kiosk.run(MARK).await;
    let (before, windows) = (kiosk.run(STATE).await, hands.windows().await);
    let focused = hands.focused().await;
    let window = focused.clone().expect("the window has the keyboard");
    assert_eq!(
        hands.geometry(&window).await,
        [0, 0, WIDTH.cast_signed(), HEIGHT.cast_signed()],
        "it fills the screen"
    );
    assert_eq!(windows.len(), 1, "{windows:?}");
    let unmoved = async |what: &str| {
        assert_eq!(hands.windows().await, windows, "one window after {what}");
        assert_eq!(
            hands.focused().await,
            focused,
            "which keeps the keyboard after {what}"
        );
    };
    for keys in KEYS {
        hands.press(keys).await;
        unmoved(keys).await;
    }
    let middle = (640, 300);
    for button in [2, 3, 8, 9] {
        hands.click(button, middle).await;
        unmoved(&format!("button {button}")).await;
    }
    for (key, wheel) in [("ctrl", 4), ("ctrl", 5), ("ctrl", 3), ("shift", 4)] {
        hands.click_with(key, wheel, middle).await;
        unmoved(&format!("{key} and button {wheel}")).await;
    }
    assert_eq!(
        kiosk.run("return window.reached").await,
        json!([]),
        "none of them reaches the page"
    );
    assert_eq!(kiosk.run(STATE).await, before, "the page is as it was");
    assert_eq!(place, BOARD, "and it is the board");
    // What a field needs does reach it: the keyboard is not dead.
    kiosk
        .run("window.location.replace('#/account'); return 0")
        .await;
    kiosk.browser().wait_for("[name=email]").await;
    kiosk.browser().click("[name=email]").await;
    for key in ["a", "at", "B", "BackSpace", "c", "Tab", "x"] {
        hands.press(key).await;
    }
    let typed = "return document.querySelector('[name=email]').value === 'a@c' && document.querySelector('[name=password]').value === 'x'";
    kiosk.until(typed).await;
}

/// What a page could do to get out, by name; `{http}` is a real page at the gateway's other door.
const WAYS: [(&str, &str); 35] = [
    ("a file", "window.location.href = 'file:///etc/passwd'"),
    ("a folder", "window.location.assign('file:///')"),
    (
        "the other door",
        "window.location.href = '{http}/user-panel.html'",
    ),
    ("https", "window.location.href = 'https://example.org/'"),
    (
        "a look-alike host",
        "window.location.href = 'forecourt://localhost.evil.example/user-panel.html'",
    ),
    (
        "another host",
        "window.location.href = 'forecourt://evil/user-panel.html'",
    ),
    (
        "a port",
        "window.location.href = 'forecourt://localhost:81/user-panel.html'",
    ),
    (
        "the desk",
        "window.location.href = 'forecourt://localhost/cms.html'",
    ),
    ("the desk, in place", "window.location.replace('/cms.html')"),
    (
        "the boot screen",
        "window.location.href = 'tauri://localhost/index.html'",
    ),
    (
        "the shell's files",
        "window.location.href = 'tauri://localhost/shell.css'",
    ),
    (
        "data",
        "window.location.href = 'data:text/html,<h1>hello</h1>'",
    ),
    (
        "a blob",
        "window.location.href = URL.createObjectURL(new Blob(['<h1>hello</h1>'], { type: 'text/html' }))",
    ),
    (
        "a script",
        "window.location.href = 'javascript:window.same=false'",
    ),
    ("nothing", "window.location.href = 'about:blank'"),
    (
        "WebKit's own pages",
        "window.location.href = 'webkit://gpu'",
    ),
    (
        "the inspector",
        "window.location.href = 'inspector://localhost/'",
    ),
    ("mail", "window.location.href = 'mailto:a@example.org'"),
    ("a phone", "window.location.href = 'tel:110'"),
    ("ftp", "window.location.href = 'ftp://example.org/'"),
    ("back", "window.history.back()"),
    (
        "far back",
        "if (window.history.length > 1) window.history.go(1 - window.history.length)",
    ),
    ("a window", "window.open('{http}/user-panel.html')"),
    (
        "a window of ours",
        "window.open('/user-panel.html', '_blank', 'popup')",
    ),
    ("an empty window", "window.open('')"),
    ("closing", "window.close()"),
    (
        "a link to a new window",
        "document.body.insertAdjacentHTML('beforeend', '<a id=way target=_blank href=\"{http}/\">x</a>'); document.getElementById('way').click()",
    ),
    (
        "a link that saves",
        "document.body.insertAdjacentHTML('beforeend', '<a id=saved download=x href=\"/styles/mark.svg\">x</a>'); document.getElementById('saved').click()",
    ),
    (
        "a blob that is saved",
        "const a = document.createElement('a'); a.download = 'x.txt'; a.href = URL.createObjectURL(new Blob(['x'])); a.click()",
    ),
    (
        "a refresh",
        "document.head.insertAdjacentHTML('beforeend', '<meta http-equiv=refresh content=\"0;url=file:///etc/passwd\">')",
    ),
    (
        "a frame",
        "document.body.insertAdjacentHTML('beforeend', '<iframe src=\"{http}/cms.html\"></iframe>')",
    ),
    (
        "a form",
        "document.body.insertAdjacentHTML('beforeend', '<form id=form action=\"{http}/\" method=post></form>'); document.getElementById('form').submit()",
    ),
    ("a message", "setTimeout(() => window.alert('hello'))"),
    (
        "a question",
        "setTimeout(() => { window.confirm('hello'); window.prompt('hello'); })",
    ),
    (
        "the whole screen",
        "document.documentElement.requestFullscreen().catch(() => {})",
    ),
];

/// A field that brings a window of its own when a person touches it. A file's is not among them: WebKit gives it to `WebDriver`.
const CHOOSER: &str = "document.body.insertAdjacentHTML('afterbegin', '<input id=chooser type=color>'); \
    document.querySelector('#chooser').style = 'position: fixed; top: 300px; left: 300px; z-index: 9'; return 0";

#[tokio::test]
async fn no_address_no_dialog_and_no_chooser_of_36_leads_out_of_a_locked_screen() {
    let kiosk = PublicPlace::board().await;
    let hands = kiosk.hands();
    kiosk.run(MARK).await;
    let (before, windows) = (kiosk.run(STATE).await, hands.windows().await);
    let unmoved = async |what: &str| {
        let moved = wait_until(SHOWS, async || {
            let now = kiosk.run(STATE).await;
            let seen = hands.windows().await;
            (now != before || seen != windows).then_some((now, seen))
        });
        if let Some((page, seen)) = moved.await {
            panic!("{what} leads out: {page}, {seen:?}");
        }
    };
    for (name, way) in WAYS {
        let way = way.replace("{http}", &kiosk.http());
        // What it throws is a refusal.
        kiosk
            .run(&format!("try {{ {way} }} catch {{}} return 0"))
            .await;
        unmoved(name).await;
    }
    kiosk.run(CHOOSER).await;
    hands.click(1, (310, 310)).await;
    unmoved("a colour").await;
}

#[tokio::test]
async fn an_unlocked_desk_is_a_window_like_any_other() {
    let kiosk = PublicPlace::with(&[]).await;
    let (hands, browser) = (kiosk.hands(), kiosk.browser());
    browser.wait_for("[name=email]").await;
    kiosk.run(MARK).await;
    browser.click("[name=email]").await;
    hands.press("ctrl+b").await;
    kiosk.until("return window.reached.includes('b')").await;
    let info = kiosk.invoke("host_info", &json!({})).await;
    assert_eq!(
        (&info["said"]["locked"], &info["said"]["screen"]),
        (&json!(false), &Value::from("desk"))
    );
}
