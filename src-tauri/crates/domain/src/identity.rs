//! The name a charger calls itself by in its URL. Not its id: that is `ChargePointId`.

use std::fmt;

use uuid::Uuid;

/// An OCPP identity: 1–48 characters of `A-Z a-z 0-9 * - _ = : + | @ .` (2-contract, Chargers).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(String);

/// Why a text is no identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Empty, or longer than 48 characters.
    #[error("an identity has 1 to 48 characters")]
    Length,
    /// A character outside the allowed set.
    #[error("an identity may hold only A-Z a-z 0-9 * - _ = : + | @ .")]
    Character,
    /// It reads as a UUID, which every filter would take for a `chargePointId`.
    #[error("an identity must not read as a UUID")]
    ReadsAsUuid,
}

impl Identity {
    /// The longest identity allowed, in characters.
    pub const MAX_LEN: usize = 48;

    /// Checks and wraps a text.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if text.is_empty() || text.chars().count() > Self::MAX_LEN {
            return Err(IdentityError::Length);
        }
        if !text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "*-_=:+|@.".contains(c))
        {
            return Err(IdentityError::Character);
        }
        if Uuid::try_parse(text).is_ok() {
            return Err(IdentityError::ReadsAsUuid);
        }
        Ok(Self(text.to_owned()))
    }

    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_contract_allows_is_an_identity() {
        let check = |text: &str, expect: Result<(), IdentityError>| {
            assert_eq!(Identity::parse(text).map(|_| ()), expect, "{text:?}");
        };
        check("SIM-0001", Ok(()));
        check("DE*ABC*E1:2+3|4@x.y_z=", Ok(()));
        check(&"a".repeat(48), Ok(()));
        check("", Err(IdentityError::Length));
        check(&"a".repeat(49), Err(IdentityError::Length));
        check("a/b", Err(IdentityError::Character));
        check("../etc", Err(IdentityError::Character));
        check("säule", Err(IdentityError::Character));
        check("a b", Err(IdentityError::Character));
        check(
            "019a0000-0000-7000-8000-000000000000",
            Err(IdentityError::ReadsAsUuid),
        );
    }
}
