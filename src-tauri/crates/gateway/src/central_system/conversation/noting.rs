//! What is said on a socket, left for the message log.

use domain::event::Direction;
use ocpp::frame::{self, Frame, FrameFault};
use uuid::Uuid;

use super::Conversation;
use crate::central_system::message_log::{Entry, Noted};

impl Conversation<'_> {
    /// A text that came, for the log.
    pub(super) fn came(
        &self,
        text: &str,
        heard: &Result<Frame<'_>, FrameFault>,
        action: Option<&str>,
        trace: Uuid,
    ) -> Entry {
        let noted = match heard {
            Ok(frame) => Noted::frame(Direction::In, frame, action, self.with.version),
            Err(fault) => Noted::unreadable(&fault.reason),
        };
        self.entry(noted, text.len(), trace)
    }

    /// A text that goes, for the log once it went.
    pub(super) fn goes(&self, text: &str, action: Option<&str>, trace: Uuid) -> Entry {
        let version = self.with.version;
        let sent = frame::parse(text, version);
        let noted = match &sent {
            Ok(sent) => Noted::frame(Direction::Out, sent, action, version),
            Err(fault) => Noted {
                direction: Direction::Out,
                ..Noted::unreadable(&fault.reason)
            },
        };
        self.entry(noted, text.len(), trace)
    }

    fn entry(&self, noted: Noted<'_>, bytes: usize, trace: Uuid) -> Entry {
        let clock = &self.system.core.clock;
        let noted = Noted {
            bytes,
            trace,
            ..noted
        };
        noted.entry(&self.with.charger, clock.id(), clock.now())
    }
}
