//! A proxy told in words, for a person at a terminal: `list`, `3 half client`, `delay 200ms`. Not for what they do.

use std::str::FromStr;
use std::time::Duration;

use super::{Cut, FaultProxy, Faults};

/// What can be said, for whoever said something else.
const HELP: &str = "say [NUMBER] and one of: delay 200ms · rate BYTES_PER_SECOND · rate off · hole on · hole off · clear \
    · cut · reset · half client · half server; or for all that come: refuse on · refuse off · list. Without NUMBER \
    it is said to all connections";

/// Does what a line says and answers in a line; an error says what could be said.
pub fn obey(proxy: &FaultProxy, line: &str) -> Result<String, String> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let number = words.first().and_then(|word| word.parse::<u64>().ok());
    if number.is_some() {
        words.remove(0);
    }
    let cut = match words[..] {
        ["list"] if number.is_none() => return Ok(list(proxy)),
        ["refuse", word] if number.is_none() => {
            proxy.refuse(switch(word)?);
            return Ok("ok".to_owned());
        }
        ["cut"] => Some(Cut::Close),
        ["reset"] => Some(Cut::Reset),
        ["half", "client"] => Some(Cut::ClientGone),
        ["half", "server"] => Some(Cut::ServerGone),
        _ => None,
    };
    let there = match (cut, number) {
        (Some(cut), Some(number)) => proxy.cut(number, cut),
        (Some(cut), None) => {
            proxy.cut_all(cut);
            true
        }
        (None, Some(number)) => {
            let before = proxy.faults(number).unwrap_or_default();
            proxy.set(number, changed(before, &words)?)
        }
        (None, None) => {
            let before = proxy.lock().faults;
            proxy.set_all(changed(before, &words)?);
            true
        }
    };
    if there {
        Ok("ok".to_owned())
    } else {
        Err("there is no such connection; say: list".to_owned())
    }
}

fn list(proxy: &FaultProxy) -> String {
    let open = proxy.connections();
    if open.is_empty() {
        return "no connections".to_owned();
    }
    let tell = |number| {
        let faults = proxy.faults(number).unwrap_or_default();
        let rate = faults
            .bytes_per_second
            .map_or("off".to_owned(), |rate| rate.to_string());
        let hole = if faults.black_hole { "on" } else { "off" };
        let delay = faults.delay.as_millis();
        format!("{number}: delay {delay}ms, rate {rate}, hole {hole}")
    };
    open.into_iter().map(tell).collect::<Vec<_>>().join("\n")
}

fn changed(before: Faults, words: &[&str]) -> Result<Faults, String> {
    Ok(match words {
        ["clear"] => Faults::default(),
        ["delay", time] => Faults {
            delay: Duration::from_millis(number(time.trim_end_matches("ms"))?),
            ..before
        },
        ["rate", "off"] => Faults {
            bytes_per_second: None,
            ..before
        },
        ["rate", rate] => Faults {
            bytes_per_second: Some(number(rate)?),
            ..before
        },
        ["hole", word] => Faults {
            black_hole: switch(word)?,
            ..before
        },
        _ => return Err(HELP.to_owned()),
    })
}

fn switch(word: &str) -> Result<bool, String> {
    match word {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(HELP.to_owned()),
    }
}

fn number<N: FromStr>(word: &str) -> Result<N, String> {
    word.parse().map_err(|_| HELP.to_owned())
}
