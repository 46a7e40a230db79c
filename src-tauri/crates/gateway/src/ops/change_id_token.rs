//! The desk adds, changes and removes an id token: which cards may charge. No event tells of them: no screen
//! but the desk's own list shows one.

use domain::authorization::{IdToken, IdTokenStatus};
use domain::{CustomerId, IdTokenId, Timestamp};
use serde_json::{Value, json};
use store::repo::customers;
use store::repo::id_tokens::{self, Named};

use super::authorize::canonical;
use super::change::{Change, set};
use super::refusal::{missing, taken, unknown};
use crate::core::{Core, OpError, Unit};

/// What is to become of a token. Within its bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct IdTokenChange {
    /// What stands on the card.
    pub token: Option<String>,
    /// Whether it may charge.
    pub status: Option<IdTokenStatus>,
    /// When it ends by itself.
    pub expires_at: Change<Timestamp>,
    /// The group it belongs to.
    pub parent: Change<String>,
    /// Whose it is.
    pub customer_id: Change<CustomerId>,
}

impl IdTokenChange {
    fn apply(self, named: &mut Named) {
        set(&mut named.text, self.token.map(|text| canonical(&text)));
        set(&mut named.token.status, self.status);
        self.expires_at.apply(&mut named.token.expires_at);
        self.customer_id.apply(&mut named.token.customer_id);
        match self.parent {
            Change::Set(parent) => named.token.parent = Some(canonical(&parent)),
            other => other.apply(&mut named.token.parent),
        }
    }
}

/// Adds a token.
pub async fn create_id_token(core: &Core, new: IdTokenChange) -> Result<Named, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            known_customer(&mut unit, &new.customer_id).await?;
            let mut named = Named {
                token: IdToken {
                    id: unit.id(),
                    status: IdTokenStatus::Accepted,
                    expires_at: None,
                    customer_id: None,
                    parent: None,
                },
                text: String::new(),
                created_at: unit.now(),
            };
            new.apply(&mut named);
            unit.about(named.token.id);
            unit.after(&told(&named));
            id_tokens::insert(unit.conn, &named.token, &named.text, named.created_at)
                .await
                .map_err(|error| taken(error, "that token"))?;
            Ok(named)
        })
    })
    .await
}

/// Changes a token. A charge that runs under it goes on.
pub async fn change_id_token(
    core: &Core,
    id: IdTokenId,
    change: IdTokenChange,
) -> Result<Named, OpError> {
    let changed = core.write(move |mut unit| {
        Box::pin(async move {
            let mut named = held(&mut unit, id).await?;
            unit.before(&told(&named));
            known_customer(&mut unit, &change.customer_id).await?;
            change.apply(&mut named);
            unit.after(&told(&named));
            id_tokens::update(unit.conn, &named)
                .await
                .map_err(|error| taken(error, "that token"))?;
            Ok(named)
        })
    });
    let changed = changed.await;
    core.tokens.forget(|token| token.id == id);
    changed
}

/// Removes a token: it is unknown from now on.
pub async fn remove_id_token(core: &Core, id: IdTokenId) -> Result<(), OpError> {
    let removed = core.write(move |mut unit| {
        Box::pin(async move {
            let named = held(&mut unit, id).await?;
            unit.before(&told(&named));
            let now = unit.now();
            Ok(id_tokens::delete(unit.conn, id, now).await?)
        })
    });
    let removed = removed.await;
    core.tokens.forget(|token| token.id == id);
    removed
}

/// What is noted of a token. What stands on the card is compared, and kept nowhere.
fn told(named: &Named) -> Value {
    let IdToken {
        status,
        expires_at,
        customer_id,
        parent,
        ..
    } = &named.token;
    json!({ "status": status, "expiresAt": expires_at, "customerId": customer_id, "token": named.text,
        "parentToken": parent })
}

async fn held(unit: &mut Unit<'_>, id: IdTokenId) -> Result<Named, OpError> {
    let found = id_tokens::hold(unit.conn, id).await?;
    found.ok_or_else(|| missing("id token"))
}

async fn known_customer(unit: &mut Unit<'_>, customer: &Change<CustomerId>) -> Result<(), OpError> {
    let Some(id) = customer.set() else {
        return Ok(());
    };
    match customers::find(unit.conn, *id).await? {
        Some(_) => Ok(()),
        None => Err(unknown("/customerId", "customer")),
    }
}
