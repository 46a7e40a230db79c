//! The OCPP versions this gateway speaks and how one is chosen at the handshake (OCPP-J §3.1.2).

use ocpp_kit::Version as Kit;

/// A version of OCPP, spoken on one socket from handshake to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// OCPP 1.6 edition 2 with errata, over JSON.
    V1_6,
}

impl Version {
    /// Every version offered, the preferred one first.
    pub const OFFERED: &[Self] = &[Self::V1_6];

    /// The WebSocket subprotocol, as in `Sec-WebSocket-Protocol`.
    pub const fn subprotocol(self) -> &'static str {
        match self {
            Self::V1_6 => "ocpp1.6",
        }
    }

    /// The version whose subprotocol this is.
    pub fn from_subprotocol(name: &str) -> Option<Self> {
        Self::OFFERED
            .iter()
            .copied()
            .find(|version| version.subprotocol() == name)
    }

    /// The short name used in REST and admin commands: `1.6`.
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::V1_6 => "1.6",
        }
    }

    pub(crate) const fn kit(self) -> Kit {
        match self {
            Self::V1_6 => Kit::V1_6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subprotocol_that_is_not_built_is_not_guessed() {
        for name in ["", "ocpp2.0.1", "ocpp1.5", "OCPP1.6", "ocpp"] {
            assert_eq!(
                Version::from_subprotocol(name),
                None,
                "{name} is not offered"
            );
        }
        assert_eq!(Version::from_subprotocol("ocpp1.6"), Some(Version::V1_6));
    }
}
