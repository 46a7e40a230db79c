//! Prepaid codes: what an operator sells on paper and a driver types in. Not for who may try how often: that is the
//! gateway's.

use std::fmt;

use jiff::Timestamp;

use crate::ids::{CustomerId, OperatorId, PrepaidBatchId, PrepaidCodeId};
use crate::money::Money;

/// What codes are made of: no character that is mistaken for another on paper (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them: 80 random bits.
const LENGTH: usize = 16;

/// The most codes of one batch.
pub const MOST_CODES: i64 = 1_000;

/// A code, as it is typed: 16 characters in four groups.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PrepaidCode(String);

impl PrepaidCode {
    /// A code of 80 random bits.
    pub fn of(random: [u8; 10]) -> Self {
        let bits = random
            .iter()
            .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let character = |place: usize| {
            let index = usize::try_from(bits >> (5 * place) & 31).unwrap_or_default();
            char::from(ALPHABET[index])
        };
        Self((0..LENGTH).rev().map(character).collect())
    }

    /// Reads what somebody typed: in any case, with spaces or hyphens, O for 0 and I or L for 1.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut code = String::with_capacity(LENGTH);
        for character in typed.chars().take(4 * LENGTH) {
            let character = match character.to_ascii_uppercase() {
                '-' | ' ' => continue,
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let known = u8::try_from(character).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !known {
                return None;
            }
            code.push(character);
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is printed: four groups of four.
    pub fn printed(&self) -> String {
        let groups: Vec<&str> = (0..LENGTH)
            .step_by(4)
            .filter_map(|at| self.0.get(at..at + 4))
            .collect();
        groups.join("-")
    }
}

/// A code is money: no log has it whole.
impl fmt::Debug for PrepaidCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrepaidCode(…{})", &self.0[LENGTH - 4..])
    }
}

/// Codes that were made together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id.
    pub id: PrepaidBatchId,
    /// What operators call it.
    pub name: String,
    /// What each code is worth: above zero.
    pub amount: Money,
    /// How many there are.
    pub codes: i64,
    /// From when on none is taken any more.
    pub expires_at: Option<Timestamp>,
    /// Who made them.
    pub created_by: OperatorId,
    /// When.
    pub created_at: Timestamp,
    /// When what was left of them was voided.
    pub voided_at: Option<Timestamp>,
}

/// A code and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// Its id.
    pub id: PrepaidCodeId,
    /// What is typed.
    pub code: PrepaidCode,
    /// Who redeemed it.
    pub redeemed_by: Option<CustomerId>,
    /// When.
    pub redeemed_at: Option<Timestamp>,
}

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// Somebody redeemed it.
    Used,
    /// Its time ran out.
    Expired,
    /// The operator took it back.
    Void,
}

impl Voucher {
    /// Redeems it for a customer, once.
    pub fn redeem(
        &mut self,
        batch: &Batch,
        customer: CustomerId,
        now: Timestamp,
    ) -> Result<Money, NotTaken> {
        if self.redeemed_by.is_some() {
            return Err(NotTaken::Used);
        }
        if batch.voided_at.is_some() {
            return Err(NotTaken::Void);
        }
        if batch.expires_at.is_some_and(|end| end <= now) {
            return Err(NotTaken::Expired);
        }
        self.redeemed_by = Some(customer);
        self.redeemed_at = Some(now);
        Ok(batch.amount)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_mistaken_on_paper_is_taken_for_what_it_was() {
        let code = PrepaidCode::of([0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF]);
        assert_eq!(code.printed(), "0123-4567-89AB-CDEF");
        for typed in [
            "0123456789ABCDEF",
            " o1 23-4567 89ab-cdef ",
            "oI23-4567-89AB-CDEF",
            "0l23 4567 89AB CDEF",
        ] {
            assert_eq!(PrepaidCode::parse(typed).as_ref(), Some(&code), "{typed}");
        }
        for typed in [
            "",
            "0123-4567-89AB-CDE",
            "0123-4567-89AB-CDEFF",
            "0123-4567-89AB-CDEU",
            "0123-4567-89AB-CDÉF",
        ] {
            assert_eq!(PrepaidCode::parse(typed), None, "{typed}");
        }
        assert_eq!(
            format!("{code:?}"),
            "PrepaidCode(…CDEF)",
            "no log has it whole"
        );
    }

    proptest! {
        #[test]
        fn every_code_reads_as_it_was_printed(random: [u8; 10]) {
            let code = PrepaidCode::of(random);
            prop_assert_eq!(PrepaidCode::parse(&code.printed()), Some(code));
        }

        #[test]
        fn no_text_breaks_the_reading(typed in ".{0,200}") {
            let _ = PrepaidCode::parse(&typed);
        }
    }
}
