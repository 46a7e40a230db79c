//! Why an update is not taken. The texts are for an admin who reads the log.

use semver::Version;

/// Why an update is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The feed's answer is not of its form.
    #[error("the feed's answer cannot be read: {0}")]
    Malformed(String),
    /// Something is larger than anything of ours ever is.
    #[error("{what} has {bytes} bytes, more than the {most} that are taken")]
    TooBig {
        /// What it is.
        what: &'static str,
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        most: usize,
    },
    /// The feed has nothing for a machine like this one.
    #[error("the feed has nothing for {0}")]
    NotForThisMachine(String),
    /// It would be fetched where others can read along and put in something else.
    #[error("{0} is neither https nor this machine")]
    Insecure(String),
    /// What runs is as new.
    #[error("{offered} is not newer than {running}, which is here")]
    NotNewer {
        /// The version that the feed names.
        offered: Version,
        /// The version that runs.
        running: Version,
    },
    /// A newer one was here once: somebody replays an old feed.
    #[error("{offered} is older than {floor}, which was here once")]
    BelowFloor {
        /// The version that the feed names.
        offered: Version,
        /// The newest that was ever well here.
        floor: Version,
    },
    /// It was tried here and taken back.
    #[error("{0} was tried here and did not start")]
    FailedBefore(Version),
    /// The signature, or a key, is not of minisign's form.
    #[error("the signature cannot be read: {0}")]
    NotASignature(String),
    /// A line of the list of keys is no key.
    #[error("line {line} of the keys is no public key: {said}")]
    NotAKey {
        /// Which line, from 1.
        line: usize,
        /// What it is instead.
        said: String,
    },
    /// None of our keys made the signature.
    #[error("the signature is by none of the keys that count here")]
    UnknownKey,
    /// The package is not the one that was signed.
    #[error("the package is not what was signed")]
    OtherBytes,
    /// The signature does not say which version it is for.
    #[error("the signature names no version")]
    NoSignedVersion,
    /// The signature is for another version than the feed names: an old package under a new number.
    #[error("the feed says {offered}, the signature {signed}")]
    OtherVersion {
        /// The version that the feed names.
        offered: Version,
        /// What the signature names.
        signed: String,
    },
    /// The signature is for a package for other machines.
    #[error("the signature is for the file {0:?}, which is not for this kind of machine")]
    OtherFile(String),
}
