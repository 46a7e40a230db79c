//! The operator lets an id token charge, or says that it may not.

use domain::IdTokenId;
use domain::authorization::{IdToken, IdTokenStatus};
use store::repo::{customers, id_tokens};

use super::refusal::{refused, taken};
use super::{account, authorize};
use crate::core::{Core, OpError};

/// Adds an id token that is nobody's account's.
pub async fn add_id_token(
    core: &Core,
    token: &str,
    status: IdTokenStatus,
) -> Result<IdTokenId, OpError> {
    add_owned_id_token(core, token, status, None).await
}

/// Adds an id token; `owner` is the e-mail address of the customer whose it is.
pub async fn add_owned_id_token(
    core: &Core,
    token: &str,
    status: IdTokenStatus,
    owner: Option<&str>,
) -> Result<IdTokenId, OpError> {
    // OCPP 1.6 §7.15: at most 20 characters.
    let token = authorize::canonical(token.trim());
    if token.is_empty() || token.chars().count() > 20 {
        return Err(refused("An id token has 1 to 20 characters."));
    }
    let owner = owner.map(account::email).transpose()?;
    core.write(move |unit| {
        Box::pin(async move {
            let customer_id = match owner {
                None => None,
                Some(email) => {
                    let found = customers::find_by_email(unit.conn, &email).await?;
                    let missing = || refused("There is no customer with that e-mail address.");
                    Some(found.ok_or_else(missing)?.id)
                }
            };
            let row = IdToken {
                id: unit.id(),
                status,
                expires_at: None,
                customer_id,
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
