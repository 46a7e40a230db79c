//! Whether an id token may start a charge.

use jiff::Timestamp;

use crate::ids::{CustomerId, IdTokenId};
use crate::session::FailureCode;
use crate::words::words;

words! {
    /// What the operator says of a token.
    IdTokenStatus {
        /// May charge.
        Accepted = "accepted",
        /// May not.
        Blocked = "blocked",
        /// No longer.
        Expired = "expired",
    }
}

/// A token the operator knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdToken {
    /// Its row.
    pub id: IdTokenId,
    /// What the operator says of it.
    pub status: IdTokenStatus,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Whose it is, where it is an account's.
    pub customer_id: Option<CustomerId>,
    /// The group it belongs to: tokens of one may stop each other's charges.
    pub parent: Option<String>,
}

/// The answer to "may this token charge now?". Source: OCPP 1.6 §7.2 `AuthorizationStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Accepted,
    /// Known and refused.
    Blocked,
    /// Known and over.
    Expired,
    /// Not known.
    Invalid,
    /// It charges elsewhere already.
    Concurrent,
    /// Its account has too little money.
    Unfunded,
}

impl Decision {
    /// Why a session under such a token fails; `None`: it does not.
    pub const fn failure(self) -> Option<FailureCode> {
        match self {
            Self::Accepted => None,
            Self::Blocked => Some(FailureCode::Blocked),
            Self::Expired => Some(FailureCode::Expired),
            Self::Invalid => Some(FailureCode::Invalid),
            Self::Concurrent => Some(FailureCode::Concurrent),
            Self::Unfunded => Some(FailureCode::Unfunded),
        }
    }

    /// The decision that made a session fail so.
    pub const fn of_failure(code: FailureCode) -> Option<Self> {
        match code {
            FailureCode::Blocked => Some(Self::Blocked),
            FailureCode::Expired => Some(Self::Expired),
            FailureCode::Invalid => Some(Self::Invalid),
            FailureCode::Concurrent => Some(Self::Concurrent),
            FailureCode::Unfunded => Some(Self::Unfunded),
            FailureCode::Rejected
            | FailureCode::Error
            | FailureCode::NoAnswer
            | FailureCode::NotPluggedIn
            | FailureCode::Cancelled => None,
        }
    }
}

/// Decides on a token as found (or not found) in the list.
pub fn decide(token: Option<&IdToken>, now: Timestamp) -> Decision {
    match token {
        None => Decision::Invalid,
        Some(token) if token.status == IdTokenStatus::Blocked => Decision::Blocked,
        Some(token)
            if token.status == IdTokenStatus::Expired
                || token.expires_at.is_some_and(|end| end <= now) =>
        {
            Decision::Expired
        }
        Some(_) => Decision::Accepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_accepted_unexpired_token_charges() {
        let now: Timestamp = "2026-11-22T09:30:00Z".parse().expect("a literal time");
        let check = |token: Option<(IdTokenStatus, Option<&str>)>, expect| {
            let token = token.map(|(status, end)| IdToken {
                id: IdTokenId(uuid::Uuid::nil()),
                status,
                expires_at: end.map(|end| end.parse().expect("a literal time")),
                customer_id: None,
                parent: None,
            });
            assert_eq!(decide(token.as_ref(), now), expect, "{token:?}");
        };
        check(None, Decision::Invalid);
        check(Some((IdTokenStatus::Accepted, None)), Decision::Accepted);
        check(
            Some((IdTokenStatus::Accepted, Some("2026-11-22T09:30:01Z"))),
            Decision::Accepted,
        );
        check(
            Some((IdTokenStatus::Accepted, Some("2026-11-22T09:30:00Z"))),
            Decision::Expired,
        );
        check(Some((IdTokenStatus::Expired, None)), Decision::Expired);
        check(
            Some((IdTokenStatus::Blocked, Some("2020-01-01T00:00:00Z"))),
            Decision::Blocked,
        );
    }
}
