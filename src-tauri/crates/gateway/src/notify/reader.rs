//! A reader of live events, whatever carries them to it.

use std::collections::HashSet;
use std::sync::Arc;

use domain::AccessTokenId;
use serde_json::value::RawValue;

use super::rooms::{Room, View};

/// An envelope as it is pushed, with `stream` and `seq`: JSON, printed once for all readers.
pub type Pushed = Arc<RawValue>;

/// The reader cannot take another event. It is dropped, and comes back for what it missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What carries events to one reader: a Socket.IO socket or an IPC channel. Never waits.
pub trait Sink: Send {
    /// Hands an event over.
    fn push(&self, envelope: &Pushed) -> Result<(), Full>;

    /// Ends the connection: the reader lagged, or its token was revoked.
    fn close(&self);
}

/// One reader and what it asked for.
pub(super) struct Reader {
    pub(super) view: View,
    pub(super) token: Option<AccessTokenId>,
    pub(super) rooms: HashSet<Room>,
    pub(super) sink: Box<dyn Sink>,
}
