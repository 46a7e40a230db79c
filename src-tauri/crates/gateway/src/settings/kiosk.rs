//! `kiosk.*`: what this machine's own window is for, and who may leave it. The gateway only keeps it: the window applies it.

use std::fmt;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Settings, SettingsError};

/// How many digits the PIN has at least, and at most.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
/// A page speaks each second: one that is late is not hung.
const HUNG: std::ops::RangeInclusive<SignedDuration> =
    SignedDuration::from_secs(2)..=SignedDuration::from_mins(10);
/// What the hash of a stored PIN begins with.
const HASHED: &str = "$argon2id$";

/// `kiosk.*`
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kiosk {
    /// Which pages the window shows.
    pub screen: Screen,
    /// Whether it is locked; left out: a driver's screen is, a desk is not.
    pub lock: Option<bool>,
    /// What staff leaves the lock with: digits, or the hash of them that the gateway stored. Empty: nobody leaves.
    pub pin: String,
    /// How long a page may say nothing before it is taken for hung and shown anew.
    pub hung_after: SignedDuration,
    /// At which failure of pages within five minutes the app starts anew.
    pub restart_after: usize,
}

impl Default for Kiosk {
    fn default() -> Self {
        Self {
            screen: Screen::default(),
            lock: None,
            pin: String::new(),
            hung_after: SignedDuration::from_secs(3),
            restart_after: 3,
        }
    }
}

/// `kiosk.screen`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Screen {
    /// The operator's desk.
    #[default]
    Desk,
    /// The drivers' board.
    Driver,
}

impl Kiosk {
    /// Whether the window is locked.
    pub fn is_locked(&self) -> bool {
        self.lock.unwrap_or(self.screen == Screen::Driver)
    }
}

// The PIN is never printed.
impl fmt::Debug for Kiosk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kiosk")
            .field("screen", &self.screen)
            .field("lock", &self.lock)
            .field("hung_after", &self.hung_after)
            .field("restart_after", &self.restart_after)
            .finish_non_exhaustive()
    }
}

/// Whether a text can be a PIN.
pub(crate) fn is_pin(text: &str) -> bool {
    DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn check(settings: &Settings) -> Result<(), SettingsError> {
    let Kiosk {
        pin,
        hung_after,
        restart_after,
        ..
    } = &settings.kiosk;
    let wrong = if !pin.is_empty() && !is_pin(pin) && !pin.starts_with(HASHED) {
        "the setting kiosk.pin must be 6 to 12 digits, written as a text: \"…\""
    } else if !HUNG.contains(hung_after) {
        "the setting kiosk.hung_after must be from 2s to 10m"
    } else if *restart_after == 0 {
        "the setting kiosk.restart_after must be 1 or more"
    } else {
        return Ok(());
    };
    Err(SettingsError(wrong.to_owned()))
}
