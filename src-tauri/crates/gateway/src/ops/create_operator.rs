//! Somebody gets access to the CMS.

use domain::OperatorId;
use domain::operator::{Operator, Role};
use store::repo::operators;

use super::account;
use super::refusal::taken;
use crate::core::{Core, OpError};

/// Adds a user of the CMS.
pub async fn create_operator(
    core: &Core,
    email: &str,
    role: Role,
    password: String,
) -> Result<OperatorId, OpError> {
    let email = account::email(email)?;
    account::check_password("/password", &password, &[&email])?;
    let password_hash = core.passwords.hash(password).await;
    core.write(move |unit| {
        Box::pin(async move {
            let operator = Operator {
                id: unit.id(),
                name: email.clone(),
                email,
                role,
                password_hash,
                organization_id: None,
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
