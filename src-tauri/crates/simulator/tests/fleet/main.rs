//! The fleet against a small central system that speaks OCPP frames and does what each test says.

mod central_system;
mod charging;
mod cli;
mod connection;
mod variety;
