//! Customers: drivers with an account.

use jiff::Timestamp;

use crate::ids::CustomerId;

/// A driver with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// The address it signs in with, in lower case.
    pub email: String,
    /// The name on screen.
    pub name: String,
    /// For the operator's help desk.
    pub phone: Option<String>,
    /// The language of pages and receipts: a BCP 47 tag.
    pub language: String,
    /// The group whose tariffs it charges under; none: everybody's alone.
    pub price_group: Option<String>,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// Rises with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Where the addresses of guests are: in a name that no mail reaches (RFC 2606).
const GUESTS: &str = "@guest.invalid";

impl Customer {
    /// What stands where an account has its address, for somebody who has none: nobody can sign in with it.
    pub fn guest_email(id: CustomerId) -> String {
        format!("{id}{GUESTS}")
    }

    /// Whether an address is one of a guest's, and nobody's to choose.
    pub fn is_guest_email(email: &str) -> bool {
        email.ends_with(GUESTS)
    }

    /// Whether it is somebody without an account, who is known by a prepaid code alone.
    pub fn is_guest(&self) -> bool {
        Self::is_guest_email(&self.email)
    }
}
