//! Whoever makes releases, with throw-away keys: signs packages as Tauri's CLI does, and writes the feed.

use std::io::Cursor;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minisign::KeyPair;
use serde_json::{Value, json};

/// The machine of these tests.
pub const TARGET: &str = "linux-x86_64-deb";

/// One who signs.
pub struct Maker {
    pair: KeyPair,
}

impl Maker {
    /// One with a new key.
    pub fn new() -> Self {
        let pair = KeyPair::generate_unencrypted_keypair().expect("a key can be made");
        Self { pair }
    }

    /// The public key, as it stands in a list of keys.
    pub fn key(&self) -> String {
        self.pair.pk.to_base64()
    }

    /// The file that Tauri's CLI writes of it: all of minisign's, in base64.
    pub fn public_file(&self) -> String {
        let file = self.pair.pk.to_box().expect("it has one").to_string();
        BASE64_STANDARD.encode(file)
    }

    /// And of the secret one.
    pub fn secret_file(&self) -> String {
        let file = self.pair.sk.to_box(None).expect("it has one").to_string();
        BASE64_STANDARD.encode(file)
    }

    /// A signature with that trusted comment, as it stands in a feed.
    pub fn sign_with(&self, package: &[u8], comment: &str) -> String {
        let signature = minisign::sign(
            Some(&self.pair.pk),
            &self.pair.sk,
            Cursor::new(package),
            Some(comment),
            None,
        );
        BASE64_STANDARD.encode(signature.expect("it can be signed").to_string())
    }

    /// As Tauri's CLI signs a .deb of that version.
    pub fn sign(&self, package: &[u8], version: &str) -> String {
        self.sign_with(package, &comment(version, "amd64"))
    }
}

/// The trusted comment that Tauri's CLI writes.
pub fn comment(version: &str, architecture: &str) -> String {
    let file = format!("Forecourt_{version}_{architecture}.deb");
    format!("timestamp:1764500000\tfile:{file}\tversion:{version}")
}

/// A feed with one package.
pub fn feed(version: &str, url: &str, signature: &str) -> Value {
    json!({
        "version": version,
        "notes": "What is new",
        "platforms": { TARGET: { "url": url, "signature": signature } },
    })
}
