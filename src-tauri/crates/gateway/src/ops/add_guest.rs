//! An account without a name, for somebody who has none: entered by what paid for it, a prepaid code or an order. Not for
//! signing in: nobody can with it.

use domain::customer::Customer;

use super::register_customer::add;
use crate::core::{OpError, Unit};
use crate::secret;

/// What a guest is called where a driver has a name.
const NAME: &str = "Guest";

/// Makes an account without a name, inside a unit of work. Nobody can sign in with it.
pub(super) async fn add_guest(unit: &mut Unit<'_>, language: String) -> Result<Customer, OpError> {
    let (id, now) = (unit.id(), unit.now());
    let guest = Customer {
        id,
        email: Customer::guest_email(id),
        name: NAME.to_owned(),
        phone: None,
        language,
        price_group: None,
        password_hash: secret::hash_key(&secret::make_key()),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    add(unit, &guest).await?;
    Ok(guest)
}
