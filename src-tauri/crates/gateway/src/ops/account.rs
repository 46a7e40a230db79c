//! What an account is made of, operators' and customers' alike: bounds of addresses, passwords, names.

use std::borrow::Cow;

use domain::customer::Customer;
use zxcvbn::{Score, zxcvbn};

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
    if plain && has_both && email.len() <= 254 && !Customer::is_guest_email(&email) {
        Ok(email)
    } else {
        let detail = "The e-mail address is not one.";
        Err(invalid("/email", "not_an_address", detail))
    }
}

/// Refuses a password that is too short, without end, or among the first that somebody would try (WEB-03):
/// the common ones, and those made of what `known` says. `pointer` names the field.
pub(super) fn check_password(
    pointer: &'static str,
    password: &str,
    known: &[&str],
) -> Result<(), OpError> {
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count()) {
        let detail = "A password has 8 to 256 characters; 15 or more are advised.";
        return Err(invalid(pointer, "out_of_bounds", detail));
    }
    // Score 2 is beyond a million guesses; the 3,000 most common are found in a few thousand.
    let parts = known
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let known: Vec<&str> = known.iter().copied().chain(parts).collect();
    if zxcvbn(password, &known).score() < Score::Two {
        let detail = "That password is one of the first that others would try. Take another.";
        return Err(invalid(pointer, "too_common", detail));
    }
    Ok(())
}

/// A name to show: 1 to 100 characters.
pub(super) fn name(text: &str) -> Result<String, OpError> {
    let name = text.trim();
    if (1..=100).contains(&name.chars().count()) && !name.contains(char::is_control) {
        Ok(name.to_owned())
    } else {
        let detail = "A name has 1 to 100 characters.";
        Err(invalid("/name", "out_of_bounds", detail))
    }
}

/// A number to call, as people write them; nothing where it is empty.
pub(super) fn phone(text: &str) -> Result<Option<String>, OpError> {
    let phone = text.trim();
    let dialled = |c: char| c.is_ascii_digit() || "+-/(). ".contains(c);
    match phone.chars().count() {
        0 => Ok(None),
        1..=32 if phone.chars().all(dialled) => Ok(Some(phone.to_owned())),
        _ => {
            let detail = "A phone number has up to 32 digits, blanks and signs such as + and -.";
            Err(invalid("/phone", "not_a_number", detail))
        }
    }
}

/// A language of pages and receipts: a BCP 47 tag, not looked up.
pub(super) fn language(text: &str) -> Result<String, OpError> {
    let tag = text.trim();
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    if (2..=35).contains(&tag.len()) && tag.split('-').all(part) {
        Ok(tag.to_owned())
    } else {
        let detail = "A language is a tag such as en or pt-BR.";
        Err(invalid("/language", "not_a_tag", detail))
    }
}

fn invalid(pointer: &'static str, fault: &'static str, detail: &'static str) -> OpError {
    OpError::Invalid {
        pointer: Cow::Borrowed(pointer),
        fault,
        detail: Cow::Borrowed(detail),
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

    #[test]
    fn a_password_is_long_enough_has_an_end_and_is_none_of_the_first_tried() {
        let known = ["berta.brecht@example.org", "Berta Brecht"];
        for (password, fault) in [
            ("short77", Some("out_of_bounds")),
            ("password", Some("too_common")),
            ("Password1", Some("too_common")),
            ("iloveyou", Some("too_common")),
            ("123456789", Some("too_common")),
            ("qwertyuiop", Some("too_common")),
            ("aaaaaaaaaaaa", Some("too_common")),
            ("bertabrecht", Some("too_common")),
            ("blue stones sing", None),
            ("kYx8#vQ2", None),
            ("пароль из восьми слов", None),
        ] {
            let found = match check_password("/password", password, &known) {
                Err(OpError::Invalid { fault, .. }) => Some(fault),
                _ => None,
            };
            assert_eq!(found, fault, "{password}");
        }
        let endless = "x7 ".repeat(86);
        assert!(
            check_password("/password", &endless, &[]).is_err(),
            "258 characters"
        );
    }

    #[test]
    fn names_numbers_and_languages_have_their_bounds() {
        assert_eq!(name(" Berta ").ok().as_deref(), Some("Berta"));
        for bad in ["", "  ", "a\0b", "line\nbreak", &"x".repeat(101)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        for (text, kept) in [("+49 (30) 12-34", Some("+49 (30) 12-34")), ("", None)] {
            assert_eq!(phone(text).ok().flatten().as_deref(), kept);
        }
        assert!(phone("call me").is_err() && phone(&"1".repeat(33)).is_err());
        assert!(language("pt-BR").is_ok() && language("en").is_ok());
        for bad in ["", "e", "en_GB", "-", "en-", "deutschsprachig"] {
            assert!(language(bad).is_err(), "{bad:?}");
        }
    }
}
