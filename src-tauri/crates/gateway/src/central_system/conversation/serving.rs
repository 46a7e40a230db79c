//! The two directions of a conversation: the charger's CALLs to their answers, and our CALLs to theirs.

use std::pin::Pin;

use axum::extract::ws::Message;
use ocpp::frame::{self, CallErrorRef};
use ocpp::{MessageId, RawValue};
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

use super::{Conversation, Said};
use crate::central_system::calls::Heard;
use crate::central_system::dispatch::{self, Answer};
use crate::central_system::outbound::{CallFailure, Reply};

/// A CALL from the charger.
pub(super) struct Call {
    pub(super) id: MessageId,
    pub(super) action: String,
    pub(super) payload: Box<RawValue>,
    /// Follows the frame through the logs and the events.
    pub(super) trace: Uuid,
}

/// What waits for its turn.
pub(super) enum Inbound {
    Call(Call),
    /// A frame that could not be read, and what it deserves.
    Unreadable {
        text: String,
        trace: Uuid,
    },
}

impl Inbound {
    /// How much room it takes, about.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Call(call) => {
                call.id.as_str().len() + call.action.len() + call.payload.get().len()
            }
            Self::Unreadable { text, .. } => text.len(),
        }
    }
}

/// A CALL that was worked off.
pub(super) struct Served {
    call: Call,
    answer: Answer,
}

pub(super) type Work = Pin<Box<dyn Future<Output = Served> + Send>>;

impl Conversation<'_> {
    /// Takes up the next CALL, unless one is being worked off: a charger's CALLs are served in order, and after
    /// what it answered before them.
    pub(super) async fn serve_next(&mut self) -> Said {
        while self.work.is_none() && !self.calls.is_settling() {
            match self.inbox.pop_front() {
                None => return Ok(()),
                Some(Inbound::Unreadable { text, trace }) => {
                    self.write(text, None, trace).await?;
                }
                Some(Inbound::Call(call)) => match self.repeated(&call) {
                    Some(answer) => self.write(answer, Some(call.action), call.trace).await?,
                    None => self.work = Some(self.begin(call)),
                },
            }
        }
        Ok(())
    }

    fn repeated(&self, call: &Call) -> Option<String> {
        let answer = self.system.repeats.find(
            self.point(),
            &call.id,
            &call.action,
            call.payload.get(),
            Instant::now(),
        )?;
        tracing::info!(charge_point = %self.point(), trace = %call.trace, action = call.action, "a message came again and is answered again");
        Some(answer)
    }

    fn begin(&self, call: Call) -> Work {
        let system = self.system.clone();
        let (point, version) = (self.point(), self.with.version);
        let span = tracing::info_span!("frame", trace = %call.trace, charge_point = %point);
        let work = async move {
            let answer =
                dispatch::handle(&system, point, version, &call.action, &call.payload).await;
            Served { call, answer }
        };
        Box::pin(work.instrument(span))
    }

    /// Writes the answer of a CALL that was worked off, and keeps it in case the CALL comes again.
    pub(super) async fn answer(&mut self, served: Served) -> Said {
        self.work = None;
        let Served { call, answer } = served;
        let version = self.with.version;
        let text = match answer {
            Answer::Silence => return Ok(()),
            Answer::Error(error) => {
                tracing::warn!(charge_point = %self.point(), trace = %call.trace, action = %shown(&call.action), %error, "a message is refused");
                frame::print_error(&call.id, &error, version)
            }
            Answer::Result(payload) => {
                let text = frame::print_result(&call.id, &payload, version);
                self.system.repeats.remember(
                    self.point(),
                    &call.id,
                    &call.action,
                    call.payload.get(),
                    &text,
                    Instant::now(),
                );
                text
            }
        };
        self.write(text, Some(call.action), call.trace).await
    }

    /// Sends our next CALL, unless one is in flight.
    pub(super) async fn call_next(&mut self) -> Said {
        let clock = &self.system.core.clock;
        let Some(leaving) = self.calls.next(Instant::now(), || clock.id()) else {
            return Ok(());
        };
        let version = self.with.version;
        let text = frame::print_call(&leaving.id, &leaving.action, &leaving.payload, version);
        self.write(text, None, leaving.trace).await?;
        (leaving.on_sent)(self.system.core.clock.now());
        Ok(())
    }

    /// The charger's CALLRESULT. One that does not fit its action's schema is no answer to build on.
    pub(super) fn result(&mut self, id: &MessageId, payload: Box<RawValue>, trace: Uuid) {
        let checked = match self.calls.asked(id) {
            None => Ok(Reply(payload)),
            Some((action, _)) => {
                ocpp::payload::check_response(self.with.version, &action, &payload)
                    .map(|()| Reply(payload))
                    .map_err(|error| CallFailure::Error {
                        code: frame::code_word(&error.code, self.with.version),
                        description: error.description,
                    })
            }
        };
        self.take_in(id, checked, trace);
    }

    /// The charger's CALLERROR.
    pub(super) fn error(&mut self, id: &MessageId, error: &CallErrorRef<'_>, trace: Uuid) {
        let failure = CallFailure::Error {
            code: bounded(&frame::code_word(&error.code, self.with.version), 64),
            description: bounded(&error.description, 255),
        };
        self.take_in(id, Err(failure), trace);
    }

    fn take_in(&mut self, id: &MessageId, answer: Result<Reply, CallFailure>, trace: Uuid) {
        let point = self.point();
        match self.calls.heard(id, answer, Instant::now()) {
            Heard::Answer => {}
            Heard::Late => {
                tracing::warn!(charge_point = %point, %trace, message = %shown(id.as_str()), "an answer came too late and is ignored");
            }
            Heard::Unknown => {
                tracing::warn!(charge_point = %point, %trace, message = %shown(id.as_str()), "an answer to nothing that was asked is ignored");
            }
        }
    }

    /// A CALL of ours ran out of time.
    pub(super) fn time_up(&mut self) {
        if let Some(action) = self.calls.expire(Instant::now()) {
            tracing::warn!(charge_point = %self.point(), action, "a charger did not answer in time");
        }
    }

    /// Writes a frame and notes it; `action` is the one it answers.
    async fn write(&mut self, text: String, action: Option<String>, trace: Uuid) -> Said {
        let entry = self.goes(&text, action.as_deref(), trace);
        self.send(Message::Text(text.into())).await?;
        self.system.log.note(entry).await;
        Ok(())
    }
}

/// A charger's text as a log line may hold it.
fn shown(text: &str) -> String {
    bounded(text, 64).escape_debug().to_string()
}

fn bounded(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
