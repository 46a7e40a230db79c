//! The bus over a RabbitMQ of its own: what others see on it, and what is left when it fails. The checks
//! are stories, because a broker takes seconds to start. Not for the bus without one: see `in_process`.
//!
//! Each of these bugs was planted once and seen to fail here: a returned message counted as stored, or taken
//! for its neighbour; a message counted before its confirm, or behind one that failed; messages not
//! persistent, or not mandatory; no limit to the wait for a confirm; deliveries acknowledged before they are
//! handled; dead letters without `mandatory`, without their id, with a reason of any length; a supervisor that
//! ends after the first lost connection, or waits for ever for a peer that says nothing; no word on a blocked
//! connection; a queue that dies with the broker; own events that come back to their gateway; a queue limit that
//! lets a poison be tried once more.

mod commands;
mod outage;
mod site;
mod traffic;
