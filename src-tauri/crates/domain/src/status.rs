//! The states of connectors and charge points, and how a charge point's state follows from its parts.

use crate::words::words;

words! {
    /// A connector's state. Source: OCPP 1.6 §7.7, in the words of 2-contract.
    ConnectorStatus {
        /// Free.
        Available = "available",
        /// Plugged in or tapped, not charging yet.
        Preparing = "preparing",
        /// Energy flows.
        Charging = "charging",
        /// The car takes nothing.
        SuspendedEv = "suspended_ev",
        /// The charger gives nothing.
        SuspendedEvse = "suspended_evse",
        /// Stopped, cable still in.
        Finishing = "finishing",
        /// Kept for someone.
        Reserved = "reserved",
        /// Switched off by the operator.
        Unavailable = "unavailable",
        /// Broken.
        Faulted = "faulted",
        /// Never reported.
        Unknown = "unknown",
    }
}

words! {
    /// Whether the charger's socket is open.
    Connectivity {
        /// It is.
        Online = "online",
        /// It is not.
        Offline = "offline",
    }
}

words! {
    /// A charge point's state at a glance.
    ChargePointStatus {
        /// At least one connector is free.
        Available = "available",
        /// Every working connector is in use.
        Occupied = "occupied",
        /// Switched off, or nothing is known of it.
        Unavailable = "unavailable",
        /// No connector works and at least one is broken.
        Faulted = "faulted",
        /// No socket.
        Offline = "offline",
    }
}

impl ChargePointStatus {
    /// A charge point's state from its connection and its connectors.
    pub fn derive(
        connectivity: Connectivity,
        connectors: impl IntoIterator<Item = ConnectorStatus>,
    ) -> Self {
        use ConnectorStatus as C;
        if connectivity == Connectivity::Offline {
            return Self::Offline;
        }
        connectors
            .into_iter()
            .map(|connector| match connector {
                C::Available => Self::Available,
                C::Preparing
                | C::Charging
                | C::SuspendedEv
                | C::SuspendedEvse
                | C::Finishing
                | C::Reserved => Self::Occupied,
                C::Faulted => Self::Faulted,
                C::Unavailable | C::Unknown => Self::Unavailable,
            })
            .min_by_key(|status| status.helpfulness())
            .unwrap_or(Self::Unavailable)
    }

    /// Which of several connectors' states speaks for the whole: the one most useful to a driver.
    const fn helpfulness(self) -> u8 {
        match self {
            Self::Available => 0,
            Self::Occupied => 1,
            Self::Faulted => 2,
            Self::Unavailable | Self::Offline => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_point_is_as_free_as_its_freest_connector() {
        use ChargePointStatus as P;
        use ConnectorStatus as C;
        let check = |connectivity, connectors: &[C], expect| {
            let got = P::derive(connectivity, connectors.iter().copied());
            assert_eq!(got, expect, "{connectivity:?} {connectors:?}");
        };
        check(
            Connectivity::Online,
            &[C::Charging, C::Available],
            P::Available,
        );
        check(
            Connectivity::Online,
            &[C::Charging, C::Faulted],
            P::Occupied,
        );
        check(
            Connectivity::Online,
            &[C::Unavailable, C::Faulted],
            P::Faulted,
        );
        check(Connectivity::Online, &[C::Unavailable], P::Unavailable);
        check(
            Connectivity::Online,
            &[C::Unknown, C::Unknown],
            P::Unavailable,
        );
        check(Connectivity::Online, &[], P::Unavailable);
        check(Connectivity::Offline, &[C::Available], P::Offline);
    }

    #[test]
    fn every_word_reads_back_as_itself() {
        for status in ConnectorStatus::ALL {
            assert_eq!(ConnectorStatus::from_word(status.as_str()), Some(*status));
            assert_eq!(
                serde_json::to_value(status).expect("a word is JSON"),
                status.as_str(),
                "stored and sent under one spelling"
            );
        }
        assert_eq!(ConnectorStatus::from_word("Available"), None);
    }
}
