//! Operators and customers sign in, are recognised by their token, and sign out.

use std::time::Duration;

use domain::audit::AuditVerb;
use domain::customer::Customer;
use domain::operator::Operator;
use domain::{AccessTokenId, Code, Timestamp};
use store::repo::access_tokens::{self, AccessToken, Holder};
use store::repo::{customers, operators};

use crate::audit;
use crate::core::{Core, OpError, Unit};
use crate::guesses::Guesses;
use crate::secret;

/// A sign-in ends after this, used or not (WEB-05).
const ABSOLUTE: Duration = Duration::from_hours(12);
/// And after this without use: in a browser.
const IDLE: Duration = Duration::from_mins(15);
/// A driver's, made on a driver screen: the next one in front of it is somebody else.
const IDLE_SCREEN: Duration = Duration::from_secs(90);
/// How often use is written down at most; a sixth of what a sign-in may lie unused, where that is less.
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

/// Where somebody signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where the attempt comes from: failures slow down that source only.
    pub source: String,
    /// Whether that is the kiosk's own window.
    pub window: bool,
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

    /// How long its sign-in may lie unused.
    fn idle(&self, place: &Place) -> Duration {
        match self {
            Self::Customer(_) if place.window => IDLE_SCREEN,
            Self::Customer(_) | Self::Operator(_) => IDLE,
        }
    }

    fn password_hash(&self) -> &str {
        match self {
            Self::Operator(operator) => &operator.password_hash,
            Self::Customer(customer) => &customer.password_hash,
        }
    }
}

/// Signs somebody in.
pub async fn sign_in(
    core: &Core,
    guesses: &Guesses,
    place: &Place,
    realm: Realm,
    (email, password): (&str, String),
) -> Result<SignedIn, OpError> {
    let email = email.trim().to_lowercase();
    let account = account(realm, &email);
    let _place = core.passwords.place().ok_or_else(|| {
        let detail = "Too many people sign in right now. Try again in a moment.";
        OpError::refused(Code::ServerUnavailable, detail)
    })?;
    may_guess(core, guesses, &account, place)?;
    let found = find(core, realm, &email).await?;
    let hash = found.as_ref().map(|user| user.password_hash().to_owned());
    let right = core.passwords.verify(password, hash).await;
    let Some(user) = found.clone().filter(|_| right) else {
        guesses.wrong(&account, &place.source, core.clock.now());
        if let Some(User::Operator(operator)) = found {
            // Beside the answer, which says by nothing, its time included, that this account is there.
            tokio::spawn(note(core.clone(), operator, AuditVerb::Denied));
        }
        return Err(OpError::refused(
            Code::AuthInvalidCredentials,
            "The e-mail address or the password is wrong.",
        ));
    };
    guesses.right(&account, &place.source, core.clock.now());
    let idle = user.idle(place);
    core.write(move |mut unit| {
        Box::pin(async move {
            if let User::Operator(operator) = &user {
                audit::attempt(&mut unit, operator, AuditVerb::SignedIn).await?;
            }
            issue(&mut unit, user, idle).await
        })
    })
    .await
}

/// Notes an attempt of which nothing else is left. How many there may be, the guesses say.
async fn note(core: Core, operator: Operator, verb: AuditVerb) {
    let noted: Result<(), OpError> = core
        .write(move |mut unit| {
            Box::pin(async move { Ok(audit::attempt(&mut unit, &operator, verb).await?) })
        })
        .await;
    if let Err(error) = noted {
        tracing::warn!(%error, "a wrong password could not be noted in the audit");
    }
}

/// Whether somebody who is signed in knows the password; wrong ones are counted with those of signing in.
pub(super) async fn knows_password(
    core: &Core,
    guesses: &Guesses,
    place: &Place,
    customer: &Customer,
    password: String,
) -> Result<(), OpError> {
    let account = account(Realm::Customers, &customer.email);
    may_guess(core, guesses, &account, place)?;
    let hash = Some(customer.password_hash.clone());
    if core.passwords.verify(password, hash).await {
        guesses.right(&account, &place.source, core.clock.now());
        return Ok(());
    }
    guesses.wrong(&account, &place.source, core.clock.now());
    Err(OpError::refused(
        Code::AuthInvalidCredentials,
        "That is not the password.",
    ))
}

/// What passwords are guessed of (WEB-04).
fn account(realm: Realm, email: &str) -> String {
    format!("{realm:?} {email}")
}

fn may_guess(core: &Core, guesses: &Guesses, account: &str, place: &Place) -> Result<(), OpError> {
    let may = guesses.may(account, &place.source, core.clock.now());
    may.map_err(|wait| OpError::Wait {
        seconds: wait.as_secs().max(1),
    })
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

/// Gives a customer who has just come to be a fresh sign-in.
pub(super) async fn issue_to(
    unit: &mut Unit<'_>,
    customer: Customer,
    place: &Place,
) -> Result<SignedIn, OpError> {
    let user = User::Customer(customer);
    let idle = user.idle(place);
    issue(unit, user, idle).await
}

/// Gives an operator who has just come to be a fresh sign-in.
pub(super) async fn issue_to_operator(
    unit: &mut Unit<'_>,
    operator: Operator,
    place: &Place,
) -> Result<SignedIn, OpError> {
    let user = User::Operator(operator);
    let idle = user.idle(place);
    issue(unit, user, idle).await
}

async fn issue(unit: &mut Unit<'_>, user: User, idle: Duration) -> Result<SignedIn, OpError> {
    let token = secret::make_key();
    let now = unit.now();
    let row = AccessToken {
        id: unit.id(),
        token_hash: secret::hash_key(&token),
        holder: user.holder(),
        last_used_at: now,
        idle,
        expires_at: now + ABSOLUTE,
    };
    access_tokens::insert(unit.conn, &row).await?;
    Ok(SignedIn {
        token,
        expires_at: row.expires_at,
        user,
    })
}

/// Recognises a token.
pub async fn recognise(core: &Core, token: &str) -> Result<Known, OpError> {
    let now = core.clock.now();
    let mut conn = core.store.read().await?;
    let row = access_tokens::find(&mut conn, &secret::hash_key(token))
        .await?
        .ok_or_else(|| OpError::refused(Code::AuthRequired, "Sign in first."))?;
    if row.expires_at <= now || row.last_used_at + row.idle <= now {
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
    if row.last_used_at + TOUCH.min(row.idle / 6) <= now {
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
