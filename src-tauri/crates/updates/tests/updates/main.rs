//! Which updates are taken, with throw-away keys; and `forecourt-updater` as root, with the real dpkg in a root folder of the test's own.
//! The package there is a small one with two scripts, so that a hundred installations take a minute; the real ones: `tests/system`.
//! systemd is a stand-in, told of by `--systemctl`: what the updater says to it is seen, and what it would do is not.
//!
//! Seen red with these bugs planted: no signature looked at; the signed version not compared, or not asked for; a package for another
//! kind of machine taken; no floor; what was taken back tried again; an older one taken; a build number that makes a version newer; any
//! place taken, or one that looks like this machine; no size too large; only the first key counts; a signature of the old kind. Of the
//! updater: what is not signed, or is something else inside, installed; keys counted that others could write; a link followed; a stick
//! emptied; the database not copied, copied as root, or not brought back; an older package not installed over a newer; what failed
//! forgotten; the old package's scripts lost.
//!
//! Of going back: a copy restored though the old program can use the database, or once more after a cut; one of weeks ago restored; a
//! service left stopped where a copy cannot be made or brought back; the package blamed for that; one start of the machine enough to go
//! back, or none ever; weeks without power counted as weeks of books; each start of a service taken for one of the machine; the service
//! started by hand while the machine starts; a step not noted before it. Of services: `activating` taken for not running, or for dead
//! while a start works on; restarts not looked at; one that does not stop not seen; the kiosk not known; a start that is waited for, or
//! none; services that cannot be asked taken for none; the books copied while one runs. Of dpkg: no lock taken, or not waited for;
//! another package's trigger blamed on ours. Of offers: the folder cleared first; what is half there taken away; what is here already
//! called a fault; no key in the list. Of the owner's commands: root's environment or session kept; a link taken for the folder, or root
//! for its owner; words without end; what they started left alive, or waited for; more than two copies; a copy of what is no database of
//! ours. Of the first update: the admin's umask; a file that dpkg left out.

mod back;
mod books;
mod cuts;
mod feeds;
mod install;
mod machine;
mod offers;
mod services;
