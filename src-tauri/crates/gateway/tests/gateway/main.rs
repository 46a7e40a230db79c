//! The gateway as a library (its routes through the window's door, its ops, its live events) and as the program
//! an admin runs: settings, commands, metrics, a full disk. No browser here; see the whole-system tests.
//!
//! Planted once and seen red: catching up from one too late (`subscribe.rs`); a repeated start that begins
//! again (`start_session.rs`); a route that forgot to ask who is there (`snapshots.rs`).

mod admin;
mod api;
mod charge;
mod commands;
mod config;
mod disk;
mod house;
mod live;
mod metrics;
mod site;
mod sockets;
