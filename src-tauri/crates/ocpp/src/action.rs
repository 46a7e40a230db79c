//! The action list per version: which names exist and who may send them. THE table for both.
pub use ocpp_kit::v1_6::Action as V16;

/// What a CALL's action name means when it comes from a charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromCharger {
    /// An action that chargers send.
    Action(V16),
    /// Known, but only ever sent by the central system: `NotSupported`.
    WrongDirection,
    /// Not an OCPP 1.6 action: `NotImplemented`.
    Unknown,
}

/// Looks a CALL's action name up for messages that come from a charger.
///
/// Source: OCPP 1.6 §4 (initiated by the charge point) and the security whitepaper.
pub fn from_charger(name: &str) -> FromCharger {
    match V16::from_wire(name) {
        Some(action) if action.origin().from_charging_station() => FromCharger::Action(action),
        Some(_) => FromCharger::WrongDirection,
        None => FromCharger::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_and_spelling_decide_what_a_name_means() {
        assert_eq!(
            from_charger("BootNotification"),
            FromCharger::Action(V16::BootNotification)
        );
        assert_eq!(
            from_charger("DataTransfer"),
            FromCharger::Action(V16::DataTransfer)
        );
        assert_eq!(
            from_charger("RemoteStartTransaction"),
            FromCharger::WrongDirection
        );
        assert_eq!(from_charger("bootnotification"), FromCharger::Unknown);
        assert_eq!(from_charger("FormatHardDisk"), FromCharger::Unknown);
    }
}
