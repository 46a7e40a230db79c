//! A receipt's place among others: its number, which bill it is of, and the link its page is found by. Not for what it
//! says: that is the crate `receipts`, which writes it as text.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ids::{BillId, CustomerId, ReceiptId, SessionId};
use crate::tariff::Cost;
use crate::words::words;

words! {
    /// What a receipt is.
    ReceiptKind {
        /// It says what was paid for.
        Invoice = "invoice",
        /// It takes an invoice back: every amount has the other sign.
        Reversal = "reversal",
    }
}

/// A receipt that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Its id.
    pub id: ReceiptId,
    /// Its number's series.
    pub series: String,
    /// Its place in the series: 1, 2, 3, … without a hole.
    pub place: i64,
    /// Its number.
    pub number: String,
    /// Of which bill or reversal.
    pub bill_id: BillId,
    /// Of which charge.
    pub session_id: SessionId,
    /// Whose.
    pub customer_id: CustomerId,
    /// Which of the two it is.
    pub kind: ReceiptKind,
    /// Its sums; below zero on a reversal.
    pub sums: Cost,
    /// All that it says.
    pub document: String,
    /// What its page is found by.
    pub link: String,
    /// Before when.
    pub link_ends_at: Timestamp,
    /// When it was issued.
    pub issued_at: Timestamp,
}

/// The series a number is of: what the seller writes in front, the year by the station's clock, and after each time the
/// database came back from a copy another letter, since what was given after the copy is not known.
pub fn series(prefix: &str, at: Timestamp, zone: &TimeZone, edition: i64) -> String {
    let year = at.to_zoned(zone.clone()).year();
    let edition = match u8::try_from(edition) {
        Ok(0) => String::new(),
        Ok(number) if number < 26 => char::from(b'A' + number).to_string(),
        _ => format!("Z{edition}"),
    };
    format!("{prefix}{year}{edition}")
}

/// The number at a place of a series.
pub fn number(series: &str, place: i64) -> String {
    format!("{series}-{place:06}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_year_of_the_station_and_a_letter_after_a_restore() {
        let at: Timestamp = "2026-12-31T23:30:00Z".parse().expect("a moment");
        let zone = |name| TimeZone::get(name).expect("a zone");
        for (prefix, place, edition, clock, expect) in [
            ("", 1, 0, "UTC", "2026-000001"),
            ("N-", 42, 0, "Europe/Berlin", "N-2027-000042"),
            ("", 7, 1, "UTC", "2026B-000007"),
            ("", 7, 25, "UTC", "2026Z-000007"),
            ("", 1_234_567, 26, "UTC", "2026Z26-1234567"),
        ] {
            let series = series(prefix, at, &zone(clock), edition);
            assert_eq!(number(&series, place), expect);
        }
    }
}
