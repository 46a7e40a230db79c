//! Payloads: JSON to typed message and back, tolerant of what chargers in the field really send.

use ocpp_kit::decode::{DecodeOptions, decode_payload};
use ocpp_kit::validate::Validate;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{CallError, RawValue};

/// Reads a payload leniently: unknown enum values and members are kept, times without an offset
/// count as UTC, numbers sent as strings are accepted. What still fails is the CALLERROR to send.
pub fn decode<T>(payload: &RawValue) -> Result<T, CallError>
where
    T: DeserializeOwned + Serialize + Validate,
{
    Ok(decode_payload(payload, &DecodeOptions::lenient())?)
}

/// Prints a payload.
pub fn encode<T: Serialize>(payload: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(payload)
        .expect("OCPP payload types have string keys and no fallible fields")
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
        // Seen in the field: no zone, a space instead of T, a number as text.
        check(&with("1200", "2026-11-22T09:30:00"), Ok(1200));
        check(&with("1200", "2026-11-22 09:30:00"), Ok(1200));
        check(&with("\"1200\"", "2026-11-22T09:30:00+02:00"), Ok(1200));
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
}
