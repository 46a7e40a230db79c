//! Passwords, charger keys and access tokens: made, hashed, compared. Never printed, never logged.
//!
//! What a machine made and nobody has to remember is hashed once with SHA-256 (128 bits and more cannot
//! be guessed); what a person chose goes through argon2id (SEC-04, WEB-03, WEB-05).

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;

/// How many argon2 hashes are worked out at once: 19 MiB each.
const AT_ONCE: usize = 4;
/// Marks a SHA-256 hash of a made secret, beside argon2's own `$argon2id$`.
const SHA256: &str = "sha256:";

/// A random secret of 20 bytes as 40 hex characters: a charger's key (OCPP 1.6 security whitepaper,
/// `AuthorizationKey`) or an access token.
pub fn make_key() -> String {
    hex::encode(rand::random::<[u8; 20]>())
}

/// A password a person can read from a screen and type: 16 characters, no look-alikes, about 80 bits.
pub fn make_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    rand::random::<[u8; 16]>()
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}

/// The hash under which a made secret is stored and found.
pub fn hash_key(key: &str) -> String {
    format!("{SHA256}{}", hex::encode(Sha256::digest(key.as_bytes())))
}

/// Hashes and verifies, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    slots: Arc<Semaphore>,
    decoy: Arc<str>,
}

impl Passwords {
    /// With the cost of WEB-03: 19 MiB, two passes, one lane.
    pub fn new() -> Self {
        let params = Params::new(19 * 1024, 2, 1, None).expect("constants within argon2's bounds");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash_with(&argon2, &make_key()).into();
        Self {
            argon2,
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            decoy,
        }
    }

    /// Hashes a chosen password.
    pub async fn hash(&self, password: String) -> String {
        let argon2 = self.argon2.clone();
        self.blocking(move || hash_with(&argon2, &password)).await
    }

    /// Whether a secret is the one behind a hash. Without a hash (nobody of that name) it works as long
    /// and says no, so that the answer's time names nobody.
    pub async fn verify(&self, secret: String, hash: Option<String>) -> bool {
        if let Some(stored) = hash.as_deref().filter(|hash| hash.starts_with(SHA256)) {
            return hash_key(&secret).as_bytes().ct_eq(stored.as_bytes()).into();
        }
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let argon2 = self.argon2.clone();
        let matches = self
            .blocking(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2.verify_password(secret.as_bytes(), &hash).is_ok())
            })
            .await;
        matches && known
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _slot = self
            .slots
            .acquire()
            .await
            .expect("the semaphore is never closed");
        tokio::task::spawn_blocking(work)
            .await
            .expect("hashing does not panic")
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn hash_with(argon2: &Argon2<'_>, password: &str) -> String {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).expect("16 bytes are a salt");
    argon2
        .hash_password(password.as_bytes(), &salt)
        .expect("the parameters were checked and any text is a password")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_secret_opens_either_kind_of_hash() {
        let passwords = Passwords::new();
        let chosen = passwords.hash("correct horse".to_owned()).await;
        assert!(
            chosen.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "the cost of WEB-03: {chosen}"
        );
        let made = hash_key("00ff");
        for (secret, hash, expect) in [
            ("correct horse", Some(chosen.clone()), true),
            ("wrong horse", Some(chosen), false),
            ("00ff", Some(made.clone()), true),
            ("00FF", Some(made), false),
            ("", None, false),
            ("anything", Some("not a hash".to_owned()), false),
        ] {
            assert_eq!(
                passwords.verify(secret.to_owned(), hash).await,
                expect,
                "{secret}"
            );
        }
    }

    #[test]
    fn made_secrets_differ_and_hold_enough_chance() {
        assert_ne!(make_key(), make_key());
        assert_eq!(make_key().len(), 40);
        assert_eq!(make_password().len(), 16);
    }
}
