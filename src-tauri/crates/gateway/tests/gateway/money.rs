//! Charging on money: what is held, taken, given back and owed, when a charge is ended for it, what operators do by hand, and
//! that the books add up whatever happens.

mod backlog;
mod bills;
mod books;
mod exports;
mod guests;
mod hands;
mod limits;
mod model;
mod power_loss;
mod receipts;
mod shifts;
mod spends;
mod starts;
mod till;
