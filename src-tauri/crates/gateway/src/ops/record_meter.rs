//! Chargers measured.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use domain::charge_point::ChargePoint;
use domain::event::{MeterValues, SessionRef};
use domain::meter::{Metered, Reading, Signed};
use domain::session::{Session, SessionStatus};
use domain::{ChargePointId, Code, Event, Timestamp, WattHours, charger_clock};
use store::repo::readings::{self, NewReading};
use store::repo::sessions::Course;
use store::repo::{charge_points, sessions, signed_readings};

use super::{bill, judge_clock, session, suspense};
use crate::core::{Core, OpError, Unit};

/// How many unreadable samples are named: the whole message is kept anyway.
const MOST_NAMED: usize = 5;

/// Readings of one connector, in the order the charger sent them.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The plug.
    pub connector_id: i64,
    /// The transaction they belong to, where the charger names one.
    pub transaction_id: Option<i64>,
    /// The readings.
    pub readings: Vec<Reading>,
    /// The samples among them that are no number, or none that can be.
    pub unreadable: Vec<String>,
    /// What the charger signed.
    pub signed: Vec<Signed>,
    /// The message's action.
    pub action: &'static str,
    /// The message as it came.
    pub raw: String,
}

/// A charger's message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Whose.
    pub charge_point_id: ChargePointId,
    /// What it says.
    pub measured: Measured,
}

/// Stores what chargers measured and moves the sessions' figures: all of it in one unit of work, with a handful of
/// statements however many messages. A reading that was stored before changes nothing. Says of each message whether
/// there is such a charge point.
pub async fn record_meters(core: &Core, messages: Arc<[Message]>) -> Result<Vec<bool>, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            let ids = messages.iter().map(|message| message.charge_point_id);
            let chargers: BTreeMap<_, _> = charge_points::hear_all(unit.conn, &ids.collect(), now)
                .await?
                .into_iter()
                .map(|charger| (charger.id, charger))
                .collect();
            let known: Vec<_> = messages
                .iter()
                .filter_map(|message| {
                    let charger = chargers.get(&message.charge_point_id)?;
                    Some((charger, &message.measured))
                })
                .collect();
            record(&mut unit, &known).await?;
            let is_known = |message: &Message| chargers.contains_key(&message.charge_point_id);
            Ok(messages.iter().map(is_known).collect())
        })
    })
    .await
}

/// The same of one message.
pub async fn record_meter(
    core: &Core,
    charge_point_id: ChargePointId,
    measured: Measured,
) -> Result<(), OpError> {
    let message = Message {
        charge_point_id,
        measured,
    };
    let known = record_meters(core, [message].into()).await?;
    if known == [true] {
        Ok(())
    } else {
        Err(unknown())
    }
}

/// Why a message was not taken that [`record_meters`] knows no charge point of.
pub fn unknown() -> OpError {
    OpError::refused(Code::ResourceNotFound, "There is no such charge point.")
}

/// Which session a reading is of.
type Transaction = (ChargePointId, i64);

/// A reading that was stored just now and is not counted yet.
struct Fresh<'m> {
    charger: &'m ChargePoint,
    measured: &'m Measured,
    reading: Reading,
    /// When the charger says it was.
    told_at: Timestamp,
}

impl Fresh<'_> {
    fn transaction(&self) -> Option<Transaction> {
        Some((self.charger.id, self.measured.transaction_id?))
    }
}

/// The same inside a unit of work: a stop brings its last readings along.
pub(super) async fn record(
    unit: &mut Unit<'_>,
    messages: &[(&ChargePoint, &Measured)],
) -> Result<(), OpError> {
    let wanted = messages
        .iter()
        .filter_map(|(charger, measured)| Some((charger.id, measured.transaction_id?)));
    let mut sessions: BTreeMap<Transaction, Session> =
        sessions::find_by_transactions(unit.conn, &wanted.collect())
            .await?
            .into_iter()
            .filter_map(|session| {
                Some(((session.charge_point_id, session.transaction_id?), session))
            })
            .collect();
    let courses: BTreeMap<Transaction, Option<Course>> = sessions
        .iter()
        .map(|(transaction, session)| (*transaction, Course::of(session)))
        .collect();
    for (charger, measured) in messages {
        keep_odd(unit, charger, measured, &sessions).await?;
        keep_signed(unit, charger, measured, &sessions).await?;
    }
    let mut fresh = store_new(unit, messages, &sessions).await?;
    let touched: BTreeSet<Transaction> = fresh.iter().filter_map(Fresh::transaction).collect();
    while let Some(next) = fresh.pop_front() {
        let key = next.transaction();
        let session = key.and_then(|key| sessions.get_mut(&key));
        count(unit, &next, session, &fresh).await?;
    }
    let moved = sessions
        .iter()
        .filter(|(transaction, _)| touched.contains(*transaction))
        .map(|(transaction, session)| (session, courses.get(transaction).copied().flatten()));
    Ok(sessions::update_measured(unit.conn, moved).await?)
}

/// Keeps aside what names no transaction of the charger's, or holds samples that are none.
async fn keep_odd(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    measured: &Measured,
    sessions: &BTreeMap<Transaction, Session>,
) -> Result<(), OpError> {
    if let Some(transaction) = measured.transaction_id
        && !sessions.contains_key(&(charger.id, transaction))
    {
        let reason = "it names a transaction this charger does not have";
        suspense::keep(unit, charger, measured.action, reason, &measured.raw).await?;
    }
    if !measured.unreadable.is_empty() {
        let first: Vec<_> = measured.unreadable.iter().take(MOST_NAMED).collect();
        let reason = format!("samples that are no number, or none that can be: {first:?}");
        suspense::keep(unit, charger, measured.action, &reason, &measured.raw).await?;
    }
    Ok(())
}

/// Keeps what the charger signed for the charge's receipt: of its own transactions only, and no more than one can have. What
/// is beyond is kept aside with its message.
async fn keep_signed(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    measured: &Measured,
    sessions: &BTreeMap<Transaction, Session>,
) -> Result<(), OpError> {
    let of = measured.transaction_id.map(|number| (charger.id, number));
    let Some(of) = of.filter(|key| !measured.signed.is_empty() && sessions.contains_key(key))
    else {
        return Ok(());
    };
    let kept = signed_readings::list(unit.conn, of).await?;
    let fresh: Vec<&Signed> = measured
        .signed
        .iter()
        .filter(|signed| !kept.contains(signed))
        .collect();
    let room = Signed::MOST.saturating_sub(kept.len());
    let fits = |signed: &&&Signed| {
        signed.data.len() <= Signed::LONGEST && signed.public_key.len() <= Signed::LONGEST
    };
    let taken: Vec<_> = fresh.iter().filter(fits).take(room).collect();
    for (index, signed) in taken.iter().enumerate() {
        let place = i64::try_from(kept.len() + index).unwrap_or(i64::MAX);
        signed_readings::insert(unit.conn, of, place, signed).await?;
    }
    if taken.len() < fresh.len() {
        let reason = "there is more signed meter data than a receipt holds";
        suspense::keep(unit, charger, measured.action, reason, &measured.raw).await?;
    }
    Ok(())
}

/// Stores the readings, and gives those that were not there yet, dated by when they count.
async fn store_new<'m>(
    unit: &mut Unit<'_>,
    messages: &[(&'m ChargePoint, &'m Measured)],
    sessions: &BTreeMap<Transaction, Session>,
) -> Result<VecDeque<Fresh<'m>>, OpError> {
    let now = unit.now();
    let mut all = Vec::new();
    for (charger, measured) in messages {
        let transaction = measured.transaction_id.map(|number| (charger.id, number));
        let session = transaction.and_then(|key| sessions.get(&key));
        // One that says nothing must not stand where the same moment's figures belong, should they come after all.
        for reading in measured.readings.iter().filter(|one| !one.says_nothing()) {
            let at = reading.measured_at;
            // A session takes no reading that is older than its last: one from 2099 would be its last for ever.
            let counted_at = match session {
                Some(session) => session::settled(session, at, now),
                None if charger_clock::fault(at, now).is_some() => now,
                None => at,
            };
            let new = NewReading {
                charge_point_id: charger.id,
                connector_id: measured.connector_id,
                transaction_id: measured.transaction_id,
                reading,
                counted_at,
            };
            all.push((*charger, *measured, new));
        }
    }
    let rows: Vec<_> = all.iter().map(|(_, _, new)| *new).collect();
    let added = readings::insert(unit.conn, &rows).await?;
    let fresh = all.into_iter().zip(added).filter(|(_, added)| *added);
    Ok(fresh
        .map(|((charger, measured, new), _)| Fresh {
            charger,
            measured,
            reading: Reading {
                measured_at: new.counted_at,
                ..new.reading.clone()
            },
            told_at: new.reading.measured_at,
        })
        .collect())
}

/// Moves the session by one reading, and tells of both. `later` is what is stored already and comes after it.
async fn count(
    unit: &mut Unit<'_>,
    fresh: &Fresh<'_>,
    mut session: Option<&mut Session>,
    later: &VecDeque<Fresh<'_>>,
) -> Result<(), OpError> {
    let Fresh {
        charger,
        measured,
        reading,
        told_at,
    } = fresh;
    judge_clock::judge(unit, charger, measured.action, *told_at, &measured.raw).await?;
    let moved = match session.as_deref_mut() {
        Some(session) => move_by(unit, fresh, session, later).await?,
        None => false,
    };
    let session = session.as_deref();
    let event = news(charger, measured.connector_id, session, reading);
    unit.emit(&Event::MeterValues(event)).await?;
    match session.filter(|_| moved) {
        // After its end, inferred or not.
        Some(session) if session.status == SessionStatus::Stopped => {
            session::tell_corrected(unit, session).await
        }
        Some(session) => session::tell_cost(unit, session, reading.measured_at).await,
        None => Ok(()),
    }
}

/// Moves a session by a reading; one whose register cannot be is kept aside. Whether it moved. What comes `later` is no
/// part of its history yet.
async fn move_by(
    unit: &mut Unit<'_>,
    fresh: &Fresh<'_>,
    session: &mut Session,
    later: &VecDeque<Fresh<'_>>,
) -> Result<bool, OpError> {
    let Fresh {
        charger,
        measured,
        reading,
        ..
    } = fresh;
    let history = match fresh.transaction() {
        Some((point, transaction)) if session.needs_history(reading) => {
            let mut marks = readings::list_registers(unit.conn, point, transaction).await?;
            for one in later
                .iter()
                .filter(|one| one.transaction() == fresh.transaction())
            {
                let own = Metered::of(&one.reading);
                if let Some(place) = marks.iter().position(|other| Some(*other) == own) {
                    marks.swap_remove(place);
                }
            }
            marks
        }
        _ => Vec::new(),
    };
    let pace = session.is_limited().then(|| session.pace());
    let told = session.measure(reading, &history, charger.max_power_w);
    if told.moved {
        bill::note_changed(session, unit.now());
        if let Some(pace) = pace {
            session.foresee(&pace, unit.now());
        }
    }
    if told.refused {
        let reason = impossible(charger);
        suspense::keep(unit, charger, measured.action, &reason, &measured.raw).await?;
    }
    Ok(told.moved)
}

/// Why a register was not counted, and what to look at.
pub(super) fn impossible(charger: &ChargePoint) -> String {
    format!(
        "its register fits no meter, or is more than {} W give in the time; look at the power the charge point is registered with",
        charger.max_power_w
    )
}

fn news(
    charger: &ChargePoint,
    connector_id: i64,
    session: Option<&Session>,
    reading: &Reading,
) -> MeterValues {
    let energy = session.map_or(WattHours(0), Session::energy);
    MeterValues {
        session: session.map_or_else(
            || SessionRef::outside(charger, connector_id),
            SessionRef::of,
        ),
        measured_at: reading.measured_at,
        energy_wh: energy,
        energy_consumed: energy.as_kwh(),
        meter_wh: reading.meter,
        power_w: reading.power_w,
        soc_percent: reading.soc_percent,
        voltage_v: reading.voltage_v,
        current_a: reading.current_a,
        context: reading.context.clone(),
    }
}
