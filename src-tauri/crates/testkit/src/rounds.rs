//! How often a test does what it does: the figure of its row in docs/reliability.md when the long form
//! was asked for (`cargo xtask test --long`), else as often as every run can afford.

use std::env;

/// `long` in the long form, `short` otherwise; what it was is told in the test's output.
pub fn rounds(short: u32, long: u32) -> u32 {
    let is_long = env::var_os("TESTKIT_LONG").is_some();
    let rounds = if is_long { long } else { short };
    println!("rounds: {rounds} (short form {short}, long form {long})");
    rounds
}
