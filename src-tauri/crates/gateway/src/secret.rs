//! Passwords, charger keys and access tokens: made, hashed, compared. Never printed, never logged.
//!
//! What a machine made and nobody has to remember is hashed once with SHA-256 (128 bits and more cannot
//! be guessed); what a person chose goes through argon2id (SEC-04, WEB-03, WEB-05).

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::{
    Output, ParamsString, PasswordHash, Result as HashResult, Salt, SaltString,
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use domain::prepaid::PrepaidCode;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many argon2 hashes are worked out at once: 19 MiB each.
const AT_ONCE: usize = 4;
/// How many may wait for that: a few seconds' worth. Who comes then would wait for longer than anybody does.
const WAITING: usize = 256;
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

/// A prepaid code of 80 random bits.
pub fn make_prepaid_code() -> PrepaidCode {
    PrepaidCode::of(rand::random())
}

/// The hash under which a made secret is stored and found.
pub fn hash_key(key: &str) -> String {
    format!("{SHA256}{}", hex::encode(Sha256::digest(key.as_bytes())))
}

/// Hashes and verifies, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    params: Params,
    slots: Arc<Semaphore>,
    /// Places for those that wait, and for those whose turn it is.
    places: Arc<Semaphore>,
    /// What hashes are worked out in, kept for the next: an allocator that gets these pieces back from one thread after
    /// the other keeps them for each (WEB-03).
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
    decoy: Arc<str>,
}

impl Passwords {
    /// With the cost of WEB-03: 19 MiB, two passes, one lane.
    pub fn new() -> Self {
        let params = Params::new(19 * 1024, 2, 1, None).expect("constants within argon2's bounds");
        let decoy = hash_with(&params, &make_key(), &mut Vec::new()).into();
        Self {
            params,
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            memory: Arc::default(),
            decoy,
        }
    }

    /// A place among those that wait for a hash, where there is one left: for doors that anybody may knock at.
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Hashes a chosen password.
    pub async fn hash(&self, password: String) -> String {
        let params = self.params.clone();
        self.blocking(move |memory| hash_with(&params, &password, memory))
            .await
    }

    /// Whether a secret is the one behind a hash. Without a hash (nobody of that name) it works as long
    /// and says no, so that the answer's time names nobody.
    pub async fn verify(&self, secret: String, hash: Option<String>) -> bool {
        if let Some(stored) = hash.as_deref().filter(|hash| hash.starts_with(SHA256)) {
            return hash_key(&secret).as_bytes().ct_eq(stored.as_bytes()).into();
        }
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let matches = self
            .blocking(move |memory| is_behind(&hash, &secret, memory).unwrap_or(false))
            .await;
        matches && known
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> T {
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let slot = slot.expect("the semaphore is never closed");
        let kept = Arc::clone(&self.memory);
        let take = move || {
            let lock = || kept.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = lock().pop().unwrap_or_default();
            let done = work(&mut memory);
            lock().push(memory);
            // Whoever asked may have gone: the place is free only when the work is over.
            drop(slot);
            done
        };
        tokio::task::spawn_blocking(take)
            .await
            .expect("hashing does not panic")
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn hash_with(params: &Params, password: &str, memory: &mut Vec<Block>) -> String {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).expect("16 bytes are a salt");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let length = Params::DEFAULT_OUTPUT_LEN;
    let output = work_out(&argon2, password, salt.as_salt(), length, memory)
        .expect("the parameters were checked and any text is a password");
    PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).expect("three numbers are parameters"),
        salt: Some(salt.as_salt()),
        hash: Some(output),
    }
    .to_string()
}

/// Whether a password is the one behind a hash, by the parameters that the hash names. An error: it is no such hash.
fn is_behind(hash: &str, password: &str, memory: &mut Vec<Block>) -> HashResult<bool> {
    let hash = PasswordHash::new(hash)?;
    let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
        return Ok(false);
    };
    let version = hash.version.map(Version::try_from).transpose()?;
    let argon2 = Argon2::new(
        Algorithm::try_from(hash.algorithm)?,
        version.unwrap_or_default(),
        Params::try_from(&hash)?,
    );
    // Outputs are compared in constant time.
    Ok(work_out(&argon2, password, salt, expected.len(), memory)? == expected)
}

fn work_out(
    argon2: &Argon2<'_>,
    password: &str,
    salt: Salt<'_>,
    length: usize,
    memory: &mut Vec<Block>,
) -> HashResult<Output> {
    let mut bytes = [0; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut bytes)?;
    memory.resize(argon2.params().block_count(), Block::new());
    Output::init_with(length, |out| {
        Ok(argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut *memory)?)
    })
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
