//! The action list per version: which names exist, who may send them, in which profile. THE table of what
//! can be said; what the gateway does about it is in its `dispatch`.

pub use ocpp_kit::v1_6::Action as V16;

use crate::Version;

/// A message of one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Of OCPP 1.6, the security extension included.
    V16(V16),
}

impl Action {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V16(action) => action.as_str(),
        }
    }

    /// Every action of a version.
    pub fn all(version: Version) -> impl Iterator<Item = Self> {
        match version {
            Version::V1_6 => V16::ALL.iter().copied().map(Self::V16),
        }
    }

    /// The action of this name, spelt exactly so.
    pub fn find(version: Version, name: &str) -> Option<Self> {
        match version {
            Version::V1_6 => V16::from_wire(name).map(Self::V16),
        }
    }

    /// Who may send it.
    pub fn sender(self) -> Sender {
        let Self::V16(action) = self;
        let origin = action.origin();
        match (origin.from_charging_station(), origin.from_csms()) {
            (true, true) => Sender::Both,
            (true, false) => Sender::Charger,
            (false, _) => Sender::Central,
        }
    }

    /// The profile it belongs to, as OCPP names it: `Core`, `SmartCharging`, …, `Security`.
    pub const fn profile(self) -> &'static str {
        match self {
            Self::V16(action) => action.block(),
        }
    }
}

/// Who may send an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Chargers only.
    Charger,
    /// The central system only.
    Central,
    /// Either: `DataTransfer`.
    Both,
}

/// What an action's name means when one side sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An action that this side sends.
    Action(Action),
    /// Known, but only ever sent by the other side: `NotSupported`.
    WrongDirection,
    /// Not an action of the version: `NotImplemented`.
    Unknown,
}

/// Looks a name up that a charger said.
///
/// Source: OCPP 1.6 §4 (initiated by the charge point) and the security whitepaper.
pub fn from_charger(version: Version, name: &str) -> Meaning {
    meaning(version, name, Sender::Central)
}

/// Looks a name up that we are to say.
///
/// Source: OCPP 1.6 §5 (initiated by the central system) and the security whitepaper.
pub fn from_central(version: Version, name: &str) -> Meaning {
    meaning(version, name, Sender::Charger)
}

fn meaning(version: Version, name: &str, not_from: Sender) -> Meaning {
    match Action::find(version, name) {
        Some(action) if action.sender() == not_from => Meaning::WrongDirection,
        Some(action) => Meaning::Action(action),
        None => Meaning::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn direction_and_spelling_decide_what_a_name_means() {
        const V: Version = Version::V1_6;
        let action = |action| Meaning::Action(Action::V16(action));
        for (name, charger, central) in [
            (
                "BootNotification",
                action(V16::BootNotification),
                Meaning::WrongDirection,
            ),
            (
                "DataTransfer",
                action(V16::DataTransfer),
                action(V16::DataTransfer),
            ),
            (
                "RemoteStartTransaction",
                Meaning::WrongDirection,
                action(V16::RemoteStartTransaction),
            ),
            (
                "SignCertificate",
                action(V16::SignCertificate),
                Meaning::WrongDirection,
            ),
            ("bootnotification", Meaning::Unknown, Meaning::Unknown),
            ("FormatHardDisk", Meaning::Unknown, Meaning::Unknown),
            ("TransactionEvent", Meaning::Unknown, Meaning::Unknown),
            ("", Meaning::Unknown, Meaning::Unknown),
        ] {
            assert_eq!(from_charger(V, name), charger, "{name:?} from a charger");
            assert_eq!(from_central(V, name), central, "{name:?} from us");
        }
    }

    #[test]
    fn every_action_of_every_profile_is_there_with_its_direction() {
        let mut profiles = BTreeMap::new();
        for action in Action::all(Version::V1_6) {
            assert_eq!(
                Action::find(Version::V1_6, action.name()),
                Some(action),
                "by its name"
            );
            let (charger, central) = profiles.entry(action.profile()).or_insert((0, 0));
            *charger += u32::from(action.sender() != Sender::Central);
            *central += u32::from(action.sender() != Sender::Charger);
        }
        // OCPP 1.6 §3.2, and the security whitepaper's eleven: (from chargers, from us).
        let expect = BTreeMap::from([
            ("Core", (8, 9)),
            ("FirmwareManagement", (2, 2)),
            ("LocalAuthListManagement", (0, 2)),
            ("RemoteTrigger", (0, 1)),
            ("Reservation", (0, 2)),
            ("Security", (4, 7)),
            ("SmartCharging", (0, 3)),
        ]);
        assert_eq!(profiles, expect, "39 actions, one of them both ways");
    }
}
