//! Operators and customers sign in, are recognised by their token, and sign out.

use std::time::Duration;

use domain::customer::Customer;
use domain::operator::Operator;
use domain::{AccessTokenId, Code, Timestamp};
use store::repo::access_tokens::{self, AccessToken, Holder};
use store::repo::{customers, operators};

use crate::core::{Core, OpError};
use crate::secret;
use crate::throttle::Throttle;

/// A sign-in ends after this, used or not (WEB-05).
const ABSOLUTE: Duration = Duration::from_hours(12);
/// And after this without use.
const IDLE: Duration = Duration::from_mins(15);
/// How often use is written down.
const TOUCH: Duration = Duration::from_mins(1);

/// A fresh sign-in. The token is seen this once and stored as a hash.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What the page sends from now on.
    pub token: String,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub user: User,
}

/// Somebody with a sign-in.
#[derive(Clone, Debug)]
pub enum User {
    /// A user of the CMS.
    Operator(Operator),
    /// A driver with an account.
    Customer(Customer),
}

/// Somebody who showed a valid token.
#[derive(Clone, Debug)]
pub struct Known {
    /// Their sign-in.
    pub token: AccessTokenId,
    /// Who they are.
    pub user: User,
}

/// Which list of accounts an address is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// The CMS.
    Operators,
    /// The driver screens.
    Customers,
}

impl User {
    fn holder(&self) -> Holder {
        match self {
            Self::Operator(operator) => Holder::Operator(operator.id),
            Self::Customer(customer) => Holder::Customer(customer.id),
        }
    }

    fn password_hash(&self) -> &str {
        match self {
            Self::Operator(operator) => &operator.password_hash,
            Self::Customer(customer) => &customer.password_hash,
        }
    }
}

/// Signs somebody in. `source` is where the attempt comes from: failures slow down that source only.
pub async fn sign_in(
    core: &Core,
    throttle: &Throttle,
    source: &str,
    realm: Realm,
    (email, password): (&str, String),
) -> Result<SignedIn, OpError> {
    let email = email.trim().to_lowercase();
    let key = format!("{source} {realm:?} {email}");
    if let Some(wait) = throttle.wait(&key, core.clock.now()) {
        let seconds = wait.as_secs().max(1);
        return Err(OpError::Wait { seconds });
    }
    let found = find(core, realm, &email).await?;
    let hash = found.as_ref().map(|user| user.password_hash().to_owned());
    let right = core.passwords.verify(password, hash).await;
    let Some(user) = found.filter(|_| right) else {
        throttle.failed(&key, core.clock.now());
        return Err(OpError::refused(
            Code::AuthInvalidCredentials,
            "The e-mail address or the password is wrong.",
        ));
    };
    throttle.succeeded(&key);
    issue(core, user).await
}

async fn find(core: &Core, realm: Realm, email: &str) -> Result<Option<User>, OpError> {
    let mut conn = core.store.read().await?;
    Ok(match realm {
        Realm::Operators => operators::find_by_email(&mut conn, email)
            .await?
            .map(User::Operator),
        Realm::Customers => customers::find_by_email(&mut conn, email)
            .await?
            .map(User::Customer),
    })
}

/// Gives somebody a fresh sign-in.
pub(super) async fn issue(core: &Core, user: User) -> Result<SignedIn, OpError> {
    let token = secret::make_key();
    let token_hash = secret::hash_key(&token);
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            let row = AccessToken {
                id: unit.id(),
                token_hash,
                holder: user.holder(),
                last_used_at: now,
                expires_at: now + ABSOLUTE,
            };
            access_tokens::insert(unit.conn, &row).await?;
            Ok(SignedIn {
                token,
                expires_at: row.expires_at,
                user,
            })
        })
    })
    .await
}

/// Recognises a token.
pub async fn recognise(core: &Core, token: &str) -> Result<Known, OpError> {
    let now = core.clock.now();
    let mut conn = core.store.read().await?;
    let row = access_tokens::find(&mut conn, &secret::hash_key(token))
        .await?
        .ok_or_else(|| OpError::refused(Code::AuthRequired, "Sign in first."))?;
    if row.expires_at <= now || row.last_used_at + IDLE <= now {
        return Err(OpError::refused(
            Code::AuthExpired,
            "The sign-in has ended. Sign in again.",
        ));
    }
    let user = match row.holder {
        Holder::Operator(id) => operators::find(&mut conn, id).await?.map(User::Operator),
        Holder::Customer(id) => customers::find(&mut conn, id).await?.map(User::Customer),
    };
    let user = user.ok_or_else(|| OpError::refused(Code::AuthRequired, "Sign in first."))?;
    drop(conn);
    if row.last_used_at + TOUCH <= now {
        keep_alive(core, row.id).await?;
    }
    Ok(Known {
        token: row.id,
        user,
    })
}

/// Notes that a sign-in is in use: by a request, or by a live socket that stays open.
pub async fn keep_alive(core: &Core, token: AccessTokenId) -> Result<(), OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            access_tokens::touch(unit.conn, token, now).await?;
            Ok(())
        })
    })
    .await
}

/// Ends a sign-in.
pub async fn sign_out(core: &Core, token: AccessTokenId) -> Result<(), OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            access_tokens::delete(unit.conn, token).await?;
            Ok(())
        })
    })
    .await
}
