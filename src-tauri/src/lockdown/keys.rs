//! Which keys reach a locked window: a list of those that do, because nobody knows all that a desktop binds.

use gateway::settings::Screen;

/// A key that was pressed, with what was held beside it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Key<'a> {
    /// As X11 and GDK name it, such as `Return` or `a`.
    pub name: &'a str,
    /// What it writes.
    pub letter: Option<char>,
    /// Ctrl.
    pub ctrl: bool,
    /// Alt, Super, Hyper or Meta. Not `AltGr`: it makes letters.
    pub other: bool,
}

/// Those without a letter that move within a page and its fields.
const MOVING: &[&str] = &[
    "BackSpace",
    "Delete",
    "Down",
    "End",
    "Escape",
    "Home",
    "ISO_Enter",
    "ISO_Left_Tab",
    "KP_Delete",
    "KP_Down",
    "KP_End",
    "KP_Enter",
    "KP_Home",
    "KP_Left",
    "KP_Page_Down",
    "KP_Page_Up",
    "KP_Right",
    "KP_Up",
    "Left",
    "Next",
    "Page_Down",
    "Page_Up",
    "Prior",
    "Return",
    "Right",
    "Tab",
    "Up",
];

/// Those that only change what others write.
const CHANGING: &[&str] = &[
    "Caps_Lock",
    "ISO_Level3_Shift",
    "Mode_switch",
    "Multi_key",
    "Num_Lock",
    "Shift_L",
    "Shift_R",
];

/// What an operator does with Ctrl: all, copy, cut, paste, undo, redo, and the desk's own search; and words in a field.
const WITH_CTRL: &[&str] = &[
    "a",
    "c",
    "x",
    "v",
    "z",
    "y",
    "k",
    "Left",
    "Right",
    "Home",
    "End",
    "BackSpace",
    "Delete",
];

/// Whether a key reaches the page.
pub fn passes(key: Key<'_>, screen: Screen) -> bool {
    if key.other {
        return false;
    }
    if key.ctrl {
        // AltGr is Ctrl and Alt on some keyboards, but then Alt is held too.
        return screen == Screen::Desk && WITH_CTRL.contains(&key.name);
    }
    let writes = key.letter.is_some_and(|letter| !letter.is_control());
    writes
        || key.name.starts_with("dead_")
        || MOVING.contains(&key.name)
        || CHANGING.contains(&key.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(said: &str) -> Key<'_> {
        let parts: Vec<&str> = said.split('+').collect();
        let held = |name: &str| parts.iter().rev().skip(1).any(|part| *part == name);
        let name = parts.last().copied().unwrap_or_default();
        let mut letters = name.chars();
        let letter = letters.next().filter(|_| letters.next().is_none());
        Key {
            name,
            letter,
            ctrl: held("ctrl"),
            other: held("alt") || held("super") || held("meta"),
        }
    }

    #[test]
    fn what_a_field_needs_passes_on_every_screen() {
        for said in [
            "a",
            "A",
            "7",
            "@",
            "ß",
            "ع",
            "अ",
            "dead_acute",
            "Tab",
            "shift+ISO_Left_Tab",
            "Return",
            "KP_Enter",
            "Escape",
            "BackSpace",
            "Delete",
            "Left",
            "Up",
            "Home",
            "End",
            "Page_Down",
            "Shift_L",
            "Caps_Lock",
            "ISO_Level3_Shift",
        ] {
            for screen in [Screen::Desk, Screen::Driver] {
                assert!(passes(key(said), screen), "{said} on {screen:?}");
            }
        }
    }

    #[test]
    fn what_leads_out_of_the_page_is_stopped_on_every_screen() {
        for said in [
            "alt+F4",
            "alt+Tab",
            "alt+Left",
            "alt+Home",
            "alt+space",
            "alt+d",
            "super+a",
            "super+Return",
            "meta+x",
            "ctrl+w",
            "ctrl+n",
            "ctrl+t",
            "ctrl+p",
            "ctrl+o",
            "ctrl+s",
            "ctrl+u",
            "ctrl+f",
            "ctrl+r",
            "ctrl+q",
            "ctrl+l",
            "ctrl+I",
            "ctrl+D",
            "ctrl+J",
            "ctrl+plus",
            "ctrl+minus",
            "ctrl+0",
            "ctrl+Tab",
            "ctrl+Page_Down",
            "ctrl+F4",
            "ctrl+Escape",
            "ctrl+alt+F1",
            "ctrl+alt+Delete",
            "ctrl+alt+t",
            "ctrl+alt+a",
            "ctrl+period",
            "ctrl+semicolon",
            "F1",
            "F3",
            "F5",
            "F7",
            "F10",
            "F11",
            "F12",
            "Super_L",
            "Alt_L",
            "Control_L",
            "Menu",
            "Print",
            "Sys_Req",
            "Insert",
            "Pause",
            "Help",
            "XF86Back",
            "XF86Forward",
            "XF86HomePage",
            "XF86WWW",
            "XF86Search",
            "XF86Mail",
            "XF86Reload",
            "XF86Calculator",
            "XF86Explorer",
            "XF86PowerOff",
            "XF86Sleep",
            "XF86Switch_VT_1",
            "Find",
            "Open",
            "Undo",
            "Copy",
            "",
        ] {
            for screen in [Screen::Desk, Screen::Driver] {
                assert!(!passes(key(said), screen), "{said} on {screen:?}");
            }
        }
    }

    #[test]
    fn only_an_operator_edits_with_ctrl() {
        for name in WITH_CTRL {
            let said = format!("ctrl+{name}");
            assert!(passes(key(&said), Screen::Desk), "{said}");
            assert!(!passes(key(&said), Screen::Driver), "{said}");
            let said = format!("ctrl+alt+{name}");
            assert!(!passes(key(&said), Screen::Desk), "{said}");
        }
    }

    #[test]
    fn a_key_that_writes_a_control_character_is_judged_by_its_name() {
        let odd = Key {
            name: "XF86Back",
            letter: Some('\u{8}'),
            ..Key::default()
        };
        assert!(!passes(odd, Screen::Desk));
        let usual = Key {
            name: "Return",
            letter: Some('\r'),
            ..Key::default()
        };
        assert!(passes(usual, Screen::Driver));
    }
}
