//! The operator closes the day: what was sold and which money moved since the last time, and whether the till is right. How
//! far it goes is said by the accounts' versions and the receipts' places, not by a clock: nothing is counted twice or left
//! out, whatever commits meanwhile.

use domain::ledger::{Account, AccountKind};
use domain::receipt::{Issued, ReceiptKind};
use domain::shift::{Report, Sales, Shift};
use domain::{Currency, Money, OperatorId, Timestamp};
use store::repo::shifts::Marks;
use store::repo::{ledger, receipts, shifts};
use store::{Conn, StoreError};

use super::issue_receipt;
use crate::core::{Core, OpError};
use crate::keep::Keep;

/// The longest note, characters.
const LONGEST_NOTE: usize = 500;
/// How many receipts are read at once.
const AT_ONCE: i64 = 500;

/// What the operator says at the end of the day.
#[derive(Clone, Debug)]
pub struct Close {
    /// The cash that was counted.
    pub counted: Option<Money>,
    /// What there is to say.
    pub note: Option<String>,
    /// Who closes.
    pub by: OperatorId,
}

/// What came to pass since the last closing.
#[derive(Clone, Debug)]
pub struct Open {
    /// When the last shift was closed; none: there was none.
    pub since: Option<Timestamp>,
    /// What it comes to.
    pub report: Report,
}

/// Closes the shift. The next one goes on from here.
pub async fn close_shift(core: &Core, close: Close, keep: Keep<Shift>) -> Result<Shift, OpError> {
    let note = note(close.note.as_deref())?;
    if close.counted.is_some_and(|money| money.minor < 0) {
        return Err(OpError::Invalid {
            pointer: "/countedCash".into(),
            fault: "out_of_bounds",
            detail: "There is nothing or more in the till.".into(),
        });
    }
    let currency = core.money().currency;
    core.write(move |mut unit| {
        Box::pin(async move {
            // First of all: whoever closes at the same time waits here.
            let number = shifts::next_number(unit.conn).await?;
            let house = ledger::hold_all(unit.conn, None, currency).await?;
            let (open, marks) = look(unit.conn, &house, currency).await?;
            let shift = Shift {
                id: unit.id(),
                number,
                currency,
                opened_at: open.since,
                closed_at: unit.now(),
                closed_by: close.by,
                counted: close.counted,
                note,
                report: open.report,
            };
            unit.about(shift.id);
            shifts::insert(unit.conn, &shift, &marks).await?;
            keep.answer(&mut unit, &shift).await?;
            Ok(shift)
        })
    })
    .await
}

/// What closing would say now. Nothing waits for it, and it ends nothing.
pub async fn preview_shift(core: &Core) -> Result<Open, OpError> {
    let currency = core.money().currency;
    let mut conn = core.store.read().await?;
    let house = ledger::list_house(&mut conn, currency).await?;
    let (open, _) = look(&mut conn, &house, currency).await?;
    Ok(open)
}

fn note(text: Option<&str>) -> Result<Option<String>, OpError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let fits = |text: &&str| {
        text.chars().count() <= LONGEST_NOTE && !text.chars().any(|c| c.is_control() && c != '\n')
    };
    if text.is_some_and(|text| !fits(&text)) {
        return Err(OpError::Invalid {
            pointer: "/note".into(),
            fault: "out_of_bounds",
            detail: "A note has 500 characters at most.".into(),
        });
    }
    Ok(text.map(str::to_owned))
}

async fn look(
    conn: &mut Conn,
    house: &[Account],
    currency: Currency,
) -> Result<(Open, Marks), OpError> {
    let last = shifts::last(conn).await?;
    let before = match &last {
        Some(shift) => shifts::marks(conn, shift.id).await?,
        None => Marks::new(),
    };
    let mut marks = before.clone();
    let mut report = Report::default();
    let reached = |name: &str| before.get(name).copied().unwrap_or(0);
    for account in house {
        let name = account.id.to_string();
        for moved in shifts::moved(conn, account, reached(&name)).await? {
            report.flows.add(&moved);
        }
        marks.insert(name, account.version);
    }
    // What lies in the till is what the till owes: the account's balance with the other sign.
    let cash = house.iter().find(|one| one.kind == AccountKind::Cash);
    let in_till = cash.map_or(0, |account| -account.balance.minor);
    let flows = &mut report.flows;
    flows.cash_before = in_till - flows.cash_in + flows.cash_out;
    for (series, place) in receipts::list_series(conn).await? {
        let after = reached(&series);
        if place > after {
            add_sales(conn, &mut report.sales, &series, (after, place), currency).await?;
        }
        marks.insert(series, place);
    }
    let since = last.map(|shift| shift.closed_at);
    Ok((Open { since, report }, marks))
}

async fn add_sales(
    conn: &mut Conn,
    sales: &mut Sales,
    series: &str,
    (after, until): (i64, i64),
    currency: Currency,
) -> Result<(), OpError> {
    let mut at = after;
    let mut numbers: Option<(String, String)> = None;
    while at < until {
        let batch = receipts::list_places(conn, series, (at, until), AT_ONCE).await?;
        let Some(newest) = batch.last() else {
            break;
        };
        at = newest.place;
        for one in &batch {
            let first = numbers
                .take()
                .map_or(one.number.clone(), |(first, _)| first);
            numbers = Some((first, one.number.clone()));
            if one.sums.total.currency != currency {
                continue;
            }
            add_receipt(sales, one)?;
        }
    }
    sales.numbers.extend(numbers);
    Ok(())
}

fn add_receipt(sales: &mut Sales, one: &Issued) -> Result<(), StoreError> {
    let receipt = issue_receipt::read(one)?;
    let totals = receipt.totals().map_err(issue_receipt::unreadable)?;
    let energy = receipt.charge.energy.0;
    match one.kind {
        ReceiptKind::Invoice => {
            sales.invoices += 1;
            sales.energy_wh += energy;
        }
        ReceiptKind::Reversal => {
            sales.reversals += 1;
            sales.energy_wh -= energy;
        }
    }
    sales.net += totals.net.minor;
    sales.tax += totals.tax.minor;
    sales.total += totals.total.minor;
    for tax in &totals.taxes {
        let milli = tax.percent.map(|percent| percent.milli);
        sales.add_tax(milli, tax.net.minor, tax.tax.minor);
    }
    Ok(())
}
