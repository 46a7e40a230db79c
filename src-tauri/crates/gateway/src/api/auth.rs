//! Who asks: the bearer token of a request, as extractors by role and by reach. Routes without one are open by decision. A user
//! of one organisation passes through the `Scoped` ones and `Myself` alone: what names no scope is not for it.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::customer::Customer;
use domain::operator::{Operator, Role};
use domain::{AccessTokenId, Code, Scope};

use super::Api;
use super::problem::Problem;
use super::snapshots::For;
use crate::audit;
use crate::core::OpError;
use crate::ops::sign_in::{Known, User, recognise};

/// Who may act.
const ACT: &[Role] = &[Role::Operator, Role::Admin];

/// A user of the CMS with a valid sign-in.
pub(super) struct Staff {
    /// The sign-in.
    pub(super) token: AccessTokenId,
    /// Who.
    pub(super) operator: Operator,
}

/// Any user of the whole site: may look.
pub(super) struct Viewer;

/// An operator or an admin of the whole site: may act.
pub(super) struct Acting(pub(super) Staff);

/// An admin of the whole site: may change who may do what.
pub(super) struct Admin(pub(super) Staff);

/// Any user of the CMS: may look, within this scope.
pub(super) struct ScopedViewer(pub(super) Scope);

/// An operator or an admin: may act, within its scope.
pub(super) struct ScopedActing(pub(super) Staff);

/// Any user of the CMS: may do what concerns itself alone.
pub(super) struct Myself(pub(super) Staff);

impl Staff {
    /// What it sees of the site.
    pub(super) const fn scope(&self) -> Scope {
        self.operator.scope()
    }
}

/// A driver with an account.
pub(super) struct Driver {
    /// The sign-in.
    pub(super) token: AccessTokenId,
    /// Who.
    pub(super) customer: Customer,
}

/// Anybody at all: what does not show a driver's valid sign-in is any passer-by.
pub(super) struct Passer(pub(super) For);

/// The bearer token of a request, where it carries one.
pub(super) fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

/// Who shows a valid sign-in. Looked up once a request, however many ask.
pub(super) async fn known(parts: &mut Parts, api: &Api) -> Result<Known, OpError> {
    if let Some(known) = parts.extensions.get::<Known>() {
        return Ok(known.clone());
    }
    let token = bearer(parts);
    let token = token.ok_or_else(|| OpError::refused(Code::AuthRequired, "Sign in first."))?;
    let known = recognise(&api.core, token).await?;
    parts.extensions.insert(known.clone());
    Ok(known)
}

async fn staff(parts: &mut Parts, api: &Api, roles: &[Role]) -> Result<Staff, Problem> {
    let known = known(parts, api).await?;
    match known.user {
        User::Operator(operator) if roles.contains(&operator.role) => {
            audit::by(&operator);
            Ok(Staff {
                token: known.token,
                operator,
            })
        }
        User::Operator(_) | User::Customer(_) => Err(Code::AuthForbidden.into()),
    }
}

/// The same of the whole site: a user of one organisation is refused.
async fn whole_site(parts: &mut Parts, api: &Api, roles: &[Role]) -> Result<Staff, Problem> {
    let staff = staff(parts, api, roles).await?;
    match staff.scope() {
        Scope::All => Ok(staff),
        Scope::Organization(_) => Err(Problem::new(
            Code::AuthForbidden,
            "This is for users of the whole site.",
        )),
    }
}

impl FromRequestParts<Api> for Passer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let group = match known(parts, api).await {
            Ok(known) => match known.user {
                User::Customer(customer) => customer.price_group,
                User::Operator(_) => None,
            },
            Err(OpError::Store(error)) => return Err(OpError::Store(error).into()),
            Err(_) => None,
        };
        Ok(Self(For::Anybody(group)))
    }
}

impl FromRequestParts<Api> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        whole_site(parts, api, Role::ALL).await?;
        Ok(Self)
    }
}

impl FromRequestParts<Api> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(Self(whole_site(parts, api, ACT).await?))
    }
}

impl FromRequestParts<Api> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(Self(whole_site(parts, api, &[Role::Admin]).await?))
    }
}

impl FromRequestParts<Api> for ScopedViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(Self(staff(parts, api, Role::ALL).await?.scope()))
    }
}

impl FromRequestParts<Api> for ScopedActing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(Self(staff(parts, api, ACT).await?))
    }
}

impl FromRequestParts<Api> for Myself {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(Self(staff(parts, api, Role::ALL).await?))
    }
}

impl FromRequestParts<Api> for Driver {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let known = known(parts, api).await?;
        match known.user {
            User::Customer(customer) => Ok(Self {
                token: known.token,
                customer,
            }),
            User::Operator(_) => Err(Code::AuthForbidden.into()),
        }
    }
}
