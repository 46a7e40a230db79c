//! A driver makes an account, and is signed in with it.

use domain::customer::Customer;
use domain::event::CustomerNews;
use domain::object::CustomerObject;
use domain::{Code, Event};
use store::repo::customers;

use super::account;
use super::sign_in::{self, Place, SignedIn};
use crate::core::{Core, OpError, Unit};
use crate::throttle::Throttle;

/// What somebody says of themselves.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// The name to show; none: the address.
    pub name: Option<String>,
    /// For the operator's help desk.
    pub phone: Option<String>,
    /// A BCP 47 tag; none: the site's.
    pub language: Option<String>,
}

/// Adds a customer and signs it in. That an address is taken is told (409): whoever owns it needs to know, and
/// `throttle` keeps a stranger from asking after many. It takes as long to say as to register.
pub async fn register_customer(
    core: &Core,
    throttle: &Throttle,
    place: Place,
    said: Registration,
) -> Result<SignedIn, OpError> {
    if let Some(wait) = throttle.wait(&place.source, core.clock.now()) {
        let seconds = wait.as_secs().max(1);
        return Err(OpError::Limited { seconds });
    }
    let email = account::email(&said.email)?;
    let name = match said.name {
        Some(name) => account::name(&name)?,
        None => email.clone(),
    };
    let phone = account::phone(said.phone.as_deref().unwrap_or_default())?;
    let site = core.rules();
    let language = said.language.as_deref();
    let language = account::language(language.unwrap_or(&site.site().language))?;
    account::check_password("/password", &said.password, &[&email, &name])?;
    throttle.failed(&place.source, core.clock.now());
    let password_hash = core.passwords.hash(said.password).await;
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            let customer = Customer {
                id: unit.id(),
                email,
                name,
                phone,
                language,
                price_group: None,
                password_hash,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            add(&mut unit, &customer).await?;
            sign_in::issue_to(&mut unit, customer, &place).await
        })
    })
    .await
}

/// Adds a customer inside a unit of work, and tells of it.
pub(super) async fn add(unit: &mut Unit<'_>, customer: &Customer) -> Result<(), OpError> {
    customers::insert(unit.conn, customer)
        .await
        .map_err(|error| {
            if error.is_duplicate() {
                let detail = "There is an account with that e-mail address. Sign in instead.";
                OpError::refused(Code::ResourceConflict, detail)
            } else {
                error.into()
            }
        })?;
    let news = CustomerNews {
        customer: CustomerObject::from(customer),
    };
    Ok(unit.emit(&Event::CustomerCreated(news)).await?)
}
