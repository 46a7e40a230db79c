//! Somebody without an account wants to pay for a charge on a provider's page. The wish is a row, with a wallet without a
//! name, before the provider hears of it; what is paid begins it: see `serve_guest`. Refused here is what would be refused
//! then, as far as it can be known: nobody pays for a charge that cannot begin.

use domain::guest::{GuestOrder, GuestOrderStatus, LINK};
use domain::{ChargePointId, Code, Money};
use store::repo::{customers, guest_orders};

use super::account;
use super::add_guest::add_guest;
use super::refusal::conflict;
use super::request_start;
use super::sign_in::{self, Place, SignedIn};
use crate::core::{Core, OpError};
use crate::secret;

/// What somebody wants to pay for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What a repeat of the request is known by.
    pub request: String,
    /// The language of the receipt.
    pub language: String,
    /// At which box.
    pub point: ChargePointId,
    /// At which plug.
    pub connector_id: i64,
    /// The version of the tariff that was shown.
    pub tariff_version: Option<i64>,
    /// How much is to be paid.
    pub amount: Money,
}

/// Writes the order down; the one of an earlier copy of the request, where there is one.
pub async fn order_as_guest(core: &Core, wish: Wish) -> Result<GuestOrder, OpError> {
    let language = account::language(&wish.language)?;
    let rules = core.money();
    core.write(move |mut unit| {
        Box::pin(async move {
            if let Some(there) = guest_orders::find(unit.conn, &wish.request).await? {
                if there.status == GuestOrderStatus::Ended {
                    return Err(conflict("That order is over. Ask for another one."));
                }
                return Ok(there);
            }
            let at = (wish.point, wish.connector_id);
            let terms = request_start::may_begin(&mut unit, at, wish.tariff_version).await?;
            let priced = terms.filter(|terms| terms.rates.charge_anything());
            let terms = priced.ok_or_else(|| conflict("Nothing is charged for at this plug."))?;
            if terms.currency() != wish.amount.currency {
                return Err(invalid("It is not the currency of the price.".to_owned()));
            }
            let holds = rules.holds(terms.currency());
            if holds.amount(None, None, wish.amount).is_err() {
                let least = holds.least.print();
                return Err(invalid(format!(
                    "A charge begins with {} {} at least.",
                    least.amount, least.currency
                )));
            }
            let guest = add_guest(&mut unit, language).await?;
            let now = unit.now();
            let order = GuestOrder {
                request: wish.request,
                customer_id: guest.id,
                charge_point_id: wish.point,
                connector_id: wish.connector_id,
                tariff_version: wish.tariff_version.or(Some(terms.tariff_version)),
                link: secret::make_key(),
                status: GuestOrderStatus::Waiting,
                session_id: None,
                refusal: None,
                created_at: now,
                updated_at: now,
            };
            if guest_orders::insert(unit.conn, &order).await? {
                return Ok(order);
            }
            let detail = "Another gateway answers the same request.";
            Err(OpError::refused(Code::IdempotencyInProgress, detail))
        })
    })
    .await
}

fn invalid(detail: String) -> OpError {
    OpError::Invalid {
        pointer: "/amount".into(),
        fault: "out_of_bounds",
        detail: detail.into(),
    }
}

/// How a guest's order is known to whoever comes back to it.
#[derive(Clone, Debug)]
pub enum Claim {
    /// The request that made it.
    Request(String),
    /// What the payer's phone came back with.
    Link(String),
}

/// Signs in whoever has a claim to an order.
pub async fn enter_by_order(core: &Core, place: Place, claim: Claim) -> Result<SignedIn, OpError> {
    let guest = {
        let mut conn = core.store.read().await?;
        let since = core.clock.now() - LINK;
        let order = match &claim {
            Claim::Request(request) => guest_orders::find(&mut conn, request).await?,
            Claim::Link(link) => guest_orders::find_by_link(&mut conn, link, since).await?,
        };
        match order {
            Some(order) => customers::find(&mut conn, order.customer_id).await?,
            None => None,
        }
    };
    let guest = guest
        .ok_or_else(|| OpError::refused(Code::ResourceNotFound, "That way back has ended."))?;
    core.write(move |mut unit| {
        Box::pin(async move { sign_in::issue_to(&mut unit, guest, &place).await })
    })
    .await
}
