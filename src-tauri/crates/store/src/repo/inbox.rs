//! Table `inbox`: messages whose effect is committed. The bus delivers at least once; with its id in the same
//! unit of work as the effect, a message has one effect however often it comes (MSG-03).

use domain::Timestamp;

use super::to_ms;
use crate::conn::run;
use crate::{Conn, StoreError};

/// Takes a message; `false` when its effect was committed before. Of two that take it at once the second waits
/// for the first, and has it if that one fails.
pub async fn take(conn: &mut Conn, message_id: &str, at: Timestamp) -> Result<bool, StoreError> {
    let inserted = run!(
        conn,
        "INSERT INTO inbox (message_id, received_at) VALUES ($1, $2) ON CONFLICT (message_id) DO NOTHING",
        message_id,
        to_ms(at)
    )?;
    Ok(inserted > 0)
}

/// Forgets messages from before `at`, which will not come again; says how many.
pub async fn forget_before(conn: &mut Conn, at: Timestamp) -> Result<u64, StoreError> {
    Ok(run!(
        conn,
        "DELETE FROM inbox WHERE received_at < $1",
        to_ms(at)
    )?)
}
