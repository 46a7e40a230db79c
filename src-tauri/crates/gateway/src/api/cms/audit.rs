//! What the users of the CMS changed. For admins; nothing here changes anything.

use axum::Json;
use axum::extract::State;
use domain::Timestamp;
use domain::audit::{AuditKind, AuditVerb};
use domain::operator::Role;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::repo::audit::{self as rows, Entry, Filter};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{filter_id, filter_word};
use crate::api::Api;
use crate::api::auth::Admin;
use crate::api::paging::{Filters, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;

/// One change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct AuditEntry {
    /// Its id.
    id: Uuid,
    /// When.
    at: Timestamp,
    /// Who: as it was then.
    by: AuditBy,
    /// What was done.
    verb: AuditVerb,
    /// To what.
    kind: AuditKind,
    /// To which.
    object_id: Option<String>,
    /// What that was called then. Of drivers nothing is kept.
    object_name: Option<String>,
    /// By field: `from`, what it was, where that is known, and `to`, what it became. `***` stands for what is not kept.
    #[schema(value_type = Object)]
    changes: Value,
    /// Finds the request in the log.
    trace_id: Option<String>,
}

/// Who changed something, as it was then.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct AuditBy {
    /// Its id.
    id: Uuid,
    /// The address it signed in with.
    email: String,
    /// What it was allowed.
    role: Role,
}

/// Which changes.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Which {
    /// By whom: a user's id.
    operator_id: Option<String>,
    /// What was done.
    verb: Option<String>,
    /// To what.
    kind: Option<String>,
    /// To which.
    object_id: Option<String>,
    /// From when on: RFC 3339.
    from: Option<Timestamp>,
    /// Until before when.
    to: Option<Timestamp>,
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            by: AuditBy {
                id: entry.operator_id.0,
                email: entry.operator,
                role: entry.role,
            },
            verb: entry.verb,
            kind: entry.kind,
            object_id: entry.object_id,
            object_name: entry.object_name,
            changes: serde_json::from_str(&entry.changes).unwrap_or_default(),
            trace_id: entry.trace_id,
        }
    }
}

/// What the users of the CMS changed, newest first.
#[utoipa::path(get, path = "/audit", tag = "cms", operation_id = "list_audit", params(Paging, Search, Which),
    security(("bearer" = [])),
    responses((status = 200, description = "A page of changes", body = Listed<AuditEntry>),
        (status = 403, description = "Not an admin", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _admin: Admin,
    listing: Listing,
    Filters(which): Filters<Which>,
) -> Result<Json<Listed<AuditEntry>>, Problem> {
    let filter = Filter {
        operator: filter_id("operatorId", which.operator_id.as_deref())?,
        verb: filter_word("verb", which.verb.as_deref(), AuditVerb::from_word)?,
        kind: filter_word("kind", which.kind.as_deref(), AuditKind::from_word)?,
        object: which.object_id,
        from: which.from,
        to: which.to,
    };
    let wanted = listing.wanted(rows::SORTS)?;
    let mut conn = api.core.store.read().await?;
    let page = rows::search(&mut conn, &filter, &wanted).await?;
    let items = page.items.into_iter().map(AuditEntry::from).collect();
    Ok(Json(listing.page(items, page.total)))
}
