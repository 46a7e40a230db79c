//! Organisations: what is one's is not another's, in no answer and in no event. The town has two of them, with everything a
//! site can have, and every name of the one holds ALPHA, of the other BETA: so what came from where is seen in any text.

mod events;
mod manage;
mod matrix;

use std::sync::Arc;

use axum::http::Method;
use domain::authorization::IdTokenStatus;
use domain::command::{Command, CommandStatus, Requester, RequesterKind};
use domain::event::{Direction, FrameKind};
use domain::operator::Role;
use domain::session::StopReason;
use domain::status::ConnectorStatus;
use domain::{ChargePointId, WattHours};
use gateway::core::OpError;
use gateway::ops::add_id_token::add_id_token;
use gateway::ops::record_meter::{Measured, record_meter};
use gateway::ops::report_connector::{Report, report_connector};
use gateway::ops::start_session::{Start, start_session};
use gateway::ops::stop_session::{Stop, stop_session};
use gateway::settings::Listen;
use serde_json::{Value, json};
use store::repo::{commands, ocpp_messages};

use crate::charge::reading_at;
use crate::house::{Answer, House, PASSWORD};

/// A gateway with two organisations.
pub struct Town {
    pub house: Arc<House>,
    /// An admin of the whole site.
    pub boss: String,
    pub alpha: Side,
    pub beta: Side,
}

/// One organisation with all that is its own, by id.
pub struct Side {
    pub mark: &'static str,
    pub organization: String,
    pub tariff: String,
    pub station: String,
    pub point: String,
    pub user: String,
    pub customer: String,
    pub over: String,
    pub running: String,
    pub transaction: i64,
    pub alert: String,
    pub command: String,
    /// Its admin's sign-in.
    pub admin: String,
}

impl Town {
    pub async fn new() -> Self {
        let house = House::with(|settings| {
            settings.listen = Listen::On(([127, 0, 0, 1], 0).into());
            settings.live.tick = jiff::SignedDuration::from_millis(100);
        })
        .await;
        let house = Arc::new(house);
        let boss = house.token_of(Role::Admin).await;
        let alpha = Side::build(&house, &boss, "ALPHA").await;
        let beta = Side::build(&house, &boss, "BETA").await;
        Self {
            house,
            boss,
            alpha,
            beta,
        }
    }

    /// Asks, and gives the answer that was expected.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Value,
        expect: u16,
    ) -> Answer {
        asked(&self.house, method, path, token, body, expect).await
    }

    /// The token of a user of an organisation by its role.
    pub async fn user(&self, side: &Side, role: Role) -> String {
        let email = format!("{}-{}@example.org", side.mark, role.as_str()).to_lowercase();
        let body = json!({ "email": email, "password": PASSWORD, "role": role.as_str(),
            "organizationId": side.organization });
        self.ask(Method::POST, "/api/cms/users", &self.boss, body, 201)
            .await;
        sign_in(&self.house, &email).await
    }
}

pub async fn asked(
    house: &House,
    method: Method,
    path: &str,
    token: &str,
    body: Value,
    expect: u16,
) -> Answer {
    let told = house
        .ask(method.clone(), path, Some(token), Some(body))
        .await;
    assert_eq!(
        told.status.as_u16(),
        expect,
        "{method} {path}: {}",
        told.text
    );
    told
}

pub async fn sign_in(house: &House, email: &str) -> String {
    let body = json!({ "email": email, "password": PASSWORD });
    let login = house
        .ask(Method::POST, "/api/cms/auth/login", None, Some(body))
        .await;
    id_of(&login.body["token"])
}

fn id_of(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Side {
    async fn build(house: &House, boss: &str, mark: &'static str) -> Self {
        let post = async |path: &str, body: Value| {
            let path = format!("/api/cms/{path}");
            let made = asked(house, Method::POST, &path, boss, body, 201).await;
            id_of(&made.body["id"])
        };
        let email = |what: &str| format!("{mark}-{what}@example.org").to_lowercase();
        let organization = post("organizations", json!({ "name": format!("{mark} ORG") })).await;
        let price = json!({ "name": format!("{mark} TARIFF"), "currency": "EUR",
            "perKwh": { "amount": "0.45", "currency": "EUR" }, "taxPercent": "19.0" });
        let tariff = post("tariffs", price).await;
        let place = json!({ "name": format!("{mark} STATION"), "organizationId": organization,
            "address": { "line1": format!("{mark} STREET") }, "tariffId": tariff });
        let station = post("stations", place).await;
        let point = json!({ "identity": format!("{mark}-CP"), "stationId": station, "connectors": 2,
            "name": format!("{mark} BAY"), "securityProfile": 0 });
        let point = post("charging-points", point).await;
        let user = json!({ "email": email("boss"), "name": format!("{mark} USER"), "role": "admin",
            "password": PASSWORD, "organizationId": organization });
        let user = post("users", user).await;
        let driver = json!({ "email": email("driver"), "name": format!("{mark} DRIVER"),
            "password": "green birds walk" });
        let customer = post("customers", driver).await;
        let admin = sign_in(house, &email("boss")).await;
        let mut side = Self {
            mark,
            organization,
            tariff,
            station,
            point,
            user,
            customer,
            over: String::new(),
            running: String::new(),
            transaction: 0,
            alert: String::new(),
            command: String::new(),
            admin,
        };
        side.stir(house, 0).await;
        side.keep(house).await;
        let find = async |path: &str| {
            let path = format!("/api/cms/{path}");
            let found = asked(house, Method::GET, &path, boss, json!({}), 200).await;
            let own = |item: &&Value| item.to_string().contains(&side.point);
            let items = found.body["items"].as_array().expect("a list");
            items.iter().find(own).expect("one of its own").clone()
        };
        let running = find("sessions/active").await;
        let (over, alert) = (find("sessions/completed").await, find("alerts").await);
        side.transaction = running["transactionId"].as_i64().expect("a number");
        side.running = id_of(&running["id"]);
        side.over = id_of(&over["id"]);
        side.alert = id_of(&alert["id"]);
        side
    }

    pub fn point(&self) -> ChargePointId {
        self.point.parse().expect("an id")
    }

    /// A charge that ends, one that goes on, and a plug that fails and works again: all that makes events.
    pub async fn stir(&self, house: &House, round: i64) {
        let core = &house.gateway.core;
        let now = core.clock.now();
        let begun = now - jiff::SignedDuration::from_mins(10);
        for (connector_id, ends) in [(1, true), (2, false)] {
            // One that may be taken, and no other round's.
            let card = format!("{}-{round}-{connector_id}", self.mark);
            add_id_token(core, &card, IdTokenStatus::Accepted)
                .await
                .expect("a card can be added");
            let meter_start = WattHours(1_000 * (round + 1) + connector_id);
            let start = Start {
                connector_id,
                id_tag: card.clone(),
                meter_start,
                at: begun,
                raw: "{}".to_owned(),
            };
            let started = start_session(core, self.point(), start).await;
            let transaction_id = started.expect("its own card").transaction_id;
            let measured = Measured {
                connector_id,
                transaction_id: Some(transaction_id),
                readings: vec![reading_at(now, meter_start.0 + 500)],
                unreadable: Vec::new(),
                signed: Vec::new(),
                action: "MeterValues",
                raw: "{}".to_owned(),
            };
            record_meter(core, self.point(), measured)
                .await
                .expect("a reading is taken");
            let stop = Stop {
                transaction_id,
                meter_stop: WattHours(meter_start.0 + 900),
                at: now,
                reason: StopReason::Local,
                id_tag: None,
                readings: Vec::new(),
                unreadable: Vec::new(),
                signed: Vec::new(),
                raw: "{}".to_owned(),
            };
            if ends {
                stop_session(core, self.point(), stop)
                    .await
                    .expect("a stop is taken");
            }
        }
        for status in [ConnectorStatus::Charging, ConnectorStatus::Faulted] {
            let failed = status == ConnectorStatus::Faulted;
            let report = Report {
                connector_id: 1,
                status,
                error_code: failed.then(|| "GroundFailure".to_owned()),
                vendor_error_code: None,
                info: failed.then(|| format!("{} FAULT", self.mark)),
                at: None,
            };
            report_connector(core, self.point(), report)
                .await
                .expect("a report is taken");
        }
    }

    /// A command and a frame, as if its charger were connected.
    async fn keep(&mut self, house: &House) {
        let core = &house.gateway.core;
        let (point, mark) = (self.point(), self.mark);
        let kept: Result<String, OpError> = core
            .write(move |unit| {
                Box::pin(async move {
                    let id: uuid::Uuid = unit.id();
                    let command = Command {
                        id: id.into(),
                        action: "Reset".to_owned(),
                        charge_point_id: point,
                        identity: format!("{mark}-CP"),
                        payload: "{}".to_owned(),
                        status: CommandStatus::Requested,
                        requested_by: Requester {
                            kind: RequesterKind::System,
                            id: None,
                            name: mark.to_owned(),
                        },
                        session_id: None,
                        requested_at: unit.now(),
                        sent_at: None,
                        answered_at: None,
                        response: None,
                        error: None,
                    };
                    commands::insert(unit.conn, &command, "elsewhere").await?;
                    let frame = ocpp_messages::OcppMessageRow {
                        id: unit.id(),
                        charge_point_id: point,
                        direction: Direction::In,
                        kind: FrameKind::Call,
                        action: Some("BootNotification".to_owned()),
                        message_id: Some(format!("{mark}-1")),
                        payload: Some(json!({ "chargePointModel": mark }).to_string()),
                        error: None,
                        received_at: unit.now(),
                        bytes: 7,
                        truncated: false,
                        trace_id: unit.id(),
                    };
                    ocpp_messages::insert(unit.conn, &[frame]).await?;
                    Ok(id.to_string())
                })
            })
            .await;
        self.command = kept.expect("the store writes");
    }

    /// Every id of its own.
    pub fn ids(&self) -> [&str; 10] {
        [
            &self.organization,
            &self.tariff,
            &self.station,
            &self.point,
            &self.user,
            &self.customer,
            &self.over,
            &self.running,
            &self.alert,
            &self.command,
        ]
    }

    /// What of its own stands in a text.
    pub fn hits(&self, text: &str) -> Vec<String> {
        let mark = self.mark.to_lowercase();
        let text = text.to_lowercase();
        let known = self.ids().map(str::to_owned).into_iter().chain([mark]);
        known
            .filter(|known| text.contains(known.as_str()))
            .collect()
    }
}
