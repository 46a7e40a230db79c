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

pub(crate) use actions::{Action, Keeps, action};

use crate::core::Unit;

/// The longest text of a value, characters; longer ones are cut.
const LONGEST: usize = 200;
/// The longest object or list, as text: two tariffs' elements differ far behind.
const LONGEST_WHOLE: usize = 4_000;
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
    action: Action,
    object: Option<String>,
    /// The last word of its route: of a command, which.
    command: String,
    trace: String,
    who: OnceLock<Operator>,
    said: Mutex<Map<String, Value>>,
    settled: AtomicBool,
}

/// What an op says of the change it makes.
#[derive(Default)]
pub struct Notes {
    object: Option<String>,
    before: Map<String, Value>,
    after: Map<String, Value>,
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
        self.before = fields(object);
    }

    /// What it became, in the same form.
    pub(crate) fn after(&mut self, object: &impl Serialize) {
        self.after = fields(object);
    }
}

fn fields(object: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(object) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

impl Doing {
    /// A request by its route, and what its path names.
    pub(crate) fn new(
        action: Action,
        object: Option<String>,
        command: &str,
        trace: String,
    ) -> Self {
        Self {
            action,
            object,
            command: command.to_owned(),
            trace,
            who: OnceLock::new(),
            said: Mutex::default(),
            settled: AtomicBool::new(false),
        }
    }

    /// Watches what is done meanwhile.
    pub(crate) async fn watch<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        DOING.scope(self, work).await
    }

    /// The unit has committed: what else the request writes belongs to the same change.
    pub(crate) fn settle(&self) {
        self.settled.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked, and nothing was written of it.
    pub(crate) fn is_unnoted(&self) -> bool {
        self.who.get().is_some() && !self.settled.load(Ordering::SeqCst)
    }

    fn entry(&self, notes: &Notes, id: Uuid, at: Timestamp) -> Option<Entry> {
        let who = self.who.get()?;
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let named = |field: &str| said.get(field).and_then(Value::as_str).map(str::to_owned);
        let object = notes.object.clone().or_else(|| self.object.clone());
        let changes = self.changes(notes, &said);
        // Nothing became different: there is nothing to note.
        if changes.is_empty() && self.action.verb == AuditVerb::Changed {
            return None;
        }
        Some(Entry {
            id,
            at,
            operator_id: who.id,
            operator: who.email.clone(),
            role: who.role,
            verb: self.action.verb,
            kind: self.action.kind,
            object_id: object.or_else(|| named("chargePointId")),
            object_name: self.name(notes, &said),
            changes: Value::Object(changes).to_string(),
            trace_id: Some(self.trace.clone()),
        })
    }

    /// What it was called: before the change, or since.
    fn name(&self, notes: &Notes, said: &Map<String, Value>) -> Option<String> {
        if self.action.keeps == Keeps::Names {
            return None;
        }
        let of = |fields: &Map<String, Value>| {
            let mut names = ["name", "email", "identity", "title"].iter();
            let name = names.find_map(|field| fields.get(*field)?.as_str());
            name.map(cut)
        };
        of(&notes.before)
            .or_else(|| of(&notes.after))
            .or_else(|| of(said))
    }

    /// What it was, and what it became: of each field that was asked for, and of what is gone all that is told of it.
    fn changes(&self, notes: &Notes, said: &Map<String, Value>) -> Map<String, Value> {
        if self.action.keeps == Keeps::Told {
            return notes.changes.clone();
        }
        let told = |field: &str, value: &Value| match self.action.keeps {
            Keeps::Names => json!(WITHHELD),
            _ if is_secret(field) => json!(WITHHELD),
            _ => small(value),
        };
        let mut changes = Map::new();
        for (field, to) in said.iter().take(MOST) {
            let from = notes.before.get(field);
            // A text is trimmed, a price printed anew: what it became counts, where the op says that.
            let to = notes.after.get(field).unwrap_or(to);
            if from == Some(to) {
                continue;
            }
            let change = match from {
                None => json!({ "to": told(field, to) }),
                Some(from) => json!({ "from": told(field, from), "to": told(field, to) }),
            };
            changes.insert(field.clone(), change);
        }
        if self.action.verb == AuditVerb::Removed {
            let gone = notes.before.iter().filter(|(field, _)| !is_secret(field));
            for (field, from) in gone.take(MOST) {
                changes.insert(field.clone(), json!({ "from": told(field, from) }));
            }
        }
        changes
    }
}

fn is_secret(field: &str) -> bool {
    SECRETS.contains(&field)
}

/// A value as it is kept: no secret within, and not too long.
fn small(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(cut(text)),
        Value::Object(_) | Value::Array(_) => whole(masked(value)),
        plain => plain.clone(),
    }
}

/// The same without its secrets, however deep they stand.
fn masked(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::Object(fields) => {
            let inner = fields.iter().map(|(field, value)| {
                let kept = if is_secret(field) {
                    json!(WITHHELD)
                } else {
                    masked(value)
                };
                (field.clone(), kept)
            });
            Value::Object(inner.collect())
        }
        plain => plain.clone(),
    }
}

fn whole(value: Value) -> Value {
    let text = value.to_string();
    if text.chars().count() <= LONGEST_WHOLE {
        return value;
    }
    json!(cut_at(&text, LONGEST_WHOLE))
}

fn cut(text: &str) -> String {
    cut_at(text, LONGEST)
}

fn cut_at(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(longest).collect();
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
        let kept = match doing.action.keeps {
            Keeps::Which => command(&doing, fields),
            Keeps::Values | Keeps::Names | Keeps::Told => fields.clone(),
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

/// The same work for a task of its own, which inherits nothing: what it changes is noted as this request's.
pub(crate) fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let doing = doing();
    async move {
        match doing {
            Some(doing) => doing.watch(work).await,
            None => work.await,
        }
    }
}

/// The request whose unit of work begins, unless it was noted already.
pub(crate) fn watched() -> Option<Arc<Doing>> {
    doing().filter(|doing| doing.is_unnoted())
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

/// Notes that somebody signed in, or was not let in. No request is watched yet: nobody is there.
pub(crate) async fn attempt(
    unit: &mut Unit<'_>,
    operator: &Operator,
    verb: AuditVerb,
) -> Result<(), StoreError> {
    let entry = Entry {
        id: unit.id(),
        at: unit.now(),
        operator_id: operator.id,
        operator: operator.email.clone(),
        role: operator.role,
        verb,
        kind: AuditKind::User,
        object_id: Some(operator.id.to_string()),
        object_name: Some(cut(&operator.email)),
        changes: json!({}).to_string(),
        trace_id: None,
    };
    audit::insert(unit.conn, &entry).await
}

/// It was done and noted before: this is a repeat.
pub(crate) fn repeated() {
    if let Some(doing) = doing() {
        doing.settle();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_left_out_however_deep_it_stands_and_what_is_long_is_cut() {
        let kept =
            small(&json!({ "list": [{ "token": "CANARY", "name": "a" }, [{ "code": "CANARY" }]] }));
        assert_eq!(
            kept,
            json!({ "list": [{ "token": "***", "name": "a" }, [{ "code": "***" }]] })
        );
        let long = small(&json!(vec!["x".repeat(100); 100]));
        let long = long.as_str().expect("it is a text now");
        assert_eq!(long.chars().count(), LONGEST_WHOLE + 1);
        assert_eq!(
            small(&json!("é".repeat(300))),
            json!(format!("{}…", "é".repeat(LONGEST)))
        );
    }
}
