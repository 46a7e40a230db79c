//! Whether an id token may charge.

use domain::CustomerId;
use domain::authorization::{Decision, IdToken, decide};
use store::Conn;
use store::repo::{id_tokens, sessions};

use crate::core::{Core, OpError};

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorized {
    /// Whether it may charge.
    pub decision: Decision,
    /// Whose it is.
    pub customer_id: Option<CustomerId>,
    /// The group it belongs to.
    pub parent: Option<String>,
}

/// Decides on a token as a charger sent it.
pub async fn authorize(core: &Core, id_tag: &str) -> Result<Authorized, OpError> {
    let mut conn = core.store.read().await?;
    let token = canonical(id_tag);
    let mut authorized = decide_on(core, &mut conn, &token).await?;
    // Whoever charges already may still stop with the card.
    if !core.takes_new_sessions()
        && sessions::list_active_of_token(&mut conn, &token)
            .await?
            .is_empty()
    {
        tracing::warn!("a token is refused: nothing new begins while the disk is full");
        authorized.decision = Decision::Blocked;
    }
    Ok(authorized)
}

/// The same inside a unit of work, for a token in its stored form. A session begun from a screen has a token
/// of its own, which is good for as long as the session is.
pub(super) async fn decide_on(
    core: &Core,
    conn: &mut Conn,
    token: &str,
) -> Result<Authorized, OpError> {
    let known = id_tokens::find(conn, token).await?;
    if known.is_none() {
        let own = sessions::list_active_of_token(conn, token).await?;
        if let Some(session) = own.first() {
            return Ok(Authorized {
                decision: Decision::Accepted,
                customer_id: session.customer_id,
                parent: None,
            });
        }
    }
    Ok(Authorized {
        decision: decide(known.as_ref(), core.clock.now()),
        customer_id: known.as_ref().and_then(|token| token.customer_id),
        parent: known.and_then(|token: IdToken| token.parent),
    })
}

/// OCPP 1.6 §7.15: an idToken is case-insensitive; it is stored in upper case.
pub(crate) fn canonical(id_tag: &str) -> String {
    id_tag.to_uppercase()
}
