//! Table `inbox`: messages whose effect is committed. The bus delivers at least once; with its id in the same
//! unit of work as the effect, a message has one effect however often it comes (MSG-03).

use domain::Timestamp;

use super::to_ms;
use crate::conn::on;
use crate::{Conn, StoreError};

/// Takes a message; `false` when its effect was committed before. Of two that take it at once the second waits
/// for the first, and has it if that one fails.
pub async fn take(conn: &mut Conn, message_id: &str, at: Timestamp) -> Result<bool, StoreError> {
    let inserted = on!(conn, |c| {
        sqlx::query(
        "INSERT INTO inbox (message_id, received_at) VALUES ($1, $2) ON CONFLICT (message_id) DO NOTHING"
    )
    .bind(message_id)
    .bind(to_ms(at))
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(inserted > 0)
}

/// Forgets messages from before `at`, which will not come again; says how many.
pub async fn forget_before(conn: &mut Conn, at: Timestamp) -> Result<u64, StoreError> {
    Ok(on!(conn, |c| sqlx::query(
        "DELETE FROM inbox WHERE received_at < $1"
    )
    .bind(to_ms(at))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?)
}
