//! Drivers with an account, for the desk.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::object::{CustomerObject, WalletTransactionObject};
use domain::{Code, CustomerId};
use store::repo::sessions::Filter;
use store::repo::{customers, ledger};

use super::{bodies, end, id};
use crate::api::Api;
use crate::api::auth::{Acting, Viewer};
use crate::api::fields::Fields;
use crate::api::objects::Session;
use crate::api::paging::{CHOICES, Choices, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::ops::manage_customer::{
    CustomerChange, change_customer, create_customer, remove_customer,
};

bodies! {
    /// A customer to be. With PUT every field may be left out: it stays.
    CustomerBody {
        /// The address it signs in with; no other customer has it.
        #[schema(required = true)]
        email: Option<String>,
        /// 8 to 256 characters. A new one ends every sign-in.
        #[schema(required = true)]
        password: Option<String>,
        /// The name on screen, 100 characters at most.
        name: Option<String>,
        /// For the help desk: 3 to 32 digits and signs.
        phone: Option<String>,
        /// The language of pages and receipts: a BCP 47 tag.
        language: Option<String>,
        /// The group whose tariffs it charges under, 1 to 40 characters; null: everybody's alone.
        price_group: Option<String>,
    }
}

fn read(mut fields: Fields, needed: &[&str]) -> Result<CustomerChange, Problem> {
    fields.need(needed);
    let change = CustomerChange {
        email: fields.email("email"),
        name: fields.text("name", (0, 100)),
        phone: fields.parsed_or_none("phone", "It is no telephone number.", phone),
        language: fields.parsed(
            "language",
            "It is no language tag, such as en or de-AT.",
            language,
        ),
        price_group: fields.text_or_none("priceGroup", 40),
        password: fields.password("password"),
    };
    fields.done()?;
    Ok(change)
}

fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let sound = text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-()/. ".contains(c))
        && text.chars().any(|c| c.is_ascii_digit());
    ((3..=32).contains(&text.len()) && sound).then(|| text.to_owned())
}

fn language(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let first = parts.next()?;
    let sound = (2..=3).contains(&first.len())
        && first.chars().all(|c| c.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        });
    (sound && text.len() <= 35).then(|| text.to_owned())
}

/// Customers.
#[utoipa::path(get, path = "/customers", tag = "cms", params(Paging, Search), security(("bearer" = [])),
    responses((status = 200, description = "A page of customers", body = Listed<CustomerObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _viewer: Viewer,
    listing: Listing,
) -> Result<Json<Listed<CustomerObject>>, Problem> {
    let wanted = listing.wanted(customers::SORTS)?;
    let mut conn = api.core.store.read().await?;
    let page = customers::search(&mut conn, &wanted).await?;
    let items = page.items.iter().map(CustomerObject::from).collect();
    Ok(Json(listing.page(items, page.total)))
}

/// Customers to choose from: by address, with their names.
#[utoipa::path(get, path = "/customers/dropdown", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "By address", body = Choices)))]
pub(in crate::api) async fn choices(
    State(api): State<Api>,
    _viewer: Viewer,
) -> Result<Json<Choices>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = customers::search(&mut conn, &CHOICES.into()).await?;
    let choices = Choices::of(page.items, |one| {
        let name = if one.name.is_empty() {
            one.email
        } else {
            format!("{} · {}", one.name, one.email)
        };
        (one.id.to_string(), name)
    });
    Ok(Json(choices))
}

/// Adds a customer.
#[utoipa::path(post, path = "/customers", tag = "cms", request_body = CustomerBody, security(("bearer" = [])),
    responses((status = 201, description = "The customer", body = CustomerObject),
        (status = 409, description = "That address has an account", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    _acting: Acting,
    fields: Fields,
) -> Result<(StatusCode, Json<CustomerObject>), Problem> {
    let mut new = read(fields, &["email", "password"])?;
    let password = new.password.take().ok_or(Code::RequestValidation)?;
    let customer = create_customer(&api.core, password, new).await?;
    Ok((StatusCode::CREATED, Json(customer)))
}

/// One customer.
#[utoipa::path(get, path = "/customers/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The customer's id")),
    responses((status = 200, description = "The customer", body = CustomerObject),
        (status = 404, description = "No such customer", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
) -> Result<Json<CustomerObject>, Problem> {
    let mut conn = api.core.store.read().await?;
    let found = customers::find(&mut conn, id(&text)?).await?;
    let customer = found.ok_or(Code::ResourceNotFound)?;
    Ok(Json(CustomerObject::from(&customer)))
}

/// Changes a customer; fields left out stay.
#[utoipa::path(put, path = "/customers/{id}", tag = "cms", request_body = CustomerBody, security(("bearer" = [])),
    params(("id" = String, Path, description = "The customer's id")),
    responses((status = 200, description = "The customer", body = CustomerObject),
        (status = 404, description = "No such customer", body = Problem),
        (status = 409, description = "That address has an account", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    _acting: Acting,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Json<CustomerObject>, Problem> {
    let id = id(&text)?;
    let change = read(fields, &[])?;
    let (customer, ended) = change_customer(&api.core, id, change).await?;
    end(&api, &ended);
    Ok(Json(customer))
}

/// Removes a customer that does not charge right now: its sign-ins end, its cards are blocked.
#[utoipa::path(delete, path = "/customers/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The customer's id")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such customer", body = Problem),
        (status = 409, description = "It charges right now", body = Problem)))]
pub(in crate::api) async fn remove(
    State(api): State<Api>,
    _acting: Acting,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let ended = remove_customer(&api.core, id(&text)?).await?;
    end(&api, &ended);
    Ok(StatusCode::NO_CONTENT)
}

/// A customer's sessions, newest first.
#[utoipa::path(get, path = "/customers/{id}/sessions", tag = "cms", params(Paging, Search,
        ("id" = String, Path, description = "The customer's id")), security(("bearer" = [])),
    responses((status = 200, description = "A page of its sessions", body = Listed<Session>),
        (status = 404, description = "No such customer", body = Problem)))]
pub(in crate::api) async fn list_sessions(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
    listing: Listing,
) -> Result<Json<Listed<Session>>, Problem> {
    let id: CustomerId = id(&text)?;
    let found = customers::find(&mut api.core.store.read().await?, id).await?;
    let of_customer = Filter {
        customer: Some(found.ok_or(Code::ResourceNotFound)?.id),
        ..Filter::default()
    };
    Ok(Json(
        super::sessions::list(&api, of_customer, &listing).await?,
    ))
}

/// What came into a customer's wallet and went out of it, newest first.
#[utoipa::path(get, path = "/customers/{id}/wallet-transactions", tag = "cms", params(Paging,
        ("id" = String, Path, description = "The customer's id")), security(("bearer" = [])),
    responses((status = 200, description = "A page of it", body = Listed<WalletTransactionObject>),
        (status = 404, description = "No such customer", body = Problem)))]
pub(in crate::api) async fn list_wallet_transactions(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
    paging: Paging,
) -> Result<Json<Listed<WalletTransactionObject>>, Problem> {
    let id: CustomerId = id(&text)?;
    let found = customers::find(&mut api.core.store.read().await?, id).await?;
    let customer = found.ok_or(Code::ResourceNotFound)?.id;
    Ok(Json(list_wallet_of(&api, customer, paging).await?))
}

/// A page of what moved a customer's wallet.
pub(in crate::api) async fn list_wallet_of(
    api: &Api,
    customer: CustomerId,
    paging: Paging,
) -> Result<Listed<WalletTransactionObject>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = ledger::list_of(&mut conn, customer, paging.slice()).await?;
    let read = WalletTransactionObject::of;
    let items = page.items.iter().filter_map(read).collect();
    Ok(paging.page(items, page.total))
}
