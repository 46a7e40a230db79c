//! What is mended in a payload: a charger's number where a text belongs and the like, coming in; texts of ours that
//! are too long, going out. Each change is one member that the library named.

use ocpp_kit::decode::{DecodeError, DecodeErrorKind};
use ocpp_kit::validate::{Violation, ViolationKind};
use serde_json::{Number, Value};

use crate::RawValue;

/// The payload with the member mended that was of the wrong type; `None` where there is no mending it.
pub(super) fn types(payload: &RawValue, error: &DecodeError) -> Option<Box<RawValue>> {
    if error.kind != DecodeErrorKind::Type {
        return None;
    }
    let mut json: Value = serde_json::from_str(payload.get()).ok()?;
    let member = json.pointer_mut(&error.path)?;
    let number = member.as_number()?;
    // The library's words are pinned by the tests of `payload`, as its version is.
    *member = if error.reason.ends_with("string") {
        Value::String(number.to_string())
    } else {
        Value::Number(whole(number)?)
    };
    serde_json::value::to_raw_value(&json).ok()
}

/// `1200.0` as `1200`.
fn whole(number: &Number) -> Option<Number> {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.')?;
    let exact = fraction.bytes().all(|digit| digit == b'0');
    exact.then(|| whole.parse().ok()).flatten()
}

/// A message of ours with its texts cut where they are too long.
pub(super) fn bounded(mut json: Value, violations: &[Violation]) -> Value {
    for violation in violations {
        if violation.kind == ViolationKind::Property
            && let Some(most) = longest(&violation.reason)
            && let Some(Value::String(text)) = json.pointer_mut(&violation.path)
        {
            *text = text.chars().take(most).collect();
        }
    }
    json
}

/// The bound in `maxLength 20 exceeded (got 27 characters)`.
fn longest(reason: &str) -> Option<usize> {
    let (bound, _) = reason.strip_prefix("maxLength ")?.split_once(' ')?;
    bound.parse().ok()
}
