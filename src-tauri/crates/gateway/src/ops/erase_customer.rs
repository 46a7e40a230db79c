//! A driver wants to be forgotten: who it was goes, what was charged stays.

use domain::event::Deleted;
use domain::{AccessTokenId, Code, CustomerId, Event};
use store::repo::access_tokens::{self, Holder};
use store::repo::sessions::{self, Filter};
use store::repo::{Slice, customers, id_tokens, vehicles};

use crate::core::{Core, OpError};

/// Erases a customer's address, name, number, password and cards, and ends its sign-ins, of which it says which
/// they were. Sessions stay, under an id that names nobody. Refused while one goes on.
pub async fn erase_customer(core: &Core, id: CustomerId) -> Result<Vec<AccessTokenId>, OpError> {
    let ended = core.write(move |mut unit| {
        Box::pin(async move {
            // No charge can begin while this is held.
            customers::hold(unit.conn, id).await?;
            let active = Filter {
                active: Some(true),
                customer: Some(id),
                ..Filter::default()
            };
            let none = Slice {
                limit: 0,
                offset: 0,
            };
            if sessions::list(unit.conn, active, none).await?.total > 0 {
                return Err(OpError::refused(
                    Code::AlreadyActive,
                    "You are charging. Stop that charge first.",
                ));
            }
            let now = unit.now();
            customers::erase(unit.conn, id, now).await?;
            id_tokens::erase_of(unit.conn, id, now).await?;
            vehicles::delete_of(unit.conn, id).await?;
            let ended = access_tokens::delete_of(unit.conn, Holder::Customer(id)).await?;
            unit.emit(&Event::CustomerDeleted(Deleted { id: id.0 }))
                .await?;
            Ok(ended)
        })
    });
    let ended = ended.await;
    core.tokens.forget(|token| token.customer_id == Some(id));
    ended
}
