//! A driver gets an account.

use domain::customer::Customer;
use domain::event::CustomerNews;
use domain::object::CustomerObject;
use domain::{CustomerId, Event, Money};
use store::repo::customers;

use super::account;
use super::adjust_wallet;
use super::refusal::taken;
use crate::core::{Core, OpError};

/// What stands in the books beside an amount that a customer is added with.
const OPENING: &str = "Opening balance";

/// Adds a customer with the name of its address, and with money in its wallet where some is given. Returns its id
/// and the address as it is stored.
pub async fn add_customer(
    core: &Core,
    email: &str,
    password: String,
    balance: Option<Money>,
) -> Result<(CustomerId, String), OpError> {
    let email = account::email(email)?;
    account::check_password("/password", &password, &[&email])?;
    let password_hash = core.passwords.hash(password).await;
    let language = core.rules().site().language.clone();
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            let customer = Customer {
                id: unit.id(),
                name: email.clone(),
                email,
                phone: None,
                language,
                price_group: None,
                password_hash,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            customers::insert(unit.conn, &customer)
                .await
                .map_err(|error| taken(error, "that e-mail address"))?;
            let news = CustomerNews {
                customer: CustomerObject::from(&customer),
            };
            unit.emit(&Event::CustomerCreated(news)).await?;
            if let Some(balance) = balance {
                adjust_wallet::give(&mut unit, customer.id, balance, OPENING).await?;
            }
            Ok((customer.id, customer.email))
        })
    })
    .await
}
