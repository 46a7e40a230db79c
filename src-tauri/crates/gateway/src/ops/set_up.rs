//! The first set-up: with the one-time code somebody says what is true of the site and becomes its first admin. Once: from the
//! first operator on, however it was made, there is nothing to set up.

use std::sync::Arc;

use domain::Code;
use domain::operator::{Operator, Role};
use store::repo::{operators, settings as rows};

use super::account;
use super::change_settings::{Wish, store};
use super::sign_in::{Place, SignedIn, User, issue_to_operator};
use crate::core::{Core, OpError};
use crate::setup_code::SetupCode;

/// What the first one says. Within its bounds: whoever asks has checked.
#[derive(Clone, Debug)]
pub struct FirstSetUp {
    /// What was typed as the code.
    pub code: String,
    /// What is true of the site.
    pub site: Wish,
    /// The address the first admin signs in with, in lower case.
    pub email: String,
    /// With which password.
    pub password: String,
}

/// Whether there is anything to set up.
pub async fn is_needed(core: &Core) -> Result<bool, OpError> {
    Ok(rows::is_unset(&mut core.store.read().await?).await?)
}

/// Sets the site up, and signs its first admin in.
pub async fn set_up(
    core: &Core,
    code: Option<&SetupCode>,
    place: &Place,
    first: FirstSetUp,
) -> Result<SignedIn, OpError> {
    if !is_needed(core).await? {
        return Err(done());
    }
    let FirstSetUp {
        code: typed,
        site,
        email,
        password,
    } = first;
    let code = code.ok_or_else(done)?;
    code.check(&typed, place, core.clock.now())?;
    account::check_password("/operator/password", &password, &[&email])?;
    let password_hash = core.passwords.hash(password).await;
    let (place, standing) = (place.clone(), Arc::clone(&core.standing));
    let signed_in = core
        .write(move |mut unit| {
            Box::pin(async move {
                let now = unit.now();
                // Of several at once one is the first; the others wait here and are told.
                if !rows::end_setup(unit.conn, now).await? {
                    return Err(done());
                }
                store(&mut unit, &standing, &site).await?;
                let operator = Operator {
                    id: unit.id(),
                    name: email.clone(),
                    email,
                    role: Role::Admin,
                    password_hash,
                    organization_id: None,
                };
                operators::insert(unit.conn, &operator, now).await?;
                issue_to_operator(&mut unit, operator, &place).await
            })
        })
        .await?;
    // It is done: who cannot be told now what holds is told within a second.
    if let Err(error) = core.standing.look(&core.store).await {
        tracing::warn!(%error, "what was said of the site is stored, and holds as soon as it can be read");
    }
    if let User::Operator(operator) = &signed_in.user {
        tracing::info!(operator = %operator.id, "the site was set up");
    }
    Ok(signed_in)
}

fn done() -> OpError {
    OpError::refused(
        Code::SetupDone,
        "This site has an operator already. Sign in.",
    )
}
