//! The fleet against a small central system that speaks OCPP frames and does what each test says.
//!
//! Seen red with these faults planted: the id of the first attempt again on a retry, a transaction id
//! of 0 in place of -1, a cut that counts as an attempt, a wait that does not grow, the newest message
//! first, a start thrown away by a full queue, known cards forgotten (`queue`); truth written without an answer (`truth`); a
//! queue that starts empty, delivered messages sent again, charges left open by a power loss, an energy
//! that is the stop's register alone (`restart`); a remote start that asks for the card, a remote stop
//! with reason Local, a reset without a new boot, a configuration without effect (`commands`); the soft
//! limit of open files left as it is (`load`). In `src`: a torn line kept (`lines`), a file never written
//! anew or anew without its state (`queue`).

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
