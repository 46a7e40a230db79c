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
