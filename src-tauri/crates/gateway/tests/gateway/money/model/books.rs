//! What a few lines of arithmetic say that customers should have. Knows nothing of the gateway but its limits.

use domain::{CustomerId, Timestamp};
use gateway::ops::start_session::Start;
use gateway::ops::stop_session::Stop;

pub const USUAL: i64 = 2_000;
pub const LEAST: i64 = 100;

/// What a customer should have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purse {
    pub available: i64,
    pub held: i64,
    pub owed: i64,
}

impl Purse {
    pub fn settle(&mut self) {
        let paid = self.available.min(self.owed);
        self.available -= paid;
        self.owed -= paid;
    }

    pub fn hold(&mut self, amount: i64) {
        self.available -= amount;
        self.held += amount;
    }

    /// A bill of a charge for which so much was held.
    pub fn pay(&mut self, held: i64, total: i64) {
        self.held -= held;
        self.available += held;
        let paid = total.min(self.available);
        self.available -= paid;
        self.owed += total - paid;
        self.settle();
    }

    pub fn take_back(&mut self, total: i64, owed_then: i64) {
        let forgiven = owed_then.min(self.owed);
        self.owed -= forgiven;
        self.available += total - forgiven;
    }
}

/// A charge as its charger knows it.
#[derive(Clone, Debug)]
pub struct Charge {
    pub owner: CustomerId,
    pub transaction: i64,
    pub began: Timestamp,
    pub wh: i64,
    pub held: i64,
    /// What it was billed, and what of that was owed then.
    pub billed: Option<(i64, i64)>,
    pub stopped: bool,
    pub opening: Start,
    pub closing: Option<Stop>,
}

/// What energy costs.
pub fn cost(wh: i64) -> i64 {
    // 0.50 a kWh, half to even.
    let (whole, rest) = (wh * 50 / 1_000, wh * 50 % 1_000);
    match rest.cmp(&500) {
        std::cmp::Ordering::Less => whole,
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + whole % 2,
    }
}
