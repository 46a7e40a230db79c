//! The receipts of a customer in a time, summed up. Not an invoice: each of the receipts is one, and none is to be booked
//! twice.

use domain::{Currency, Money, Timestamp, WattHours};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::fault::ReceiptFault;
use crate::language::Language;
use crate::receipt::{Kind, Receipt, Seller, Tax, Totals};

/// A customer's receipts of a time.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// When it was made.
    pub made_at: Timestamp,
    /// In which days begin.
    pub time_zone: TimeZone,
    /// Who sold.
    pub seller: Seller,
    /// The customer, line by line.
    pub customer: String,
    /// What all of it is in.
    pub currency: Currency,
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// The customer's.
    pub language: Language,
}

/// One receipt of a statement. Of a reversal amounts and energy are below zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of its series.
    pub number: String,
    /// The number of what it takes back.
    pub reverses: Option<String>,
    /// When it was made out.
    pub issued_at: Timestamp,
    /// The session's id.
    pub session: String,
    /// The station's name.
    pub station: String,
    /// What was delivered.
    pub energy: WattHours,
    /// The receipt's own sums.
    pub totals: Totals,
}

impl Entry {
    /// What a statement says of a receipt.
    pub fn of(receipt: &Receipt) -> Result<Self, ReceiptFault> {
        let energy = receipt.charge.energy;
        let (reverses, energy) = match &receipt.kind {
            Kind::Invoice => (None, energy),
            Kind::Reversal { of } => (Some(of.clone()), WattHours(energy.0.saturating_neg())),
        };
        Ok(Self {
            number: receipt.number.clone(),
            reverses,
            issued_at: receipt.issued_at,
            session: receipt.charge.session.clone(),
            station: receipt.charge.station.clone(),
            energy,
            totals: receipt.totals()?,
        })
    }
}

/// The sums of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// What was delivered in all.
    pub energy: WattHours,
    /// What it came to.
    pub totals: Totals,
}

impl Statement {
    /// The most receipts of one statement.
    pub const MOST: usize = 1_000;

    /// The sums, where there are any.
    pub fn sums(&self) -> Result<Sums, ReceiptFault> {
        if self.entries.len() > Self::MOST {
            return Err(ReceiptFault::Lines(self.entries.len()));
        }
        let zero = Money::zero(self.currency);
        let mut sums = Sums {
            energy: WattHours(0),
            totals: Totals {
                taxes: Vec::new(),
                net: zero,
                tax: zero,
                total: zero,
            },
        };
        for (at, entry) in self.entries.iter().enumerate() {
            if entry.totals.total.currency != self.currency {
                return Err(ReceiptFault::Currencies);
            }
            sums.add(entry).ok_or(ReceiptFault::Sum(at))?;
        }
        let rate = |tax: &Tax| std::cmp::Reverse(tax.percent.map(|percent| percent.milli));
        sums.totals.taxes.sort_by_key(rate);
        Ok(sums)
    }
}

impl Sums {
    /// None where it does not add up.
    fn add(&mut self, entry: &Entry) -> Option<()> {
        self.energy.0 = self.energy.0.checked_add(entry.energy.0)?;
        self.totals.add_totals(&entry.totals)
    }
}
