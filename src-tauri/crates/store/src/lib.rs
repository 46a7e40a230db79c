//! State and outbox in SQLite or PostgreSQL. The only crate that knows SQL; it knows no rule of charging.
//!
//! Everything is written inside [`Store::write`], a unit of work: state and events commit together
//! or not at all, and what it returns has been committed. Reading takes a connection of its own.

mod conn;
mod db;
mod error;
mod group_commit;
pub mod repo;
mod sqlite;

pub use conn::Conn;
pub use db::{Store, Work};
pub use error::StoreError;
