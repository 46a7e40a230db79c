//! The whole story of a paid charge on real parts: a driver registers, pays in on a provider's page, charges at a real
//! charge point with a limit, is stopped there, and is billed; somebody else's Socket.IO client sees the money at each
//! step, in order, and never another figure than REST's. Not for what goes wrong on the way: see `kill_loop` and the
//! gateway's own tests.
//!
//! Planted once and seen red: a hold that nobody is told of (`books.rs`); a limit that ends no charge (`ops/limit.rs`); a
//! bill without its line (`object/tariff.rs`).

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Fleet, FleetConfig};
use testkit::{PaymentServer, Postgres, Program, RabbitMq, SocketIoClient, Transport, wait_until};

use crate::rest::{DRIVER, Rest};
use crate::site::{Site, paid_through};

/// What a kWh costs: 5.00 last for a quarter of a minute.
const PRICE: &str = "100";
/// What is paid in, and where the charge is to end, in cents.
const PAID_IN: i64 = 2_000;
const LIMIT: i64 = 500;
const INTERVAL: Duration = Duration::from_secs(3);
/// How long the car would charge: far longer than the money lasts.
const CHARGE_TIME: Duration = Duration::from_mins(2);
/// Far above what a charge point takes to boot, and a start to get through to it.
const SOON: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_driver_pays_in_charges_to_a_limit_and_is_billed_with_nothing_but_this_program() {
    tell(None, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_driver_pays_in_charges_to_a_limit_and_is_billed_over_postgresql_and_rabbitmq() {
    let (postgres, rabbitmq) = tokio::join!(Postgres::start(), RabbitMq::start());
    tell(
        Some(postgres.database_url("site").await),
        Some(rabbitmq.url()),
    )
    .await;
}

async fn tell(database: Option<String>, broker: Option<String>) {
    let provider = PaymentServer::start().await;
    let site = Site::with_price(database, PRICE).await;
    let access = site.add_fleet("SIM-", 1).await;
    let mut gateway = serve(&site, &provider, broker.as_deref()).await;
    let fleet = Fleet::start(FleetConfig {
        password: Some(access.password),
        id_tags: access.id_tags,
        meter_interval: INTERVAL,
        charge_time: CHARGE_TIME,
        ..FleetConfig::new(gateway.ocpp())
    })
    .expect("the settings work");
    let mut wallet = Wallet::open(gateway.http()).await;
    wallet.pay_in(&gateway, &provider).await;
    let point = free_point(&mut wallet.rest, &site).await;
    wallet.start(&point).await;
    let session = wallet.until_over().await;
    wallet.check_bill(&session);
    wallet.check_end(&session).await;
    fleet.stop().await;
    assert_eq!(gateway.terminate().await, 0, "it ends in order");
    let books = store::check::check(&site.database_url()).await;
    let faults = books.expect("it can be looked at").faults;
    assert_eq!(faults, Vec::<String>::new(), "the books add up");
}

async fn serve(site: &Site, provider: &PaymentServer, broker: Option<&str>) -> Program {
    let flags: Vec<&str> = broker
        .into_iter()
        .flat_map(|url| ["--broker-url", url])
        .collect();
    let settings = paid_through(provider);
    let settings = settings.each_ref().map(|(name, value)| (*name, &**value));
    site.run(&flags, &settings).await
}

/// The charge point that is connected, once it is.
async fn free_point(rest: &mut Rest, site: &Site) -> String {
    let path = format!("/api/user/stations/{}/points", site.station);
    let found = wait_until(SOON, async || {
        let points = rest.get(&path).await.body;
        let all = points["items"].as_array()?;
        let free = all.iter().find(|point| point["status"] == "available")?;
        Some(free["id"].as_str()?.to_owned())
    });
    found.await.expect("the charge point boots")
}

/// A driver's money, as REST says it and as it is pushed.
struct Wallet {
    rest: Rest,
    socket: SocketIoClient,
    /// All that was pushed and tells of the charge or of money.
    seen: Vec<Value>,
}

impl Wallet {
    async fn open(http: &str) -> Self {
        let (rest, id) = Rest::register(http, DRIVER).await;
        let mut socket = SocketIoClient::start(http, Transport::WebSocket, Some(&rest.token)).await;
        socket.connect().await.expect("a driver is let in");
        let own = json!({ "rooms": [format!("customer:{id}")] });
        let joined = socket.subscribe(own).await;
        assert_eq!(joined["ok"], true, "{joined}");
        Self {
            rest,
            socket,
            seen: Vec::new(),
        }
    }

    /// Takes what is pushed until this comes.
    async fn until(&mut self, name: &str) {
        let more = self.socket.until(|event| event["type"] == name).await;
        self.seen.extend(more);
    }

    /// What REST says is what was pushed last, to the last figure.
    async fn agrees(&mut self, (available, held): (i64, i64)) {
        let rest = self.rest.get("/api/user/wallet/balance").await.body;
        let pushed = self.changes().last().expect("the balance changed");
        for (key, value) in rest.as_object().expect("a wallet") {
            assert_eq!(&pushed["data"][key], value, "{key} of {pushed}, {rest}");
        }
        let has = [&rest["available"], &rest["held"], &rest["owed"]].map(cents);
        assert_eq!(has, [available, held, 0], "{rest}");
    }

    fn changes(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.of("wallet.balance.changed")
    }

    fn of(&self, name: &str) -> impl DoubleEndedIterator<Item = &Value> {
        let all = self.seen.iter();
        all.filter(move |event| event["type"] == name)
    }

    /// On the provider's page, which tells of it twice.
    async fn pay_in(&mut self, gateway: &Program, provider: &PaymentServer) {
        let wish = json!({ "amount": money(PAID_IN), "provider": "stripe" });
        let answer = self.rest.post("/api/user/wallet/topup", &wish).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        let page = answer.body["topup"]["checkoutUrl"].as_str();
        let page = page.and_then(|url| url.rsplit('/').next());
        let paid = provider.pay(page.expect("a page to pay on"));
        let hook = format!("{}/api/payments/stripe/webhook", gateway.http());
        for _ in 0..2 {
            assert_eq!(paid.post(&hook).await, 204, "it is taken");
        }
        self.until("wallet.transaction.created").await;
        self.agrees((PAID_IN, 0)).await;
    }

    async fn start(&mut self, point: &str) {
        let wish = json!({ "chargePointId": point, "connectorId": 1, "limit": { "amount": money(LIMIT) } });
        let answer = self.rest.post("/api/user/charging/start", &wish).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        self.until("wallet.balance.changed").await;
        self.agrees((PAID_IN - LIMIT, LIMIT)).await;
    }

    /// Nobody lifts a finger until the charge is over; gives it as REST has it then.
    async fn until_over(&mut self) -> Value {
        self.until("charging.stopped").await;
        // What committed with it is pushed before anything that comes later.
        self.until("live.tick").await;
        let stopped = self.of("charging.stopped").last().expect("it just came");
        let id = stopped["data"]["sessionId"].as_str().expect("it names it");
        let path = format!("/api/user/sessions/{id}");
        self.rest.get(&path).await.body
    }

    /// Its lines add up, and it ended at the limit to within what an interval of the meter costs.
    fn check_bill(&self, session: &Value) {
        assert_eq!(session["status"], "stopped", "{session}");
        assert_eq!(session["stopReason"], "limit", "{session}");
        let cost = &session["cost"];
        let [net, tax, total] = ["net", "tax", "total"].map(|key| cents(&cost[key]));
        let lines = cost["lines"].as_array().expect("lines").iter();
        let sum: i64 = lines.map(|line| cents(&line["amount"])).sum();
        assert_eq!(sum, total, "the lines are the total: {cost}");
        assert_eq!(net + tax, total, "{cost}");
        assert_eq!(session["held"], Value::Null, "nothing is held any more");

        let running: Vec<i64> = self
            .of("cost.updated")
            .map(|event| cents(&event["data"]["total"]))
            .collect();
        assert!(running.is_sorted(), "a cost never falls: {running:?}");
        let steps = running.windows(2).map(|pair| pair[1] - pair[0]);
        let interval = steps.max().expect("several readings came");
        println!("{total} of {LIMIT}, an interval cost {interval}: {running:?}");
        assert!(
            (LIMIT - interval..=LIMIT + interval).contains(&total),
            "{total} of {LIMIT}, an interval cost {interval}: {running:?}"
        );
    }

    /// Every change of the balance came once and in its order, the books' versions rose, and REST has the same list.
    async fn check_end(&mut self, session: &Value) {
        let total = cents(&session["cost"]["total"]);
        let mut expect = vec!["topup", "hold"];
        expect.extend((total > LIMIT).then_some("extend"));
        expect.push("capture");
        expect.extend((total < LIMIT).then_some("release"));
        let reasons: Vec<&Value> = self.changes().map(|one| &one["data"]["reason"]).collect();
        assert_eq!(reasons, expect, "each step once, in order");
        let versions: Vec<i64> = self
            .changes()
            .map(|one| one["data"]["version"].as_i64().expect("a number"))
            .collect();
        assert!(
            versions.is_sorted_by(|one, next| one < next),
            "{versions:?}"
        );
        for one in self.changes() {
            let wallet = &one["data"];
            let [balance, available, held] =
                ["balance", "available", "held"].map(|key| cents(&wallet[key]));
            assert_eq!(balance, available + held, "{one}");
        }
        self.agrees((PAID_IN - total, 0)).await;

        let warned = self.place("charging.updated", "limit");
        let ended = self.place("charging.stopped", "");
        assert!(warned < ended, "the driver is told before");
        assert!(
            self.place("wallet.balance.changed", "hold") < self.place("charging.started", ""),
            "the money is held before the charger charges"
        );

        let list = self.rest.get("/api/user/wallet/transactions").await.body;
        let pushed = self.of("wallet.transaction.created").rev();
        let pushed: Vec<&Value> = pushed.map(|one| &one["data"]["transaction"]).collect();
        let listed: Vec<&Value> = list["items"].as_array().expect("a list").iter().collect();
        assert_eq!(pushed, listed, "REST lists what was pushed");
        let moved: Vec<i64> = listed.iter().map(|one| cents(&one["amount"])).collect();
        assert_eq!(moved, [-total, PAID_IN], "{list}");
        assert_eq!(listed[0]["sessionId"], session["id"], "{list}");
    }

    /// Where the first of these came, with this reason where one is given.
    fn place(&self, name: &str, reason: &str) -> usize {
        let mut all = self.seen.iter();
        let is = |event: &Value| {
            event["type"] == name && (reason.is_empty() || event["data"]["reason"] == reason)
        };
        let place = all.position(is);
        place.unwrap_or_else(|| panic!("{name} {reason} never came: {:?}", self.names()))
    }

    fn names(&self) -> Vec<&Value> {
        self.seen.iter().map(|event| &event["type"]).collect()
    }
}

fn money(cents: i64) -> Value {
    json!({ "amount": format!("{}.{:02}", cents / 100, cents % 100), "currency": "EUR" })
}

/// An amount of REST's, in cents.
fn cents(amount: &Value) -> i64 {
    let text = amount["amount"].as_str().unwrap_or_default();
    let digits: String = text.split('.').collect();
    let (_, decimals) = text.split_once('.').unwrap_or_default();
    assert_eq!(decimals.len(), 2, "an amount in euros: {amount}");
    digits.parse().expect("digits")
}
