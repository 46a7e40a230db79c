//! What must hold between what chargers were told and what is stored, whatever was killed in between: the rig that says
//! so of any database, given the truth file of the simulator that charged there (FLT-01, FLT-02, DB-03). Every bill is computed
//! anew, too ([`rebilled`]).

use std::collections::{HashMap, HashSet};

use domain::session::{Session, SessionStatus};
use domain::{ChargePointId, Identity, Timestamp};
use simulator::truth::{Acknowledged, Action, Ended, Entry};
use store::repo::sessions::Filter;
use store::repo::{Slice, charge_points, readings, sessions};
use store::{Conn, Store, StoreError};
use uuid::Uuid;

use crate::rebilled;

const EVERY: Slice = Slice {
    limit: i64::MAX,
    offset: 0,
};

/// What was looked at, and what does not hold.
#[derive(Debug, Default)]
pub struct Findings {
    /// Messages that the gateway acknowledged.
    pub acknowledged: usize,
    /// Charges that ended, with their stop acknowledged.
    pub ended: usize,
    /// Bills that were computed anew.
    pub billed: usize,
    /// One sentence for each thing that does not hold.
    pub violations: Vec<String>,
}

/// Holds the truth against a database that nobody writes to any more.
pub async fn look(url: &str, truth: &[Entry]) -> Result<Findings, StoreError> {
    let mut findings = Findings::default();
    let report = store::check::check(url).await?;
    findings.violations.extend(report.faults);
    let store = Store::open(url).await?;
    let mut conn = store.read().await?;
    let mut points = HashMap::new();
    let mut charges: HashMap<Uuid, HashSet<i32>> = HashMap::new();
    let mut transactions: HashMap<i32, HashSet<Uuid>> = HashMap::new();
    let mut newest: HashMap<&str, Timestamp> = HashMap::new();
    for entry in truth {
        let (identity, charge, transaction, at) = match entry {
            Entry::Acknowledged(said) => (
                &said.identity,
                said.charge,
                said.transaction_id,
                said.timestamp,
            ),
            Entry::Ended(said) => (
                &said.identity,
                said.charge,
                said.transaction_id,
                said.stopped_at,
            ),
        };
        let known = newest.entry(identity).or_insert(at);
        *known = at.max(*known);
        let Some(point) = point(&mut conn, &mut points, identity).await? else {
            findings.tell(format!("{identity} is not registered"));
            continue;
        };
        if transaction > 0 {
            charges.entry(charge).or_default().insert(transaction);
            transactions.entry(transaction).or_default().insert(charge);
        }
        let session = sessions::find_by_transaction(&mut conn, point, transaction.into()).await?;
        match entry {
            Entry::Acknowledged(said) => {
                findings.acknowledged += 1;
                let stored = is_stored(&mut conn, point, said, session.as_ref()).await?;
                if !stored {
                    findings.tell(format!("acknowledged and not stored: {said:?}"));
                }
            }
            Entry::Ended(said) if said.stop_acknowledged && transaction > 0 => {
                findings.ended += 1;
                if !session
                    .as_ref()
                    .is_some_and(|session| is_true(session, said))
                {
                    findings.tell(format!(
                        "not what the charger measured: {said:?} {session:?}"
                    ));
                }
            }
            Entry::Ended(_) => {}
        }
    }
    for (charge, numbers) in charges.iter().filter(|(_, numbers)| numbers.len() > 1) {
        findings.tell(format!(
            "charge {charge} has several transactions: {numbers:?}"
        ));
    }
    for (number, charges) in transactions.iter().filter(|(_, charges)| charges.len() > 1) {
        findings.tell(format!(
            "transaction {number} stands for several charges: {charges:?}"
        ));
    }
    for (identity, point) in &points {
        let there = Filter {
            point: Some(*point),
            ..Filter::default()
        };
        for session in sessions::list(&mut conn, there, EVERY).await?.items {
            let number = session.transaction_id.and_then(|id| i32::try_from(id).ok());
            let unknown = number.is_some_and(|number| !transactions.contains_key(&number));
            if unknown && !is_unheard(&session, newest.get(identity.as_str())) {
                findings.tell(format!("{identity} knows nothing of {session:?}"));
            }
        }
    }
    let anew = rebilled::look(&mut conn).await?;
    findings.billed = anew.bills;
    findings.violations.extend(anew.violations);
    drop(conn);
    store.close().await;
    Ok(findings)
}

impl Findings {
    fn tell(&mut self, violation: String) {
        self.violations.push(violation);
    }
}

/// Whether it may be the start that a charger said last of all, and whose answer it did not stay to hear: begun after all
/// it was ever acknowledged, and nothing came of it.
fn is_unheard(session: &Session, newest: Option<&Timestamp>) -> bool {
    let last = session
        .started_at
        .zip(newest)
        .is_some_and(|(at, newest)| at > *newest);
    last && session.status == SessionStatus::Charging && session.measured_at.is_none()
}

async fn point(
    conn: &mut Conn,
    known: &mut HashMap<String, ChargePointId>,
    identity: &str,
) -> Result<Option<ChargePointId>, StoreError> {
    if let Some(id) = known.get(identity) {
        return Ok(Some(*id));
    }
    let Ok(parsed) = Identity::parse(identity) else {
        return Ok(None);
    };
    let found = charge_points::find_by_identity(conn, &parsed).await?;
    let id = found.map(|point| point.id);
    known.extend(id.map(|id| (identity.to_owned(), id)));
    Ok(id)
}

/// A start has its session, a reading its row, a stop a session that is over. Under -1 nothing but an answer was owed.
async fn is_stored(
    conn: &mut Conn,
    point: ChargePointId,
    said: &Acknowledged,
    session: Option<&Session>,
) -> Result<bool, StoreError> {
    if said.transaction_id <= 0 {
        return Ok(true);
    }
    Ok(match said.action {
        Action::StartTransaction => {
            session.is_some_and(|session| session.meter_start.0 == i64::from(said.register_wh))
        }
        Action::MeterValues => {
            let transaction = said.transaction_id.into();
            readings::is_stored(conn, point, transaction, said.timestamp).await?
        }
        Action::StopTransaction => {
            session.is_some_and(|session| session.status == SessionStatus::Stopped)
        }
    })
}

fn is_true(session: &Session, said: &Ended) -> bool {
    session.energy().0 == i64::from(said.energy_wh)
        && session.meter_stop.map(|wh| wh.0) == Some(said.meter_stop_wh.into())
        && !session.inferred
}
