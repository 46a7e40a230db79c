//! The demo site: one station with a price and four charge points, a card for each, two drivers and an admin who sees every
//! page, in an empty database.
//! Every password is made at random and known to this process alone; nothing is filled in twice.

use domain::authorization::IdTokenStatus;
use domain::operator::Role;
use domain::{Code, Identity};
use store::repo::operators;

use crate::core::{Core, OpError};
use crate::ops::add_charge_point::{Credentials, NewChargePoint, add_charge_point};
use crate::ops::add_customer::add_customer;
use crate::ops::add_id_token::add_id_token;
use crate::ops::add_station::add_station;
use crate::ops::adjust_wallet::opening_balance;
use crate::ops::create_operator::create_operator;
use crate::ops::price_station::{KwhPrice, price_station};
use crate::secret;

const STATION: &str = "Forecourt Demo";
const OPERATOR: &str = "operator@demo.forecourt";
const DRIVERS: [&str; 2] = ["anna@demo.forecourt", "ben@demo.forecourt"];
const PRICE_PER_KWH: &str = "0.45";
/// What each driver has to charge for, in the site's currency.
const BALANCE: &str = "50.00";
const CARD_PREFIX: &str = "DEMO";
const PREFIX: &str = "SIM-";
const POINTS: usize = 4;

/// What the demo site was filled with: seen once, here.
#[derive(Clone, Debug)]
pub struct DemoSite {
    /// Where the operator signs in.
    pub email: String,
    /// With which password.
    pub password: String,
    /// Drivers with an account: where each signs in, and with which password.
    pub drivers: Vec<(&'static str, String)>,
    /// The charge points' identities: this and four digits from 0001.
    pub prefix: &'static str,
    /// How many there are.
    pub points: usize,
    /// The key they share.
    pub key: String,
    /// The cards that may charge, one for each: a card charges at one plug at a time.
    pub id_tags: Vec<String>,
}

/// Fills an empty database. `None`: it is not empty, and stays as it is.
pub async fn fill(core: &Core) -> Result<Option<DemoSite>, OpError> {
    if !operators::is_fresh(&mut core.store.read().await?).await? {
        return Ok(None);
    }
    let site = DemoSite {
        email: OPERATOR.to_owned(),
        password: secret::make_password(),
        drivers: DRIVERS
            .map(|email| (email, secret::make_password()))
            .to_vec(),
        prefix: PREFIX,
        points: POINTS,
        key: secret::make_key(),
        id_tags: (1..=POINTS)
            .map(|number| format!("{CARD_PREFIX}{number:04}"))
            .collect(),
    };
    let rules = core.rules();
    let (currency, tax) = (&rules.site().currency, &rules.site().tax_percent);
    create_operator(core, &site.email, Role::Admin, site.password.clone()).await?;
    let station = add_station(core, STATION).await?;
    let price = KwhPrice::read(PRICE_PER_KWH, currency, tax)?;
    price_station(core, station, price).await?;
    for (email, password) in &site.drivers {
        let balance = opening_balance(BALANCE, currency)?;
        add_customer(core, email, password.clone(), Some(balance)).await?;
    }
    for card in &site.id_tags {
        add_id_token(core, card, IdTokenStatus::Accepted).await?;
    }
    for number in 1..=POINTS {
        let identity = Identity::parse(&format!("{PREFIX}{number:04}"))
            .map_err(|error| OpError::refused(Code::RequestValidation, error.to_string()))?;
        let new = NewChargePoint {
            identity,
            name: None,
            station: STATION.to_owned(),
            connectors: 1,
            max_power_w: 22_000,
            credentials: Credentials::Key(site.key.clone()),
        };
        add_charge_point(core, new).await?;
    }
    Ok(Some(site))
}
