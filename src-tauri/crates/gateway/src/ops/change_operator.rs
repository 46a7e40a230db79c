//! An admin adds, changes and removes the users of the CMS, and each changes its own password. There is always
//! an admin of the whole site left. Who may less than before, has a new password or sees other stations, is signed out
//! everywhere.

use domain::operator::{Operator, Role};
use domain::{AccessTokenId, Code, OperatorId, OrganizationId, Scope};
use serde_json::{Value, json};
use store::repo::access_tokens::{self, Holder};
use store::repo::operators::{self, Registered};

use super::account;
use super::change::{Change, set};
use super::change_organization::known_organization;
use super::refusal::{conflict, missing, refused, taken};
use crate::core::{Core, OpError, Unit};
use crate::guesses::Guesses;

/// What is to become of an operator. Within its bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct OperatorChange {
    /// The address it signs in with, in lower case.
    pub email: Option<String>,
    /// The name on screen.
    pub name: Option<String>,
    /// What it may do.
    pub role: Option<Role>,
    /// A new password.
    pub password: Option<String>,
    /// Whose stations it sees.
    pub organization_id: Change<OrganizationId>,
}

/// Adds an operator.
pub async fn add_operator(core: &Core, new: OperatorChange) -> Result<Registered, OpError> {
    let (Some(email), Some(role), Some(password)) = (new.email, new.role, new.password) else {
        return Err(refused("A user has an address, a password and a role."));
    };
    let (name, organization) = (new.name, new.organization_id);
    let known = [&*email, name.as_deref().unwrap_or_default()];
    account::check_password("/password", &password, &known)?;
    let password_hash = core.passwords.hash(password).await;
    core.write(move |mut unit| {
        Box::pin(async move {
            known_organization(&mut unit, &organization).await?;
            let operator = Operator {
                id: unit.id(),
                name: name.unwrap_or_else(|| email.clone()),
                email,
                role,
                password_hash,
                organization_id: organization.set().copied(),
            };
            unit.about(operator.id);
            unit.after(&told(&operator));
            let created_at = unit.now();
            operators::insert(unit.conn, &operator, created_at)
                .await
                .map_err(|error| taken(error, "a user with that e-mail address"))?;
            Ok(Registered {
                operator,
                created_at,
            })
        })
    })
    .await
}

/// Changes an operator; also gives the sign-ins that ended with it, whose live connections must go too.
pub async fn change_operator(
    core: &Core,
    id: OperatorId,
    change: OperatorChange,
) -> Result<(Registered, Vec<AccessTokenId>), OpError> {
    let hash = match change.password.clone() {
        Some(password) => {
            let known = [change.email.as_deref(), change.name.as_deref()];
            let known = known.map(Option::unwrap_or_default);
            account::check_password("/password", &password, &known)?;
            Some(core.passwords.hash(password).await)
        }
        None => None,
    };
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut known = held(&mut unit, id).await?;
            let before = known.operator.clone();
            unit.before(&told(&before));
            set(&mut known.operator.email, change.email);
            set(&mut known.operator.name, change.name);
            set(&mut known.operator.role, change.role);
            set(&mut known.operator.password_hash, hash);
            known_organization(&mut unit, &change.organization_id).await?;
            change
                .organization_id
                .apply(&mut known.operator.organization_id);
            let after = &known.operator;
            unit.after(&told(after));
            if runs_the_site(&before) && !runs_the_site(after) {
                refuse_last(&mut unit).await?;
            }
            operators::update(unit.conn, after)
                .await
                .map_err(|error| taken(error, "a user with that e-mail address"))?;
            let other = after.role != before.role
                || after.password_hash != before.password_hash
                || after.organization_id != before.organization_id;
            let ended = if other {
                access_tokens::delete_of(unit.conn, Holder::Operator(id)).await?
            } else {
                Vec::new()
            };
            Ok((known, ended))
        })
    })
    .await
}

/// Removes an operator; gives the sign-ins that ended with it.
pub async fn remove_operator(core: &Core, id: OperatorId) -> Result<Vec<AccessTokenId>, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let known = held(&mut unit, id).await?;
            unit.before(&told(&known.operator));
            if runs_the_site(&known.operator) {
                refuse_last(&mut unit).await?;
            }
            let now = unit.now();
            operators::delete(unit.conn, id, now).await?;
            Ok(access_tokens::delete_of(unit.conn, Holder::Operator(id)).await?)
        })
    })
    .await
}

/// Whoever is signed in takes a new password; gives the other sign-ins, which ended. Wrong guesses of the old
/// one have to wait like those at the door.
pub async fn change_own_password(
    core: &Core,
    guesses: &Guesses,
    (operator, kept): (&Operator, AccessTokenId),
    (current, new): (String, String),
) -> Result<Vec<AccessTokenId>, OpError> {
    // Whoever has the sign-in, from wherever: it is one source.
    let (account, source) = (format!("password {}", operator.id), "signed in");
    let may = guesses.may(&account, source, core.clock.now());
    may.map_err(|wait| OpError::Wait {
        seconds: wait.as_secs().max(1),
    })?;
    let hash = Some(operator.password_hash.clone());
    if !core.passwords.verify(current, hash).await {
        guesses.wrong(&account, source, core.clock.now());
        return Err(OpError::refused(
            Code::AuthInvalidCredentials,
            "The current password is wrong.",
        ));
    }
    guesses.right(&account, source, core.clock.now());
    let known = [&*operator.email, &*operator.name];
    account::check_password("/newPassword", &new, &known)?;
    let password_hash = core.passwords.hash(new).await;
    let id = operator.id;
    core.write(move |mut unit| {
        Box::pin(async move {
            let known = held(&mut unit, id).await?;
            unit.about(id);
            let operator = Operator {
                password_hash,
                ..known.operator
            };
            operators::update(unit.conn, &operator).await?;
            Ok(access_tokens::delete_others(unit.conn, Holder::Operator(id), kept).await?)
        })
    })
    .await
}

/// What is noted of an operator.
fn told(operator: &Operator) -> Value {
    json!({
        "email": operator.email, "name": operator.name, "role": operator.role,
        "organizationId": operator.organization_id
    })
}

/// Whether somebody is an admin of the whole site: there is always one.
fn runs_the_site(operator: &Operator) -> bool {
    operator.role == Role::Admin && operator.scope() == Scope::All
}

/// The operator; all operators are this unit's until the commit.
async fn held(unit: &mut Unit<'_>, id: OperatorId) -> Result<Registered, OpError> {
    operators::hold_all(unit.conn).await?;
    let found = operators::find_registered(unit.conn, id).await?;
    found.ok_or_else(|| missing("user"))
}

async fn refuse_last(unit: &mut Unit<'_>) -> Result<(), OpError> {
    if operators::count_admins(unit.conn).await? > 1 {
        return Ok(());
    }
    Err(conflict(
        "This is the last admin of the whole site. Make somebody else one first.",
    ))
}
