//! Engine.IO 4 packets with the Socket.IO 5 packets inside them, as text. No I/O.

use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The answer to a ping.
pub(super) const PONG: &str = "3";

/// What a server may say. Binary attachments and other namespaces are [`Packet::Unknown`].
#[derive(Debug)]
pub(super) enum Packet {
    /// Engine.IO's handshake.
    Open,
    Ping,
    /// Either protocol's goodbye.
    Closed,
    /// Socket.IO let us in, or did not.
    Connected,
    Refused(Value),
    /// An event: its name and first argument.
    Event(String, Box<RawValue>),
    /// The first argument of an acknowledgement.
    Ack(u64, Value),
    Unknown,
}

/// Reads one packet.
pub(super) fn read(text: &str) -> Packet {
    let known = match text.as_bytes() {
        [b'0', ..] => Some(Packet::Open),
        [b'1'] | [b'4', b'1'] => Some(Packet::Closed),
        [b'2'] => Some(Packet::Ping),
        [b'4', b'0', ..] => Some(Packet::Connected),
        [b'4', b'2', ..] => event_of(&text[2..]),
        [b'4', b'3', ..] => ack_of(&text[2..]),
        [b'4', b'4', ..] => serde_json::from_str(&text[2..]).ok().map(Packet::Refused),
        _ => None,
    };
    known.unwrap_or(Packet::Unknown)
}

fn event_of(text: &str) -> Option<Packet> {
    let (name, data) = serde_json::from_str(text).ok()?;
    Some(Packet::Event(name, data))
}

fn ack_of(text: &str) -> Option<Packet> {
    let (id, arguments) = text.split_at(text.find('[')?);
    let arguments: Vec<Value> = serde_json::from_str(arguments).ok()?;
    let first = arguments.into_iter().next().unwrap_or_default();
    Some(Packet::Ack(id.parse().ok()?, first))
}

/// Asks to be let in.
pub(super) fn connect(auth: &Value) -> String {
    format!("40{auth}")
}

/// An event that wants to be acknowledged.
pub(super) fn event(id: u64, name: &str, data: &Value) -> String {
    format!("42{id}{}", json!([name, data]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_told_apart() {
        let check =
            |text: &str, expect: &str| assert_eq!(format!("{:?}", read(text)), expect, "{text}");
        check(r#"0{"sid":"x","pingInterval":5000}"#, "Open");
        check("2", "Ping");
        check("1", "Closed");
        check("41", "Closed");
        check(r#"40{"sid":"x"}"#, "Connected");
        check(
            r#"44{"message":"no"}"#,
            r#"Refused(Object {"message": String("no")})"#,
        );
        check(
            r#"42["notification",{"seq":1}]"#,
            r#"Event("notification", RawValue({"seq":1}))"#,
        );
        check(
            r#"4312[{"ok":true}]"#,
            r#"Ack(12, Object {"ok": Bool(true)})"#,
        );
        check("437[]", "Ack(7, Null)");
        // An ack without an id and an event of another namespace are none of ours.
        check("43[1]", "Unknown");
        check(r#"42/cms,["x",1]"#, "Unknown");
        check("", "Unknown");
    }
}
