//! Operators sign in, are recognised by their token, and sign out.

use std::time::Duration;

use domain::operator::Operator;
use domain::{AccessTokenId, Code, Timestamp};
use store::repo::operators::{self, AccessToken};

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
    pub operator: Operator,
}

/// Somebody who showed a valid token.
#[derive(Clone, Debug)]
pub struct Known {
    /// Their sign-in.
    pub token: AccessTokenId,
    /// Who they are.
    pub operator: Operator,
}

/// Signs an operator in. `source` is where the attempt comes from: failures slow down that source only.
pub async fn sign_in(
    core: &Core,
    throttle: &Throttle,
    source: &str,
    email: &str,
    password: String,
) -> Result<SignedIn, OpError> {
    let email = email.trim().to_lowercase();
    let key = format!("{source} {email}");
    if let Some(wait) = throttle.wait(&key, core.clock.now()) {
        let seconds = wait.as_secs().max(1);
        return Err(OpError::Wait { seconds });
    }
    let found = operators::find_by_email(&mut core.store.read().await?, &email).await?;
    let hash = found
        .as_ref()
        .map(|operator| operator.password_hash.clone());
    let right = core.passwords.verify(password, hash).await;
    let Some(operator) = found.filter(|_| right) else {
        throttle.failed(&key, core.clock.now());
        return Err(OpError::refused(
            Code::AuthInvalidCredentials,
            "The e-mail address or the password is wrong.",
        ));
    };
    throttle.succeeded(&key);
    issue(core, operator).await
}

async fn issue(core: &Core, operator: Operator) -> Result<SignedIn, OpError> {
    let token = secret::make_key();
    let token_hash = secret::hash_key(&token);
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            let row = AccessToken {
                id: unit.id(),
                token_hash,
                operator_id: operator.id,
                last_used_at: now,
                expires_at: now + ABSOLUTE,
            };
            operators::insert_token(unit.conn, &row).await?;
            Ok(SignedIn {
                token,
                expires_at: row.expires_at,
                operator,
            })
        })
    })
    .await
}

/// Recognises a token.
pub async fn recognise(core: &Core, token: &str) -> Result<Known, OpError> {
    let now = core.clock.now();
    let mut conn = core.store.read().await?;
    let row = operators::find_token(&mut conn, &secret::hash_key(token))
        .await?
        .ok_or_else(|| OpError::refused(Code::AuthRequired, "Sign in first."))?;
    if row.expires_at <= now || row.last_used_at + IDLE <= now {
        return Err(OpError::refused(
            Code::AuthExpired,
            "The sign-in has ended. Sign in again.",
        ));
    }
    let operator = operators::find(&mut conn, row.operator_id)
        .await?
        .ok_or_else(|| OpError::refused(Code::AuthRequired, "Sign in first."))?;
    drop(conn);
    if row.last_used_at + TOUCH <= now {
        keep_alive(core, row.id).await?;
    }
    Ok(Known {
        token: row.id,
        operator,
    })
}

/// Notes that a sign-in is in use: by a request, or by a live socket that stays open.
pub async fn keep_alive(core: &Core, token: AccessTokenId) -> Result<(), OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            operators::touch_token(unit.conn, token, now).await?;
            Ok(())
        })
    })
    .await
}

/// Ends a sign-in.
pub async fn sign_out(core: &Core, token: AccessTokenId) -> Result<(), OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            operators::delete_token(unit.conn, token).await?;
            Ok(())
        })
    })
    .await
}
