//! Operators: the users of the CMS, and what their roles allow.

use crate::ids::{OperatorId, OrganizationId};
use crate::organization::Scope;
use crate::words::words;

words! {
    /// What a CMS user may do.
    Role {
        /// Looks.
        Viewer = "viewer",
        /// Runs the site.
        Operator = "operator",
        /// Runs the system.
        Admin = "admin",
    }
}

/// A user of the CMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Its id.
    pub id: OperatorId,
    /// The address it signs in with, in lower case.
    pub email: String,
    /// The name on screen.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// Whose stations it sees; none: the whole site.
    pub organization_id: Option<OrganizationId>,
}

impl Operator {
    /// What it sees of the site.
    pub const fn scope(&self) -> Scope {
        Scope::of(self.organization_id)
    }
}
