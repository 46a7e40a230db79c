//! OCPP-J frames: text in, text out, and what a frame that cannot be read deserves as an answer.
//! Not for payloads (`payload`) and not for sockets (the gateway's `central_system`).

use ocpp_kit::rpc::FrameReply;
pub use ocpp_kit::rpc::{CallError, ErrorCode, Frame};
pub use ocpp_kit::types::MessageId;

use crate::{RawValue, Version};

/// A text that is no frame of the negotiated version, and the answer it gets.
///
/// Source: OCPP-J 1.6 §4.1.3 and §4.2; OCPP 2.0.1 part 4 §4.2.3 and §4.4.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct FrameFault {
    /// What was wrong, in words for the log.
    pub reason: String,
    /// The whole CALLERROR frame to send back; `None` where the version says to stay silent.
    pub answer: Option<String>,
}

/// Reads one text message.
pub fn parse(text: &str, version: Version) -> Result<Frame<'_>, FrameFault> {
    Frame::parse(text, version.kit()).map_err(|fault| {
        let answers =
            fault.reply(version.kit()) == FrameReply::CallError && can_answer(&fault, version);
        FrameFault {
            answer: answers.then(|| {
                print_error(
                    &fault.reply_id(),
                    &CallError::new(fault.error_code(), fault.to_string()),
                    version,
                )
            }),
            reason: fault.to_string(),
        }
    })
}

/// 1.6 has no rule for a CALL whose id cannot be read, and no "-1": silence is all it allows.
fn can_answer(fault: &ocpp_kit::rpc::FrameError, version: Version) -> bool {
    version != Version::V1_6 || fault.reply_id() != MessageId::unreadable()
}

/// A CALL as text: `[2, id, action, payload]`.
pub fn print_call(id: &MessageId, action: &str, payload: &RawValue, version: Version) -> String {
    print(
        &Frame::Call {
            id: id.clone(),
            action: action.into(),
            payload: std::borrow::Cow::Borrowed(payload),
        },
        version,
    )
}

/// A CALLRESULT as text: `[3, id, payload]`.
pub fn print_result(id: &MessageId, payload: &RawValue, version: Version) -> String {
    print(
        &Frame::CallResult {
            id: id.clone(),
            payload: std::borrow::Cow::Borrowed(payload),
        },
        version,
    )
}

/// A CALLERROR as text, in the version's spelling of the code: `[4, id, code, description, details]`.
pub fn print_error(id: &MessageId, error: &CallError, version: Version) -> String {
    print(
        &Frame::CallError {
            id: id.clone(),
            error: error.into(),
        },
        version,
    )
}

fn print(frame: &Frame<'_>, version: Version) -> String {
    frame
        .to_json(version.kit())
        .expect("ids, names and JSON that was already read always print")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_frame_that_cannot_be_read_gets_the_answer_its_version_names() {
        let check = |text: &str, expect: Option<&str>| {
            let fault = parse(text, Version::V1_6).expect_err("every text here is a broken frame");
            assert_eq!(fault.answer.as_deref(), expect, "answer to {text}");
        };
        // OCPP-J 1.6 §4.1.3: an unknown message type is ignored.
        check(r#"[9,"a","Heartbeat",{}]"#, None);
        // No id to answer to.
        check("{}", None);
        check("[2]", None);
        check(r#"[2,7,"Heartbeat",{}]"#, None);
        // The id is readable, the action is not: the charger learns which CALL failed.
        check(
            r#"[2,"id-1",5,{}]"#,
            Some(r#"[4,"id-1","GenericError","action could not be read",{}]"#),
        );
    }

    #[test]
    fn errors_leave_in_the_spelling_of_the_version() {
        let error = CallError::new(ErrorCode::FormatViolation, "");
        let text = print_error(&MessageId::from_wire("x"), &error, Version::V1_6);
        // OCPP-J 1.6 errata §5 keeps the misspelt name; another one makes chargers resend for ever.
        assert_eq!(text, r#"[4,"x","FormationViolation","",{}]"#);
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_the_same(id in "[ -~]{1,36}", action in "[A-Za-z]{1,30}", n in any::<i64>()) {
            let id = MessageId::from_wire(&id);
            let payload = RawValue::from_string(format!(r#"{{"n":{n}}}"#)).expect("an object is JSON");
            let text = print_call(&id, &action, &payload, Version::V1_6);
            let frame = parse(&text, Version::V1_6).expect("a printed frame is a frame");
            prop_assert_eq!(frame.id(), &id);
            prop_assert_eq!(frame.action(), Some(action.as_str()));
            prop_assert_eq!(frame.payload().map(RawValue::get), Some(payload.get()));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,200}") {
            let _ = parse(&text, Version::V1_6);
        }
    }
}
