//! The gateway: charger sockets, REST, live events; everything but the window. The only place where
//! `ocpp` and `domain` meet. Start reading at [`app`], and at `api/router.rs` for the routes.

mod address;
pub mod admin;
pub mod api;
pub mod app;
mod audit;
mod backups;
mod bucket;
pub mod cashier;
pub mod central_system;
pub mod cli;
pub mod clock;
pub mod commander;
pub mod core;
mod dead_letter_watch;
pub mod demo;
mod disk_watch;
pub mod door;
pub mod guesses;
mod jobs;
pub mod keep;
pub mod known_tokens;
mod logging;
mod metrics;
mod money_watch;
pub mod notify;
pub mod ops;
pub mod outbox_watch;
pub mod peers;
mod relay;
pub mod secret;
pub mod service;
pub mod settings;
pub mod setup_code;
pub mod standing;
mod status_watch;
pub mod tasks;
pub mod throttle;
pub mod updating;
pub mod waits;

pub use app::Gateway;
pub use settings::Settings;
