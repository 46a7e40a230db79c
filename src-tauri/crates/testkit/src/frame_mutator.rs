//! Makes wrong frames of right ones, from a seed: of every message of OCPP 1.6 as text ([`Mutator::text`]), and of
//! WebSocket frames as bytes ([`Mutator::stream`]). Not for what a central system should do about them.

pub mod messages;
mod text;
mod websocket;

use crate::dice::Dice;

pub use websocket::{Fate, Stream, binary_frame, close_frame, text_frame};

/// A source of mutated frames.
#[derive(Clone, Debug)]
pub struct Mutator {
    dice: Dice,
    /// Valid OCPP-J texts.
    whole: Vec<String>,
}

impl Mutator {
    /// The frames of this series.
    pub fn new(dice: Dice) -> Self {
        let requests = messages::FROM_CHARGERS.iter().chain(messages::FROM_CENTRAL);
        let calls = requests.map(|(action, payload)| format!(r#"[2,"m-1","{action}",{payload}]"#));
        let answers = [
            r#"[3,"m-1",{"status":"Accepted"}]"#,
            r#"[3,"m-1",{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"}],"unknownKey":["x"]}]"#,
            r#"[4,"m-1","GenericError","wörds",{"more":[1,2,{"deep":null}]}]"#,
        ];
        Self {
            dice,
            whole: calls.chain(answers.map(str::to_owned)).collect(),
        }
    }

    /// A valid frame.
    pub fn whole(&mut self) -> String {
        self.dice.pick(&self.whole).clone()
    }

    /// A frame with one to three things wrong with it. Not always UTF-8, and now and then still valid.
    pub fn text(&mut self) -> Vec<u8> {
        let whole = self.whole();
        text::mutate(&mut self.dice, &whole)
    }

    /// Bytes to write on an open WebSocket: a message in some shape that RFC 6455 allows or forbids.
    pub fn stream(&mut self) -> Stream {
        let whole = self.whole();
        websocket::mutate(&mut self.dice, whole.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn a_seed_makes_the_same_frames_again() {
        let frames = || {
            let mut mutator = Mutator::new(Dice::new(7));
            (0..200)
                .map(|_| (mutator.text(), mutator.stream().bytes))
                .collect::<Vec<_>>()
        };
        assert_eq!(frames(), frames(), "to the byte");
    }

    #[test]
    fn among_ten_thousand_frames_is_every_kind_of_damage() {
        let mut mutator = Mutator::new(Dice::new(1));
        let wholes: HashSet<_> = mutator
            .whole
            .iter()
            .cloned()
            .map(String::into_bytes)
            .collect();
        assert_eq!(
            wholes.len(),
            43,
            "39 actions, DataTransfer both ways, three answers"
        );
        let mut seen: HashSet<&str> = HashSet::new();
        let mut intact = 0;
        for _ in 0..10_000 {
            let bytes = mutator.text();
            intact += usize::from(wholes.contains(&bytes));
            let Ok(text) = String::from_utf8(bytes) else {
                seen.insert("no UTF-8");
                continue;
            };
            if text.len() > 50_000 {
                seen.insert("huge");
            }
            if text.contains(&"[".repeat(100)) || text.contains(&r#"{"a":"#.repeat(50)) {
                seen.insert("deep");
            }
            if text.contains("\\u0000") || text.contains('\0') {
                seen.insert("NUL");
            }
            if text.contains("1e999") || text.contains("99999999999999999999") {
                seen.insert("a number beyond all types");
            }
            seen.insert(match serde_json::from_str::<Value>(&text) {
                Ok(_) => "JSON of another shape",
                Err(error) if error.is_eof() => "cut off",
                Err(_) => "no JSON",
            });
        }
        assert_eq!(seen.len(), 8, "{seen:?}");
        assert!(intact < 500, "few are as they were: {intact}");
    }

    #[test]
    fn streams_of_every_fate_are_made() {
        let mut mutator = Mutator::new(Dice::new(1));
        let mut fates = [0; 3];
        for _ in 0..3_000 {
            fates[match mutator.stream().fate {
                Fate::Whole => 0,
                Fate::Broken(_) => 1,
                Fate::Unfinished => 2,
            }] += 1;
        }
        assert!(fates.iter().all(|count| *count > 200), "{fates:?}");
    }
}
