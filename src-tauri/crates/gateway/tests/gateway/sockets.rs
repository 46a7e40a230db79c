//! Chargers' sockets on a real gateway: who comes in, who stays, what is asked and answered. The charge point is
//! `testkit::Charger`, which says exactly what a test tells it to.
//!
//! Planted once and seen red: two CALLs out at once, one sent after its time, any answer taken for the right one
//! (`calls.rs`); the newest wins without credentials, no hold (`takeover.rs`); an old socket's end removes the new one
//! (`registry.rs`); a newcomer told that the old one lives unasked, silence borne, no time for a slow reader, no last
//! answers, NULs kept (`conversation.rs`); nothing remembered (`repeats.rs`, `serving.rs`); every listener private
//! (`address.rs`); failures not counted, a version guessed (`handshake.rs`); a full house ignored (`gate.rs`); secrets
//! kept (`redaction.rs`); only what came logged (`serving.rs`); what is no number
//! dropped in silence, a reading from 2099 believed (`record_meter.rs`), a clock's alert that never ends (`judge_clock.rs`).

mod backlog;
mod calls;
pub mod clocks;
mod flood;
mod frames;
mod handshake;
mod interleavings;
mod log;
mod mutated;
mod poison;
mod power_loss;
mod running;
mod silence;
mod site;
mod slow_station;
mod strangers;
mod subprotocols;
mod takeover;
mod told_twice;
