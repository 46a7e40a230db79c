//! OCPP-J frames: text in, text out, and what a frame that cannot be read deserves as an answer.
//! Not for payloads (`payload`) and not for sockets (the gateway's `central_system`).

use std::borrow::Cow;

use ocpp_kit::rpc::FrameReply;
pub use ocpp_kit::rpc::{CallError, CallErrorRef, ErrorCode, Frame};
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

/// How deep arrays and objects may be nested in a message (FLT-09). OCPP's own need six.
pub const MAX_DEPTH: usize = 32;

/// Reads one text message. How deep it is nested is looked at before anything reads it as JSON.
pub fn parse(text: &str, version: Version) -> Result<Frame<'_>, FrameFault> {
    if depth(text) > MAX_DEPTH {
        return Err(too_deep(text, version));
    }
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

/// How deep the brackets of a text go. In what is no JSON it counts some way or other.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Only the outer array is split here, which does not go into the depth, to know which CALL to answer.
fn too_deep(text: &str, version: Version) -> FrameFault {
    let reason = format!("nested more than {MAX_DEPTH} deep");
    let answer = match Frame::parse(text, version.kit()) {
        Ok(Frame::Call { id, .. }) => {
            let error = CallError::new(ErrorCode::FormatViolation, reason.clone());
            Some(print_error(&id, &error, version))
        }
        _ => None,
    };
    FrameFault { reason, answer }
}

/// The text with its escaped NUL characters replaced (U+FFFD): PostgreSQL stores none, and no charger means one.
/// Done once, before anything is read.
pub fn without_nul(text: &str) -> Cow<'_, str> {
    const NUL: &str = "\\u0000";
    if !text.contains(NUL) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        clean.push_str(before);
        // An escaped backslash is passed over as a pair, so that the one behind it begins no escape.
        let length = if escape.starts_with(NUL) {
            clean.push_str("\\ufffd");
            NUL.len()
        } else {
            let pair = escape
                .char_indices()
                .nth(2)
                .map_or(escape.len(), |(at, _)| at);
            clean.push_str(&escape[..pair]);
            pair
        };
        rest = &escape[length..];
    }
    clean.push_str(rest);
    Cow::Owned(clean)
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

/// An error code in the version's spelling.
pub fn code_word(code: &ErrorCode, version: Version) -> String {
    code.as_wire(version.kit()).to_owned()
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
    fn a_text_nested_too_deep_is_refused_before_it_is_read() {
        let nested = |deep: usize| {
            let (open, close) = ("[".repeat(deep), "]".repeat(deep));
            format!(r#"[2,"id-1","DataTransfer",{{"data":{open}{close}}}]"#)
        };
        parse(&nested(MAX_DEPTH - 2), Version::V1_6).expect("as deep as may be");
        let fault = parse(&nested(MAX_DEPTH - 1), Version::V1_6).expect_err("one too deep");
        assert_eq!(
            fault.answer.as_deref(),
            Some(r#"[4,"id-1","FormationViolation","nested more than 32 deep",{}]"#),
            "the charger learns which CALL failed"
        );
        let fault = parse(&nested(300_000), Version::V1_6).expect_err("far too deep");
        assert!(fault.answer.is_some(), "and the stack holds");
        for silent in [
            "[".repeat(500_000),
            r#"{"a":"#.repeat(100_000),
            format!("[3,\"id\",{}]", "[".repeat(40) + &"]".repeat(40)),
        ] {
            let fault = parse(&silent, Version::V1_6).expect_err("too deep");
            assert_eq!(fault.answer, None, "no CALL, no answer");
        }
        let brackets = format!(
            r#"[2,"a","DataTransfer",{{"data":"{}\"["}}]"#,
            "[{".repeat(50)
        );
        parse(&brackets, Version::V1_6).expect("brackets in a text nest nothing");
    }

    #[test]
    fn nul_characters_go_and_everything_else_stays() {
        for (text, expect) in [
            (r#"["a\u0000b"]"#, r#"["a\ufffdb"]"#),
            (r#"["\u0000\u0000"]"#, r#"["\ufffd\ufffd"]"#),
            // A backslash, then the text u0000: no NUL at all.
            (r#"["\\u0000"]"#, r#"["\\u0000"]"#),
            (r#"["\\\u0000"]"#, r#"["\\\ufffd"]"#),
            (r#"["\"\u0000é\n"]"#, r#"["\"\ufffdé\n"]"#),
            (r#"["\u0001"]"#, r#"["\u0001"]"#),
            ("\\u0000\\", "\\ufffd\\"),
            ("\\u0000\\é", "\\ufffd\\é"),
        ] {
            assert_eq!(without_nul(text), expect, "{text}");
        }
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

        #[test]
        fn what_reads_before_its_nuls_go_reads_after_and_holds_none(text in any::<String>(), slashes in "[\\\\u0\"]{0,40}") {
            let json = serde_json::to_string(&[&text, &slashes]).expect("texts are JSON");
            let clean: Vec<String> = serde_json::from_str(&without_nul(&json)).expect("still JSON");
            let expect = [&text, &slashes].map(|text| text.replace('\0', "\u{fffd}"));
            prop_assert_eq!(clean, expect);
        }
    }
}
