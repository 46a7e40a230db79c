//! How the ops of the desk say no.

use std::borrow::Cow;

use domain::Code;
use store::StoreError;

use crate::core::OpError;

/// What was given is outside its bounds.
pub(super) fn refused(detail: &str) -> OpError {
    OpError::refused(Code::RequestValidation, detail)
}

/// It is not there, or no longer.
pub(super) fn missing(what: &str) -> OpError {
    OpError::refused(Code::ResourceNotFound, format!("There is no such {what}."))
}

/// A field names something that is not there.
pub(crate) fn unknown(pointer: impl Into<Cow<'static, str>>, what: &str) -> OpError {
    OpError::Invalid {
        pointer: pointer.into(),
        fault: "unknown",
        detail: format!("There is no such {what}.").into(),
    }
}

/// What is there stands in the way.
pub(super) fn conflict(detail: &str) -> OpError {
    OpError::refused(Code::ResourceConflict, detail)
}

/// A duplicate is the asker's to mend, anything else is ours.
pub(super) fn taken(error: StoreError, what: &str) -> OpError {
    if error.is_duplicate() {
        conflict(&format!("There already is {what}."))
    } else {
        error.into()
    }
}
