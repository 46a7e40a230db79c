//! What must hold between the events a gateway committed and what a plain consumer of the broker was sent
//! (`tests/python/amqp_consume.py`, a JSON line each): all of it came, nothing else did, and each key's in order
//! (MSG-01, MSG-02, MSG-06).

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use store::repo::event_book::{self, Book};
use store::{Store, StoreError};

/// One delivery, as the consumer wrote it down.
#[derive(Clone, Debug, Deserialize)]
pub struct Delivery {
    #[serde(rename = "message_id")]
    pub id: Option<String>,
    pub headers: Headers,
}

/// What keeps an event's order.
#[derive(Clone, Debug, Deserialize)]
pub struct Headers {
    #[serde(rename = "x-key")]
    pub key: Option<String>,
    #[serde(rename = "x-key-seq")]
    pub number: Option<i64>,
}

/// What was looked at, and what does not hold.
#[derive(Debug, Default)]
pub struct Findings {
    /// Different events that came.
    pub published: usize,
    /// How often one came again: at least once is the promise.
    pub repeats: usize,
    /// Events that are not marked as sent, and may or may not have come.
    pub waiting: usize,
    /// One sentence for each thing that does not hold.
    pub violations: Vec<String>,
}

/// Reads a consumer's lines; its `ready` is none, and a line without an end was torn.
pub fn parse(text: &str) -> serde_json::Result<Vec<Delivery>> {
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    whole
        .filter(|line| line.starts_with('{'))
        .map(serde_json::from_str)
        .collect()
}

/// Holds what came, in the order of its coming to a queue that was bound before the first event, against a
/// database that nobody writes to any more.
pub async fn look(url: &str, deliveries: &[Delivery]) -> Result<Findings, StoreError> {
    let store = Store::open(url).await?;
    let mut conn = store.read().await?;
    let book = event_book::read(&mut conn).await?;
    drop(conn);
    store.close().await;
    Ok(judge(&book, deliveries))
}

fn judge(book: &Book, deliveries: &[Delivery]) -> Findings {
    let mut findings = Findings {
        waiting: book.waiting.len(),
        ..Findings::default()
    };
    let (mut ids, mut came) = (HashSet::new(), HashMap::new());
    let mut newest: HashMap<&str, i64> = HashMap::new();
    for delivery in deliveries {
        let (Some(id), Some(key), Some(number)) = (
            delivery.id.as_deref(),
            delivery.headers.key.as_deref(),
            delivery.headers.number,
        ) else {
            // Other programs publish too.
            continue;
        };
        if !ids.insert(id) {
            findings.repeats += 1;
            continue;
        }
        findings.published += 1;
        if let Some(other) = came.insert((key, number), id) {
            findings.tell(format!("{key} {number} is two events: {other} and {id}"));
        }
        let last = newest.entry(key).or_insert(number - 1);
        if number <= *last {
            findings.tell(format!("out of order: {key} {number} came after {last}"));
        } else if number > *last + 1 {
            findings.tell(format!("a hole: {key} {number} came after {last}"));
        }
        *last = number.max(*last);
    }
    let waits: HashSet<(&str, i64)> = book
        .waiting
        .iter()
        .map(|(_, key, number)| (key.as_str(), *number))
        .collect();
    let mut committed: HashMap<&str, i64> = HashMap::new();
    for (key, last) in &book.keys {
        committed.insert(key, *last);
        for number in 1..=*last {
            let one = (key.as_str(), number);
            if !came.contains_key(&one) && !waits.contains(&one) {
                findings.tell(format!(
                    "marked as sent and never published: {key} {number}"
                ));
            }
        }
    }
    for ((key, number), id) in &came {
        if committed.get(key).is_none_or(|last| number > last) {
            findings.tell(format!(
                "published and never committed: {key} {number}, {id}"
            ));
        }
    }
    let waiting: HashSet<&str> = book.waiting.iter().map(|(id, ..)| id.as_str()).collect();
    for id in &book.logged {
        if !ids.contains(id.as_str()) && !waiting.contains(id.as_str()) {
            findings.tell(format!("shown, marked as sent and never published: {id}"));
        }
    }
    findings
}

impl Findings {
    fn tell(&mut self, violation: String) {
        self.violations.push(violation);
    }
}
