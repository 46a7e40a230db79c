//! How the registering ops say no.

use domain::Code;
use store::StoreError;

use crate::core::OpError;

/// What was given is outside its bounds.
pub(super) fn refused(detail: &str) -> OpError {
    OpError::refused(Code::RequestValidation, detail)
}

/// A duplicate is the asker's to mend, anything else is ours.
pub(super) fn taken(error: StoreError, what: &str) -> OpError {
    if error.is_duplicate() {
        OpError::refused(Code::RequestValidation, format!("There already is {what}."))
    } else {
        error.into()
    }
}
