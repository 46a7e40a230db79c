//! When an update that lies ready may be installed. Pure: it is told how the site is, and says what to do. Not whether the update is to
//! be trusted: that is the crate `updates`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Time;
use sha2::{Digest as _, Sha256};

#[cfg(test)]
mod tests;

/// So long a good hour is waited for; then somebody is asked.
const PATIENCE: Duration = Duration::from_hours(7 * 24);

/// The hours in which a site sleeps, in its own time. Ends that come before the beginning are the next day's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: Time,
    to: Time,
}

/// How the site is.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The site's own time of day.
    pub time: Time,
    /// A driver is at this screen.
    pub driver_here: bool,
    /// Sessions on chargers whose sockets this gateway holds.
    pub sessions: usize,
    /// How long the update has been lying ready.
    pub ready_for: Duration,
    /// The operator said yes to it.
    pub agreed: bool,
    /// It is this machine's turn.
    pub turn: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Install it now.
    Install,
    /// Look again later.
    Wait(Why),
    /// It waited long enough: ask the operator.
    Ask(Why),
}

/// Why not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Other machines come first.
    Turn,
    /// Somebody charges, or is about to.
    Session,
    /// The site is awake.
    Hour,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self {
            from: Time::constant(2, 0, 0, 0),
            to: Time::constant(5, 0, 0, 0),
        }
    }
}

impl FromStr for QuietHours {
    type Err = String;

    /// `02:00-05:00`.
    fn from_str(text: &str) -> Result<Self, String> {
        let unread = || format!("{text:?} are no hours like 02:00-05:00");
        let (from, to) = text.split_once('-').ok_or_else(unread)?;
        let hour = |text: &str| Time::strptime("%H:%M", text.trim()).map_err(|_| unread());
        let (from, to) = (hour(from)?, hour(to)?);
        if from == to {
            return Err(format!("{text:?} have no length"));
        }
        Ok(Self { from, to })
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from, self.to);
        write!(f, "{}-{}", from.strftime("%H:%M"), to.strftime("%H:%M"))
    }
}

impl Why {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Session => "session",
            Self::Hour => "hour",
        }
    }
}

impl QuietHours {
    fn hold(self, time: Time) -> bool {
        if self.from < self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }
}

/// Whether the update is installed now.
pub fn judge(site: &Site, quiet: QuietHours) -> Verdict {
    let why = if !site.turn {
        // Nobody is asked about what was not meant for this machine yet.
        return Verdict::Wait(Why::Turn);
    } else if site.driver_here || site.sessions > 0 {
        Why::Session
    } else if !quiet.hold(site.time) && !site.agreed {
        Why::Hour
    } else {
        return Verdict::Install;
    };
    if site.ready_for >= PATIENCE && !site.agreed {
        Verdict::Ask(why)
    } else {
        Verdict::Wait(why)
    }
}

/// Whether a machine is among the first `percent` of all to take a version. Others come first with each version.
pub fn has_its_turn(machine: &str, version: &str, percent: u8) -> bool {
    let hash = Sha256::new()
        .chain_update(machine)
        .chain_update([0])
        .chain_update(version)
        .finalize();
    let place = u16::from_be_bytes([hash[0], hash[1]]) % 100;
    place < u16::from(percent)
}
