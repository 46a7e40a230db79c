//! What is mended in a payload: a charger's number where a text belongs and the like, coming in; texts of ours that
//! are too long, going out. Each change is of members that the library named.

use ocpp_kit::decode::{DecodeError, DecodeErrorKind};
use ocpp_kit::types::{DateTime, normalize_datetime};
use ocpp_kit::validate::{Violation, ViolationKind};
use serde_json::{Number, Value};

use crate::RawValue;

/// The payload with the member mended that did not read, in every item of the lists it is in; `None` where there is no
/// mending it. The library mends only what is in no list.
pub(super) fn incoming(payload: &RawValue, error: &DecodeError) -> Option<Box<RawValue>> {
    let pointer = pointer(&error.path);
    let mut json: Value = serde_json::from_str(payload.get()).ok()?;
    mended(json.pointer(&pointer)?, error)?;
    let path: Vec<&str> = pointer.split('/').skip(1).collect();
    everywhere(&mut json, &path, &|member| {
        if let Some(better) = mended(member, error) {
            *member = better;
        }
    });
    serde_json::value::to_raw_value(&json).ok()
}

/// The library's path as an RFC 6901 pointer: it writes `/meterValue[0]/timestamp`.
pub(super) fn pointer(path: &str) -> String {
    path.replace('[', "/").replace(']', "")
}

/// What a charger meant. The library's words are pinned by the tests of `payload`, as its version is.
fn mended(member: &Value, error: &DecodeError) -> Option<Value> {
    let wants_text = error.reason.ends_with("string");
    match (error.kind, member) {
        (DecodeErrorKind::Type, Value::Number(number)) if wants_text => {
            Some(Value::String(number.to_string()))
        }
        (DecodeErrorKind::Type, Value::Number(number)) => whole(number).map(Value::Number),
        (DecodeErrorKind::Type, Value::String(text)) if !wants_text => {
            text.trim().parse().ok().map(Value::Number)
        }
        (DecodeErrorKind::Property, Value::String(text)) => {
            let time = normalize_datetime(text);
            (time != *text && DateTime::parse(&time).is_ok()).then_some(Value::String(time))
        }
        _ => None,
    }
}

/// `1200.0` as `1200`.
fn whole(number: &Number) -> Option<Number> {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.')?;
    let exact = fraction.bytes().all(|digit| digit == b'0');
    exact.then(|| whole.parse().ok()).flatten()
}

fn everywhere(json: &mut Value, path: &[&str], change: &impl Fn(&mut Value)) {
    let Some((first, rest)) = path.split_first() else {
        return change(json);
    };
    match json {
        Value::Array(items) => {
            for item in items {
                everywhere(item, rest, change);
            }
        }
        Value::Object(members) => {
            if let Some(member) = members.get_mut(*first) {
                everywhere(member, rest, change);
            }
        }
        _ => {}
    }
}

/// A message of ours with its texts cut where they are too long.
pub(super) fn outgoing(mut json: Value, violations: &[Violation]) -> Value {
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
