//! The public keys whose signature counts. Several, so that a release signed with the old key can bring the new one.

use minisign_verify::{PublicKey, Signature};

use crate::Refusal;

/// The public keys whose signature counts.
#[derive(Clone, Debug, Default)]
pub struct Keys(Vec<PublicKey>);

impl Keys {
    /// Reads a list: minisign's public keys (`RW…`), one a line; `#` begins a remark.
    pub fn read(list: &str) -> Result<Self, Refusal> {
        let lines = list.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| PublicKey::from_base64(line).map_err(|e| unread(&e)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether nobody's signature counts.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them signed these bytes. Signatures of the old kind, over the bytes themselves, are refused: nothing of ours was
    /// ever signed so.
    pub fn signed(&self, bytes: &[u8], signature: &Signature) -> Result<(), Refusal> {
        use minisign_verify::Error;
        for key in &self.0 {
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

pub(crate) fn unread(error: &minisign_verify::Error) -> Refusal {
    Refusal::NotASignature(error.to_string())
}
