//! Tariffs through the product: how they come over REST and go out again, what a charge under one costs while it runs and
//! once it is over, and how the clock turns a price.
//!
//! Planted once and seen red: a driver's group left out; a charge that begins under the tariff of forty days before.

mod charges;
mod desk;
mod turns;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use gateway::clock::Clock;
use gateway::core::Core;
use serde_json::{Value, json};

use crate::house::House;
use crate::sockets::clocks::Settable;

/// A core whose clock the test sets; the house's gateway keeps its own.
fn with_own_clock(house: &House, now: &str) -> (Core, Arc<Settable>) {
    let now: domain::Timestamp = now.parse().expect("a literal time");
    let clock = Arc::new(Settable(AtomicI64::new(now.as_millisecond())));
    let core = Core {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..house.gateway.core.clone()
    };
    (core, clock)
}

/// A price of OCPI's: 19 % on top, the finest steps.
fn component(kind: &str, price: &str) -> Value {
    json!({ "type": kind, "price": price, "vat": "19.0", "stepSize": 1 })
}

/// The restrictions as they are sent, all absent but these.
fn only(named: Value) -> Value {
    let mut all = json!({ "startTime": null, "endTime": null, "startDate": null, "endDate": null, "minKwh": null,
        "maxKwh": null, "minCurrent": null, "maxCurrent": null, "minPower": null, "maxPower": null, "minDuration": null,
        "maxDuration": null, "dayOfWeek": [] });
    let fields = all.as_object_mut().expect("an object");
    fields.extend(named.as_object().expect("an object").clone());
    all
}
