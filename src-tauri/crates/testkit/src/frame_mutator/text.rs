//! Wrong texts of right ones: damage to bytes, and damage to what the JSON says.

use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// What has broken parsers before, or says something in JSON, time or text.
const TOKENS: &[&[u8]] = &[
    b"[",
    b"]",
    b"{",
    b"}",
    b"\"",
    b"\\",
    b",",
    b":",
    b"null",
    b"-",
    b"1e999",
    b"-0",
    b"0x1",
    b"\\u0000",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\0",
    b"\x1b[31m",
    b"\r\n",
    b"NaN",
    b"Infinity",
    b"/*",
    b"<script>",
    b"' OR 1=1;--",
    b"%s%n",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"99999999999999999999",
    b"2026-00-00T25:61:61Z",
];

/// What is not UTF-8: a lone continuation, a cut character, an overlong NUL, a surrogate, a byte that never stands.
const DAMAGE: &[&[u8]] = &[
    b"\x80",
    b"\xc3",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xff",
    b"\xf4\x90\x80\x80",
];

pub(super) fn mutate(dice: &mut Dice, whole: &str) -> Vec<u8> {
    let mut bytes = if dice.once_in(3) {
        whole.as_bytes().to_vec()
    } else {
        reshape(dice, whole)
    };
    // What was reshaped is mostly left as it is, so that it is read to the end.
    let more = if bytes == whole.as_bytes() {
        1 + dice.roll(3)
    } else {
        usize::from(dice.once_in(4))
    };
    for _ in 0..more {
        damage(dice, &mut bytes);
    }
    bytes
}

fn damage(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let at = dice.roll(bytes.len() + 1);
    let length = dice.roll(bytes.len() - at + 1).min(40);
    let part = at..at + length;
    match dice.roll(8) {
        0 => bytes.truncate(at),
        1 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
        2 => drop(bytes.drain(part)),
        3 => {
            let twice = bytes[part].to_vec();
            bytes.splice(at..at, twice);
        }
        4 => drop(bytes.splice(at..at, dice.pick(DAMAGE).iter().copied())),
        5 => {
            let last = bytes.len() - 1;
            bytes.swap(at.min(last), 0);
        }
        _ => drop(bytes.splice(at..at, dice.pick(TOKENS).iter().copied())),
    }
    // An empty message is one, too; but nothing could be done to it any more.
    if bytes.is_empty() {
        bytes.push(dice.byte());
    }
}

/// The same frame saying something else.
fn reshape(dice: &mut Dice, whole: &str) -> Vec<u8> {
    let mut frame: Value = serde_json::from_str(whole).expect("a valid frame is JSON");
    if dice.once_in(8) {
        return twice(dice, whole);
    }
    let mut places = Vec::new();
    list(&frame, String::new(), &mut places);
    let place = dice.pick(&places).clone();
    if dice.once_in(12) {
        return nested(dice, &mut frame, &place);
    }
    if dice.once_in(6) {
        lose(dice, &mut frame, &place);
    } else if let Some(part) = frame.pointer_mut(&place) {
        *part = other(dice, part);
    }
    frame.to_string().into_bytes()
}

/// A member a second time, with another value.
fn twice(dice: &mut Dice, whole: &str) -> Vec<u8> {
    let starts: Vec<usize> = whole.match_indices('{').map(|(at, _)| at + 1).collect();
    let at = *dice.pick(&starts);
    let name = whole[at..].split(':').next().unwrap_or_default();
    let name = if name.starts_with('"') { name } else { "\"a\"" };
    let value = *dice.pick(&["null", "1", "\"\"", "[]", "{}"]);
    let more = if whole[at..].starts_with('}') {
        ""
    } else {
        ","
    };
    format!(
        "{}{name}:{value},{name}:{value}{more}{}",
        &whole[..at],
        &whole[at..]
    )
    .into_bytes()
}

/// A part nested deeper than anybody reads. As text: who prints or drops it as a value would go that deep.
fn nested(dice: &mut Dice, frame: &mut Value, place: &str) -> Vec<u8> {
    const HERE: &str = "HERE-IT-GOES";
    // The deepest seldom: they take the most time to read.
    let depth = if dice.once_in(20) {
        100_000
    } else {
        *dice.pick(&[20, 31, 32, 33, 127, 128, 129, 2_000])
    };
    if let Some(part) = frame.pointer_mut(place) {
        *part = json!(HERE);
    }
    let (open, close) = *dice.pick(&[("[", "]"), (r#"{"a":"#, "}"), ("[", "")]);
    let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
    let text = frame.to_string();
    text.replace(&format!("\"{HERE}\""), &deep).into_bytes()
}

/// A member or element that is gone, or an object that has one more.
fn lose(dice: &mut Dice, frame: &mut Value, place: &str) {
    match frame.pointer_mut(place) {
        Some(Value::Object(members)) if !members.is_empty() => {
            let names: Vec<String> = members.keys().cloned().collect();
            let value = members.remove(dice.pick(&names));
            if dice.once_in(2) {
                members.insert("vendorOwn".to_owned(), value.unwrap_or_default());
            }
        }
        Some(Value::Array(elements)) if !elements.is_empty() => {
            let at = dice.roll(elements.len());
            if dice.once_in(2) {
                elements.remove(at);
            } else {
                elements.push(elements[at].clone());
            }
        }
        Some(part) => *part = Value::Null,
        None => {}
    }
}

fn other(dice: &mut Dice, part: &Value) -> Value {
    match dice.roll(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(*dice.pick(&[
            0,
            1,
            -1,
            2,
            3,
            4,
            i64::from(i32::MAX),
            i64::from(i32::MIN),
            1 << 31,
            i64::MAX,
            i64::MIN
        ])),
        3 => json!(*dice.pick(&[0.1, -0.0, 1e308, 5e-324, 1e21])),
        4 => json!([part, part]),
        5 => json!({ "a": part }),
        6 => {
            // Of characters of several bytes, too, and then at any offset: who cuts by bytes cuts one in two.
            let length = if dice.once_in(20) {
                *dice.pick(&[65_536, 200_000])
            } else {
                *dice.pick(&[20, 21, 25, 26, 36, 37, 50, 51, 255, 256, 500, 501, 2_501])
            };
            let long = dice.pick(&["x", "é", "€", "🔌"]).repeat(length);
            json!("a".repeat(dice.roll(4)) + &long)
        }
        7 => json!(*dice.pick(&[
            "",
            " ",
            "\u{0}",
            "\u{202e}gnp",
            "🔌",
            "<img src=x onerror=alert(1)>",
            "../../etc/passwd",
            "-1",
            "1e9",
            "NaN",
            "true",
            "1,5"
        ])),
        8 => json!(*dice.pick(&[
            "2026-11-22T09:30:00",
            "2026-11-22T09:30:00+14:00",
            "1970-01-01T00:00:00Z",
            "2099-12-31T23:59:60Z",
            "2026-13-01T00:00:00Z",
            "0000-00-00T00:00:00Z",
            "yesterday",
            "99999-01-01T00:00:00Z",
        ])),
        9 => Value::Array(Vec::new()),
        10 => Value::Object(Map::new()),
        _ => json!(part.to_string()),
    }
}

/// Where anything stands in a frame, as JSON pointers.
fn list(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, part) in members {
                list(part, format!("{place}/{name}"), places);
            }
        }
        Value::Array(elements) => {
            for (at, part) in elements.iter().enumerate() {
                list(part, format!("{place}/{at}"), places);
            }
        }
        _ => {}
    }
    places.push(place);
}
