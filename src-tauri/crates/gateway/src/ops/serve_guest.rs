//! What comes next for an order of somebody without an account: the charge that was paid for is asked for, and what it did
//! not cost goes back. Each step is one unit, whichever gateway takes it.

use domain::command::Requester;
use domain::guest::{ALONE, GuestOrder, GuestOrderStatus, Refusal, Step};
use domain::session::{SessionStatus, StartedBy};
use domain::topup::TopupStatus;
use store::Conn;
use store::repo::{bills, guest_orders, holds, ledger, sessions, topups};

use super::books::frozen;
use super::refund_topup;
use super::refusal::conflict;
use super::request_command::Requested;
use super::request_start::{self, StartRequested, request_start};
use crate::core::{Core, OpError, Unit};
use crate::keep::Keep;

/// Why money goes back, as the desk reads it.
const REASON: &str = "What a guest paid and did not use";
/// How many orders are looked at in one round.
const AT_ONCE: i64 = 100;

/// Takes the next step of every order that is due; gives the commands that are to be sent. One that fails is tried again in
/// the next round.
pub async fn serve_guests(core: &Core) -> Result<Vec<Requested>, OpError> {
    let due = {
        let mut conn = core.store.read().await?;
        if ledger::frozen(&mut conn).await?.is_some() {
            return Ok(Vec::new());
        }
        guest_orders::list_due(&mut conn, core.clock.now() - ALONE, AT_ONCE).await?
    };
    let mut commands = Vec::new();
    for order in due {
        match serve(core, &order).await {
            Ok(command) => commands.extend(command),
            Err(error) if error.code().status() < 500 => {
                tracing::debug!(guest = %order.customer_id, %error, "somebody else serves a guest");
            }
            Err(error) => {
                tracing::error!(guest = %order.customer_id, %error, "a guest's order waits; it is tried again");
            }
        }
    }
    Ok(commands)
}

async fn serve(core: &Core, order: &GuestOrder) -> Result<Option<Requested>, OpError> {
    let now = core.clock.now();
    let (topup, settled) = {
        let mut conn = core.store.read().await?;
        let topup = topups::find_by_request(&mut conn, &order.request).await?;
        (topup, is_settled(&mut conn, order).await?)
    };
    let step = match order.next(topup.as_ref(), settled, now) {
        Step::Begin => match begin(core, order).await {
            Ok(started) => return Ok(Some(started.command)),
            // A fault of ours is nothing to tell a guest of: it is tried again, for as long as a charge may begin.
            Err(fault @ OpError::Store(_)) => return Err(fault),
            Err(refusal) => GuestOrder::refused(refusal.code(), &refusal.to_string()),
        },
        step => step,
    };
    if let Step::End(refusal) = step {
        end(core, order, refusal).await?;
    }
    Ok(None)
}

/// Whether the charge of an order is over and its money counted.
async fn is_settled(conn: &mut Conn, order: &GuestOrder) -> Result<bool, OpError> {
    let Some(id) = order.session_id else {
        return Ok(false);
    };
    let Some(session) = sessions::find(conn, id).await? else {
        return Ok(false);
    };
    let held = holds::find(conn, id).await?;
    if held.is_some_and(|hold| hold.resolved_at.is_none()) {
        return Ok(false);
    }
    Ok(match session.status {
        SessionStatus::Failed => true,
        SessionStatus::Stopped => {
            !session.funding.on_account || bills::standing(conn, id).await?.is_some()
        }
        _ => false,
    })
}

async fn begin(core: &Core, order: &GuestOrder) -> Result<StartRequested, OpError> {
    let wish = request_start::Wish {
        point: order.charge_point_id,
        connector_id: Some(order.connector_id),
        customer: Some(order.customer_id),
        started_by: StartedBy::Checkout,
        vehicle: None,
        id_token: None,
        tariff_version: order.tariff_version,
        limit: None,
        requested_by: Requester::driver(order.customer_id),
    };
    let request = order.request.clone();
    let keep = Keep::with(move |unit: &mut Unit<'_>, started: &StartRequested| {
        let (request, session) = (request.clone(), started.session.id);
        Box::pin(async move {
            let now = unit.now();
            if guest_orders::begin(unit.conn, &request, session, now).await? {
                return Ok(());
            }
            Err(conflict("Another gateway began that charge."))
        })
    });
    request_start(core, wish, keep).await
}

/// Ends an order: what is left of what was paid goes back in the same unit.
async fn end(core: &Core, order: &GuestOrder, refusal: Option<Refusal>) -> Result<(), OpError> {
    let (request, customer, was) = (order.request.clone(), order.customer_id, order.status);
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            // The payment first, as whoever takes its news in does: then it is there, or finds the order over.
            let topup = match topups::find_by_request(unit.conn, &request).await? {
                Some(topup) => topups::hold(unit.conn, topup.id).await?,
                None => None,
            };
            let held = guest_orders::hold(unit.conn, &request).await?;
            if held.is_none_or(|order| order.status != was) {
                return Ok(());
            }
            let paid = topup.filter(|topup| topup.status == TopupStatus::Completed);
            let is_paid = paid.is_some();
            if let Some(topup) = paid {
                if ledger::frozen(unit.conn).await?.is_some() {
                    return Err(frozen());
                }
                refund_topup::give_back_rest(&mut unit, topup.id, REASON).await?;
            }
            // It came while this was decided: that is why it begins nothing.
            let late = is_paid && was == GuestOrderStatus::Waiting;
            let refusal = refusal.or_else(|| late.then(Refusal::paid_too_late));
            guest_orders::end(unit.conn, &request, refusal.as_ref(), now).await?;
            tracing::info!(guest = %customer, refused = refusal.is_some(), "a guest's order is over");
            Ok(())
        })
    })
    .await
}
