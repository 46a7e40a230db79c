//! A receipt as text, for keeping: what is read again is the receipt that was written, to the last digit. Not for the
//! charger's signed data, which is kept as it came, elsewhere.

use domain::money::{Percent, UnitPrice};
use domain::pricing::{Line, LineKind, TaxBasis};
use domain::{Currency, Money, Timestamp, WattHours};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::fault::ReceiptFault;
use crate::language::Language;
use crate::receipt::{Charge, Kind, Receipt, Seller};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    number: String,
    reverses: Option<String>,
    issued_at: Timestamp,
    time_zone: String,
    seller: SellerDocument,
    charge: ChargeDocument,
    currency: String,
    lines: Vec<LineDocument>,
    tax_included: bool,
    language: String,
    url: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SellerDocument {
    name: String,
    address: String,
    tax_id: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChargeDocument {
    session: String,
    station: String,
    point: String,
    connector: u32,
    started_at: Timestamp,
    stopped_at: Timestamp,
    energy_wh: WattHours,
    meter_start_wh: Option<WattHours>,
    meter_stop_wh: Option<WattHours>,
}

/// Amounts in minor units, the price in millionths, the tax in thousandths of a percent.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineDocument {
    kind: LineKind,
    quantity: i64,
    price: i64,
    tax_percent: Option<i64>,
    net: i64,
    tax: i64,
    total: i64,
}

impl Receipt {
    /// The receipt as text.
    pub fn to_text(&self) -> Result<String, ReceiptFault> {
        let totals = self.totals()?;
        let document = Document {
            number: self.number.clone(),
            reverses: match &self.kind {
                Kind::Invoice => None,
                Kind::Reversal { of } => Some(of.clone()),
            },
            issued_at: self.issued_at,
            time_zone: self.time_zone.iana_name().unwrap_or("UTC").to_owned(),
            seller: SellerDocument {
                name: self.seller.name.clone(),
                address: self.seller.address.clone(),
                tax_id: self.seller.tax_id.clone(),
            },
            charge: ChargeDocument::of(&self.charge),
            currency: totals.total.currency.code().to_owned(),
            lines: self.lines.iter().map(LineDocument::of).collect(),
            tax_included: self.tax_basis == TaxBasis::Included,
            language: self.language.code().to_owned(),
            url: self.url.clone(),
        };
        serde_json::to_string(&document).map_err(|error| ReceiptFault::Text(error.to_string()))
    }

    /// Reads it again.
    pub fn from_text(text: &str) -> Result<Self, ReceiptFault> {
        let unreadable = |what: String| ReceiptFault::Text(what);
        let document: Document =
            serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
        let currency = Currency::from_code(&document.currency)
            .ok_or_else(|| unreadable(document.currency.clone()))?;
        let lines = document.lines.iter().map(|line| line.read(currency));
        let receipt = Self {
            kind: match document.reverses {
                None => Kind::Invoice,
                Some(of) => Kind::Reversal { of },
            },
            number: document.number,
            issued_at: document.issued_at,
            time_zone: TimeZone::get(&document.time_zone)
                .map_err(|error| unreadable(error.to_string()))?,
            seller: Seller {
                name: document.seller.name,
                address: document.seller.address,
                tax_id: document.seller.tax_id,
            },
            charge: document.charge.read(),
            lines: lines.collect(),
            tax_basis: if document.tax_included {
                TaxBasis::Included
            } else {
                TaxBasis::Excluded
            },
            signed: Vec::new(),
            language: Language::of(&document.language),
            url: document.url,
        };
        receipt.totals()?;
        Ok(receipt)
    }
}

impl ChargeDocument {
    fn of(charge: &Charge) -> Self {
        Self {
            session: charge.session.clone(),
            station: charge.station.clone(),
            point: charge.point.clone(),
            connector: charge.connector,
            started_at: charge.started_at,
            stopped_at: charge.stopped_at,
            energy_wh: charge.energy,
            meter_start_wh: charge.meter_start,
            meter_stop_wh: charge.meter_stop,
        }
    }

    fn read(self) -> Charge {
        Charge {
            session: self.session,
            station: self.station,
            point: self.point,
            connector: self.connector,
            started_at: self.started_at,
            stopped_at: self.stopped_at,
            energy: self.energy_wh,
            meter_start: self.meter_start_wh,
            meter_stop: self.meter_stop_wh,
        }
    }
}

impl LineDocument {
    fn of(line: &Line) -> Self {
        Self {
            kind: line.kind,
            quantity: line.quantity,
            price: line.price.micro,
            tax_percent: line.tax_percent.map(|percent| percent.milli),
            net: line.net.minor,
            tax: line.tax.minor,
            total: line.total.minor,
        }
    }

    fn read(&self, currency: Currency) -> Line {
        let money = |minor| Money { minor, currency };
        Line {
            kind: self.kind,
            quantity: self.quantity,
            price: UnitPrice {
                micro: self.price,
                currency,
            },
            tax_percent: self.tax_percent.map(|milli| Percent { milli }),
            net: money(self.net),
            tax: money(self.tax),
            total: money(self.total),
        }
    }
}
