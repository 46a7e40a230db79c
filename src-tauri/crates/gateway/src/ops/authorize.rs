//! Whether an id token may charge.

use std::time::Duration;

use domain::CustomerId;
use domain::authorization::{Decision, IdToken, decide};
use store::Conn;
use store::repo::{id_tokens, sessions};
use tokio::time::timeout;

use crate::core::{Core, OpError};

/// How long the database may take before a token that it spoke of lately is answered for without it (FLT-13).
const PATIENCE: Duration = Duration::from_secs(1);

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

/// Decides on a token as a charger sent it; while the database does not answer, by what it last said.
pub async fn authorize(core: &Core, id_tag: &str) -> Result<Authorized, OpError> {
    let token = canonical(id_tag);
    let mut asked = std::pin::pin!(ask(core, &token));
    let answered = timeout(PATIENCE, &mut asked).await;
    if let Ok(Ok(authorized)) = answered {
        return Ok(authorized);
    }
    if let Some(authorized) = remembered(core, &token) {
        tracing::warn!("the database does not answer; a token is judged by what it last said");
        return Ok(authorized);
    }
    match answered {
        Ok(failed) => failed,
        Err(_) => asked.await,
    }
}

/// Decides by what was last seen of a token. Nothing new begins while the disk is full.
fn remembered(core: &Core, token: &str) -> Option<Authorized> {
    let known = core.tokens.find(token)?;
    core.takes_new_sessions().then(|| judged(core, Some(known)))
}

async fn ask(core: &Core, token: &str) -> Result<Authorized, OpError> {
    let reading = core.tokens.reading();
    let mut conn = core.store.read().await?;
    let known = id_tokens::find(&mut conn, token).await?;
    core.tokens.note(reading, token, known.as_ref());
    let mut authorized = decide_on(core, &mut conn, token).await?;
    // Whoever charges already may still stop with the card.
    if !core.takes_new_sessions()
        && sessions::list_active_of_token(&mut conn, token)
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
    let reading = core.tokens.reading();
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
    let authorized = judged(core, known.clone());
    // Only what takes a right away: this unit of work may yet be rolled back.
    if authorized.decision != Decision::Accepted {
        core.tokens.note(reading, token, known.as_ref());
    }
    Ok(authorized)
}

fn judged(core: &Core, known: Option<IdToken>) -> Authorized {
    Authorized {
        decision: decide(known.as_ref(), core.clock.now()),
        customer_id: known.as_ref().and_then(|token| token.customer_id),
        parent: known.and_then(|token| token.parent),
    }
}

/// OCPP 1.6 §7.15: an idToken is case-insensitive; it is stored in upper case.
pub(crate) fn canonical(id_tag: &str) -> String {
    id_tag.to_uppercase()
}
