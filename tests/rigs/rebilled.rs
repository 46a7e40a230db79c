//! Every bill computed anew (MON-07), from what chargers said and the price that was agreed, and from nothing the gateway
//! counted meanwhile: when and at which register a charge began and ended, the registers read in it, when the car idled,
//! and its version of the tariff. Not for whether the books have what the bills say: the self-check asks that.
//!
//! Planted once and seen red in the kill loop: a stop that prices a Wh more than it counts (`session/state.rs`).

use domain::WattHours;
use domain::bill::Bill;
use domain::session::{Session, SessionStatus};
use domain::tariff::Cost;
use store::repo::sessions::Filter;
use store::repo::{Slice, bills, charge_points, readings, sessions};
use store::{Conn, StoreError};

const EVERY: Slice = Slice {
    limit: i64::MAX,
    offset: 0,
};

/// What was computed anew, and what does not come out.
#[derive(Debug, Default)]
pub struct Rebilled {
    /// Charges that are over and have a price.
    pub charges: usize,
    /// Of these, with a bill that stands.
    pub bills: usize,
    /// Of these, to be billed anew soon: more came after the bill.
    pub due: usize,
    /// One sentence for each figure that is another.
    pub violations: Vec<String>,
}

/// Looks at every charge that is over.
pub async fn look(conn: &mut Conn) -> Result<Rebilled, StoreError> {
    let mut found = Rebilled::default();
    let over = Filter {
        active: Some(false),
        ..Filter::default()
    };
    for session in sessions::list(conn, over, EVERY).await?.items {
        if session.status != SessionStatus::Stopped || session.terms.is_none() {
            continue;
        }
        found.charges += 1;
        let anew = anew(conn, &session).await?;
        let (was, is) = (figures(&session), figures(&anew));
        if was != is {
            let id = session.id;
            let sentence = format!("charge {id} is {was:?}, its readings come to {is:?}");
            found.violations.push(sentence);
        }
        if session.funding.on_account {
            let bill = bills::standing(conn, session.id).await?;
            found.judge(&session, bill, is);
        }
    }
    Ok(found)
}

/// A charge's energy and what it costs; without energy nothing.
type Figures = (WattHours, Option<Cost>);

fn figures(session: &Session) -> Figures {
    (session.energy(), session.cost())
}

/// The charge as its facts alone make it.
async fn anew(conn: &mut Conn, session: &Session) -> Result<Session, StoreError> {
    let point = charge_points::find(conn, session.charge_point_id).await?;
    let max_power_w = point.map_or(0, |point| point.max_power_w);
    let history = match session.transaction_id {
        Some(number) => readings::list_registers(conn, session.charge_point_id, number).await?,
        None => Vec::new(),
    };
    let mut anew = Session {
        energy: WattHours(0),
        meter_last: session.meter_start,
        ..session.clone()
    };
    anew.recount(&history, max_power_w);
    Ok(anew)
}

impl Rebilled {
    fn judge(&mut self, session: &Session, bill: Option<Bill>, (energy, cost): Figures) {
        let id = session.id;
        self.due += usize::from(session.funding.bill_due.is_some());
        match (bill, session.funding.bill_due) {
            (_, Some(_)) => {}
            (None, None) => self.violations.push(format!("charge {id} has no bill")),
            (Some(bill), None) => {
                self.bills += 1;
                if bill.energy != energy || Some(bill.cost) != cost {
                    let (was, is) = ((bill.energy, bill.cost), (energy, cost));
                    let sentence = format!("the bill of charge {id} is {was:?}, anew {is:?}");
                    self.violations.push(sentence);
                }
            }
        }
    }
}
