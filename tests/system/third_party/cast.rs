//! Who is on the stage: a gateway on one of both grounds, the charge point, and everyone who watches it,
//! each in a room of their own. Not for what they should see: see `script`.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{
    AmqpProbe, Library, LibraryCharger, Postgres, Program, RabbitMq, SocketIoClient, Transport,
};

use super::audience::{Audience, View};
use crate::rest::Rest;
use crate::site::{IDENTITY, Site};

/// How long the registration may take to be told.
const SEEN: Duration = Duration::from_secs(10);

/// What a kWh costs at the site, EUR.
const PRICE: &str = "0.45";

/// Who sits where: the name of the seat in the script's columns, its room (none: where one is from the start),
/// with or without a token, and how its events travel.
#[rustfmt::skip]
const SEATS: &[(&str, &str, View, Transport)] = &[
    ("cms",       "",                View::Operator, Transport::WebSocket),
    ("cms",       "",                View::Operator, Transport::Polling),
    ("dashboard", "cms:dashboard",   View::Operator, Transport::Polling),
    ("points",    "cms:points",      View::Operator, Transport::WebSocket),
    ("stations",  "cms:stations",    View::Operator, Transport::WebSocket),
    ("sessions",  "cms:sessions",    View::Operator, Transport::Polling),
    ("station",   "station:STATION", View::Operator, Transport::Polling),
    ("charger",   "charger:CHARGER", View::Operator, Transport::WebSocket),
    ("charger",   "charger:CHARGER", View::Operator, Transport::Polling),
    ("elsewhere", "charger:OTHER",   View::Operator, Transport::WebSocket),
    ("public",    "",                View::Public,   Transport::WebSocket),
    ("public",    "",                View::Public,   Transport::Polling),
    ("station",   "station:STATION", View::Public,   Transport::WebSocket),
    ("charger",   "charger:CHARGER", View::Public,   Transport::Polling),
    ("elsewhere", "charger:OTHER",   View::Public,   Transport::Polling),
];

/// What the gateway stands on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A SQLite file and the bus in the process.
    Alone,
    /// PostgreSQL and RabbitMQ.
    Network,
}

/// A gateway with all it needs, and nobody connected yet.
pub struct Stage {
    pub site: Site,
    /// A second charge point of the station, at which nothing happens.
    other_charge_point: String,
    pub gateway: Program,
    pub operator: Rest,
    pub consumer: Option<AmqpProbe>,
    pub rabbitmq: Option<RabbitMq>,
    _postgres: Option<Postgres>,
}

impl Stage {
    pub async fn set(ground: Ground) -> Self {
        let (postgres, rabbitmq) = match ground {
            Ground::Alone => (None, None),
            Ground::Network => {
                let (postgres, rabbitmq) = tokio::join!(Postgres::start(), RabbitMq::start());
                (Some(postgres), Some(rabbitmq))
            }
        };
        let database = match &postgres {
            None => None,
            Some(postgres) => Some(postgres.database_url("site").await),
        };
        let site = Site::with_price(database, PRICE).await;
        let url = rabbitmq.as_ref().map(RabbitMq::url);
        let flags: Vec<&str> = url
            .iter()
            .flat_map(|url| ["--broker-url", url.as_str()])
            .collect();
        let gateway = site.serve(&flags).await;
        let mut consumer = match &url {
            None => None,
            Some(url) => Some(AmqpProbe::start(url, "ev_charging_events", "#").await),
        };
        let operator = Rest::sign_in(gateway.http()).await;
        let token = Some(&*operator.token);
        let desk = SocketIoClient::start(gateway.http(), Transport::WebSocket, token);
        let other_charge_point = add_another(&site, desk.await, consumer.as_mut()).await;
        Self {
            site,
            other_charge_point,
            gateway,
            operator,
            consumer,
            rabbitmq,
            _postgres: postgres,
        }
    }

    /// The site's charge point on a library, connected.
    pub async fn charger(&self, library: Library) -> LibraryCharger {
        let (ocpp, key) = (self.gateway.ocpp(), self.site.key());
        let mut charger = LibraryCharger::start(library, ocpp, IDENTITY, Some(key)).await;
        let connected = charger.connect().await;
        assert_eq!(connected, Ok(json!({ "subprotocol": "ocpp1.6" })));
        charger
    }

    /// The one session that runs, as the operator's desk is shown it.
    async fn running(&mut self) -> Value {
        let mut running = self.operator.get("/api/cms/sessions/active").await;
        assert_eq!(running.body["total"], 1, "one session runs: {running:?}");
        running.body["items"][0].take()
    }

    /// Its id.
    pub async fn session(&mut self) -> String {
        let running = self.running().await;
        let id = running["id"].as_str();
        id.unwrap_or_else(|| panic!("{running} has an id"))
            .to_owned()
    }

    /// The charger's number for it.
    pub async fn transaction(&mut self) -> Value {
        self.running().await["transactionId"].take()
    }

    /// Asks the charger for something and returns the command's id.
    pub async fn command(&mut self, name: &str, ask: &Value) -> String {
        let path = format!("/api/charger/{name}");
        let answer = self.operator.post(&path, ask).await;
        let command = &answer.body["command"];
        assert_eq!(
            (answer.status, &command["status"]),
            (202, &json!("requested")),
            "{answer:?}"
        );
        let id = command["id"].as_str();
        id.unwrap_or_else(|| panic!("{answer:?} names the command"))
            .to_owned()
    }

    /// Everyone who watches, each in one room and in no other.
    pub async fn audience(&self) -> Audience {
        let mut audience = Audience::new(self.gateway.http(), &self.operator.token);
        for &(seat, room, view, transport) in SEATS {
            audience.seat(seat, &self.name(room), view, transport).await;
        }
        audience
    }

    /// A text of a table with the ids of this stage.
    pub fn name(&self, text: &str) -> String {
        text.replace("STATION", &self.site.station)
            .replace("CHARGER", &self.site.charge_point)
            .replace("OTHER", &self.other_charge_point)
    }
}

/// Registers the charge point at which nothing happens, and waits until that is told everywhere: what the
/// registration causes is over then, and the charge begins on an empty stage.
async fn add_another(
    site: &Site,
    mut desk: SocketIoClient,
    consumer: Option<&mut AmqpProbe>,
) -> String {
    let counts_two = |event: &Value| {
        event["type"] == "station.status.changed" && event["data"]["pointsTotal"] == 2
    };
    desk.connect().await.expect("an operator is let in");
    let id = site.add_another("CP-2").await;
    desk.until(counts_two).await;
    if let Some(consumer) = consumer {
        while !counts_two(&consumer.next(SEEN).await["body"]) {}
    }
    id
}
