//! The whole system, with real parts started by each test: our programs, a charge point, a browser, the
//! kiosk's window, a broker, a database. One binary; what belongs to a screen stands in its own folder.
//!
//! Planted once and seen red: an event numbered but not pushed (`pump.rs`); the window without its door
//! (`scheme.rs`); any key opens (`handshake.rs`); the outbox never forgets (`relay.rs`); the tick goes on
//! without a broker (`jobs.rs`).

mod broker;
mod desk;
mod doors;
mod rest;
mod site;
mod third_party;

#[path = "../ui/browser/live_figure.rs"]
mod browser_live_figure;
#[path = "../desktop/live_figure.rs"]
mod desktop_live_figure;
