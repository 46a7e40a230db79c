//! HTTP Basic authentication as OCPP security profile 1 uses it: the user name is the charger's identity.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Identity;

/// The password of an Authorization header meant for this identity; `None` where there is none.
///
/// The identity may itself hold a colon, so the prefix is compared, not the text before the first colon.
pub(super) fn password(headers: &HeaderMap, identity: &Identity) -> Option<Vec<u8>> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    decoded
        .strip_prefix(identity.as_str().as_bytes())?
        .strip_prefix(b":")
        .map(<[u8]>::to_vec)
}

/// The spellings under which a charger may have sent the key. Some send the hex text they were given,
/// some the bytes it stands for (7-facts, C): the second is turned back into the first.
pub(super) fn spellings(password: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(password).ok().map(str::to_owned);
    text.into_iter().chain([hex::encode(password)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_header_for_this_identity_yields_a_password() {
        let check = |identity: &str, header: &str, expect: Option<&str>| {
            let identity = Identity::parse(identity).expect("test identities are valid");
            let mut headers = HeaderMap::new();
            headers.insert(
                header::AUTHORIZATION,
                header.parse().expect("test headers are valid"),
            );
            let got = password(&headers, &identity);
            assert_eq!(
                got.as_deref(),
                expect.map(str::as_bytes),
                "{identity} {header}"
            );
        };
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        check("CP:1", &basic("CP:1:secret"), Some("secret"));
        check("CP1", &basic("CP1:se:cret"), Some("se:cret"));
        check("CP1", &basic("CP1:"), Some(""));
        check("CP1", &basic("CP2:secret"), None);
        check("CP1", &basic("CP12:secret"), None);
        check("CP1", &basic("cp1:secret"), None);
        check("CP1", "Bearer abc", None);
        check("CP1", "Basic !!!", None);
        check("CP1", "Basic", None);
    }

    #[test]
    fn a_key_sent_as_bytes_is_known_by_its_hex_text() {
        assert_eq!(spellings(&[0x00, 0xff]), vec!["00ff".to_owned()]);
        assert!(spellings(b"secret").contains(&"secret".to_owned()));
    }
}
