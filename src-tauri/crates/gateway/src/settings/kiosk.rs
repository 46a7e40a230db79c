//! `kiosk.*`: what this machine's own window is for, and who may leave it. The gateway only keeps it: the window applies it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Settings, SettingsError};

/// How many digits the PIN has at least, and at most.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
/// What the hash of a stored PIN begins with.
const HASHED: &str = "$argon2id$";

/// `kiosk.*`
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kiosk {
    /// Which pages the window shows.
    pub screen: Screen,
    /// Whether it is locked; left out: a driver's screen is, a desk is not.
    pub lock: Option<bool>,
    /// What staff leaves the lock with: digits, or the hash of them that the gateway stored. Empty: nobody leaves.
    pub pin: String,
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
            .finish_non_exhaustive()
    }
}

/// Whether a text can be a PIN.
pub(crate) fn is_pin(text: &str) -> bool {
    DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn check(settings: &Settings) -> Result<(), SettingsError> {
    let pin = &settings.kiosk.pin;
    if pin.is_empty() || is_pin(pin) || pin.starts_with(HASHED) {
        return Ok(());
    }
    Err(SettingsError(
        "the setting kiosk.pin must be 6 to 12 digits, written as a text: \"…\"".to_owned(),
    ))
}
