//! A gateway with a price, drivers with money, and a charger that tells what it is told to. Decides nothing.

use domain::authorization::{IdToken, IdTokenStatus};
use domain::{CustomerId, StationId, Timestamp};
use gateway::core::OpError;
use gateway::ops::add_customer::add_customer;
use gateway::ops::adjust_wallet::opening_balance;
use gateway::ops::check_books::check_books;
use gateway::ops::price_station::{KwhPrice, price_station};
use gateway::settings::Settings;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::repo::{charge_points, id_tokens, ledger};
use testkit::{Charger, Postgres};

use crate::house::House;
use crate::rebilled;
use crate::user::{Driver, SECRET, text};

/// A house in which a kWh costs 0.50 with 19 % tax inside.
pub struct Till {
    pub house: House,
    /// The database server under it, where it has one of its own.
    _server: Option<Postgres>,
}

/// What a customer has, in cents: to spend, held, owed.
pub type Has = (i64, i64, i64);

impl Till {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// On a PostgreSQL of its own.
    pub async fn on_postgresql() -> Self {
        let server = Postgres::start().await;
        let url = server.database_url("till").await;
        let till = Self::with(|settings| settings.database_url = Some(url)).await;
        Self {
            _server: Some(server),
            ..till
        }
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let house = House::with(change).await;
        let price = KwhPrice::read("0.50", "EUR", "19").expect("a price");
        price_station(&house.gateway.core, station(&house).await, price)
            .await
            .expect("the station has none yet");
        Self {
            house,
            _server: None,
        }
    }

    /// A driver with so much money, signed in.
    pub async fn driver(&self, email: &str, balance: &str) -> Driver {
        let core = &self.house.gateway.core;
        let balance = (balance != "0").then(|| opening_balance(balance, "EUR").expect("an amount"));
        let (id, _) = add_customer(core, email, SECRET.to_owned(), balance)
            .await
            .expect("a new address");
        let login = json!({ "email": email, "password": SECRET });
        let path = "/api/user/auth/login";
        let answer = self
            .house
            .ask(axum::http::Method::POST, path, None, Some(login))
            .await;
        Driver {
            token: text(&answer.body["token"]),
            id: id.to_string(),
        }
    }

    /// A card of a customer's.
    pub async fn card(&self, customer: CustomerId, token: &str) {
        let token = token.to_owned();
        let added: Result<(), OpError> = self
            .house
            .gateway
            .core
            .write(move |unit| {
                Box::pin(async move {
                    let card = IdToken {
                        id: unit.id(),
                        status: IdTokenStatus::Accepted,
                        expires_at: None,
                        customer_id: Some(customer),
                        parent: None,
                    };
                    let now = unit.now();
                    Ok(id_tokens::insert(unit.conn, &card, &token, now).await?)
                })
            })
            .await;
        added.expect("a new card");
    }

    pub async fn has(&self, customer: CustomerId) -> Has {
        let core = &self.house.gateway.core;
        let mut conn = core.store.read().await.expect("a reader");
        let purse = ledger::find_purse(&mut conn, customer, core.money().currency).await;
        purse.expect("a sound store").map_or((0, 0, 0), |purse| {
            (
                purse.available().minor,
                purse.held.balance.minor,
                purse.owed().minor,
            )
        })
    }

    /// The books add up.
    pub async fn is_sound(&self) {
        let faults = check_books(&self.house.gateway.core).await;
        assert_eq!(faults.expect("they can be asked"), Vec::<String>::new());
    }

    /// Every bill comes out the same when it is computed anew from readings alone (MON-07). How many stand.
    pub async fn bills_anew(&self) -> usize {
        let core = &self.house.gateway.core;
        let mut conn = core.store.read().await.expect("a reader");
        let anew = rebilled::look(&mut conn).await.expect("a sound store");
        assert_eq!(anew.violations, Vec::<String>::new());
        anew.bills
    }

    /// So many seconds ago.
    pub fn ago(&self, seconds: i64) -> Timestamp {
        self.house.gateway.core.clock.now() - SignedDuration::from_secs(seconds)
    }

    /// The newest session.
    pub async fn session(&self) -> domain::session::Session {
        self.house.newest_session().await.0
    }
}

pub async fn station(house: &House) -> StationId {
    let mut conn = house.gateway.core.store.read().await.expect("a reader");
    let point = charge_points::find(&mut conn, house.point).await;
    point
        .expect("a sound store")
        .expect("it is there")
        .station_id
}

/// What a charger says, and what it is answered.
pub async fn start(charger: &mut Charger, tag: &str, at: Timestamp) -> (i64, String) {
    let start =
        json!({ "connectorId": 1, "idTag": tag, "meterStart": 1_000, "timestamp": at.to_string() });
    let answer = charger.call("StartTransaction", start).await;
    (
        answer[2]["transactionId"].as_i64().expect("a number"),
        text(&answer[2]["idTagInfo"]["status"]),
    )
}

pub async fn meter(charger: &mut Charger, transaction: i64, wh: i64, at: Timestamp) {
    meter_with(charger, transaction, wh, at, None).await;
}

pub async fn meter_with(
    charger: &mut Charger,
    transaction: i64,
    wh: i64,
    at: Timestamp,
    soc: Option<i64>,
) {
    let mut sampled = vec![json!({ "value": (1_000 + wh).to_string(), "unit": "Wh" })];
    if let Some(soc) = soc {
        sampled.push(json!({ "value": soc.to_string(), "measurand": "SoC", "unit": "Percent" }));
    }
    let values = json!({ "connectorId": 1, "transactionId": transaction,
        "meterValue": [{ "timestamp": at.to_string(), "sampledValue": sampled }] });
    charger.call("MeterValues", values).await;
}

pub async fn stop(charger: &mut Charger, transaction: i64, wh: i64, at: Timestamp) {
    let stop = json!({ "transactionId": transaction, "meterStop": 1_000 + wh, "timestamp": at.to_string(),
        "reason": "Remote" });
    charger.call("StopTransaction", stop).await;
}

/// A driver's charge that began an hour ago; its transaction.
pub async fn begin(till: &Till, driver: &Driver, charger: &mut Charger) -> i64 {
    let wish = json!({ "connectorId": 1 });
    driver.start(&till.house, "a", wish).await;
    let tag = accept_start(charger).await;
    let (transaction, _) = start(charger, &tag, till.ago(3_600)).await;
    transaction
}

/// The charger has no mains for a moment: charges whose end it never told are over.
pub async fn boot(charger: &mut Charger) {
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    charger.call("BootNotification", boot).await;
}

/// Takes the remote start that comes; gives its token.
pub async fn accept_start(charger: &mut Charger) -> String {
    let (id, action, payload) = charger.next_call().await;
    assert_eq!(action, "RemoteStartTransaction");
    charger.answer(&id, json!({ "status": "Accepted" })).await;
    text(&payload["idTag"])
}

/// The names of events that tell of a charge or of money, with a wallet's reason.
pub fn names(events: &[Value]) -> Vec<String> {
    let told = events.iter().filter_map(|event| {
        let name = event["type"].as_str()?;
        let reason = event["data"]["reason"].as_str();
        match name {
            "wallet.balance.changed" | "charging.updated" => {
                Some(format!("{name} {}", reason.unwrap_or("?")))
            }
            name if ["charging.", "wallet.", "command.", "cost.", "revenue."]
                .iter()
                .any(|area| name.starts_with(area)) =>
            {
                Some(name.to_owned())
            }
            _ => None,
        }
    });
    told.collect()
}
