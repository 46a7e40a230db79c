//! A site that has seen some days, for whoever looks at every screen: charge points in every state, a driver with money and a
//! charge behind and one before it, top-ups, codes, a closed day, somebody at the door. Not for what a story tells step by step.

use serde_json::{Value, json};
use testkit::{Charger, PaymentServer};

use crate::browser_keyboard::ENTER;
use crate::browser_screens::open;
use crate::live_stage::Stage;
use crate::rest::{DRIVER, Rest, give};
use crate::site::{ADMIN, Charge, PASSWORD, Site, paid_through};

/// The site, and what must stay connected.
pub struct Scenery {
    pub page: Stage,
    pub rest: Rest,
    driver: Rest,
    /// The driver's charge, on the first charge point.
    pub charge: Charge,
    /// A word in an address, and what it stands for.
    names: Vec<(&'static str, String)>,
    others: [Charge; 2],
    _provider: PaymentServer,
}

impl Scenery {
    /// In Chromium, with nobody signed in.
    pub async fn set() -> Self {
        let site = Site::with_price(None, "0.45").await;
        site.add_admin().await;
        let provider = PaymentServer::start().await;
        let settings = paid_through(&provider);
        let settings = settings.each_ref().map(|(name, value)| (*name, &**value));
        let page = Stage::in_chromium(site, &settings).await;
        let mut rest = page.rest().await;
        let mut driver = rest.register_driver().await;
        give(&mut rest, "50.00").await;
        let (free, faulty, absent) = beside(&page, &mut rest).await;
        let mut charge = page.charger().await;
        let over = charge_of(&mut driver, &page.site.charge_point, &mut charge, 100).await;
        charge.measure(1, 1_700, 11_000).await;
        charge.stop(8_300).await;
        charge_of(&mut driver, &page.site.charge_point, &mut charge, 8_300).await;
        charge.measure(1, 9_900, 11_000).await;
        let batch = money_comes(&mut rest, &mut driver, &provider).await;
        let (customer, shift) = office(&page, &mut rest).await;
        let names = vec![
            ("POINT", page.site.charge_point.clone()),
            ("STATION", page.site.station.clone()),
            ("FREE", free.0),
            ("ABSENT", absent),
            ("SESSION", over),
            ("BATCH", batch),
            ("CUSTOMER", customer),
            ("SHIFT", shift),
        ];
        Self {
            page,
            rest,
            driver,
            charge,
            names,
            others: [free.1, faulty],
            _provider: provider,
        }
    }

    /// The chargers give a sign of life: whoever says nothing for long is given up.
    pub async fn breathe(&mut self) {
        for charge in self.others.iter_mut().chain([&mut self.charge]) {
            charge.charger().call("Heartbeat", json!({})).await;
        }
    }

    /// The driver charges again: a charger that boots ends what it charged.
    pub async fn charge_again(&mut self, meter_wh: i64) {
        let point = self.id("POINT").to_owned();
        self.charge.status("Available").await;
        let id = charge_of(&mut self.driver, &point, &mut self.charge, meter_wh).await;
        self.name("RUNNING", id);
    }

    /// Its end and its bill, which is the driver's receipt from now on.
    pub async fn charge_ends(&mut self, meter_wh: i64) {
        self.charge.stop(meter_wh).await;
        let id = self.id("RUNNING").to_owned();
        self.name("SESSION", id);
    }

    /// An address with its words filled in.
    pub fn address(&self, address: &str) -> String {
        self.names.iter().fold(address.to_owned(), |address, name| {
            address.replace(name.0, &name.1)
        })
    }

    /// Lets a word in an address stand for something.
    pub fn name(&mut self, word: &'static str, id: String) {
        self.names.retain(|(known, _)| *known != word);
        self.names.push((word, id));
    }

    /// What a word in an address stands for.
    pub fn id(&self, name: &str) -> &str {
        let found = self.names.iter().find(|(word, _)| *word == name);
        &found.expect("a word of the list").1
    }

    /// Where the driver's receipt can be read without a sign-in.
    pub async fn receipt(&mut self) -> String {
        let path = format!("/api/cms/sessions/{}", self.id("SESSION"));
        let session = self.rest.get(&path).await.body;
        text(&session["receiptUrl"])
    }
}

/// Three more charge points: one is free, one has a fault, and one never came.
async fn beside(page: &Stage, rest: &mut Rest) -> ((String, Charge), Charge, String) {
    let free = add(page, rest, "CP-2").await;
    let faulty = add(page, rest, "CP-3").await;
    let absent = add(page, rest, "CP-4").await;
    let mut one = Charge::connect(page.ocpp(), "CP-2", &free.1).await;
    one.status("Available").await;
    let mut other = Charge::connect(page.ocpp(), "CP-3", &faulty.1).await;
    other.status("Faulted").await;
    ((free.0, one), other, absent.0)
}

/// Registers a charge point: its id and its key.
async fn add(page: &Stage, rest: &mut Rest, identity: &str) -> (String, String) {
    let body = json!({ "identity": identity, "stationId": page.site.station, "connectors": 1, "maxPowerW": 22_000 });
    let made = made(rest, "/api/cms/charging-points", &body).await;
    (text(&made["id"]), text(&made["password"]))
}

/// A charge that the driver begins: its id.
async fn charge_of(driver: &mut Rest, point: &str, charge: &mut Charge, meter_wh: i64) -> String {
    let wish = json!({ "chargePointId": point, "connectorId": 1 });
    let asked = driver.post("/api/user/charging/start", &wish).await;
    let (id, _, remote) = charge.charger().next_call().await;
    let yes = json!({ "status": "Accepted" });
    charge.charger().answer(&id, yes).await;
    charge.start_under(&text(&remote["idTag"]), meter_wh).await;
    text(&asked.body["session"]["id"])
}

/// Prepaid codes, one of them redeemed; a top-up that is paid and one that is not: the codes' id.
async fn money_comes(rest: &mut Rest, driver: &mut Rest, provider: &PaymentServer) -> String {
    let codes =
        json!({ "name": "Fair", "amount": { "amount": "25.00", "currency": "EUR" }, "count": 3 });
    let batch = text(&made(rest, "/api/cms/prepaid-codes", &codes).await["id"]);
    let codes = format!("/api/cms/prepaid-codes/{batch}/codes");
    let code = json!({ "code": rest.get(&codes).await.body[0]["code"] });
    let taken = driver.post("/api/user/wallet/redeem", &code).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let ask = json!({ "amount": { "amount": "20.00", "currency": "EUR" }, "provider": "stripe" });
    let asked = driver.post("/api/user/wallet/topup", &ask).await.body;
    let url = text(&asked["topup"]["checkoutUrl"]);
    let checkout = url.rsplit('/').next().expect("an address has an end");
    provider.pay(checkout);
    let back = provider.return_query(checkout);
    let back = format!("/api/payments/stripe/return?{back}");
    assert_eq!(driver.get(&back).await.status, 303);
    driver.post("/api/user/wallet/topup", &ask).await;
    batch
}

/// A sum that waits for a second operator, a card, a day that was closed, an organisation, somebody at the door: the driver's id
/// and the day's.
async fn office(page: &Stage, rest: &mut Rest) -> (String, String) {
    let found = format!("/api/cms/customers?search={DRIVER}");
    let customer = text(&rest.get(&found).await.body["items"][0]["id"]);
    let much = json!({ "amount": { "amount": "500.00", "currency": "EUR" }, "reason": "For the firm's cars" });
    let path = format!("/api/cms/customers/{customer}/wallet/adjustments");
    made(rest, &path, &much).await;
    let card = json!({ "token": "04C0FFEE17", "status": "accepted", "customerId": customer });
    made(rest, "/api/cms/id-tokens", &card).await;
    let till = json!({ "countedCash": { "amount": "0.00", "currency": "EUR" } });
    let shift = text(&made(rest, "/api/cms/shifts", &till).await["id"]);
    let harbour = json!({ "name": "Harbour", "email": "harbour@example.org", "phone": "+49 40 1" });
    let mut admin = page.rest_as(ADMIN).await;
    made(&mut admin, "/api/cms/organizations", &harbour).await;
    let stranger = Charger::try_connect(page.ocpp(), "NEW-1", Some("a key"), Some("ocpp1.6")).await;
    assert!(stranger.is_err(), "nobody knows it");
    (customer, shift)
}

/// Posts something, and gives what was made of it.
pub async fn made(rest: &mut Rest, path: &str, body: &Value) -> Value {
    let made = rest.post(path, body).await;
    assert!(matches!(made.status, 200..=202), "{path}: {made:?}");
    made.body
}

/// A text in an answer.
pub fn text(value: &Value) -> String {
    let text = value.as_str();
    text.unwrap_or_else(|| panic!("{value} is a text"))
        .to_owned()
}

/// The driver signs in on its page.
pub async fn sign_driver_in(set: &mut Scenery) {
    open(set, ("", "account", &["[name=email]"])).await;
    let browser = set.page.browser();
    browser.fill("[name=email]", DRIVER).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.press(ENTER).await;
    set.page.sees("[data-screen=me] .purse").await;
}
