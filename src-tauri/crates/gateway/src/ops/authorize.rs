//! Whether an id token may charge.

use domain::authorization::{Decision, decide};
use store::Conn;
use store::repo::id_tokens;

use crate::core::{Core, OpError};

/// Decides on a token as a charger sent it.
pub async fn authorize(core: &Core, id_tag: &str) -> Result<Decision, OpError> {
    let mut conn = core.store.read().await?;
    decide_on(core, &mut conn, id_tag).await
}

/// The same inside a unit of work.
pub(super) async fn decide_on(
    core: &Core,
    conn: &mut Conn,
    id_tag: &str,
) -> Result<Decision, OpError> {
    let token = id_tokens::find(conn, &canonical(id_tag)).await?;
    Ok(decide(token.as_ref(), core.clock.now()))
}

/// OCPP 1.6 §7.15: an idToken is case-insensitive; it is stored in upper case.
pub(super) fn canonical(id_tag: &str) -> String {
    id_tag.to_uppercase()
}
