//! A receipt as data, and as a PDF in the driver's language: lines that add up, taxes, meter readings, the charger's signed
//! meter data byte for byte, and a QR code to the receipt's page.
//!
//! The same receipt gives the same bytes. Text in it may be anybody's: it is cleaned, bounded and only ever drawn.
//! Not for numbering, storing or sending: a caller has done that when it makes one of these. No I/O, no clock.

mod clean;
mod fault;
mod fonts;
mod format;
mod language;
mod page;
mod pdf;
mod receipt;
mod sheet;
mod text;
mod words;

pub use fault::{FontFault, ReceiptFault};
pub use fonts::Fonts;
pub use language::Language;
pub use pdf::to_pdf;
pub use receipt::{Charge, Kind, Receipt, Seller, SignedData, Tax, Totals};
