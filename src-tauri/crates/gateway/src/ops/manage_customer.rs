//! The desk adds, changes and removes a driver's account.

use domain::customer::Customer;
use domain::event::{CustomerNews, Deleted};
use domain::object::CustomerObject;
use domain::{AccessTokenId, CustomerId, Event};
use store::repo::access_tokens::{self, Holder};
use store::repo::sessions::{self, Filter};
use store::repo::{Slice, customers, id_tokens, vehicles};

use super::account;
use super::change::{Change, set};
use super::refusal::{conflict, missing, taken};
use crate::core::{Core, OpError, Unit};

/// What is to become of a customer. Within its bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct CustomerChange {
    /// The address it signs in with, in lower case.
    pub email: Option<String>,
    /// The name on screen.
    pub name: Option<String>,
    /// For the help desk.
    pub phone: Change<String>,
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// The group whose tariffs it charges under.
    pub price_group: Change<String>,
    /// A new password: every sign-in ends.
    pub password: Option<String>,
}

impl CustomerChange {
    fn apply(self, customer: &mut Customer, password_hash: Option<String>) {
        set(&mut customer.email, self.email);
        set(&mut customer.name, self.name);
        self.phone.apply(&mut customer.phone);
        set(&mut customer.language, self.language);
        self.price_group.apply(&mut customer.price_group);
        set(&mut customer.password_hash, password_hash);
    }
}

/// Adds a customer.
pub async fn create_customer(
    core: &Core,
    password: String,
    new: CustomerChange,
) -> Result<CustomerObject, OpError> {
    let known = [new.email.as_deref(), new.name.as_deref()].map(Option::unwrap_or_default);
    account::check_password("/password", &password, &known)?;
    let hash = core.passwords.hash(password).await;
    let language = core.rules().site().language.clone();
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            let mut customer = Customer {
                id: unit.id(),
                email: String::new(),
                name: String::new(),
                phone: None,
                language,
                price_group: None,
                password_hash: String::new(),
                version: 1,
                created_at: now,
                updated_at: now,
            };
            new.apply(&mut customer, Some(hash));
            unit.about(customer.id);
            customers::insert(unit.conn, &customer)
                .await
                .map_err(|error| taken(error, "an account with that e-mail address"))?;
            tell(&mut unit, &customer, Event::CustomerCreated).await
        })
    })
    .await
}

/// Changes a customer; also gives the sign-ins that ended with it, whose live connections must go too.
pub async fn change_customer(
    core: &Core,
    id: CustomerId,
    change: CustomerChange,
) -> Result<(CustomerObject, Vec<AccessTokenId>), OpError> {
    let hash = match change.password.clone() {
        Some(password) => {
            let known = [change.email.as_deref(), change.name.as_deref()];
            let known = known.map(Option::unwrap_or_default);
            account::check_password("/password", &password, &known)?;
            Some(core.passwords.hash(password).await)
        }
        None => None,
    };
    core.write(move |mut unit| {
        Box::pin(async move {
            let before = held(&mut unit, id).await?;
            unit.before(&CustomerObject::from(&before));
            let mut customer = before.clone();
            let rekeyed = hash.is_some();
            change.apply(&mut customer, hash);
            unit.after(&CustomerObject::from(&customer));
            if customer == before {
                return Ok((CustomerObject::from(&customer), Vec::new()));
            }
            customer.version += 1;
            customer.updated_at = unit.now();
            customers::update(unit.conn, &customer)
                .await
                .map_err(|error| taken(error, "an account with that e-mail address"))?;
            let ended = if rekeyed {
                access_tokens::delete_of(unit.conn, Holder::Customer(id)).await?
            } else {
                Vec::new()
            };
            let object = tell(&mut unit, &customer, Event::CustomerUpdated).await?;
            Ok((object, ended))
        })
    })
    .await
}

/// Removes a customer that does not charge right now: its sign-ins end, its cards are blocked.
pub async fn remove_customer(core: &Core, id: CustomerId) -> Result<Vec<AccessTokenId>, OpError> {
    let ended = core.write(move |mut unit| {
        Box::pin(async move {
            held(&mut unit, id).await?;
            let active = Filter {
                active: Some(true),
                customer: Some(id),
                ..Filter::default()
            };
            let none = Slice {
                limit: 0,
                offset: 0,
            };
            if sessions::list(unit.conn, active, none).await?.total > 0 {
                return Err(conflict(
                    "The customer charges right now. It can be removed when that is over.",
                ));
            }
            let now = unit.now();
            id_tokens::block_of(unit.conn, id).await?;
            vehicles::delete_of(unit.conn, id).await?;
            customers::delete(unit.conn, id, now).await?;
            let ended = access_tokens::delete_of(unit.conn, Holder::Customer(id)).await?;
            let gone = Deleted { id: id.0 };
            unit.emit(&Event::CustomerDeleted(gone)).await?;
            Ok(ended)
        })
    });
    let ended = ended.await;
    core.tokens.forget(|token| token.customer_id == Some(id));
    ended
}

async fn held(unit: &mut Unit<'_>, id: CustomerId) -> Result<Customer, OpError> {
    let found = customers::hold(unit.conn, id).await?;
    found.ok_or_else(|| missing("customer"))
}

async fn tell(
    unit: &mut Unit<'_>,
    customer: &Customer,
    event: fn(CustomerNews) -> Event,
) -> Result<CustomerObject, OpError> {
    let object = CustomerObject::from(customer);
    let news = CustomerNews {
        customer: object.clone(),
    };
    unit.emit(&event(news)).await?;
    Ok(object)
}
