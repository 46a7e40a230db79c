//! What the window of a kiosk lets happen: pure policy, each part with its table of tests. Names no window and reads no
//! clock: `desktop` applies it (ADR 25).

mod fingers;
mod keys;
mod places;
mod staff;

pub use fingers::{Fingers, Touch};
pub use keys::{Key, passes};
pub use places::{Shown, may_ask, may_go};
pub use staff::{Act, Refusal, Staff};

/// What drives a webview from outside, by the environment. A release that finds one of them does not start: whoever can set
/// it could read every page.
pub const DRIVEN_BY: &[&str] = &[
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
];

/// Which of them is set, where it may not be. Tests drive debug builds.
pub fn driven(debug: bool, is_set: impl Fn(&str) -> bool) -> Option<&'static str> {
    let found = || DRIVEN_BY.iter().copied().find(|name| is_set(name));
    if debug { None } else { found() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_driven_by_nobody() {
        for name in DRIVEN_BY {
            assert_eq!(driven(false, |asked| asked == *name), Some(*name));
            assert_eq!(driven(true, |asked| asked == *name), None, "a debug build");
        }
        assert_eq!(driven(false, |_| false), None);
    }
}
