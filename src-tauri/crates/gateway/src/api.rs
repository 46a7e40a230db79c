//! REST and the pages: thin handlers that parse, call one op or read, and print.

mod auth;
mod board;
mod charger;
mod cms;
pub mod contract;
mod fields;
mod guard;
mod idempotent;
mod limit;
mod live;
mod metrics;
mod objects;
mod ops;
mod pace;
mod pages;
mod paging;
mod payments;
mod problem;
mod receipts;
mod router;
mod scope;
mod setup;
mod sign_in;
mod snapshots;
mod source;
mod updates;
mod user;
mod watched;

use std::sync::Arc;
use std::time::Duration;

use bus::Link;
use domain::object::{Amount, StationObject};
use domain::{Currency, Identity, Money};
use tokio::sync::watch;

pub use guard::{Door, Guard};
pub use router::router;

use crate::bucket::Buckets;
use crate::cashier::Cashier;
use crate::central_system::UnknownChargePoints;
use crate::commander::Commander;
use crate::core::{Core, OpError};
use crate::guesses::Guesses;
use crate::notify::Hub;
use crate::setup_code::SetupCode;
use crate::throttle::Throttle;
use crate::updating::{Mirror, Updating};

/// Registrations from one place that cost nothing; a stranger who asks after many addresses waits.
const FREE_REGISTRATIONS: u32 = 10;
/// Wrong prepaid codes that cost nothing; the next ones wait.
const FREE_CODES: u32 = 5;
/// Pages that guests of one place may ask for at once, each an order at a provider, and how long one takes to come back.
const PAGES: u32 = 60;
const PAGE: Duration = Duration::from_mins(1);

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    core: Core,
    hub: Arc<Hub>,
    link: watch::Receiver<Link>,
    commander: Commander,
    sign_ins: Arc<Guesses>,
    chargers: Arc<str>,
    unknown: Arc<UnknownChargePoints>,
    registrations: Arc<Throttle>,
    buckets: Arc<Buckets>,
    twins: Arc<idempotent::Twins>,
    cashier: Arc<Cashier>,
    codes: Arc<Throttle>,
    pages: Arc<Buckets>,
    setup: Option<Arc<SetupCode>>,
    updating: Arc<Updating>,
    mirror: Option<Mirror>,
}

/// So many requests in each second, and ten seconds' worth at once: a page that opens asks for much.
fn buckets(requests_per_second: u32) -> Buckets {
    let each = Duration::from_secs(1) / requests_per_second.max(1);
    Buckets::new(each, requests_per_second.saturating_mul(10))
}

impl Api {
    /// The handlers' shared state.
    pub fn new(
        core: Core,
        hub: Arc<Hub>,
        link: watch::Receiver<Link>,
        commander: Commander,
        cashier: Arc<Cashier>,
        requests_per_second: u32,
    ) -> Self {
        Self {
            core,
            hub,
            link,
            commander,
            sign_ins: Arc::default(),
            chargers: "ws://localhost/ocpp".into(),
            unknown: Arc::default(),
            registrations: Arc::new(Throttle::new(FREE_REGISTRATIONS, Duration::from_hours(1))),
            buckets: Arc::new(buckets(requests_per_second)),
            twins: Arc::default(),
            cashier,
            codes: Arc::new(Throttle::new(FREE_CODES, Duration::from_hours(1))),
            pages: Arc::new(Buckets::new(PAGE, PAGES)),
            setup: None,
            updating: Arc::default(),
            mirror: None,
        }
    }

    /// With this machine's update, and what is offered on to other machines.
    #[must_use]
    pub fn with_updating(self, updating: Arc<Updating>, mirror: Option<Mirror>) -> Self {
        Self {
            updating,
            mirror,
            ..self
        }
    }

    /// With the code of the first set-up, where there is one to be made.
    #[must_use]
    pub fn with_setup(self, code: Option<Arc<SetupCode>>) -> Self {
        Self {
            setup: code,
            ..self
        }
    }

    /// What the site's money is in.
    fn currency(&self) -> Currency {
        self.core.money().currency
    }

    /// With the chargers' door: its URL, and who was not let in there.
    #[must_use]
    pub fn with_door(self, url: &str, unknown: Arc<UnknownChargePoints>) -> Self {
        Self {
            chargers: url.into(),
            unknown,
            ..self
        }
    }

    /// An amount of a body, at `/amount`, in the site's currency.
    fn amount(&self, amount: &Amount) -> Result<Money, OpError> {
        let read = read_amount(amount)?;
        if read.currency == self.currency() {
            return Ok(read);
        }
        Err(no_amount("It is in the site's currency."))
    }

    /// Whose a station is now, before the event of it comes round: its old owner's readers hear nothing more.
    fn learn(&self, station: &StationObject) {
        let clock = &self.core.clock;
        self.hub.learn(station, (clock.id(), clock.now()));
    }

    /// Where a charge point connects.
    fn url_of(&self, identity: &Identity) -> String {
        format!("{}/{identity}", self.chargers)
    }
}

/// An amount of a body, at `/amount`, in whatever currency: what it is held against says which.
fn read_amount(amount: &Amount) -> Result<Money, OpError> {
    let detail = "An amount is a decimal string with its currency.";
    Money::read(amount).map_err(|_| no_amount(detail))
}

fn no_amount(detail: &'static str) -> OpError {
    OpError::Invalid {
        pointer: "/amount".into(),
        fault: "not_an_amount",
        detail: detail.into(),
    }
}
