//! Real parts for tests, each private to the test that starts it: databases, broker, display,
//! browsers, our own programs, third-party charge points and clients.
//!
//! Every part runs on loopback ports of its own, in a temporary folder of its own, and is gone with
//! all its processes when the value is dropped, or when the test process dies without dropping it.
//! A part that does not become ready panics with the tail of its log. Nothing here knows Forecourt's
//! other crates: the contract is what the programs print and answer.

#![allow(
    clippy::disallowed_methods,
    reason = "parts read the environment of the machine they run on; `drop` cannot await, so it looks again after a pause"
)]

pub mod amqp_publisher;
pub mod browser;
pub mod charger;
mod dialogue;
pub mod dice;
pub mod display;
pub mod fault_proxy;
pub mod frame_mutator;
pub mod hands;
pub mod library_charger;
pub mod memory;
mod node;
pub mod payments;
pub mod pdf;
pub mod port;
pub mod postgres;
pub mod power_cut;
mod process;
pub mod program;
pub mod python;
pub mod rabbitmq;
pub mod releases;
pub mod rounds;
pub mod socket_io;
pub mod socket_io_client;
pub mod tools;
pub mod tracer;
pub mod wait;

pub use amqp_publisher::AmqpPublisher;
pub use browser::Browser;
pub use charger::Charger;
pub use dice::Dice;
pub use display::Display;
pub use fault_proxy::FaultProxy;
pub use frame_mutator::Mutator;
pub use hands::Hands;
pub use library_charger::{Library, LibraryCharger};
pub use payments::PaymentServer;
pub use postgres::Postgres;
pub use power_cut::Recording;
pub use program::Program;
pub use python::AmqpProbe;
pub use rabbitmq::RabbitMq;
pub use releases::{ReleaseServer, Signer};
pub use rounds::rounds;
pub use socket_io::SocketIoProbe;
pub use socket_io_client::{SocketIoClient, Transport};
pub use tracer::Tracer;
pub use wait::wait_until;
