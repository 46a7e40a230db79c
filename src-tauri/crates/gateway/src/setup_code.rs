//! The one-time code of the first set-up: made at the start of a gateway that has no operator, shown once, kept in memory
//! alone. Not for whether there is anything to set up: that is the database's to say.

use std::time::Duration;

use domain::Timestamp;
use domain::prepaid::PrepaidCode;
use subtle::ConstantTimeEq as _;

use crate::core::OpError;
use crate::ops::sign_in::Place;
use crate::secret;
use crate::throttle::Throttle;

/// Wrong codes of one source that cost nothing; the next ones wait.
const FREE: u32 = 5;
/// After so long without another one a source starts anew.
const QUIET: Duration = Duration::from_mins(15);

/// A code of 80 random bits that a person reads from a screen and types: in any case, with or without its hyphens.
pub struct SetupCode {
    code: PrepaidCode,
    /// Each source for itself: nobody guesses 80 bits from however many places, and strangers who try must not shut out the
    /// one who has the code.
    sources: Throttle,
}

impl SetupCode {
    /// A fresh one.
    pub fn make() -> Self {
        Self {
            code: secret::make_prepaid_code(),
            sources: Throttle::new(FREE, QUIET),
        }
    }

    /// As it is shown.
    pub fn printed(&self) -> String {
        self.code.printed()
    }

    /// Lets in whoever typed it. Who is wrong too often waits (WEB-04), but for the kiosk's own window, which shows it.
    pub fn check(&self, typed: &str, place: &Place, now: Timestamp) -> Result<(), OpError> {
        let wait = self.sources.wait(&place.source, now);
        if let Some(wait) = wait.filter(|_| !place.window) {
            let seconds = wait.as_secs().max(1);
            return Err(OpError::Wait { seconds });
        }
        if self.is(typed) {
            return Ok(());
        }
        self.sources.failed(&place.source, now);
        Err(OpError::Invalid {
            pointer: "/code".into(),
            fault: "wrong_code",
            detail: "That is not the code this gateway showed when it started.".into(),
        })
    }

    fn is(&self, typed: &str) -> bool {
        let typed = PrepaidCode::parse(typed);
        typed.is_some_and(|typed| {
            let known = self.code.as_str().as_bytes();
            typed.as_str().as_bytes().ct_eq(known).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_itself_opens_however_it_is_typed() {
        let code = SetupCode::make();
        let shown = code.printed();
        assert!(code.is(&shown) && code.is(&shown.to_lowercase().replace('-', " ")));
        assert!(!code.is(&SetupCode::make().printed()));
        assert!(!code.is("") && !code.is(&shown[1..]) && !code.is(&format!("{shown}0")));
    }

    #[test]
    fn whoever_guesses_waits_alone_and_the_kiosk_s_own_window_never() {
        let code = SetupCode::make();
        let now = Timestamp::UNIX_EPOCH;
        let from = |source: &str| Place {
            source: source.to_owned(),
            window: source == "window",
        };
        // A hundred places, a thousand guesses.
        for number in 0..1_000 {
            let place = from(&format!("198.51.100.{}", number % 100));
            assert!(code.check("0000-0000-0000-0000", &place, now).is_err());
        }
        let right = code.printed();
        let told = code.check(&right, &from("198.51.100.7"), now);
        assert!(
            matches!(told, Err(OpError::Wait { .. })),
            "its guesses cost it"
        );
        assert!(
            code.check(&right, &from("192.0.2.1"), now).is_ok(),
            "nobody else waits for them"
        );
        for _ in 0..50 {
            let told = code.check("0000-0000-0000-0000", &from("window"), now);
            assert!(matches!(told, Err(OpError::Invalid { .. })), "{told:?}");
        }
        assert!(code.check(&right, &from("window"), now).is_ok());
    }
}
