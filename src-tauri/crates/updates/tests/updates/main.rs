//! Which updates are taken, with throw-away keys; and `forecourt-updater` as root, with the real dpkg in a root folder of the test's own.
//! The package there is a small one with two scripts, so that a hundred installations take a minute; the real ones: `tests/system`.
//!
//! Seen red with these bugs planted: no signature looked at; the signed version not compared, or not asked for; a package for another
//! kind of machine taken; no floor; what was taken back tried again; an older one taken; a build number that makes a version newer; any
//! place taken, or one that looks like this machine; no size too large; only the first key counts. Of the updater: what is not signed,
//! or is something else inside, installed; keys counted that others could write; a link followed; the folder left as it was, or a stick
//! emptied; the database not copied, copied as root, or not brought back; an older package not installed over a newer; what failed
//! forgotten; a start of the machine not counted; a step not noted before it; the old package's scripts lost; the package blamed for
//! another dpkg at work.

mod feeds;
mod install;
mod machine;
mod maker;
