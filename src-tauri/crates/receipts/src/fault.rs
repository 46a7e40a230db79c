//! Why there is no receipt.

/// A receipt that is not drawn. Money is never cut short: what does not fit is refused whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFault {
    /// No line, or more than [`Receipt::MOST_LINES`](crate::Receipt::MOST_LINES).
    #[error("a receipt has 1 to 200 lines, not {0}")]
    Lines(usize),
    /// Lines of different currencies: they have no sum.
    #[error("the lines of a receipt are in one currency")]
    Currencies,
    /// A line whose net and tax are not its total, or a sum that no integer holds.
    #[error("line {0} does not add up")]
    Sum(usize),
    /// More signed data than [`Receipt::MOST_SIGNED`](crate::Receipt::MOST_SIGNED) items, or one beyond
    /// [`Receipt::LONGEST_SIGNED`](crate::Receipt::LONGEST_SIGNED) bytes.
    #[error("too much signed meter data")]
    Signed,
    /// What was kept is no receipt.
    #[error("what was kept is no receipt: {0}")]
    Text(String),
    /// The PDF library's own words.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

/// Bytes that are no font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FontFault {
    /// Not WOFF2, TrueType or OpenType, or damaged.
    #[error("the font cannot be read")]
    Unreadable,
    /// Larger than 8 MiB.
    #[error("the font is too large")]
    TooLarge,
}
