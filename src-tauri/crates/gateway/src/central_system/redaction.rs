//! What of a payload may be kept and shown: keys and passwords become `***` (2-contract, `ocpp.message`; SEC-04). Pure.
//! Not for deciding how much is kept: that is `message_log`.

use serde_json::Value;

const HIDDEN: &str = "***";

/// Members, and configuration keys, whose value is a secret; a part of the name is enough, in any case.
const SECRETS: &[&str] = &["password", "authorizationkey", "secret"];

/// The payload without its secrets.
pub(super) fn redacted(mut payload: Value) -> Value {
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
}
