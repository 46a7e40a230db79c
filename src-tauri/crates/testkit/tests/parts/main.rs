//! Each part proves itself against something that is not ours: `psql`, `rabbitmqctl`, pika, a shell,
//! WebKitGTK's own browser.

#![allow(
    clippy::disallowed_methods,
    reason = "a test that starts itself once more is told so by the environment"
)]

mod browser;
mod display;
mod postgres;
mod program;
mod rabbitmq;
mod socket_io;
