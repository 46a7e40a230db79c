//! Receipts as a stranger's PDF reader sees them: Poppler, and a QR reader on its pixels.
//!
//! Seen red with these bugs planted: a line left out; a sum of one line too few; the tax of another rate; grouping by
//! threes in Hindi; two decimals for every currency; a reversal with its old signs; a bidi control let through; marks
//! without end; signed data trimmed; the time of day in the file; text from right to left put or shaped from left to
//! right; an added font not looked at; a page of lines without heads; a link to anything.

mod bounds;
mod looks;
mod on_the_web;
mod sample;
mod says;
mod statements;
