//! A bill becomes a receipt: numbered, in the driver's language, with a page of its own. In the bill's own unit of work, as
//! the last thing of it that others wait for, so that no number is left out and none is given twice. Not for what is shown
//! of it: that is `api`'s and the crate `receipts`'.

use domain::bill::{Bill, BillKind};
use domain::pricing::Line;
use domain::receipt::{self, Issued, ReceiptKind};
use domain::session::Session;
use domain::tariff::Cost;
use domain::{Timestamp, WattHours};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use receipts::{Charge, Language, Receipt, ReceiptFault, Seller};
use store::StoreError;
use store::repo::{charge_points, customers, receipts as rows, stations};

use crate::core::{OpError, Unit};
use crate::secret::make_key;

/// What a receipt's page is found by, drawn before the receipt is written: the end of a charge is told first.
#[derive(Clone, Debug)]
pub(super) struct Link(String);

impl Link {
    /// A link for a charge that is about to be billed, where it will have a receipt: one with energy, and something to say
    /// of it.
    pub(super) fn draw(session: &Session) -> Option<Self> {
        (!lines(session).is_empty()).then(|| Self(make_key()))
    }

    /// Where the page is.
    pub(super) fn url(&self, unit: &Unit<'_>) -> String {
        unit.receipts().url(&self.0)
    }
}

/// A charge without energy was none: there is nothing to be said of it.
fn lines(session: &Session) -> Vec<Line> {
    let bill = session.bill().filter(|_| session.energy() > WattHours(0));
    bill.map(|bill| bill.lines).unwrap_or_default()
}

/// Issues the receipt of a bill, where it has something to say. `link` is the one that was told already.
pub(super) async fn invoice(
    unit: &mut Unit<'_>,
    session: &Session,
    bill: &Bill,
    link: Option<Link>,
) -> Result<(), OpError> {
    let lines = lines(session);
    let Some(terms) = session.terms.as_ref().filter(|_| !lines.is_empty()) else {
        return Ok(());
    };
    let customer = customers::find(unit.conn, bill.customer_id).await?;
    let station = stations::find_by_id(unit.conn, session.station_id).await?;
    let station = station.map(|station| station.name).unwrap_or_default();
    let point = charge_points::name_of(unit.conn, session.charge_point_id).await?;
    let link = link.unwrap_or_else(|| Link(make_key()));
    let place = Place::next(unit, &terms.zone).await?;
    let receipt = Receipt {
        number: place.number.clone(),
        kind: receipts::Kind::Invoice,
        issued_at: place.at,
        time_zone: terms.zone.clone(),
        seller: seller(unit, &station),
        charge: charge(session, station, point.unwrap_or_default()),
        lines,
        tax_basis: terms.rates.basis,
        signed: Vec::new(),
        language: Language::of(customer.as_ref().map_or("", |customer| &customer.language)),
        url: link.url(unit),
    };
    write(unit, bill, place, &receipt, link).await
}

/// Issues the reversal of a bill's receipt; a bill that had none has none to reverse.
pub(super) async fn reversal(
    unit: &mut Unit<'_>,
    reversed: &Bill,
    reversal: &Bill,
) -> Result<(), OpError> {
    let Some(issued) = rows::find_by_bill(unit.conn, reversed.id).await? else {
        return Ok(());
    };
    let invoice = read(&issued)?;
    let link = Link(make_key());
    let place = Place::next(unit, &invoice.time_zone).await?;
    let receipt = invoice.reversed(&place.number, place.at, link.url(unit));
    write(unit, reversal, place, &receipt, link).await
}

/// A number that is this receipt's alone.
struct Place {
    series: String,
    place: i64,
    number: String,
    at: Timestamp,
}

impl Place {
    async fn next(unit: &mut Unit<'_>, zone: &TimeZone) -> Result<Self, OpError> {
        let at = unit.now();
        let edition = rows::edition(unit.conn).await?;
        let series = receipt::series(&unit.receipts().number_prefix, at, zone, edition);
        let place = rows::next_place(unit.conn, &series).await?;
        Ok(Self {
            number: receipt::number(&series, place),
            series,
            place,
            at,
        })
    }
}

async fn write(
    unit: &mut Unit<'_>,
    bill: &Bill,
    place: Place,
    receipt: &Receipt,
    link: Link,
) -> Result<(), OpError> {
    let totals = receipt.totals().map_err(unreadable)?;
    let holds = SignedDuration::from_hours(24 * i64::from(unit.receipts().link_days));
    let issued = Issued {
        id: unit.id(),
        number: place.number,
        series: place.series,
        place: place.place,
        bill_id: bill.id,
        session_id: bill.session_id,
        customer_id: bill.customer_id,
        kind: match bill.kind {
            BillKind::Bill => ReceiptKind::Invoice,
            BillKind::Reversal => ReceiptKind::Reversal,
        },
        sums: Cost {
            net: totals.net,
            tax: totals.tax,
            total: totals.total,
        },
        document: receipt.to_text().map_err(unreadable)?,
        link: link.0,
        link_ends_at: place.at + holds,
        issued_at: place.at,
    };
    Ok(rows::insert(unit.conn, &issued).await?)
}

/// What an issued receipt says, without what the charger signed.
pub(crate) fn read(issued: &Issued) -> Result<Receipt, StoreError> {
    Receipt::from_text(&issued.document).map_err(unreadable)
}

/// One that does not add up, or is none.
pub(crate) fn unreadable(fault: ReceiptFault) -> StoreError {
    StoreError::Corrupt {
        what: "receipt.document",
        value: fault.to_string(),
    }
}

/// The company; one without a name sells as its station.
fn seller(unit: &Unit<'_>, station: &str) -> Seller {
    let mut seller = unit.receipts().seller.clone();
    if seller.name.is_empty() {
        station.clone_into(&mut seller.name);
    }
    seller
}

fn charge(session: &Session, station: String, point: String) -> Charge {
    let began = session.began_at.or(session.started_at);
    let began = began.unwrap_or(session.requested_at);
    Charge {
        session: session.id.to_string(),
        station,
        point,
        connector: u32::try_from(session.connector_id).unwrap_or_default(),
        started_at: began,
        stopped_at: session.stopped_at.unwrap_or(began).max(began),
        energy: session.energy(),
        meter_start: Some(session.meter_start),
        meter_stop: Some(session.meter_last),
    }
}
