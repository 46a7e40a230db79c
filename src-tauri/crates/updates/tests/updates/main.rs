//! Which updates are taken, with throw-away keys.
//!
//! Seen red with these bugs planted: no signature looked at; the signed version not compared, or not asked for; a package for another
//! kind of machine taken; no floor; what was taken back tried again; an older one taken; a build number that makes a version newer; any
//! place taken, or one that looks like this machine; no size too large; only the first key counts.

mod feeds;
mod maker;
