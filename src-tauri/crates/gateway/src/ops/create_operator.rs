//! Somebody gets access to the CMS.

use domain::OperatorId;
use domain::operator::{Operator, Role};
use store::repo::operators;

use super::refusal::{refused, taken};
use crate::core::{Core, OpError};

/// The shortest password taken (WEB-03).
const SHORTEST_PASSWORD: usize = 8;
/// The longest: what a hasher is fed must have an end.
const LONGEST_PASSWORD: usize = 256;

/// Adds a user of the CMS.
pub async fn create_operator(
    core: &Core,
    email: &str,
    role: Role,
    password: String,
) -> Result<OperatorId, OpError> {
    let email = email.trim().to_lowercase();
    if !email.contains('@') || email.len() > 254 {
        return Err(refused("The e-mail address is not one."));
    }
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count()) {
        return Err(refused(
            "A password has 8 to 256 characters; 15 or more are advised.",
        ));
    }
    let password_hash = core.passwords.hash(password).await;
    core.write(move |unit| {
        Box::pin(async move {
            let operator = Operator {
                id: unit.id(),
                name: email.clone(),
                email,
                role,
                password_hash,
            };
            let now = unit.now();
            operators::insert(unit.conn, &operator, now)
                .await
                .map_err(|error| taken(error, "that e-mail address"))?;
            Ok(operator.id)
        })
    })
    .await
}
