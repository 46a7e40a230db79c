//! The public keys whose signature counts. Several, so that a release signed with the old key can bring the new one.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minisign_verify::{PublicKey, Signature};

use crate::Refusal;

/// The public keys whose signature counts.
#[derive(Clone, Debug, Default)]
pub struct Keys(Vec<(String, PublicKey)>);

impl Keys {
    /// Reads a list: minisign's public keys (`RW…`), one a line; `#` begins a remark.
    pub fn read(list: &str) -> Result<Self, Refusal> {
        let lines = list.lines().map(str::trim).enumerate();
        lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(before, line)| match PublicKey::from_base64(line) {
                Ok(key) => Ok((line.to_owned(), key)),
                Err(error) => Err(Refusal::NotAKey {
                    line: before + 1,
                    said: instead(line).unwrap_or_else(|| error.to_string()),
                }),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether nobody's signature counts.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one that a signature names as its own, as it stood in the list. Whether it made it, only the bytes can say.
    pub fn named_by(&self, signature: &str) -> Option<String> {
        use minisign_verify::Error;
        let signature = Signature::decode(signature).ok()?;
        let other = |key: &PublicKey| {
            let no_bytes = key.verify(&[], &signature, false);
            matches!(no_bytes, Err(Error::UnexpectedKeyId))
        };
        let named = self.0.iter().find(|(_, key)| !other(key));
        named.map(|(text, _)| text.clone())
    }

    /// Whether one of them signed these bytes. Signatures of the old kind, over the bytes themselves, are refused: nothing of ours was
    /// ever signed so.
    pub fn signed(&self, bytes: &[u8], signature: &Signature) -> Result<(), Refusal> {
        use minisign_verify::Error;
        for (_, key) in &self.0 {
            match key.verify(bytes, signature, false) {
                Ok(()) => return Ok(()),
                Err(Error::UnexpectedKeyId) => {}
                Err(Error::InvalidSignature) => return Err(Refusal::OtherBytes),
                Err(error) => return Err(unread(&error)),
            }
        }
        Err(Refusal::UnknownKey)
    }
}

/// What stands there instead of a key, where it is what people take for one: a whole file that a tool has written, as it is or in base64.
fn instead(line: &str) -> Option<String> {
    let plain = BASE64_STANDARD.decode(line).ok();
    let plain = plain.and_then(|bytes| String::from_utf8(bytes).ok());
    let text = plain.as_deref().unwrap_or(line);
    let remark = text.strip_prefix("untrusted comment:")?;
    if remark
        .lines()
        .next()
        .unwrap_or_default()
        .contains("secret key")
    {
        return Some("it is a SECRET key, which belongs into no list and no package".to_owned());
    }
    let key = text.lines().nth(1).unwrap_or_default().trim();
    Some(if PublicKey::from_base64(key).is_ok() {
        format!("it is a whole .pub file; its key alone belongs here: {key}")
    } else {
        "it is the remark of a .pub file; the line below it, RW…, alone belongs here".to_owned()
    })
}

pub(crate) fn unread(error: &minisign_verify::Error) -> Refusal {
    Refusal::NotASignature(error.to_string())
}
