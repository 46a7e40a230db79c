//! What a charge on account came to is taken from its hold, once; a figure that changes later is another bill, after the
//! first was reversed (MON-06). Not for what it costs: that is the session's; nor for what people read of it.

use domain::bill::{Bill, BillKind, Cover};
use domain::hold::Hold;
use domain::ledger::{AccountKind, TransferKind};
use domain::session::{Session, SessionStatus};
use domain::tariff::Cost;
use domain::{CustomerId, Money, SessionId, Timestamp, WattHours};
use jiff::SignedDuration;
use store::repo::{bills, charge_points, holds, ledger, sessions};

use super::books::{Books, Entry};
use super::hold::{self, Back};
use super::issue_receipt::{self, Link};
use crate::core::{Core, OpError, Unit};

/// How long nothing more may come of a charge that is over before it is billed anew: its charger may empty its queue.
pub(super) const QUIET: SignedDuration = SignedDuration::from_mins(5);

/// Notes that a charge on account which is over has other figures now: it is billed anew once nothing more comes.
pub(super) fn note_changed(session: &mut Session, now: Timestamp) {
    if session.funding.on_account && session.status == SessionStatus::Stopped {
        session.funding.bill_due = Some(now + QUIET);
    }
}

/// Where the receipt of a charge that is about to be billed for the first time will be; none: it will have none yet.
pub(super) async fn link(unit: &mut Unit<'_>, session: &Session) -> Result<Option<Link>, OpError> {
    let pays = session.customer_id.is_some() && session.funding.on_account;
    if !pays || ledger::frozen(unit.conn).await?.is_some() {
        return Ok(None);
    }
    Ok(Link::draw(session))
}

/// Bills a charge that is over: for the first time, or anew where its figures are others now. While no money moves its bill
/// is due, and made when it does. The session is stored as it becomes. `link` is where its receipt was said to be.
pub(super) async fn settle(
    unit: &mut Unit<'_>,
    session: &mut Session,
    link: Option<Link>,
) -> Result<(), OpError> {
    let funding = session.funding;
    let (Some(customer), Some(terms)) = (session.customer_id, session.terms.as_ref()) else {
        return Ok(());
    };
    if !funding.on_account || session.status != SessionStatus::Stopped {
        return Ok(());
    }
    if ledger::frozen(unit.conn).await?.is_some() {
        session.funding.bill_due = funding.bill_due.or(Some(unit.now()));
        return Ok(sessions::update(unit.conn, session).await?);
    }
    let cost = final_cost(session, Money::zero(terms.currency()));
    let mut books = Books::open(unit, customer, terms.currency()).await?;
    let standing = bills::standing(unit.conn, session.id).await?;
    match standing {
        Some(bill) if bill.stands_for(session.energy(), cost) => {}
        Some(bill) => {
            let reversal = reverse(unit, &mut books, &bill).await?;
            let cover = Cover::of(
                cost.total,
                Money::zero(cost.total.currency),
                books.purse().available(),
            );
            let revision = bill.revision + 1;
            let next = write(unit, &mut books, session, revision, cost, cover).await?;
            books.settle_owed(unit).await?;
            issue_receipt::reversal(unit, &bill, &reversal).await?;
            issue_receipt::invoice(unit, session, &next, link).await?;
        }
        None => {
            let bill = first(unit, &mut books, session, cost).await?;
            books.settle_owed(unit).await?;
            issue_receipt::invoice(unit, session, &bill, link).await?;
        }
    }
    if funding.bill_due.is_some() {
        session.funding.bill_due = None;
        sessions::update(unit.conn, session).await?;
    }
    Ok(())
}

/// What a charge that is over comes to. Without energy it is none, whatever the price says.
fn final_cost(session: &Session, zero: Money) -> Cost {
    let none = Cost {
        net: zero,
        tax: zero,
        total: zero,
    };
    let energy = session.energy();
    let cost = session.cost().filter(|_| energy > WattHours(0));
    cost.unwrap_or(none)
}

/// The first bill: the hold pays it, is made larger where it is too small and there is money, and what is left of it is
/// given back.
async fn first(
    unit: &mut Unit<'_>,
    books: &mut Books,
    session: &Session,
    cost: Cost,
) -> Result<Bill, OpError> {
    let zero = Money::zero(cost.total.currency);
    let mut open = holds::find(unit.conn, session.id)
        .await?
        .filter(|hold| hold.resolved_at.is_none());
    let held = open.as_ref().map_or(zero, |hold| hold.amount);
    let mut cover = Cover::of(cost.total, held, books.purse().available());
    if let Some(hold) = &mut open
        && hold.extend(cover.spent)
    {
        hold::post_extension(unit, books, hold, cover.spent).await?;
        cover.captured = cover.paid();
        cover.spent = zero;
    }
    let bill = write(unit, books, session, 1, cost, cover).await?;
    if let Some(hold) = open {
        resolve(unit, books, hold, cover.captured).await?;
    }
    Ok(bill)
}

async fn resolve(
    unit: &mut Unit<'_>,
    books: &mut Books,
    mut hold: Hold,
    captured: Money,
) -> Result<(), OpError> {
    let Some(rest) = hold.capture(captured, unit.now()) else {
        return Ok(());
    };
    holds::update(unit.conn, &hold).await?;
    hold::release(unit, books, hold.session_id, rest).await
}

/// Writes a bill and moves its money: what is held and what can be spent to the revenue, what there is no money for as
/// owed, and the tax out of it.
async fn write(
    unit: &mut Unit<'_>,
    books: &mut Books,
    session: &Session,
    revision: i64,
    cost: Cost,
    cover: Cover,
) -> Result<Bill, OpError> {
    let bill = Bill {
        id: unit.id(),
        session_id: session.id,
        customer_id: books.purse().customer_id,
        revision,
        kind: BillKind::Bill,
        energy: session.energy(),
        cost,
        paid: cover.paid(),
        owed: cover.owed,
        created_at: unit.now(),
    };
    bills::insert(unit.conn, &bill).await?;
    let revenue = AccountKind::Revenue;
    for (from, to, amount, kind, which) in [
        (
            AccountKind::Held,
            revenue,
            cover.captured,
            TransferKind::Charge,
            "captured",
        ),
        (
            AccountKind::Wallet,
            revenue,
            cover.spent,
            TransferKind::Charge,
            "spent",
        ),
        (
            AccountKind::Receivable,
            revenue,
            cover.owed,
            TransferKind::Owed,
            "owed",
        ),
        (
            revenue,
            AccountKind::Tax,
            cost.tax,
            TransferKind::Tax,
            "tax",
        ),
    ] {
        let entry = entry(&bill, kind, which);
        books.post(unit, (from, to), amount, entry).await?;
    }
    Ok(bill)
}

/// Takes a bill back: what is owed goes first, the rest can be spent again.
async fn reverse(unit: &mut Unit<'_>, books: &mut Books, bill: &Bill) -> Result<Bill, OpError> {
    let reversal = bill.reversal(unit.id(), unit.now());
    bills::insert(unit.conn, &reversal).await?;
    let revenue = AccountKind::Revenue;
    let forgiven = domain::bill::least(bill.owed, books.purse().owed());
    let back = bill.cost.total - forgiven;
    for (from, to, amount, kind, which) in [
        (
            AccountKind::Tax,
            revenue,
            bill.cost.tax,
            TransferKind::Tax,
            "tax",
        ),
        (
            revenue,
            AccountKind::Receivable,
            forgiven,
            TransferKind::Reversal,
            "owed",
        ),
        (
            revenue,
            AccountKind::Wallet,
            back,
            TransferKind::Reversal,
            "paid",
        ),
    ] {
        let mut entry = entry(&reversal, kind, which);
        entry.reason = Some("Corrected bill".to_owned());
        books.post(unit, (from, to), amount, entry).await?;
    }
    Ok(reversal)
}

fn entry(bill: &Bill, kind: TransferKind, which: &str) -> Entry {
    let row = bill.kind.as_str();
    Entry {
        kind,
        reference: format!("{row}:{}:{}:{which}", bill.session_id, bill.revision),
        session: Some(bill.session_id),
        reason: None,
    }
}

/// Makes the bills that are due, and gives back what is held for charges that are over and that nothing resolved. Says how
/// many of each.
pub async fn settle_due(core: &Core) -> Result<(usize, usize), OpError> {
    let now = core.clock.now();
    let (due, left_over) = {
        let mut conn = core.store.read().await?;
        if ledger::frozen(&mut conn).await?.is_some() {
            return Ok((0, 0));
        }
        let due = sessions::list_bill_due(&mut conn, now).await?;
        (due, holds::list_left_over(&mut conn).await?)
    };
    for (id, _) in &due {
        look_again(core, *id).await?;
    }
    for id in &left_over {
        look_again(core, *id).await?;
    }
    Ok((due.len(), left_over.len()))
}

async fn look_again(core: &Core, id: SessionId) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let Some(known) = sessions::find(unit.conn, id).await? else {
                return Ok(());
            };
            // Its charger may speak of it at this very moment.
            charge_points::hold(unit.conn, known.charge_point_id).await?;
            let mut session = sessions::find(unit.conn, id).await?.unwrap_or(known);
            match session.status {
                SessionStatus::Stopped => settle(&mut unit, &mut session, None).await,
                SessionStatus::Failed => hold::give_back(&mut unit, &session, Back::Expired).await,
                _ => Ok(()),
            }
        })
    })
    .await
}

/// What can still be paid back of a charge, and who is paid.
pub(super) async fn refundable(
    unit: &mut Unit<'_>,
    session: SessionId,
) -> Result<Option<(CustomerId, Bill, Money, i64)>, OpError> {
    let Some(bill) = bills::standing(unit.conn, session).await? else {
        return Ok(None);
    };
    let (refunded, times) = ledger::moved(unit.conn, session, TransferKind::Refund).await?;
    let left = Money {
        minor: (bill.cost.total.minor - refunded).max(0),
        ..bill.cost.total
    };
    Ok(Some((bill.customer_id, bill, left, times)))
}
