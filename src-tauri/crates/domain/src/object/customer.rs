//! Customers as they are sent: never with a password, in whatever form.

use jiff::Timestamp;
use uuid::Uuid;

use super::objects;
use crate::customer::Customer;

objects! {
    /// A driver with an account.
    CustomerObject as "Customer" {
        /// Its id.
        id: Uuid,
        /// The address it signs in with.
        email: String,
        /// The name on screen.
        name: String,
        /// For the operator's help desk.
        phone: Option<String>,
        /// The language of pages and receipts: a BCP 47 tag.
        language: String,
        /// The group whose tariffs it charges under; null: everybody's alone.
        price_group: Option<String>,
        /// Rises with each change.
        version: i64,
        /// When it was made.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
    }
}

impl From<&Customer> for CustomerObject {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id.0,
            email: customer.email.clone(),
            name: customer.name.clone(),
            phone: customer.phone.clone(),
            language: customer.language.clone(),
            price_group: customer.price_group.clone(),
            version: customer.version,
            created_at: customer.created_at,
            updated_at: customer.updated_at,
        }
    }
}
