//! A driver changes what stands in the account: name, phone, language, password.

use domain::customer::Customer;
use domain::event::CustomerNews;
use domain::object::CustomerObject;
use domain::{AccessTokenId, Code, CustomerId, Event};
use store::repo::access_tokens::{self, Holder};
use store::repo::customers;

use super::account;
use super::sign_in::{self, Place};
use crate::core::{Core, OpError, Unit};
use crate::guesses::Guesses;

/// What is to be another. What is none stays.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The name to show.
    pub name: Option<String>,
    /// The number; an empty one takes it away.
    pub phone: Option<String>,
    /// The language.
    pub language: Option<String>,
}

/// Changes a profile.
pub async fn change_profile(
    core: &Core,
    id: CustomerId,
    profile: Profile,
) -> Result<Customer, OpError> {
    let name = profile.name.as_deref().map(account::name).transpose()?;
    let phone = profile.phone.as_deref().map(account::phone).transpose()?;
    let language = profile.language.as_deref().map(account::language);
    let language = language.transpose()?;
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut customer = held(&mut unit, id).await?;
            customer.name = name.unwrap_or(customer.name);
            customer.phone = phone.unwrap_or(customer.phone);
            customer.language = language.unwrap_or(customer.language);
            tell_changed(&mut unit, customer).await
        })
    })
    .await
}

/// Changes the password of somebody who knows the old one, and ends every sign-in but the one that asks. Says
/// which those were.
pub async fn change_password(
    core: &Core,
    guesses: &Guesses,
    place: &Place,
    (customer, token): (&Customer, AccessTokenId),
    (old, new): (String, String),
) -> Result<Vec<AccessTokenId>, OpError> {
    sign_in::knows_password(core, guesses, place, customer, old).await?;
    let known = [&*customer.email, &*customer.name];
    account::check_password("/newPassword", &new, &known)?;
    let password_hash = core.passwords.hash(new).await;
    let id = customer.id;
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut customer = held(&mut unit, id).await?;
            customer.password_hash = password_hash;
            tell_changed(&mut unit, customer).await?;
            Ok(access_tokens::delete_others(unit.conn, Holder::Customer(id), token).await?)
        })
    })
    .await
}

async fn held(unit: &mut Unit<'_>, id: CustomerId) -> Result<Customer, OpError> {
    let gone = || OpError::refused(Code::AuthRequired, "Sign in first.");
    customers::hold(unit.conn, id).await?.ok_or_else(gone)
}

async fn tell_changed(unit: &mut Unit<'_>, mut customer: Customer) -> Result<Customer, OpError> {
    customer.version += 1;
    customer.updated_at = unit.now();
    customers::update(unit.conn, &customer).await?;
    let news = CustomerNews {
        customer: CustomerObject::from(&customer),
    };
    unit.emit(&Event::CustomerUpdated(news)).await?;
    Ok(customer)
}
