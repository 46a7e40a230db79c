//! A charger opened a transaction.

use domain::authorization::Decision;
use domain::charge_point::ChargePoint;
use domain::event::{ChargingStarted, SessionRef};
use domain::object::Price;
use domain::session::{Failure, Funding, Session, SessionStatus, StartedBy, Usage};
use domain::{ChargePointId, Code, Event, Timestamp, WattHours, charger_clock};
use jiff::SignedDuration;
use store::repo::sessions::{self, StartKey};

use super::authorize::{self, Authorized};
use super::hold::{self, Funds};
use super::{judge_clock, point, prices, session, suspense};
use crate::core::{Core, MoneyRules, OpError, Unit};

/// More plugs than any box has: a charger that counts further is confused or hostile.
pub(crate) const MOST_CONNECTORS: i64 = 32;

const ACTION: &str = "StartTransaction";

/// A start as old as this, from a charger whose clock nobody knows yet, is told late.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// A StartTransaction.
#[derive(Clone, Debug)]
pub struct Start {
    /// The plug.
    pub connector_id: i64,
    /// The token, as the charger sent it.
    pub id_tag: String,
    /// The register.
    pub meter_start: WattHours,
    /// When, by the charger's clock.
    pub at: Timestamp,
    /// The message as it came.
    pub raw: String,
}

/// What the charger is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The number it shall use. Every start gets one of its own, a refused one too.
    pub transaction_id: i64,
    /// Whether the token may charge.
    pub authorized: Authorized,
}

/// Begins a session. The same start sent again gets the same answer and begins nothing.
pub async fn start_session(
    core: &Core,
    id: ChargePointId,
    start: Start,
) -> Result<Started, OpError> {
    let at_core = core.clone();
    core.write(move |mut unit| {
        Box::pin(async move {
            let charger = point::load(&mut unit, id).await?;
            let key = StartKey {
                charge_point_id: id,
                connector_id: start.connector_id,
                id_token: authorize::canonical(&start.id_tag),
                meter_start: start.meter_start,
                started_at: start.at,
            };
            if let Some(session) = sessions::find_by_start(unit.conn, &key).await? {
                return Ok(again(&session));
            }
            let mut authorized = authorize::decide_on(&at_core, unit.conn, &key.id_token).await?;
            if charges_elsewhere(&mut unit, &key).await? {
                authorized.decision = Decision::Concurrent;
            }
            let is_history = close_left_over(&mut unit, &charger, &key).await?;
            judge_clock::judge(&mut unit, &charger, ACTION, start.at, &start.raw).await?;
            if !(1..=MOST_CONNECTORS).contains(&key.connector_id) || key.meter_start.0 < 0 {
                let reason = "no such connector, or a register below zero";
                suspense::keep(&mut unit, &charger, ACTION, reason, &start.raw).await?;
            }
            let transaction_id = sessions::next_transaction_id(unit.conn).await?;
            let rules = &at_core.money();
            let session = begin(
                &mut unit,
                rules,
                &charger,
                key,
                transaction_id,
                &mut authorized,
            )
            .await?;
            if is_history {
                session::infer_end(&mut unit, session).await?;
            }
            Ok(Started {
                transaction_id,
                authorized,
            })
        })
    })
    .await
}

/// The answer to a start that came before.
fn again(session: &Session) -> Started {
    let failure = session.failure.as_ref();
    let decision = failure.and_then(|failure| Decision::of_failure(failure.code));
    Started {
        transaction_id: session.transaction_id.unwrap_or_default(),
        authorized: Authorized {
            decision: decision.unwrap_or(Decision::Accepted),
            customer_id: session.customer_id,
            parent: None,
        },
    }
}

/// Whether the token has a transaction open at another plug (OCPP 1.6 §7.2 `ConcurrentTx`).
async fn charges_elsewhere(unit: &mut Unit<'_>, key: &StartKey) -> Result<bool, OpError> {
    let own = sessions::list_active_of_token(unit.conn, &key.id_token).await?;
    Ok(own.iter().any(|session| {
        let here = session.charge_point_id == key.charge_point_id
            && session.connector_id == key.connector_id;
        // One that began later was no charge yet when this one began.
        let later = session.began_at.is_some_and(|began| began > key.started_at);
        session.status.is_running() && !here && !later
    }))
}

/// A plug has one charge at a time: a new one says that the old one is over (FLT-06). Unless the new one is the older,
/// kept by a charger that tells it late: then it is itself over, and the one that runs goes on (FLT-05). Whether it is.
async fn close_left_over(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    key: &StartKey,
) -> Result<bool, OpError> {
    let waited = judge_clock::waited(charger, key.started_at, unit.now());
    let there =
        sessions::list_active_at(unit.conn, key.charge_point_id, Some(key.connector_id)).await?;
    let mut is_history = false;
    for other in there {
        let later = other.began_at.is_some_and(|began| began > key.started_at);
        if later && waited {
            is_history = true;
        } else {
            session::infer_end(unit, other).await?;
        }
    }
    Ok(is_history)
}

/// Begins the session that waits for this start, or one of its own; a refused one is kept as failed, so that
/// the same start is refused under the same number again.
async fn begin(
    unit: &mut Unit<'_>,
    rules: &MoneyRules,
    charger: &ChargePoint,
    key: StartKey,
    transaction_id: i64,
    authorized: &mut Authorized,
) -> Result<Session, OpError> {
    let waiting = sessions::list_active_of_token(unit.conn, &key.id_token).await?;
    let waiting = waiting
        .into_iter()
        .find(|session| session.charge_point_id == charger.id && !session.status.is_running());
    let known = waiting.is_some();
    let began = charger_clock::began(key.started_at, unit.now());
    let late = is_late(charger, key.started_at, unit.now());
    let mut session = match waiting {
        Some(session) => session,
        None => fresh(unit, charger, &key, authorized, late.then_some(began)).await?,
    };
    session.connector_id = key.connector_id;
    session.begin(transaction_id, (key.started_at, began), key.meter_start);
    session.limit_minutes(unit.now());
    let mut funds = None;
    if !known && authorized.decision == Decision::Accepted {
        funds = find_funds(unit, rules, &session, late, authorized).await?;
    }
    if let Some(code) = authorized.decision.failure() {
        session.status = SessionStatus::Failed;
        session.failure = Some(Failure {
            code,
            detail: "The token may not charge.".to_owned(),
        });
    }
    if known {
        sessions::update(unit.conn, &session).await?;
    } else {
        sessions::insert(unit.conn, &session).await?;
    }
    if session.failure.is_some() {
        session::tell_failed(unit, &session).await?;
        return Ok(session);
    }
    let event = Event::ChargingStarted(ChargingStarted {
        session: SessionRef::of(&session),
        status: session.status,
        started_by: session.started_by,
        started_at: key.started_at,
        meter_start_wh: session.meter_start,
        price: session.terms.as_ref().map(|terms| Price::of(terms, began)),
    });
    unit.emit(&event).await?;
    hold::place(unit, &mut session, funds).await?;
    Ok(session)
}

/// Whether a charger tells of a start that it took on its own: the energy flows already, whatever is said now.
fn is_late(charger: &ChargePoint, at: Timestamp, now: Timestamp) -> bool {
    let unknown_clock = charger.clock_skew_ms.is_none() && charger_clock::fault(at, now).is_none();
    judge_clock::waited(charger, at, now) || (unknown_clock && now.duration_since(at) > LATE)
}

/// The money for the charge of an account's card. Where there is too little the card is refused, unless it charges already:
/// then what there is is held, and the rest is owed.
async fn find_funds(
    unit: &mut Unit<'_>,
    rules: &MoneyRules,
    session: &Session,
    late: bool,
    authorized: &mut Authorized,
) -> Result<Option<Funds>, OpError> {
    if late {
        return hold::find_what_there_is(unit, rules, session).await;
    }
    match hold::find_funds(unit, rules, session).await {
        Ok(funds) => return Ok(funds),
        Err(OpError::Unfunded { .. }) => authorized.decision = Decision::Unfunded,
        Err(OpError::Refused {
            code: Code::WalletFrozen,
            ..
        }) => authorized.decision = Decision::Blocked,
        Err(error) => return Err(error),
    }
    Ok(None)
}

/// The session of a card at the charger, at the price of now or, told late, of `then`.
async fn fresh(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    key: &StartKey,
    authorized: &Authorized,
    then: Option<Timestamp>,
) -> Result<Session, OpError> {
    let customer = authorized.customer_id;
    let terms = prices::for_session(unit, charger, key.connector_id, customer, then).await?;
    Ok(Session {
        id: unit.id(),
        station_id: charger.station_id,
        charge_point_id: charger.id,
        connector_id: key.connector_id,
        transaction_id: None,
        customer_id: customer,
        id_token: key.id_token.clone(),
        status: SessionStatus::Requested,
        started_by: StartedBy::Rfid,
        requested_at: unit.now(),
        started_at: None,
        began_at: None,
        stopped_at: None,
        meter_start: key.meter_start,
        meter_last: key.meter_start,
        meter_stop: None,
        energy: WattHours(0),
        measured_at: None,
        power_w: None,
        soc_percent: None,
        funding: Funding {
            on_account: hold::is_on_account(customer, terms.as_ref(), StartedBy::Rfid),
            ..Funding::default()
        },
        limit: None,
        terms,
        usage: Usage::default(),
        stop_asked: None,
        stop_reason: None,
        failure: None,
        inferred: false,
        version: 0,
    })
}
