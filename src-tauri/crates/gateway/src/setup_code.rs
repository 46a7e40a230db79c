//! The one-time code of the first set-up: made at the start of a gateway that has no operator, shown once, kept in memory
//! alone. Not for whether there is anything to set up: that is the database's to say.

use domain::prepaid::PrepaidCode;
use subtle::ConstantTimeEq as _;

use crate::secret;

/// A code of 80 random bits that a person reads from a screen and types: in any case, with or without its hyphens.
pub struct SetupCode(PrepaidCode);

impl SetupCode {
    /// A fresh one.
    pub fn make() -> Self {
        Self(secret::make_prepaid_code())
    }

    /// As it is shown.
    pub fn printed(&self) -> String {
        self.0.printed()
    }

    /// Whether somebody typed it.
    pub fn is(&self, typed: &str) -> bool {
        let typed = PrepaidCode::parse(typed);
        typed.is_some_and(|typed| {
            let known = self.0.as_str().as_bytes();
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
}
