//! Who changes what at the desk: THE place where it is noted. A request that may change something is watched from its door to
//! its unit of work; the row is written in that unit, so nothing is noted that did not commit, and nothing commits
//! unnoted. Ops say what only they know: which object is new, and what it was before. Not for what was only looked at.

mod actions;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::Timestamp;
use domain::audit::{AuditKind, AuditVerb};
use domain::operator::Operator;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::repo::audit::{self, Entry};
use store::{Conn, StoreError};
use uuid::Uuid;

pub(crate) use actions::action;

/// The longest text of a value, characters; longer ones are cut.
const LONGEST: usize = 200;
/// The most fields of one change.
const MOST: usize = 40;
/// Stands where a value is nobody's business.
const WITHHELD: &str = "***";
/// Fields that are never kept, wherever they stand in a body.
const SECRETS: [&str; 9] = [
    "password",
    "currentPassword",
    "newPassword",
    "token",
    "parentToken",
    "pin",
    "idTag",
    "code",
    "secret",
];

tokio::task_local! {
    static DOING: Arc<Doing>;
}

/// A request that may change something, on its way.
pub(crate) struct Doing {
    verb: AuditVerb,
    kind: AuditKind,
    object: Option<String>,
    /// The last word of its route: of a command, which.
    command: String,
    trace: String,
    who: OnceLock<Operator>,
    said: Mutex<Map<String, Value>>,
    written: AtomicBool,
}

/// What an op says of the change it makes.
#[derive(Default)]
pub struct Notes {
    object: Option<String>,
    before: Map<String, Value>,
    changes: Map<String, Value>,
}

impl Notes {
    /// Which object it is about, where the request does not name it.
    pub(crate) fn about(&mut self, id: impl std::fmt::Display) {
        self.object = Some(id.to_string());
    }

    /// One field, where the request's own body does not say it.
    pub(crate) fn changed(&mut self, field: &str, from: Option<&str>, to: Option<&str>) {
        let change = json!({ "from": from.map(cut), "to": to.map(cut) });
        self.changes.insert(field.to_owned(), change);
    }

    /// What the object was before.
    pub(crate) fn before(&mut self, object: &impl Serialize) {
        if let Ok(Value::Object(fields)) = serde_json::to_value(object) {
            self.before = fields;
        }
    }
}

impl Doing {
    /// A request by its route, and what its path names.
    pub(crate) fn new(
        (verb, kind): (AuditVerb, AuditKind),
        object: Option<String>,
        command: &str,
        trace: String,
    ) -> Self {
        Self {
            verb,
            kind,
            object,
            command: command.to_owned(),
            trace,
            who: OnceLock::new(),
            said: Mutex::default(),
            written: AtomicBool::new(false),
        }
    }

    /// Watches what is done meanwhile.
    pub(crate) async fn watch<F: Future>(self, work: F) -> F::Output {
        DOING.scope(Arc::new(self), work).await
    }

    fn entry(&self, notes: &Notes, id: Uuid, at: Timestamp) -> Option<Entry> {
        let who = self.who.get()?;
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let named = |field: &str| said.get(field).and_then(Value::as_str).map(str::to_owned);
        let object = notes.object.clone().or_else(|| self.object.clone());
        let changes = self.changes(notes, &said);
        // Nothing became different: there is nothing to note.
        if changes.is_empty() && self.verb == AuditVerb::Changed {
            return None;
        }
        Some(Entry {
            id,
            at,
            operator_id: who.id,
            operator: who.email.clone(),
            role: who.role,
            verb: self.verb,
            kind: self.kind,
            object_id: object.or_else(|| named("chargePointId")),
            object_name: self.name(notes, &said),
            changes: Value::Object(changes).to_string(),
            trace_id: Some(self.trace.clone()),
        })
    }

    /// What it was called: before the change, or since.
    fn name(&self, notes: &Notes, said: &Map<String, Value>) -> Option<String> {
        if self.kind == AuditKind::Customer {
            return None;
        }
        let of = |fields: &Map<String, Value>| {
            let mut names = ["name", "email", "identity"].iter();
            let name = names.find_map(|field| fields.get(*field)?.as_str());
            name.map(cut)
        };
        of(&notes.before).or_else(|| of(said))
    }

    /// What was said, beside what it was before. Of a driver only which fields; of a command only which.
    fn changes(&self, notes: &Notes, said: &Map<String, Value>) -> Map<String, Value> {
        if self.kind == AuditKind::Settings {
            return notes.changes.clone();
        }
        let mut changes = Map::new();
        for (field, to) in said.iter().take(MOST) {
            let from = notes.before.get(field);
            if from == Some(to) {
                continue;
            }
            let secret = SECRETS.contains(&field.as_str()) || self.kind == AuditKind::Customer;
            let told = |value: &Value| {
                if secret {
                    json!(WITHHELD)
                } else {
                    small(value)
                }
            };
            let change = match from {
                None => json!({ "to": told(to) }),
                Some(from) => json!({ "from": told(from), "to": told(to) }),
            };
            changes.insert(field.clone(), change);
        }
        changes
    }
}

/// A value as it is kept: no secret within, and not too long.
fn small(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(cut(text)),
        Value::Object(fields) => {
            let inner = fields.iter().map(|(field, value)| {
                let secret = SECRETS.contains(&field.as_str());
                (
                    field.clone(),
                    if secret {
                        json!(WITHHELD)
                    } else {
                        value.clone()
                    },
                )
            });
            whole(Value::Object(inner.collect()))
        }
        Value::Array(_) => whole(value.clone()),
        plain => plain.clone(),
    }
}

fn whole(value: Value) -> Value {
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return value;
    }
    json!(cut(&text))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(LONGEST).collect();
    cut.push('…');
    cut
}

fn doing() -> Option<Arc<Doing>> {
    DOING.try_with(Arc::clone).ok()
}

/// It is this operator who asks.
pub(crate) fn by(operator: &Operator) {
    if let Some(doing) = doing() {
        let _ = doing.who.set(operator.clone());
    }
}

/// This is what is asked.
pub(crate) fn says(body: &Value) {
    if let (Some(doing), Value::Object(fields)) = (doing(), body) {
        let kept = if doing.verb == AuditVerb::Commanded {
            command(&doing, fields)
        } else {
            fields.clone()
        };
        *doing.said.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }
}

/// Of a command: to which charge point, and which. What it says is in the commands and the message log, secrets left out.
fn command(doing: &Doing, fields: &Map<String, Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    for field in ["chargePointId", "connectorId", "action"] {
        if let Some(value) = fields.get(field) {
            kept.insert(field.to_owned(), value.clone());
        }
    }
    kept.entry("action").or_insert_with(|| json!(doing.command));
    kept
}

/// The request whose unit of work begins, unless it was noted already.
pub(crate) fn watched() -> Option<Arc<Doing>> {
    doing().filter(|doing| doing.who.get().is_some() && !doing.written.load(Ordering::SeqCst))
}

/// Notes the change in its own unit of work.
pub(crate) async fn note(
    conn: &mut Conn,
    doing: &Doing,
    notes: &Notes,
    id: Uuid,
    at: Timestamp,
) -> Result<(), StoreError> {
    match doing.entry(notes, id, at) {
        Some(entry) => audit::insert(conn, &entry).await,
        None => Ok(()),
    }
}

/// The unit has committed: what else the request writes belongs to the same change.
pub(crate) fn noted(doing: &Doing) {
    doing.written.store(true, Ordering::SeqCst);
}
