//! Receipts as a stranger's PDF reader sees them: Poppler, and a QR reader on its pixels.
//!
//! Seen red with these bugs planted: a line left out; a sum of one line too few; the tax of another rate; grouping by
//! threes in Hindi; two decimals for every currency; a reversal with its old signs; a bidi control let through; marks
//! without end; a code without its light border, or mirrored; signed data trimmed; the time of day in the file; text from
//! right to left put from left to right; an added font not looked at.

mod bounds;
mod looks;
mod sample;
mod says;
