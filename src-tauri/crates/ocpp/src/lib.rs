//! OCPP-J as a language: frames, error codes, versions, actions and payload types.
//!
//! Built on `ocpp-kit`, which only this crate names. No I/O, no async, no clock, and no rule of
//! charging: what a message *means* is decided by the gateway.

pub mod action;
pub mod frame;
pub mod payload;
pub mod v16;
pub mod version;

pub use action::Action;
pub use frame::{CallError, ErrorCode, Frame, FrameFault, MessageId};
pub use payload::{decode, encode};
pub use version::Version;

/// What every payload type of ours can: say whether it keeps to its schema's bounds.
pub use ocpp_kit::validate::Validate;
/// A piece of JSON kept as the text it came in.
pub use serde_json::value::RawValue;
