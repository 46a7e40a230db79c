//! The gateway as a library: its routes through the window's door, its ops on a real database, its live events.
//! No browser and no socket here; those are in the whole-system tests.
//!
//! Planted once and seen red: catching up from one too late (`subscribe.rs`); a repeated start that begins
//! again (`start_session.rs`); a route that forgot to ask who is there (`snapshots.rs`).

mod api;
mod bodies;
mod charge;
mod commands;
mod desk;
mod house;
mod live;
mod sockets;
