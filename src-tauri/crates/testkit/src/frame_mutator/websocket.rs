//! WebSocket frames of a client, right and wrong (RFC 6455 §5), as bytes. Not for what stands in them. What it says of
//! them is held against a WebSocket library; planted once and seen red: a fragment that begins a message anew.

use crate::dice::Dice;

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
/// The last frame of its message.
const FIN: u8 = 0x80;
/// The longest payload of a control frame.
const CONTROL: usize = 125;

/// What RFC 6455 says of a stream of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// In order, and a whole text message: the connection goes on.
    Whole,
    /// Against the rules: the connection is failed, with this close code where a rule names one.
    Broken(u16),
    /// Neither: more is to come, and does not.
    Unfinished,
}

/// Bytes to write, and what becomes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they are by RFC 6455.
    pub fate: Fate,
    /// What was done, in words.
    pub what: &'static str,
}

/// A text message in one frame.
pub fn text_frame(payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    frame(FIN | TEXT, payload, mask)
}

/// A binary message in one frame.
pub fn binary_frame(payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    frame(FIN | BINARY, payload, mask)
}

/// A goodbye.
pub fn close_frame(code: u16, mask: [u8; 4]) -> Vec<u8> {
    frame(FIN | CLOSE, &code.to_be_bytes(), mask)
}

pub(super) fn mutate(dice: &mut Dice, payload: &[u8]) -> Stream {
    let mask = dice.bits().to_be_bytes();
    let mask = [mask[0], mask[1], mask[2], mask[3]];
    let cut = 1 + dice.roll(payload.len().saturating_sub(1));
    let (head, tail) = payload.split_at(cut.min(payload.len()));
    let broken = |what, bytes| Stream {
        bytes,
        fate: Fate::Broken(1002),
        what,
    };
    let whole = |what, bytes| Stream {
        bytes,
        fate: Fate::Whole,
        what,
    };
    let unfinished = |what, bytes| Stream {
        bytes,
        fate: Fate::Unfinished,
        what,
    };
    let text = || text_frame(payload, mask);
    match dice.roll(20) {
        0 | 1 => whole("one frame", text()),
        2 | 3 => whole("fragments", fragments(dice, payload, mask, false)),
        4 | 5 => whole(
            "fragments with control frames between them",
            fragments(dice, payload, mask, true),
        ),
        6 => {
            let ping = vec![b'x'; dice.roll(CONTROL + 1)];
            let kind = *dice.pick(&[PING, PONG]);
            whole(
                "a control frame before it",
                [frame(FIN | kind, &ping, mask), text()].concat(),
            )
        }
        7 => broken("no mask", unmasked(FIN | TEXT, payload)),
        8 => {
            let reserved = *dice.pick(&[0x40, 0x20, 0x10, 0x70]);
            broken(
                "a reserved bit",
                frame(FIN | reserved | TEXT, payload, mask),
            )
        }
        9 => {
            let opcode = *dice.pick(&[3, 4, 5, 6, 7, 11, 12, 13, 14, 15]);
            broken(
                "a reserved opcode",
                frame(FIN | opcode, &payload[..payload.len().min(CONTROL)], mask),
            )
        }
        10 => broken(
            "a continuation of nothing",
            frame(*dice.pick(&[CONTINUATION, FIN]), payload, mask),
        ),
        11 => broken(
            "a message within a message",
            [frame(TEXT, head, mask), frame(FIN | TEXT, tail, mask)].concat(),
        ),
        12 => broken(
            "a control frame in parts",
            frame(*dice.pick(&[PING, PONG, CLOSE]), b"\x03\xe8", mask),
        ),
        13 => broken(
            "a control frame that is too long",
            frame(
                FIN | *dice.pick(&[PING, PONG, CLOSE]),
                &[3; CONTROL + 1],
                mask,
            ),
        ),
        14 => {
            let code = *dice.pick(&[0_u16, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535]);
            broken("a close code that nobody may send", close_frame(code, mask))
        }
        15 => broken("half a close code", frame(FIN | CLOSE, &[3], mask)),
        16 => Stream {
            bytes: binary_frame(payload, mask),
            fate: Fate::Broken(1003),
            what: "a binary message",
        },
        17 => Stream {
            bytes: text_frame(&[head, b"\xff", tail].concat(), mask),
            fate: Fate::Broken(1007),
            what: "text that is not UTF-8",
        },
        18 => unfinished("a message without its end", frame(TEXT, head, mask)),
        _ => {
            let mut bytes = text();
            bytes.truncate(1 + dice.roll(bytes.len() - 1));
            unfinished("half a frame", bytes)
        }
    }
}

/// A message in up to six frames, empty ones among them.
fn fragments(dice: &mut Dice, payload: &[u8], mask: [u8; 4], control: bool) -> Vec<u8> {
    let mut rest = payload;
    let mut bytes = Vec::new();
    let mut kind = TEXT;
    for _ in 0..=dice.roll(5) {
        let (part, later) = rest.split_at(dice.roll(rest.len() + 1));
        bytes.extend(frame(kind, part, mask));
        if control {
            let told = vec![b'p'; dice.roll(CONTROL + 1)];
            bytes.extend(frame(FIN | *dice.pick(&[PING, PONG]), &told, mask));
        }
        (kind, rest) = (CONTINUATION, later);
    }
    bytes.extend(frame(FIN | kind, rest, mask));
    bytes
}

fn frame(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut bytes = head(first, payload.len(), 0x80);
    bytes.extend(mask);
    let masked = payload.iter().zip(mask.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}

fn unmasked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = head(first, payload.len(), 0);
    bytes.extend(payload);
    bytes
}

fn head(first: u8, length: usize, masked: u8) -> Vec<u8> {
    let mut bytes = vec![first];
    if let Some(short) = u8::try_from(length).ok().filter(|short| *short < 126) {
        bytes.push(masked | short);
    } else if let Ok(medium) = u16::try_from(length) {
        bytes.push(masked | 0x7e);
        bytes.extend(medium.to_be_bytes());
    } else {
        bytes.push(masked | 0x7f);
        bytes.extend(u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
    use tokio_tungstenite::tungstenite::{Message, WebSocket};

    use super::*;

    /// A server's end of a connection on which these bytes came, and nothing else will.
    struct Came(std::io::Cursor<Vec<u8>>);

    impl std::io::Read for Came {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match std::io::Read::read(&mut self.0, buffer)? {
                0 => Err(std::io::ErrorKind::WouldBlock.into()),
                length => Ok(length),
            }
        }
    }

    impl std::io::Write for Came {
        fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
            Ok(buffer.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_a_stream_is_said_to_be_is_what_a_websocket_library_makes_of_it() {
        let mut dice = Dice::new(3);
        let payload = r#"[2,"m-1","DataTransfer",{"vendorId":"grün"}]"#;
        for _ in 0..2_000 {
            let stream = mutate(&mut dice, payload.as_bytes());
            let came = Came(std::io::Cursor::new(stream.bytes.clone()));
            let mut socket =
                WebSocket::from_raw_socket(came, Role::Server, Some(WebSocketConfig::default()));
            let said = loop {
                match socket.read() {
                    Ok(Message::Ping(_) | Message::Pong(_)) => {}
                    other => break other,
                }
            };
            let what = stream.what;
            match (stream.fate, said) {
                (Fate::Whole, Ok(Message::Text(text))) => {
                    assert_eq!(text.as_str(), payload, "{what}");
                }
                // The library reads a goodbye of a wrong kind as one.
                (Fate::Broken(1003), Ok(Message::Binary(_)))
                | (Fate::Broken(1002), Ok(Message::Close(_))) => {}
                (Fate::Broken(_), Err(error)) => assert!(!is_waiting(&error), "{what}: {error}"),
                (Fate::Unfinished, Err(error)) => assert!(is_waiting(&error), "{what}: {error}"),
                (fate, said) => panic!("{what}, {fate:?}: {said:?}"),
            }
        }
    }

    fn is_waiting(error: &tokio_tungstenite::tungstenite::Error) -> bool {
        matches!(error, tokio_tungstenite::tungstenite::Error::Io(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }
}
