//! The operator lets an id token charge, or says that it may not.

use domain::IdTokenId;
use domain::authorization::{IdToken, IdTokenStatus};
use store::repo::id_tokens;

use super::authorize;
use super::refusal::{refused, taken};
use crate::core::{Core, OpError};

/// Adds an id token.
pub async fn add_id_token(
    core: &Core,
    token: &str,
    status: IdTokenStatus,
) -> Result<IdTokenId, OpError> {
    // OCPP 1.6 §7.15: at most 20 characters.
    let token = authorize::canonical(token.trim());
    if token.is_empty() || token.chars().count() > 20 {
        return Err(refused("An id token has 1 to 20 characters."));
    }
    core.write(move |unit| {
        Box::pin(async move {
            let row = IdToken {
                id: unit.id(),
                status,
                expires_at: None,
                customer_id: None,
                parent: None,
            };
            let now = unit.now();
            id_tokens::insert(unit.conn, &row, &token, now)
                .await
                .map_err(|error| taken(error, "that token"))?;
            Ok(row.id)
        })
    })
    .await
}
