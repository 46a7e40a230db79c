//! Money kept back for a charge on account, inside a unit of work: before the charger hears of it, more of it while it
//! charges, and all of it given back where the charge never came to be. What pays the bill is `bill`'s.

use domain::bill::least;
use domain::hold::Hold;
use domain::ledger::{AccountKind, TransferKind};
use domain::session::{Session, StartedBy};
use domain::tariff::Terms;
use domain::{CustomerId, Money, SessionId};
use store::repo::{holds, ledger, sessions};

use super::books::{Books, Entry};
use crate::core::{MoneyRules, OpError, Unit};

/// Money that can be held: decided on before the charge is stored, held once it is.
pub(super) struct Funds {
    books: Books,
    amount: Money,
}

/// Whether a customer's wallet pays for a charge: where there is a customer and a price, and no operator gives it away.
pub(super) fn is_on_account(
    customer: Option<CustomerId>,
    terms: Option<&Terms>,
    started_by: StartedBy,
) -> bool {
    let priced = terms.is_some_and(|terms| terms.rates.charge_anything());
    customer.is_some() && priced && started_by != StartedBy::Operator
}

/// Finds the money for a charge that is to begin; `None` where nobody pays for it. Refused where there is too little.
pub(super) async fn find_funds(
    unit: &mut Unit<'_>,
    rules: &MoneyRules,
    session: &Session,
) -> Result<Option<Funds>, OpError> {
    let Some((books, terms)) = open(unit, session).await? else {
        return Ok(None);
    };
    let (limit, now) = (session.limit, unit.now());
    let energy = limit.and_then(|limit| limit.energy);
    let amount = rules.holds(terms.currency()).amount(
        limit.and_then(|limit| limit.amount),
        energy.map(|energy| terms.worth(energy, now)),
        books.purse().available(),
    );
    let amount = amount.map_err(|missing| OpError::Unfunded { missing })?;
    Ok(Some(Funds { books, amount }))
}

/// The same for a charge that has begun already, while its charger was away: whatever there is is held, and what it costs
/// beyond that is owed. Nothing is held while no money moves.
pub(super) async fn find_what_there_is(
    unit: &mut Unit<'_>,
    rules: &MoneyRules,
    session: &Session,
) -> Result<Option<Funds>, OpError> {
    if ledger::frozen(unit.conn).await?.is_some() {
        return Ok(None);
    }
    let found = open(unit, session).await?;
    Ok(found.and_then(|(books, terms)| {
        let usual = rules.holds(terms.currency()).usual;
        let amount = least(usual, books.purse().available());
        (amount.minor > 0).then_some(Funds { books, amount })
    }))
}

async fn open(unit: &mut Unit<'_>, session: &Session) -> Result<Option<(Books, Terms)>, OpError> {
    let (Some(customer), Some(terms)) = (session.customer_id, session.terms.clone()) else {
        return Ok(None);
    };
    if !session.funding.on_account {
        return Ok(None);
    }
    let books = Books::open(unit, customer, terms.currency()).await?;
    Ok(Some((books, terms)))
}

/// Holds the money that was found, for a session that is stored, and stores what it became.
pub(super) async fn place(
    unit: &mut Unit<'_>,
    session: &mut Session,
    funds: Option<Funds>,
) -> Result<(), OpError> {
    let Some((mut funds, customer)) = funds.zip(session.customer_id) else {
        return Ok(());
    };
    let Some(hold) = Hold::place(session.id, customer, funds.amount, unit.now()) else {
        return Ok(());
    };
    holds::insert(unit.conn, &hold).await?;
    session.funding.held = Some(hold.amount);
    sessions::update(unit.conn, session).await?;
    let entry = entry(session.id, TransferKind::Hold, "placed");
    let road = (AccountKind::Wallet, AccountKind::Held);
    funds.books.post(unit, road, hold.amount, entry).await?;
    Ok(())
}

/// Holds more, as the rules have it. Whether it could: the session is changed and not stored yet.
pub(super) async fn extend(
    unit: &mut Unit<'_>,
    rules: &MoneyRules,
    session: &mut Session,
) -> Result<bool, OpError> {
    let Some((mut books, terms)) = open_unless_frozen(unit, session).await? else {
        return Ok(false);
    };
    let Some(mut hold) = holds::find(unit.conn, session.id).await? else {
        return Ok(false);
    };
    let more = rules.holds(terms.currency()).extension(
        hold.amount,
        session.limit.and_then(|limit| limit.amount),
        books.purse().available(),
    );
    if !hold.extend(more) {
        return Ok(false);
    }
    post_extension(unit, &mut books, &hold, more).await?;
    session.funding.held = Some(hold.amount);
    Ok(true)
}

/// Stores a hold that was extended, and moves the money.
pub(super) async fn post_extension(
    unit: &mut Unit<'_>,
    books: &mut Books,
    hold: &Hold,
    more: Money,
) -> Result<(), OpError> {
    holds::update(unit.conn, hold).await?;
    let which = format!("extended:{}", hold.extensions);
    let entry = entry(hold.session_id, TransferKind::Extend, &which);
    let road = (AccountKind::Wallet, AccountKind::Held);
    books.post(unit, road, more, entry).await?;
    Ok(())
}

async fn open_unless_frozen(
    unit: &mut Unit<'_>,
    session: &Session,
) -> Result<Option<(Books, Terms)>, OpError> {
    if ledger::frozen(unit.conn).await?.is_some() {
        return Ok(None);
    }
    open(unit, session).await
}

/// How what is held is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// The charge never came to be.
    Released,
    /// Nothing else resolved it.
    Expired,
}

/// Gives back what is held for a charge that never came to be. While no money moves it waits for the housekeeping.
pub(super) async fn give_back(
    unit: &mut Unit<'_>,
    session: &Session,
    back: Back,
) -> Result<(), OpError> {
    if !session.funding.on_account {
        return Ok(());
    }
    let Some(mut hold) = holds::find(unit.conn, session.id).await? else {
        return Ok(());
    };
    let Some((mut books, _)) = open_unless_frozen(unit, session).await? else {
        return Ok(());
    };
    let now = unit.now();
    let rest = match back {
        Back::Released => hold.release(now),
        Back::Expired => hold.expire(now),
    };
    let Some(rest) = rest else {
        return Ok(());
    };
    holds::update(unit.conn, &hold).await?;
    release(unit, &mut books, session.id, rest).await
}

/// Moves what is left of a resolved hold back to where it can be spent.
pub(super) async fn release(
    unit: &mut Unit<'_>,
    books: &mut Books,
    session: SessionId,
    rest: Money,
) -> Result<(), OpError> {
    let entry = entry(session, TransferKind::Release, "released");
    let road = (AccountKind::Held, AccountKind::Wallet);
    books.post(unit, road, rest, entry).await?;
    books.settle_owed(unit).await
}

fn entry(session: SessionId, kind: TransferKind, which: &str) -> Entry {
    Entry {
        kind,
        reference: format!("hold:{session}:{which}"),
        session: Some(session),
        reason: None,
    }
}
