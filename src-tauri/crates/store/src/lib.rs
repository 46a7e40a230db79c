//! State and outbox in SQLite or PostgreSQL. The only crate that knows SQL; it knows no rule of charging.
//!
//! Everything is written inside [`Store::write`], a unit of work: state and events commit together
//! or not at all, and what it returns has been committed. Reading takes a connection of its own.

pub mod backup;
pub mod check;
mod claim;
mod conn;
mod db;
mod disk;
mod emitted;
mod error;
mod group_commit;
pub mod history;
mod postgres;
pub mod repo;
pub mod restore;
mod sqlite;
pub mod tables;

pub use claim::Claim;
pub use conn::Conn;
pub use db::{Store, UnitError, Work};
pub use disk::Disk;
pub use emitted::{Own, OwnEvents};
pub use error::StoreError;

/// The metric of how long units of work wait for their commit to be durable, in seconds.
pub const COMMIT_SECONDS: &str = "forecourt_commit_seconds";
