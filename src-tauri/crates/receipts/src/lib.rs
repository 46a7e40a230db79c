//! A receipt as data, as a web page and as a PDF in the driver's language: lines that add up, taxes, meter readings, the
//! charger's signed meter data byte for byte, and on paper a QR code to the page. Also a statement: the receipts of a time.
//!
//! The same receipt gives the same bytes. Text in it may be anybody's: it is cleaned, bounded and only ever drawn.
//! Not for numbering, storing or sending: a caller has done that when it makes one of these. No I/O, no clock.

mod clean;
mod document;
mod fault;
mod fonts;
mod format;
mod html;
mod language;
mod page;
mod parts;
mod pdf;
mod receipt;
mod sheet;
mod statement;
mod statement_page;
mod text;
mod words;

pub use fault::{FontFault, ReceiptFault};
pub use fonts::Fonts;
pub use html::{gone, to_html};
pub use language::Language;
pub use pdf::{statement_to_pdf, to_pdf};
pub use receipt::{Charge, Kind, Receipt, Seller, SignedData, Tax, Totals};
pub use statement::{Entry, Statement, Sums};
