//! HMAC-SHA256 in lower-case hex, as both providers sign. Compared in constant time.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::secret::Secret;

/// Whether `signature` is this secret's over these parts, one after the other.
///
/// Only the lower-case form is taken: no other header than the one that was sent verifies.
pub(crate) fn signs(secret: &Secret, parts: &[&[u8]], signature: &str) -> bool {
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if signature.len() != 64 || !signature.bytes().all(lower) {
        return false;
    }
    let Ok(given) = hex::decode(signature) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        return false;
    };
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(&given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2; the second is from razorpay-node's own tests (`razorpay-utils.spec.js`).
    #[test]
    fn published_vectors_verify_and_nothing_beside_them() {
        let jefe = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let razorpay = "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc";
        for (secret, text, signature) in [
            ("Jefe", "what do ya want for nothing?", jefe),
            ("123456", r#"{"a":1,"b":2,"c":{"d":3}}"#, razorpay),
        ] {
            let secret = Secret::new(secret);
            let (head, tail) = text.as_bytes().split_at(7);
            assert!(
                signs(&secret, &[head, tail], signature),
                "{text}: the parts are one message"
            );
            assert!(
                !signs(&secret, &[tail, head], signature),
                "{text}: their order counts"
            );
            let other = Secret::new("other");
            assert!(
                !signs(&other, &[text.as_bytes()], signature),
                "{text}: the secret counts"
            );
            for wrong in ["", "sdfafds", &signature[..62], &signature.to_uppercase()] {
                assert!(
                    !signs(&secret, &[text.as_bytes()], wrong),
                    "{wrong:?} is no signature"
                );
            }
        }
    }
}
