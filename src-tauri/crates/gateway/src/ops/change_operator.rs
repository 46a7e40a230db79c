//! An admin adds, changes and removes the users of the CMS, and each changes its own password. There is always
//! an admin left. Who may less than before, or has a new password, is signed out everywhere.

use domain::operator::{Operator, Role};
use domain::{AccessTokenId, Code, OperatorId};
use serde_json::{Value, json};
use store::repo::access_tokens::{self, Holder};
use store::repo::operators::{self, Registered};

use super::account;
use super::change::set;
use super::refusal::{conflict, missing, taken};
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
}

/// Adds an operator.
pub async fn add_operator(
    core: &Core,
    email: String,
    name: Option<String>,
    role: Role,
    password: String,
) -> Result<Registered, OpError> {
    let known = [&*email, name.as_deref().unwrap_or_default()];
    account::check_password("/password", &password, &known)?;
    let password_hash = core.passwords.hash(password).await;
    core.write(move |mut unit| {
        Box::pin(async move {
            let operator = Operator {
                id: unit.id(),
                name: name.unwrap_or_else(|| email.clone()),
                email,
                role,
                password_hash,
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
            let after = &known.operator;
            unit.after(&told(after));
            if before.role == Role::Admin && after.role != Role::Admin {
                refuse_last(&mut unit).await?;
            }
            operators::update(unit.conn, after)
                .await
                .map_err(|error| taken(error, "a user with that e-mail address"))?;
            let other = after.role != before.role || after.password_hash != before.password_hash;
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
            if known.operator.role == Role::Admin {
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
    json!({ "email": operator.email, "name": operator.name, "role": operator.role })
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
        "This is the last admin. Make somebody else one first.",
    ))
}
