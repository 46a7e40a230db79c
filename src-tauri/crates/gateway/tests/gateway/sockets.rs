//! Chargers' sockets on a real gateway: who comes in, who stays, what is asked and answered. The charge point is
//! `testkit::Charger`, which says exactly what a test tells it to.

mod calls;
mod frames;
mod handshake;
mod log;
mod site;
mod takeover;
