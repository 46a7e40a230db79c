//! The tables, one file each. A function reads or writes rows and decides nothing.

pub mod access_tokens;
pub mod adjustments;
pub mod alerts;
pub mod audit;
pub mod bills;
pub mod charge_points;
pub mod commands;
pub mod connectors;
pub mod customers;
pub mod event_book;
pub mod figures;
pub mod gateways;
pub mod guest_orders;
pub mod holds;
pub mod id_tokens;
pub mod idempotency;
pub mod inbox;
pub mod ledger;
pub mod live_log;
pub mod ocpp_messages;
pub mod operators;
pub mod organizations;
pub mod outbox;
pub mod prepaid;
pub mod price_turns;
pub mod readings;
pub mod receipts;
pub mod sessions;
pub mod settings;
pub mod shifts;
pub mod signed_readings;
pub mod stations;
pub mod suspense;
pub mod tariffs;
pub mod topups;
pub mod vehicles;

mod wanted;

use domain::{Scope, Timestamp};

use crate::StoreError;

use wanted::page;
pub use wanted::{Order, Sorts, Wanted};

/// A page of rows and how many there are in all.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// All rows that match, on every page.
    pub total: i64,
}

/// Which rows of a list.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// How many at most.
    pub limit: i64,
    /// How many to leave out first.
    pub offset: i64,
}

/// What a list is held to, as its query takes it; `NULL`: all of it.
fn within(scope: Scope) -> Option<String> {
    scope.organization().map(|id| id.to_string())
}

fn to_ms(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// The rows of a table that were made in a time, a piece at a time in their order: ids are UUID v7, so they begin with when
/// they were made, and they are the table's key.
#[derive(Clone, Debug)]
pub struct Made {
    /// Beyond this id.
    after: String,
    /// Before this one.
    before: String,
    /// How many at most.
    limit: i64,
}

impl Made {
    /// The first piece.
    pub fn between(from: Timestamp, to: Timestamp, limit: i64) -> Self {
        // What is exactly there is greater than the bare moment.
        Self {
            after: begins(from),
            before: begins(to),
            limit,
        }
    }

    /// The piece behind a row.
    #[must_use]
    pub fn beyond(&self, id: impl std::fmt::Display) -> Self {
        Self {
            after: id.to_string(),
            ..self.clone()
        }
    }
}

/// What ids of a moment begin with: 48 bits of milliseconds (RFC 9562 §5.7).
fn begins(time: Timestamp) -> String {
    let ms = u64::try_from(to_ms(time)).unwrap_or(0) & 0xffff_ffff_ffff;
    format!("{:08x}-{:04x}-", ms >> 16, ms & 0xffff)
}

/// A list as one parameter, which both engines can unfold: JSON. A row of it is a tuple; straight to text, for as a tree
/// of values each of its texts would be copied twice. SQLite unfolds it with `jsonb_each`: as text again, a row would be
/// read anew for each of its columns.
fn folded(rows: impl serde::Serialize) -> String {
    serde_json::to_string(&rows).expect("rows of texts and numbers print as JSON")
}

fn from_ms(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(|_| corrupt("time", ms))
}

fn from_ms_opt(ms: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    ms.map(from_ms).transpose()
}

fn parse<T: std::str::FromStr>(what: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| corrupt(what, text))
}

fn parse_opt<T: std::str::FromStr>(
    what: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(what, text)).transpose()
}

/// What somebody searches for as a LIKE pattern, in lower case, with `!` as its escape character.
fn like(search: &str) -> String {
    let mut pattern = String::from("%");
    for character in search.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

fn word<T>(
    what: &'static str,
    text: &str,
    from_word: fn(&str) -> Option<T>,
) -> Result<T, StoreError> {
    from_word(text).ok_or_else(|| corrupt(what, text))
}

fn corrupt(what: &'static str, value: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt {
        what,
        value: value.to_string(),
    }
}
