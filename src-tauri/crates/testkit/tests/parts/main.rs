//! Each part proves itself against something that is not ours: `psql`, `rabbitmqctl`, pika, a shell, the words of a protocol,
//! WebKitGTK's own browser.
//!
//! Planted once and seen red, in the scripts of the third-party clients: a refused remote start taken up all
//! the same; a remote stop with another reason; the library's strict mode off; the token left at home.

#![allow(
    clippy::disallowed_methods,
    reason = "a test that starts itself once more is told so by the environment"
)]

mod amqp_publisher;
mod browser;
mod display;
mod library_charger;
mod postgres;
mod program;
mod rabbitmq;
mod socket_io;
mod socket_io_client;
