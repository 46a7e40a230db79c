//! Somebody at a screen or a desk wants a charge to begin. The session is a row, with the price that was shown,
//! before the charger hears of it.

use domain::charge_point::{ChargePoint, Connector};
use domain::command::{Requester, action};
use domain::event::{ChargingRequested, SessionRef};
use domain::object::LimitObject;
use domain::session::{Funding, Limit, Session, SessionStatus, StartedBy, Usage};
use domain::status::ConnectorStatus;
use domain::tariff::Terms;
use domain::{ChargePointId, Code, CustomerId, Event, VehicleId, WattHours};
use store::repo::sessions::Filter;
use store::repo::{Slice, connectors, customers, guest_orders, sessions, vehicles};

use super::refusal::{self, conflict};
use super::request_command::{self, Ask, Requested};
use super::{authorize, hold, prices};
use crate::central_system::remote;
use crate::core::{Core, MoneyRules, OpError, Unit};
use crate::keep::Keep;
use crate::secret;

/// The longest id token of OCPP 1.6 (§7.15), characters.
const LONGEST_TOKEN: usize = 20;

/// What somebody wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// At which box.
    pub point: ChargePointId,
    /// At which plug; none: the first free one.
    pub connector_id: Option<i64>,
    /// For which customer.
    pub customer: Option<CustomerId>,
    /// Who that is to the charge: an account, a guest, or an operator.
    pub started_by: StartedBy,
    /// For which of its vehicles.
    pub vehicle: Option<VehicleId>,
    /// Under which card; none: under a token of the session's own, which nobody can guess.
    pub id_token: Option<String>,
    /// The version of the tariff that was shown; none: nothing was.
    pub tariff_version: Option<i64>,
    /// Where the charge is to end.
    pub limit: Option<Limit>,
    /// Who asks.
    pub requested_by: Requester,
}

/// A session that waits for its charger, and the command that is to be sent.
#[derive(Clone, Debug)]
pub struct StartRequested {
    /// The session.
    pub session: Session,
    /// What is to be sent.
    pub command: Requested,
}

/// Asks a charger to begin a charge. Whoever called sends the command once this has returned.
pub async fn request_start(
    core: &Core,
    wish: Wish,
    keep: Keep<StartRequested>,
) -> Result<StartRequested, OpError> {
    if !core.takes_new_sessions() {
        return Err(OpError::refused(
            Code::ServerUnavailable,
            "No charge can begin right now. Try again in a moment.",
        ));
    }
    let rules = core.money();
    core.write(move |mut unit| {
        Box::pin(async move {
            let requested = request(&mut unit, &rules, wish).await?;
            keep.answer(&mut unit, &requested).await?;
            Ok(requested)
        })
    })
    .await
}

async fn request(
    unit: &mut Unit<'_>,
    rules: &MoneyRules,
    wish: Wish,
) -> Result<StartRequested, OpError> {
    let charger = request_command::connected(unit, wish.point).await?;
    let plug = free_plug(unit, &charger, wish.connector_id).await?;
    if let Some(customer) = wish.customer {
        charges_nowhere(unit, customer, wish.started_by).await?;
    }
    let terms = prices::for_session(unit, &charger, plug.connector_id, wish.customer, None).await?;
    as_shown(terms.as_ref(), wish.tariff_version)?;
    let mut session = begin(unit, &charger, plug.connector_id, terms, &wish)?;
    fits_price(&session)?;
    let funds = hold::find_funds(unit, rules, &session).await?;
    sessions::insert(unit.conn, &session).await?;
    drives(unit, &session, wish.vehicle).await?;
    let event = Event::ChargingRequested(ChargingRequested {
        session: SessionRef::of(&session),
        status: session.status,
        started_by: session.started_by,
        limit: session.limit.map(LimitObject::from),
        requested_at: session.requested_at,
    });
    unit.emit(&event).await?;
    hold::place(unit, &mut session, funds).await?;
    let ask = Ask {
        action: action::REMOTE_START.to_owned(),
        payload: remote::start(session.connector_id, &session.id_token),
        requested_by: wish.requested_by,
        session_id: Some(session.id),
    };
    let command = request_command::request(unit, &charger, ask).await?;
    Ok(StartRequested { session, command })
}

/// What a charge would cost that somebody without an account wants to begin at a plug, inside a unit of work. Refused where
/// it could not begin now.
pub(super) async fn may_begin(
    unit: &mut Unit<'_>,
    (point, connector_id): (ChargePointId, i64),
    shown: Option<i64>,
) -> Result<Option<Terms>, OpError> {
    let charger = request_command::connected(unit, point).await?;
    let plug = free_plug(unit, &charger, Some(connector_id)).await?;
    let terms = prices::for_session(unit, &charger, plug.connector_id, None, None).await?;
    as_shown(terms.as_ref(), shown)?;
    Ok(terms)
}

/// Notes which car it is for: one of the customer's.
async fn drives(
    unit: &mut Unit<'_>,
    session: &Session,
    vehicle: Option<VehicleId>,
) -> Result<(), OpError> {
    let (Some(vehicle), Some(customer)) = (vehicle, session.customer_id) else {
        return Ok(());
    };
    let known = vehicles::find_of(unit.conn, customer, vehicle).await?;
    known.ok_or_else(|| refusal::unknown("/vehicleId", "vehicle"))?;
    Ok(vehicles::note(unit.conn, session.id, vehicle).await?)
}

fn begin(
    unit: &Unit<'_>,
    charger: &ChargePoint,
    connector_id: i64,
    terms: Option<Terms>,
    wish: &Wish,
) -> Result<Session, OpError> {
    Ok(Session {
        id: unit.id(),
        station_id: charger.station_id,
        charge_point_id: charger.id,
        connector_id,
        transaction_id: None,
        customer_id: wish.customer,
        id_token: token(wish.id_token.as_deref())?,
        status: SessionStatus::Requested,
        started_by: wish.started_by,
        requested_at: unit.now(),
        started_at: None,
        began_at: None,
        stopped_at: None,
        meter_start: WattHours(0),
        meter_last: WattHours(0),
        meter_stop: None,
        energy: WattHours(0),
        measured_at: None,
        power_w: None,
        soc_percent: None,
        limit: wish.limit,
        funding: Funding {
            on_account: hold::is_on_account(wish.customer, terms.as_ref(), wish.started_by),
            ..Funding::default()
        },
        terms,
        usage: Usage::default(),
        stop_asked: None,
        stop_reason: None,
        failure: None,
        inferred: false,
        version: 1,
    })
}

/// A limit in money needs a price in the same.
fn fits_price(session: &Session) -> Result<(), OpError> {
    let amount = session.limit.and_then(|limit| limit.amount);
    let currency = session.terms.as_ref().map(Terms::currency);
    match amount {
        Some(amount) if currency != Some(amount.currency) => Err(OpError::Invalid {
            pointer: "/limit/amount".into(),
            fault: "no_such_price",
            detail: "Nothing is charged here in that currency.".into(),
        }),
        _ => Ok(()),
    }
}

/// The card that was named, or a token made for this session: 80 random bits.
fn token(named: Option<&str>) -> Result<String, OpError> {
    let Some(named) = named else {
        let made = secret::make_key().to_uppercase();
        return Ok(made[..LONGEST_TOKEN].to_owned());
    };
    let token = authorize::canonical(named.trim());
    if token.is_empty() || token.chars().count() > LONGEST_TOKEN {
        return Err(OpError::refused(
            Code::RequestValidation,
            "An id token has 1 to 20 characters.",
        ));
    }
    Ok(token)
}

/// The plug that was named, or the first free one.
async fn free_plug(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    named: Option<i64>,
) -> Result<Connector, OpError> {
    let plugs = connectors::list(unit.conn, charger.id).await?;
    let Some(number) = named else {
        for plug in plugs {
            if may_start(unit, &plug).await.is_ok() {
                return Ok(plug);
            }
        }
        return Err(OpError::refused(
            Code::ConnectorUnavailable,
            "No connector of this charge point is free.",
        ));
    };
    let plug = plugs
        .into_iter()
        .find(|plug| plug.connector_id == number)
        .ok_or_else(|| OpError::refused(Code::ResourceNotFound, "There is no such connector."))?;
    may_start(unit, &plug).await?;
    Ok(plug)
}

/// Whether a charge may begin at a plug now.
async fn may_start(unit: &mut Unit<'_>, plug: &Connector) -> Result<(), OpError> {
    let busy = || OpError::refused(Code::ConnectorBusy, "That connector is in use.");
    match plug.status {
        ConnectorStatus::Available | ConnectorStatus::Preparing => {}
        ConnectorStatus::Charging
        | ConnectorStatus::SuspendedEv
        | ConnectorStatus::SuspendedEvse
        | ConnectorStatus::Finishing
        | ConnectorStatus::Reserved => return Err(busy()),
        ConnectorStatus::Unavailable | ConnectorStatus::Faulted | ConnectorStatus::Unknown => {
            return Err(OpError::refused(
                Code::ConnectorUnavailable,
                "That connector cannot be used now.",
            ));
        }
    }
    let there =
        sessions::list_active_at(unit.conn, plug.charge_point_id, Some(plug.connector_id)).await?;
    if there.is_empty() {
        Ok(())
    } else {
        Err(busy())
    }
}

/// A customer has one charge at a time, whatever is asked for at this very moment elsewhere.
async fn charges_nowhere(
    unit: &mut Unit<'_>,
    customer: CustomerId,
    started_by: StartedBy,
) -> Result<(), OpError> {
    let Some(customer) = customers::hold(unit.conn, customer).await? else {
        return Err(OpError::refused(Code::AuthRequired, "Sign in first."));
    };
    if customer.is_guest()
        && started_by != StartedBy::Checkout
        && guest_orders::find_of(unit.conn, customer.id)
            .await?
            .is_some()
    {
        return Err(conflict(
            "What was paid is for one charge, which begins by itself.",
        ));
    }
    let own = Filter {
        active: Some(true),
        customer: Some(customer.id),
        ..Filter::default()
    };
    let none = Slice {
        limit: 0,
        offset: 0,
    };
    if sessions::list(unit.conn, own, none).await?.total == 0 {
        return Ok(());
    }
    Err(OpError::refused(
        Code::AlreadyActive,
        "You are charging already. Stop that charge first.",
    ))
}

/// Nobody pays a price that was not shown.
fn as_shown(terms: Option<&Terms>, shown: Option<i64>) -> Result<(), OpError> {
    match shown {
        Some(version) if terms.map(|terms| terms.tariff_version) != Some(version) => {
            Err(OpError::refused(
                Code::PriceChanged,
                "The price has changed since it was shown. Look at it again.",
            ))
        }
        _ => Ok(()),
    }
}
