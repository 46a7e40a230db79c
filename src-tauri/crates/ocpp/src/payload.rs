//! Payloads: JSON to typed message and back. Tolerant of what chargers in the field really send, strict with what
//! leaves: a station must not stumble over us. Not for frames, nor for what a message means.

mod repair;

use ocpp_kit::decode::{DecodeError, DecodeErrorKind, DecodeOptions, decode_payload};
use ocpp_kit::v1_6;
use ocpp_kit::validate::Validate;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::action::{self, Action, Meaning};
use crate::{CallError, RawValue, Version};

/// The longest text of ours about a charger's mistake: it may quote what the charger sent.
const LONGEST_REASON: usize = 255;

/// Why a request cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// No action of this version, or one that only chargers send.
    #[error("{0} is not an action that a central system sends")]
    NotOurs(String),
    /// The payload does not keep to the action's schema.
    #[error(transparent)]
    Payload(#[from] PayloadFault),
}

/// Where a payload does not keep to its schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {detail}")]
pub struct PayloadFault {
    /// RFC 6901 pointer to the member; empty: the payload as a whole.
    pub pointer: String,
    /// What is wrong, as one word of `format`, `missing`, `type`, `value`, `unknown`.
    pub kind: &'static str,
    /// The same in words, 255 characters at most.
    pub detail: String,
}

/// Reads a payload leniently: unknown enum values and members are kept, times without an offset count as UTC,
/// numbers sent as strings and strings sent as numbers are accepted. What still fails is the CALLERROR to send.
pub fn decode<T>(payload: &RawValue) -> Result<T, CallError>
where
    T: DeserializeOwned + Serialize + Validate,
{
    leniently(payload, decode_payload)
}

/// Prints a payload. Texts that are longer than the schema allows are cut.
pub fn encode<T: Serialize + Validate>(payload: &T) -> Box<RawValue> {
    match payload.validate() {
        Ok(()) => print(payload),
        Err(violations) => {
            let json = serde_json::to_value(payload).expect(PRINTS);
            print(&repair::outgoing(json, violations.as_slice()))
        }
    }
}

const PRINTS: &str = "OCPP payload types have string keys and no fallible fields";

fn print<T: Serialize>(payload: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(payload).expect(PRINTS)
}

/// Which of an action's two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The CALL's.
    Request,
    /// The CALLRESULT's.
    Response,
}

/// Takes any message of any action through its type and back, to the letter of its schema.
pub fn transcode(
    version: Version,
    name: &str,
    kind: Kind,
    payload: &RawValue,
) -> Result<Box<RawValue>, CallError> {
    let Some(Action::V16(action)) = Action::find(version, name) else {
        return Err(CallError::not_implemented(name));
    };
    let strict = DecodeOptions::pedantic();
    match kind {
        Kind::Request => v1_6::transcode_request(action, payload, &strict),
        Kind::Response => v1_6::transcode_response(action, payload, &strict),
    }
    .map_err(refusal)
}

/// Checks a request of ours to the letter of its schema, and gives it as it may be sent: `null` members are left out.
pub fn check_request(
    version: Version,
    name: &str,
    payload: &RawValue,
) -> Result<Box<RawValue>, RequestFault> {
    let Meaning::Action(Action::V16(action)) = action::from_central(version, name) else {
        return Err(RequestFault::NotOurs(bounded(name)));
    };
    let checked = v1_6::transcode_request(action, payload, &DecodeOptions::pedantic());
    Ok(checked.map_err(PayloadFault::from)?)
}

/// Checks, leniently, what a charger answered to a CALL of ours. What fails names the error code it deserves.
pub fn check_response(version: Version, name: &str, payload: &RawValue) -> Result<(), CallError> {
    match Action::find(version, name) {
        None => Err(CallError::not_implemented(name)),
        Some(Action::V16(action)) => leniently(payload, |payload, options| {
            v1_6::CsmsResponse::decode(action, payload, options).map(|_| ())
        }),
    }
}

/// Decodes, mending what the library does not, as long as there is something to mend.
fn leniently<T>(
    payload: &RawValue,
    decode: impl Fn(&RawValue, &DecodeOptions) -> Result<T, DecodeError>,
) -> Result<T, CallError> {
    let options = DecodeOptions::lenient();
    let mut mended: Option<Box<RawValue>> = None;
    for _ in 0..options.max_repairs {
        let text = mended.as_deref().unwrap_or(payload);
        let error = match decode(text, &options) {
            Ok(read) => return Ok(read),
            Err(error) => error,
        };
        match repair::incoming(text, &error) {
            Some(better) => mended = Some(better),
            None => return Err(refusal(error)),
        }
    }
    Err(refusal(DecodeError::new(
        DecodeErrorKind::Type,
        "",
        "too many members are of the wrong type",
    )))
}

/// The CALLERROR of a payload, which must not be a megabyte because the payload was.
fn refusal(error: DecodeError) -> CallError {
    DecodeError {
        path: bounded(&repair::pointer(&error.path)),
        reason: bounded(&error.reason),
        ..error
    }
    .into()
}

impl From<DecodeError> for PayloadFault {
    fn from(error: DecodeError) -> Self {
        Self {
            pointer: bounded(&repair::pointer(&error.path)),
            kind: match error.kind {
                DecodeErrorKind::Occurrence => "missing",
                DecodeErrorKind::Type => "type",
                DecodeErrorKind::Property | DecodeErrorKind::Protocol => "value",
                DecodeErrorKind::UnknownField => "unknown",
                _ => "format",
            },
            detail: bounded(&error.reason),
        }
    }
}

fn bounded(text: &str) -> String {
    text.chars().take(LONGEST_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorCode, v16};

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("test vectors are JSON")
    }

    #[test]
    fn odd_chargers_are_understood_and_wrong_ones_told_why() {
        let check = |text: &str, expect: Result<i32, ErrorCode>| {
            let got = decode::<v16::StartTransactionRequest>(&raw(text));
            assert_eq!(
                got.map(|r| r.meter_start).map_err(|e| e.code),
                expect,
                "{text}"
            );
        };
        let with = |meter: &str, time: &str| {
            format!(r#"{{"connectorId":1,"idTag":"A1","meterStart":{meter},"timestamp":"{time}"}}"#)
        };
        check(&with("0", "2026-11-22T09:30:00Z"), Ok(0));
        // Seen in the field: no zone, a space instead of T, a number as text, a whole number with a point.
        check(&with("1200", "2026-11-22T09:30:00"), Ok(1200));
        check(&with("1200", "2026-11-22 09:30:00"), Ok(1200));
        check(&with("\"1200\"", "2026-11-22T09:30:00+02:00"), Ok(1200));
        check(&with("1200.0", "2026-11-22T09:30:00"), Ok(1200));
        check(
            &with("1200.5", "2026-11-22T09:30:00Z"),
            Err(ErrorCode::TypeConstraintViolation),
        );
        check(
            r#"{"connectorId":1,"idTag":"A1","timestamp":"2026-11-22T09:30:00Z"}"#,
            Err(ErrorCode::OccurrenceConstraintViolation),
        );
        check(
            &with("true", "2026-11-22T09:30:00Z"),
            Err(ErrorCode::TypeConstraintViolation),
        );
        check("[]", Err(ErrorCode::FormatViolation));
    }

    #[test]
    fn a_number_where_a_text_belongs_is_read_as_that_text() {
        let text = r#"{"connectorId":1,"meterValue":[{"timestamp":"2026-11-22T09:30:00Z",
            "sampledValue":[{"value":12.5},{"value":7},{"value":"8.0"}]}]}"#;
        let request: v16::MeterValuesRequest = decode(&raw(text)).expect("chargers do this");
        let samples = request.meter_value[0].sampled_value.iter();
        let values: Vec<_> = samples.map(|sample| &*sample.value).collect();
        assert_eq!(values, ["12.5", "7", "8.0"], "the charger's own digits");
    }

    #[test]
    fn what_is_odd_in_one_item_of_a_list_is_understood_in_all_of_them() {
        let odd =
            r#"{"timestamp":"2026-11-22 09:30:00","sampledValue":[{"value":1},{"value":"2"}]}"#;
        let text = format!(
            r#"{{"connectorId":"1","transactionId":7.0,"meterValue":[{}]}}"#,
            vec![odd; 400].join(",")
        );
        let request: v16::MeterValuesRequest = decode(&raw(&text)).expect("chargers do this");
        assert_eq!(
            request.meter_value.len(),
            400,
            "a night's readings, sent at once"
        );
        let last = &request.meter_value[399];
        assert_eq!(
            last.timestamp.to_string(),
            "2026-11-22T09:30:00Z",
            "the last time too"
        );
        assert_eq!(last.sampled_value[0].value, "1", "and the last number");
        let mixed = text.replacen("2026-11-22 09:30:00", "yesterday", 1);
        assert_eq!(
            decode::<v16::MeterValuesRequest>(&raw(&mixed)).map_err(|error| error.code),
            Err(ErrorCode::PropertyConstraintViolation),
            "what means nothing is not guessed"
        );
    }

    #[test]
    fn a_refusal_never_echoes_a_megabyte() {
        let text = format!(r#"{{"connectorId":"{}"}}"#, "x".repeat(1_000_000));
        let error = decode::<v16::StatusNotificationRequest>(&raw(&text)).expect_err("no number");
        let printed = format!("{} {}", error.description, error.details);
        assert!(printed.len() < 1_500, "{} bytes", printed.len());
    }

    #[test]
    fn a_request_of_ours_keeps_to_its_schema_or_is_told_where_it_does_not() {
        let check = |action: &str, payload: &str, expect: Result<&str, (&str, &str)>| {
            let got = check_request(Version::V1_6, action, &raw(payload));
            let got = got
                .as_ref()
                .map(|raw| raw.get())
                .map_err(|fault| match fault {
                    RequestFault::NotOurs(_) => ("", "not ours"),
                    RequestFault::Payload(fault) => (&*fault.pointer, fault.kind),
                });
            assert_eq!(got, expect, "{action} {payload}");
        };
        check("Reset", r#"{"type":"Soft"}"#, Ok(r#"{"type":"Soft"}"#));
        check("ClearCache", "{}", Ok("{}"));
        check("Reset", r#"{"type":"Melt"}"#, Err(("/type", "value")));
        check("Reset", r#"{"type":1}"#, Err(("/type", "type")));
        check("Reset", "{}", Err(("", "missing")));
        check(
            "Reset",
            r#"{"type":"Soft","now":true}"#,
            Err(("/now", "unknown")),
        );
        check("Reset", "[]", Err(("", "format")));
        check(
            "RemoteStartTransaction",
            r#"{"idTag":"123456789012345678901"}"#,
            Err(("/idTag", "value")),
        );
        check(
            "RemoteStartTransaction",
            r#"{"idTag":"A1","connectorId":null}"#,
            Ok(r#"{"idTag":"A1"}"#),
        );
        // A number as text is a charger's oddity, not one of ours.
        check(
            "RemoteStopTransaction",
            r#"{"transactionId":"7"}"#,
            Err(("/transactionId", "type")),
        );
        check("BootNotification", "{}", Err(("", "not ours")));
        check("FormatHardDisk", "{}", Err(("", "not ours")));
    }

    #[test]
    fn an_answer_to_us_is_read_leniently() {
        let check = |action: &str, payload: &str, expect: Result<(), ErrorCode>| {
            let got = check_response(Version::V1_6, action, &raw(payload));
            assert_eq!(
                got.map_err(|error| error.code),
                expect,
                "{action} {payload}"
            );
        };
        check("Reset", r#"{"status":"Accepted"}"#, Ok(()));
        check("Reset", r#"{"status":"Perhaps","vendor":1}"#, Ok(()));
        check("Reset", "{}", Err(ErrorCode::OccurrenceConstraintViolation));
        check("Reset", "null", Err(ErrorCode::FormatViolation));
        check("GetLocalListVersion", r#"{"listVersion":"3"}"#, Ok(()));
        check("FormatHardDisk", "{}", Err(ErrorCode::NotImplemented));
    }

    #[test]
    fn texts_of_ours_are_cut_to_what_the_schema_allows() {
        let info = v16::IdTagInfo::new(v16::AuthorizationStatus::Accepted)
            .with_parent_id_tag("é".repeat(30));
        let printed = encode(&v16::AuthorizeResponse::new(info));
        let expect = format!(
            r#"{{"idTagInfo":{{"parentIdTag":"{}","status":"Accepted"}}}}"#,
            "é".repeat(20)
        );
        assert_eq!(printed.get(), expect, "twenty characters, not bytes");
        let key = v16::KeyValue::new("k".repeat(51), false).with_value("v".repeat(501));
        let answer = v16::GetConfigurationResponse::new()
            .with_configuration_key(vec![v16::KeyValue::new("short", true), key]);
        let json: serde_json::Value =
            serde_json::from_str(encode(&answer).get()).expect("it is JSON");
        let cut = &json["configurationKey"][1];
        assert_eq!(cut["key"], "k".repeat(50), "each at its own place");
        assert_eq!(cut["value"], "v".repeat(500), "and to its own bound");
        assert_eq!(json["configurationKey"][0]["key"], "short", "others stay");
    }
}
