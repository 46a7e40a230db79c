//! Table `audit`: what the users of the CMS changed. Rows are added with the change itself and never changed: triggers see to
//! that, and a chain of hashes shows it.

mod chain;

use domain::audit::{AuditKind, AuditVerb};
use domain::operator::Role;
use domain::{OperatorId, Timestamp};
use uuid::Uuid;

pub use chain::faults;

use super::{Page, Sorts, Wanted, from_ms, page, parse, to_ms, word};
use crate::conn::run;
use crate::{Conn, StoreError};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub operator_id: OperatorId,
    /// The address it signed in with then.
    pub operator: String,
    /// What it was allowed then.
    pub role: Role,
    /// What it did.
    pub verb: AuditVerb,
    /// To what.
    pub kind: AuditKind,
    /// To which.
    pub object_id: Option<String>,
    /// What that was called then.
    pub object_name: Option<String>,
    /// JSON: by field, what it was and what it became.
    pub changes: String,
    /// Finds the request in the log.
    pub trace_id: Option<String>,
}

/// Which changes.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By whom.
    pub operator: Option<OperatorId>,
    /// What was done.
    pub verb: Option<AuditVerb>,
    /// To what.
    pub kind: Option<AuditKind>,
    /// To which.
    pub object: Option<String>,
    /// From when on.
    pub from: Option<Timestamp>,
    /// Until before when.
    pub to: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    at: i64,
    operator_id: String,
    operator: String,
    role: String,
    verb: String,
    kind: String,
    object_id: Option<String>,
    object_name: Option<String>,
    changes: String,
    trace_id: Option<String>,
}

impl Row {
    fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: to_ms(entry.at),
            operator_id: entry.operator_id.to_string(),
            operator: entry.operator.clone(),
            role: entry.role.as_str().to_owned(),
            verb: entry.verb.as_str().to_owned(),
            kind: entry.kind.as_str().to_owned(),
            object_id: entry.object_id.clone(),
            object_name: entry.object_name.clone(),
            changes: entry.changes.clone(),
            trace_id: entry.trace_id.clone(),
        }
    }

    fn read(self) -> Result<Entry, StoreError> {
        Ok(Entry {
            id: parse("audit.id", &self.id)?,
            at: from_ms(self.at)?,
            operator_id: parse("audit.operator_id", &self.operator_id)?,
            operator: self.operator,
            role: word("audit.role", &self.role, Role::from_word)?,
            verb: word("audit.verb", &self.verb, AuditVerb::from_word)?,
            kind: word("audit.kind", &self.kind, AuditKind::from_word)?,
            object_id: self.object_id,
            object_name: self.object_name,
            changes: self.changes,
            trace_id: self.trace_id,
        })
    }
}

/// Adds one, at the end of the chain.
pub async fn insert(conn: &mut Conn, entry: &Entry) -> Result<(), StoreError> {
    let row = Row::of(entry);
    let (seq, hash) = chain::bind(conn, &row).await?;
    run!(
        conn,
        "INSERT INTO audit (id, at, operator_id, operator, role, verb, kind, object_id, object_name, changes, trace_id, seq, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &row.id,
        row.at,
        &row.operator_id,
        &row.operator,
        &row.role,
        &row.verb,
        &row.kind,
        &row.object_id,
        &row.object_name,
        &row.changes,
        &row.trace_id,
        seq,
        &hash
    )?;
    Ok(())
}

/// The orders a list of changes can come in.
pub const SORTS: Sorts = &[("at", "at"), ("operator", "operator"), ("kind", "kind")];

/// Changes as a screen asks for them, newest first; a search looks into who did it and what it was done to.
pub async fn search(
    conn: &mut Conn,
    filter: &Filter,
    wanted: &Wanted,
) -> Result<Page<Entry>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        "audit",
        "(CAST($1 AS TEXT) IS NULL OR operator_id = $1) AND (CAST($2 AS TEXT) IS NULL OR verb = $2)
           AND (CAST($3 AS TEXT) IS NULL OR kind = $3) AND (CAST($4 AS TEXT) IS NULL OR object_id = $4)
           AND (CAST($5 AS BIGINT) IS NULL OR at >= $5) AND (CAST($6 AS BIGINT) IS NULL OR at < $6)
           AND (CAST($7 AS TEXT) IS NULL OR LOWER(operator || ' ' || COALESCE(object_name, '')) LIKE $7 ESCAPE '!')",
        wanted,
        "at DESC, id DESC",
        [
            filter.operator.map(|id| id.to_string()),
            filter.verb.map(AuditVerb::as_str),
            filter.kind.map(AuditKind::as_str),
            &filter.object,
            filter.from.map(to_ms),
            filter.to.map(to_ms),
            &pattern
        ]
    ))
}
