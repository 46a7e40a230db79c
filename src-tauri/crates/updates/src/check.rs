//! Whether a package is what was offered. Only what the signature covers counts: the bytes, and the trusted comment with the version and
//! the file's name, as Tauri's CLI writes it.

use minisign_verify::Signature;

use crate::Refusal;
use crate::keys::{Keys, unread};
use crate::offer::{Kind, Offer, version, within};

/// Ours have some 30 MB.
pub const MOST_PACKAGE: usize = 256 * 1024 * 1024;

/// Whether these bytes are the offered package, for this kind of machine, signed by one of the keys.
pub fn package(offer: &Offer, bytes: &[u8], keys: &Keys, kind: Kind) -> Result<(), Refusal> {
    within("the package", bytes.len(), MOST_PACKAGE)?;
    let signature = Signature::decode(&offer.signature).map_err(|error| unread(&error))?;
    keys.signed(bytes, &signature)?;
    // Only now does anybody vouch for the comment.
    let comment = signature.trusted_comment();
    let signed = field(comment, "version:").ok_or(Refusal::NoSignedVersion)?;
    if version(signed).as_ref() != Some(&offer.version) {
        return Err(Refusal::OtherVersion {
            offered: offer.version.clone(),
            signed: signed.to_owned(),
        });
    }
    let file = field(comment, "file:").unwrap_or_default();
    if file.ends_with(kind.ending) {
        Ok(())
    } else {
        Err(Refusal::OtherFile(file.to_owned()))
    }
}

/// A field of the comment: `timestamp:…⇥file:…⇥version:…`.
fn field<'a>(comment: &'a str, name: &str) -> Option<&'a str> {
    comment
        .split('\t')
        .find_map(|field| field.strip_prefix(name))
}
