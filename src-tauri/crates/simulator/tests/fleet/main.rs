//! The fleet against a small central system that speaks OCPP frames and does what each test says.
//!
//! Seen red with these faults planted: the id of the first attempt again on a retry (`queue`), the
//! newest message first (`queue`, `restart`), a cut that counts as an attempt (`queue`), a transaction
//! id of 0 in place of -1 (`queue`), a start thrown away by a full queue (`queue`), the truth written
//! before the answer (`truth`), an energy of meter stop alone (`truth`), a queue that starts empty
//! (`restart`), charges left open by a power loss (`restart`), a remote start that asks for the card
//! (`commands`), a stop with reason Local (`commands`), a reset without a new boot (`commands`).

mod central_system;
mod charging;
mod cli;
mod commands;
mod connection;
mod load;
mod queue;
mod restart;
mod truth;
mod variety;
