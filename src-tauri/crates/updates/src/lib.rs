//! Signed updates, as far as they can be judged without a network and without rights: what a feed offers ([`offer`]), whose
//! signature counts ([`keys`]), and whether a package is what was offered ([`check`]). `forecourt-updater`, which installs as root, takes nobody's
//! word but theirs. Not for fetching, and not for when it is convenient.

pub mod check;
pub mod keys;
pub mod offer;
mod refusal;

pub use refusal::Refusal;
