//! What an account signs in with, operators' and customers' alike: bounds of addresses and passwords.

use super::refusal::refused;
use crate::core::OpError;

/// The shortest password taken (WEB-03).
const SHORTEST_PASSWORD: usize = 8;
/// The longest: what a hasher is fed must have an end.
const LONGEST_PASSWORD: usize = 256;

/// An address in the form in which it is stored and looked for.
pub(super) fn email(text: &str) -> Result<String, OpError> {
    let email = text.trim().to_lowercase();
    let plain = !email.contains(|c: char| c.is_whitespace() || c.is_control());
    let has_both = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if plain && has_both && email.len() <= 254 {
        Ok(email)
    } else {
        Err(refused("The e-mail address is not one."))
    }
}

/// Refuses a password that is too short or without end.
pub(super) fn check_password(password: &str) -> Result<(), OpError> {
    if (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count()) {
        Ok(())
    } else {
        Err(refused(
            "A password has 8 to 256 characters; 15 or more are advised.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_a_host_and_no_blank() {
        for (text, stored) in [
            ("Desk@Example.ORG ", Some("desk@example.org")),
            ("a@b", Some("a@b")),
            ("", None),
            ("@", None),
            ("desk@", None),
            ("@example.org", None),
            ("desk example@x", None),
            ("desk", None),
        ] {
            assert_eq!(email(text).ok().as_deref(), stored, "{text:?}");
        }
        assert!(
            email(&format!("{}@x", "a".repeat(253))).is_err(),
            "too long"
        );
    }
}
