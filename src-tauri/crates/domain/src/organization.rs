//! Organisations: whose the stations are, where more than one runs them on one system, and what of it a user of the CMS
//! sees. Not for what a user may do there: that is its role.

use jiff::Timestamp;

use crate::ids::OrganizationId;

/// One of those whose stations are on this system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What it is called; no other living one has the name.
    pub name: String,
    /// Where to write to it.
    pub email: Option<String>,
    /// Where to call it.
    pub phone: Option<String>,
    /// Rises with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a user of the CMS sees of the site. There is no default: whoever asks for rows says within which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of it.
    All,
    /// What belongs to one organisation.
    Organization(OrganizationId),
}

impl Scope {
    /// That of a user with this organisation.
    pub const fn of(organization: Option<OrganizationId>) -> Self {
        match organization {
            None => Self::All,
            Some(id) => Self::Organization(id),
        }
    }

    /// The one organisation it is held to.
    pub const fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::All => None,
            Self::Organization(id) => Some(id),
        }
    }

    /// Whether it sees what belongs to `owner`. What is nobody's in particular only the whole site sees.
    pub fn covers(self, owner: Option<OrganizationId>) -> bool {
        match self {
            Self::All => true,
            Self::Organization(id) => owner == Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_organisation_sees_its_own_and_neither_anothers_nor_what_is_nobodys() {
        let (a, b) = (OrganizationId(Uuid::nil()), OrganizationId(Uuid::max()));
        for (scope, owner, sees) in [
            (Scope::All, None, true),
            (Scope::All, Some(a), true),
            (Scope::Organization(a), Some(a), true),
            (Scope::Organization(a), Some(b), false),
            (Scope::Organization(a), None, false),
        ] {
            assert_eq!(scope.covers(owner), sees, "{scope:?} {owner:?}");
            assert_eq!(Scope::of(scope.organization()), scope);
        }
    }
}
