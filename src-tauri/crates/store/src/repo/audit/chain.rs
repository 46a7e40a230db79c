//! How a row of the audit is bound to the one before it.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::Row;
use crate::conn::on;
use crate::{Conn, StoreError};

/// How many rows are read at once.
const SOME: i64 = 1_000;

/// A row in its place.
#[derive(sqlx::FromRow)]
struct Link {
    seq: i64,
    hash: Option<String>,
    #[sqlx(flatten)]
    row: Row,
}

/// Takes the next place for a row; gives it and the hash that binds it. Whoever else adds one waits for this unit's end.
pub(super) async fn bind(conn: &mut Conn, row: &Row) -> Result<(i64, String), StoreError> {
    let (seq, before): (i64, String) = on!(conn, |c| {
        let next = "UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash";
        sqlx::query_as(next).fetch_one(c).await
    })?;
    let hash = hash(&before, seq, row);
    on!(conn, |c| {
        let keep = sqlx::query("UPDATE audit_head SET hash = $1 WHERE id = 1");
        keep.bind(&hash).execute(c).await.map(drop)
    })?;
    Ok((seq, hash))
}

/// SHA-256 over the hash before and the row, as a JSON list of texts and numbers.
fn hash(before: &str, seq: i64, row: &Row) -> String {
    let said = json!([
        before,
        seq,
        row.id,
        row.at,
        row.operator_id,
        row.operator,
        row.role,
        row.verb,
        row.kind,
        row.object_id,
        row.object_name,
        row.changes,
        row.trace_id,
    ]);
    hex::encode(Sha256::digest(said.to_string()))
}

/// What is wrong with the chain, from its beginning: the first place where it breaks, which says nothing of those behind it.
pub async fn faults(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let (head, newest, earlier): (i64, String, i64) = on!(conn, |c| {
        sqlx::query_as("SELECT seq, hash, earlier FROM audit_head WHERE id = 1")
            .fetch_one(c)
            .await
    })?;
    let unbound: i64 = on!(conn, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE seq IS NULL")
            .fetch_one(c)
            .await
    })?;
    if unbound != earlier {
        return Ok(vec![format!(
            "{unbound} have no place in the chain, and {earlier} were before it"
        )]);
    }
    let (mut last, mut before) = (0, String::new());
    loop {
        let links: Vec<Link> = on!(conn, |c| {
            sqlx::query_as(
                "SELECT seq, hash, id, at, operator_id, operator, role, verb, kind, object_id, object_name, changes, trace_id
                 FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
            )
            .bind(last)
            .bind(SOME)
            .fetch_all(c)
            .await
        })?;
        let Some(end) = links.last().map(|link| link.seq) else {
            break;
        };
        for Link {
            seq,
            hash: said,
            row,
        } in links
        {
            if seq != last + 1 {
                return Ok(vec![format!("{} is gone", last + 1)]);
            }
            before = hash(&before, seq, &row);
            if said.as_ref() != Some(&before) {
                return Ok(vec![format!("{seq} is not what was noted")]);
            }
            last = seq;
        }
        debug_assert_eq!(end, last);
    }
    if (last, before) == (head, newest) {
        return Ok(Vec::new());
    }
    Ok(vec![format!("the newest after {last} are gone")])
}
