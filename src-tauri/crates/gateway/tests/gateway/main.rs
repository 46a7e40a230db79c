//! The gateway as a library (its routes through the window's door, its ops, its live events) and as the program
//! an admin runs: settings, commands, metrics, a full disk. No browser here; see the whole-system tests.
//!
//! Planted once and seen red: catching up from one too late (`subscribe.rs`); a repeated start that begins
//! again (`start_session.rs`); a route that forgot to ask who is there (`snapshots.rs`); a commit that failed on a
//! full disk and was acknowledged, a flush that failed and was forgotten (`group_commit.rs`, `error.rs`); a proxy
//! taken for this machine (`api/metrics.rs`); refusals that nobody logs (`api/problem.rs`); times without a bound
//! (`bounds.rs`); many charge points that are made in part (`add_charge_points.rs`); copies that a clock in the
//! future stops (`backups.rs`); a route for operators that asks for a viewer (`cms/stations.rs`); a price told to
//! one place alone (`change_tariff.rs`); an event in the log that nobody fetches, a gap told for each number (`pump.rs`); unknown fields taken
//! (`fields.rs`); a last admin that may go (`change_operator.rs`).
//! Of commands and what is told: every answer taken for a yes; a busy plug taken for free; a wait without an end; a
//! command left open by a restart; a start that does not find its session; who pauses mixed up; a gateway that tells
//! of itself once; a wrong frame that nobody logs.

mod admin;
mod api;
mod audit;
mod bodies;
mod broker;
mod charge;
mod commands;
mod config;
mod customer_live;
mod desk;
mod disk;
mod door;
mod forged;
mod frames;
mod house;
mod idempotency;
mod keys;
mod live;
mod logins;
mod metrics;
mod money;
mod organizations;
mod orphans;
mod ports;
#[path = "../../../../../tests/rigs/rebilled.rs"]
mod rebilled;
mod revoked;
mod service;
mod settings;
mod setup;
mod site;
mod sockets;
mod tariffs;
mod told;
mod topups;
mod updating;
mod user;
mod wallet;
