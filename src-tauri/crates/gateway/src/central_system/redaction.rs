//! What of a payload may be kept and shown: keys and passwords become `***` (2-contract, `ocpp.message`; SEC-04). Pure.
//! Not for deciding how much is kept: that is `message_log`.

use serde_json::Value;

const HIDDEN: &str = "***";

/// The shortest key, hex digits (OCPP 1.6 security whitepaper: 16 to 20 bytes).
const SHORTEST_KEY: usize = 32;

/// Members, and configuration keys, whose value is a secret; a part of the name is enough, in any case.
const SECRETS: &[&str] = &["password", "authorizationkey", "secret"];

/// The payload without its secrets.
pub(crate) fn redacted(mut payload: Value) -> Value {
    hide(&mut payload);
    payload
}

fn hide(node: &mut Value) {
    match node {
        Value::Object(members) => {
            // `{key: "AuthorizationKey", value: "…"}`, in a request or in the list of an answer.
            let configures = members
                .get("key")
                .and_then(Value::as_str)
                .is_some_and(is_secret);
            for (name, value) in members {
                if is_secret(name) || (configures && name == "value") {
                    *value = Value::String(HIDDEN.to_owned());
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::String(text) => {
            if let Some(better) = without_credentials(text) {
                *text = better;
            }
        }
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|secret| name.contains(secret))
}

/// Words without what may be a key: a charger that could not store one may tell which in its error.
pub(super) fn without_keys(words: &str) -> String {
    let mut kept = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_hexdigit());
        let (digits, after) = from.split_at(end.unwrap_or(from.len()));
        kept.push_str(before);
        kept.push_str(if digits.len() < SHORTEST_KEY {
            digits
        } else {
            HIDDEN
        });
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// `ftp://user:password@host/` without the password; `None` where there is none.
fn without_credentials(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (credentials, _) = authority.rsplit_once('@')?;
    let (user, _) = credentials.split_once(':')?;
    let behind = &rest[credentials.len()..];
    Some(format!("{scheme}://{user}:{HIDDEN}{behind}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_and_passwords_are_hidden_wherever_they_stand_and_nothing_else_is() {
        for (payload, expect) in [
            (
                json!({ "key": "AuthorizationKey", "value": "00ff" }),
                json!({ "key": "AuthorizationKey", "value": "***" }),
            ),
            (
                json!({ "key": "authorizationKEY", "value": { "a": 1 } }),
                json!({ "key": "authorizationKEY", "value": "***" }),
            ),
            (
                json!({ "configurationKey": [
                    { "key": "HeartbeatInterval", "readonly": false, "value": "300" },
                    { "key": "WifiPassword", "readonly": false, "value": "hunter2" },
                ] }),
                json!({ "configurationKey": [
                    { "key": "HeartbeatInterval", "readonly": false, "value": "300" },
                    { "key": "WifiPassword", "readonly": false, "value": "***" },
                ] }),
            ),
            (
                json!({ "vendorOwn": { "ftpPassword": 7, "user": "me" } }),
                json!({ "vendorOwn": { "ftpPassword": "***", "user": "me" } }),
            ),
            (
                json!({ "location": "ftp://me:pa@ss:word@example.org/x?y=a@b", "retries": 1 }),
                json!({ "location": "ftp://me:***@example.org/x?y=a@b", "retries": 1 }),
            ),
            (
                json!({ "location": "https://example.org/a:b@c", "idTag": "A1" }),
                json!({ "location": "https://example.org/a:b@c", "idTag": "A1" }),
            ),
            (
                json!([1, "a://b", null, "://@:"]),
                json!([1, "a://b", null, "://@:"]),
            ),
        ] {
            assert_eq!(redacted(payload.clone()), expect, "{payload}");
        }
    }

    #[test]
    fn a_key_in_the_words_of_an_error_is_hidden_and_an_id_is_not() {
        let key = "00112233445566778899aabbccddeeff";
        for (words, expect) in [
            ("", ""),
            ("no space for é", "no space for é"),
            (key, "***"),
            (
                &*format!("cannot store '{key}00ff'!"),
                "cannot store '***'!",
            ),
            (&key[1..], &key[1..]),
            (
                "019a0000-0000-7000-8000-000000000000",
                "019a0000-0000-7000-8000-000000000000",
            ),
        ] {
            assert_eq!(without_keys(words), expect, "{words}");
        }
    }
}
