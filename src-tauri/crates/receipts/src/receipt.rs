//! A receipt as data (2-contract, Receipt). Its sums are made here and nowhere else.

use domain::pricing::{Line, TaxBasis};
use domain::{Currency, Money, Timestamp, WattHours, money::Percent};
use jiff::tz::TimeZone;

use crate::fault::ReceiptFault;
use crate::language::Language;

/// A receipt.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Of its range, without holes.
    pub number: String,
    /// An invoice, or what takes one back.
    pub kind: Kind,
    /// When it was made out.
    pub issued_at: Timestamp,
    /// The station's: every time on the receipt is told in it.
    pub time_zone: TimeZone,
    /// Who sold.
    pub seller: Seller,
    /// What was sold.
    pub charge: Charge,
    /// Of one currency; net + tax = total in each.
    pub lines: Vec<Line>,
    /// Whether prices and line amounts are shown with the tax inside.
    pub tax_basis: TaxBasis,
    /// What the charger signed, byte for byte.
    pub signed: Vec<SignedData>,
    /// The driver's.
    pub language: Language,
    /// The receipt's own page, for the QR code.
    pub url: String,
}

/// What a receipt is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It asks for money, or says that it was paid.
    Invoice,
    /// It takes an invoice back: every amount has the other sign.
    Reversal {
        /// The invoice's number.
        of: String,
    },
}

/// Who sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seller {
    /// The operator's.
    pub name: String,
    /// Line by line.
    pub address: String,
    /// VAT number, GSTIN, …; may be empty.
    pub tax_id: String,
}

/// What was sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The session's id.
    pub session: String,
    /// The station's name.
    pub station: String,
    /// The charging point's name.
    pub point: String,
    /// The connector's number.
    pub connector: u32,
    /// From plug to plug.
    pub started_at: Timestamp,
    /// Not before the start.
    pub stopped_at: Timestamp,
    /// What was delivered.
    pub energy: WattHours,
    /// The register at the start, where the charger told it.
    pub meter_start: Option<WattHours>,
    /// The register at the end.
    pub meter_stop: Option<WattHours>,
}

/// What the charger signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedData {
    /// `OCMF`, `EDL`, … as the charger named it.
    pub format: String,
    /// As it came.
    pub data: String,
    /// As it came; may be empty.
    pub public_key: String,
}

/// The tax of one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tax {
    /// The rate; none where no tax applies.
    pub percent: Option<Percent>,
    /// What it is on.
    pub net: Money,
    /// The tax.
    pub tax: Money,
}

/// The sums of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// One per rate, the highest first.
    pub taxes: Vec<Tax>,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
}

impl Receipt {
    /// The most lines.
    pub const MOST_LINES: usize = 200;
    /// The most signed items.
    pub const MOST_SIGNED: usize = 16;
    /// The longest signed item or key, bytes.
    pub const LONGEST_SIGNED: usize = 64 * 1024;

    /// What takes this invoice back: the same lines with the other sign, on a page of its own.
    pub fn reversed(&self, number: &str, issued_at: Timestamp, url: String) -> Self {
        let mut reversal = Self {
            url,
            ..self.clone()
        };
        reversal.kind = Kind::Reversal {
            of: std::mem::replace(&mut reversal.number, number.to_owned()),
        };
        reversal.issued_at = issued_at;
        for line in &mut reversal.lines {
            for money in [&mut line.net, &mut line.tax, &mut line.total] {
                money.minor = money.minor.saturating_neg();
            }
            line.quantity = line.quantity.saturating_neg();
        }
        reversal
    }

    /// What of a line is shown: with the tax, or without it.
    pub const fn amount(&self, line: &Line) -> Money {
        match self.tax_basis {
            TaxBasis::Included => line.total,
            TaxBasis::Excluded => line.net,
        }
    }

    /// The sums, where the lines have any.
    pub fn totals(&self) -> Result<Totals, ReceiptFault> {
        let first = self.lines.first().ok_or(ReceiptFault::Lines(0))?;
        if self.lines.len() > Self::MOST_LINES {
            return Err(ReceiptFault::Lines(self.lines.len()));
        }
        let zero = Money::zero(first.total.currency);
        let mut totals = Totals {
            taxes: Vec::new(),
            net: zero,
            tax: zero,
            total: zero,
        };
        for (at, line) in self.lines.iter().enumerate() {
            totals.add(line).ok_or(ReceiptFault::Sum(at))??;
        }
        let rate = |tax: &Tax| std::cmp::Reverse(tax.percent.map(|percent| percent.milli));
        totals.taxes.sort_by_key(rate);
        Ok(totals)
    }

    /// Of the first line; there is one in every receipt that is drawn.
    pub(crate) fn currency(&self) -> Option<Currency> {
        self.lines.first().map(|line| line.total.currency)
    }

    pub(crate) fn check_signed(&self) -> Result<(), ReceiptFault> {
        let long = |text: &str| text.len() > Self::LONGEST_SIGNED;
        let too_long = |item: &SignedData| long(&item.data) || long(&item.public_key);
        if self.signed.len() > Self::MOST_SIGNED || self.signed.iter().any(too_long) {
            return Err(ReceiptFault::Signed);
        }
        Ok(())
    }
}

impl Totals {
    /// None where it does not add up.
    fn add(&mut self, line: &Line) -> Option<Result<(), ReceiptFault>> {
        let currency = self.total.currency;
        let parts = [line.net, line.tax, line.total];
        if parts.iter().any(|money| money.currency != currency) {
            return Some(Err(ReceiptFault::Currencies));
        }
        if line.net.minor.checked_add(line.tax.minor)? != line.total.minor {
            return None;
        }
        add(&mut self.net, line.net)?;
        add(&mut self.tax, line.tax)?;
        add(&mut self.total, line.total)?;
        self.add_tax(Tax {
            percent: line.tax_percent,
            net: line.net,
            tax: line.tax,
        })?;
        Some(Ok(()))
    }

    /// Adds other sums of the same currency. None where they are too large.
    pub(crate) fn add_totals(&mut self, more: &Self) -> Option<()> {
        add(&mut self.net, more.net)?;
        add(&mut self.tax, more.tax)?;
        add(&mut self.total, more.total)?;
        more.taxes.iter().try_for_each(|tax| self.add_tax(*tax))
    }

    fn add_tax(&mut self, more: Tax) -> Option<()> {
        let known = self
            .taxes
            .iter_mut()
            .find(|tax| tax.percent == more.percent);
        let Some(tax) = known else {
            self.taxes.push(more);
            return Some(());
        };
        add(&mut tax.net, more.net)?;
        add(&mut tax.tax, more.tax)
    }
}

fn add(sum: &mut Money, more: Money) -> Option<()> {
    sum.minor = sum.minor.checked_add(more.minor)?;
    Some(())
}
