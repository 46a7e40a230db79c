//! Table `customer`.

use domain::customer::Customer;
use domain::{CustomerId, Timestamp};

use super::{Page, Sorts, Wanted, from_ms, page, parse, to_ms};
use crate::conn::{one, run};
use crate::{Conn, StoreError};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    email: String,
    name: String,
    phone: Option<String>,
    language: String,
    price_group: Option<String>,
    password_hash: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Customer, StoreError> {
        Ok(Customer {
            id: parse("customer.id", &self.id)?,
            email: self.email,
            name: self.name,
            phone: self.phone,
            language: self.language,
            price_group: self.price_group,
            password_hash: self.password_hash,
            version: self.version,
            created_at: from_ms(self.created_at)?,
            updated_at: from_ms(self.updated_at)?,
        })
    }
}

/// Adds a customer.
pub async fn insert(conn: &mut Conn, customer: &Customer) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO customer (id, email, name, phone, language, password_hash, version, created_at, updated_at,
           price_group)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        customer.id.to_string(),
        &customer.email,
        &customer.name,
        &customer.phone,
        &customer.language,
        &customer.password_hash,
        customer.version,
        to_ms(customer.created_at),
        to_ms(customer.updated_at),
        &customer.price_group
    )?;
    Ok(())
}

/// Stores what a customer became.
pub async fn update(conn: &mut Conn, customer: &Customer) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE customer SET email = $2, name = $3, phone = $4, language = $5, password_hash = $6, version = $7,
           updated_at = $8, price_group = $9
         WHERE id = $1",
        customer.id.to_string(),
        &customer.email,
        &customer.name,
        &customer.phone,
        &customer.language,
        &customer.password_hash,
        customer.version,
        to_ms(customer.updated_at),
        &customer.price_group
    )?;
    Ok(())
}

/// Takes a customer out of every list. The address can be used again.
pub async fn delete(conn: &mut Conn, id: CustomerId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE customer SET deleted_at = $2, email = email || ' ' || id WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// Keeps a customer's row until the unit of work ends: one who begins a charge twice at once does it one after
/// the other.
pub async fn hold(conn: &mut Conn, id: CustomerId) -> Result<Option<Customer>, StoreError> {
    run!(
        conn,
        "UPDATE customer SET version = version WHERE id = $1",
        id.to_string()
    )?;
    find(conn, id).await
}

/// Takes a customer out of every list and forgets who it was. Its id stays, for the sessions that name it.
pub async fn erase(conn: &mut Conn, id: CustomerId, at: Timestamp) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE customer SET email = id, name = '', phone = NULL, language = '', password_hash = '', price_group = NULL,
           deleted_at = $2, updated_at = $2, version = version + 1
         WHERE id = $1",
        id.to_string(),
        to_ms(at)
    )?;
    Ok(())
}

/// The customer with this id.
pub async fn find(conn: &mut Conn, id: CustomerId) -> Result<Option<Customer>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM customer WHERE id = $1 AND deleted_at IS NULL",
        id.to_string()
    )
}

/// The customer with this address (in lower case).
pub async fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<Customer>, StoreError> {
    one!(
        conn,
        Row,
        "SELECT * FROM customer WHERE email = $1 AND deleted_at IS NULL",
        email
    )
}

/// The orders a list of customers can come in.
pub const SORTS: Sorts = &[
    ("email", "email"),
    ("name", "name"),
    ("createdAt", "created_at"),
    ("updatedAt", "updated_at"),
];

/// Customers by address as a screen asks for them; a search looks into addresses, names and telephone numbers.
pub async fn search(conn: &mut Conn, wanted: &Wanted) -> Result<Page<Customer>, StoreError> {
    let pattern = wanted.pattern();
    Ok(page!(
        conn,
        Row,
        "customer",
        "deleted_at IS NULL AND ((CAST($1 AS TEXT) IS NULL AND email NOT LIKE '%@guest.invalid') OR LOWER(email) LIKE $1 ESCAPE '!'
           OR LOWER(name) LIKE $1 ESCAPE '!' OR LOWER(COALESCE(phone, '')) LIKE $1 ESCAPE '!')",
        wanted,
        "email",
        [&pattern]
    ))
}
