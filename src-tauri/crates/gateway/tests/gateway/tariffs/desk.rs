//! Tariffs over REST.

use axum::http::Method;
use domain::operator::Role;
use serde_json::{Value, json};

use super::{component, only};
use crate::desk::{Desk, eur, tariff, text};
use crate::house::CARD;
use crate::user::{Driver, charger};

/// Night and day, a fee, idling after a quarter of an hour; least and highest prices.
fn whole() -> Value {
    json!({
        "name": "Whole",
        "currency": "EUR",
        "elements": [
            { "priceComponents": [component("ENERGY", "0.25")],
              "restrictions": only(json!({ "startTime": "22:00", "endTime": "06:00", "dayOfWeek": ["MONDAY", "SUNDAY"] })) },
            { "priceComponents": [component("TIME", "1.2")],
              "restrictions": only(json!({ "startDate": "2026-12-01", "endDate": "2027-01-01", "minKwh": "0.5", "maxKwh": "20",
                  "minCurrent": "6", "maxCurrent": "16.5", "minPower": "3.7", "maxPower": "11", "minDuration": 60,
                  "maxDuration": 3600 })) },
            { "priceComponents": [component("ENERGY", "0.45"), component("PARKING_TIME", "6"), component("FLAT", "1")],
              "restrictions": null },
        ],
        "minPrice": { "exclVat": eur("0.50"), "inclVat": null },
        "maxPrice": { "exclVat": null, "inclVat": eur("80.00") },
        "idleGraceMinutes": 15,
    })
}

#[tokio::test]
async fn what_a_tariff_was_made_of_is_shown_and_can_be_sent_back() {
    let desk = Desk::new().await;
    let made = desk.post("tariffs", whole()).await;
    for field in [
        "name",
        "currency",
        "elements",
        "minPrice",
        "maxPrice",
        "idleGraceMinutes",
    ] {
        assert_eq!(made[field], whole()[field], "{field}");
    }
    assert_eq!(
        (&made["taxIncluded"], &made["version"], &made["status"]),
        (&json!(false), &json!(1), &json!("active"))
    );
    assert_eq!(
        text(&made["summary"]),
        "0.25 EUR per kWh on Mon, Sun, from 22:00 to 06:00; \
         0.02 EUR per minute from 2026-12-01 before 2027-01-01, from 0.5 kWh below 20 kWh, from 3.7 kW below 11 kW, \
         from 6 A below 16.5 A, after 1 min before 60 min; \
         0.45 EUR per kWh, 0.10 EUR per minute of not charging, 1.00 EUR per session, \
         the first 15 min of not charging free, at least 0.50 EUR without tax, at most 80.00 EUR with tax, plus 19.0 % tax"
    );
    let price = &made["price"];
    assert_eq!(price["sessionFee"], eur("1.19"), "with the tax on top");
    assert_eq!(price["idlePerMinute"], eur("0.119"));
    assert_eq!(price["perMinute"], Value::Null, "not at the beginning");
    assert_eq!(
        (
            &price["idleGraceMinutes"],
            &price["taxPercent"],
            &price["taxIncluded"]
        ),
        (&json!(15), &json!("19.0"), &json!(true))
    );
    assert!(
        price["next"]["from"].is_string(),
        "night comes: {}",
        price["next"]
    );

    let path = format!("tariffs/{}", text(&made["id"]));
    let shown = desk.get(&path).await;
    assert_eq!(shown["elements"], made["elements"]);
    let mut back = json!({});
    for field in [
        "name",
        "currency",
        "elements",
        "minPrice",
        "maxPrice",
        "idleGraceMinutes",
    ] {
        back[field] = shown[field].clone();
    }
    let same = desk.put(&path, back).await;
    assert_eq!(same["version"], 1, "nothing is different");
    let renamed = desk.put(&path, json!({ "name": "Other" })).await;
    assert_eq!(
        (&renamed["version"], &renamed["elements"]),
        (&json!(2), &made["elements"]),
        "what is left out stays"
    );
    let refused = desk
        .ask(
            Method::PUT,
            &path,
            Some(json!({ "perKwh": eur("0.50") })),
            422,
        )
        .await;
    assert_eq!(refused["errors"][0]["pointer"], "/elements");
    let plain = json!({ "currency": "EUR", "minPrice": null, "maxPrice": null, "idleGraceMinutes": 0,
        "elements": [{ "priceComponents": [component("ENERGY", "0.5")] }] });
    let plain = desk.put(&path, plain).await;
    assert_eq!(plain["summary"], "0.50 EUR per kWh, plus 19.0 % tax");
    assert_eq!(plain["minPrice"], Value::Null);
    assert_eq!(plain["elements"][0]["restrictions"], Value::Null);
}

#[tokio::test]
async fn the_short_form_has_a_price_for_each_thing_and_each_can_go() {
    let desk = Desk::new().await;
    let mut short = tariff("Short", &[]);
    short["perMinute"] = eur("0.02");
    short["sessionFee"] = eur("0.50");
    short["idlePerMinute"] = eur("0.10");
    short["idleGraceMinutes"] = json!(10);
    let made = desk.post("tariffs", short).await;
    let price = &made["price"];
    assert_eq!(
        [
            &price["perKwh"],
            &price["perMinute"],
            &price["sessionFee"],
            &price["idlePerMinute"]
        ],
        [&eur("0.45"), &eur("0.02"), &eur("0.50"), &eur("0.10")],
        "as they were given: what is paid"
    );
    assert_eq!(made["taxIncluded"], true);
    assert_eq!(price["next"], Value::Null, "it never turns");
    // 20 kWh at 11 kW take 109 min 5 s.
    assert_eq!(price["exampleFor20Kwh"], eur("11.68"));
    let path = format!("tariffs/{}", text(&made["id"]));
    let less = desk
        .put(
            &path,
            json!({ "perMinute": null, "sessionFee": null, "taxPercent": "7" }),
        )
        .await;
    let price = &less["price"];
    assert_eq!(
        [
            &price["perKwh"],
            &price["perMinute"],
            &price["sessionFee"],
            &price["idlePerMinute"]
        ],
        [&eur("0.45"), &Value::Null, &Value::Null, &eur("0.10")]
    );
    assert_eq!(
        less["elements"][0]["priceComponents"][0],
        json!({ "type": "ENERGY", "price": "0.420561", "vat": "7.0", "stepSize": 1 }),
        "OCPI's prices are without tax"
    );
}

#[tokio::test]
async fn money_has_the_decimals_of_its_currency_in_prices_bills_and_limits() {
    let desk = Desk::new().await;
    for (currency, per_kwh, fee, total, net, tax) in [
        ("JPY", "55", "100", "158", "144", "14"),
        ("EUR", "0.45", "1.00", "1.47", "1.34", "0.13"),
        ("KWD", "0.123", "0.500", "0.630", "0.573", "0.057"),
    ] {
        let money = |amount: &str| json!({ "amount": amount, "currency": currency });
        let rates = json!({ "currency": currency, "perKwh": money(per_kwh), "sessionFee": money(fee), "taxPercent": "10" });
        let mut named = rates.clone();
        named["name"] = json!(currency);
        let made = desk.post("tariffs", named).await;
        assert_eq!(made["price"]["perKwh"], money(per_kwh));
        let mut asked = rates.clone();
        asked["charge"] = json!({ "energyWh": 1_054, "minutes": 10 });
        let told = desk
            .ask(Method::POST, "tariffs/preview", Some(asked), 200)
            .await;
        let cost = &told["cost"];
        assert_eq!(
            [&cost["total"], &cost["net"], &cost["tax"]],
            [&money(total), &money(net), &money(tax)],
            "{currency}"
        );
        assert_eq!(cost["lines"][1]["quantity"], "1.054");
        let mut limited = rates;
        limited["minPrice"] = json!({ "inclVat": money("1000") });
        limited["charge"] = json!({ "energyWh": 1_054, "minutes": 10 });
        let told = desk
            .ask(Method::POST, "tariffs/preview", Some(limited), 200)
            .await;
        let amount = text(&told["cost"]["total"]["amount"]);
        assert_eq!(
            amount.trim_end_matches(['0', '.']),
            "1",
            "{amount} {currency}"
        );
    }
}

#[tokio::test]
async fn a_charge_that_is_thought_of_is_billed_line_by_line() {
    let desk = Desk::new().await;
    let made = desk.post("tariffs", whole()).await;
    // A Sunday in Berlin, an hour before and an hour after ten in the evening; then it stands there for an hour.
    let charge = json!({ "energyWh": 10_000, "minutes": 120, "idleMinutes": 60, "startsAt": "2026-11-22T20:00:00Z",
        "timeZone": "Europe/Berlin" });
    let told = desk
        .ask(
            Method::POST,
            "tariffs/preview",
            Some(json!({ "tariffId": made["id"], "charge": charge })),
            200,
        )
        .await;
    let lines: Vec<_> = told["cost"]["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| {
            (
                text(&line["kind"]),
                text(&line["quantity"]),
                text(&line["unit"]),
                text(&line["unitPrice"]["amount"]),
                text(&line["amount"]["amount"]),
            )
        })
        .collect();
    let line = |kind: &str, quantity: &str, unit: &str, price: &str, amount: &str| {
        [kind, quantity, unit, price, amount]
            .map(str::to_owned)
            .into()
    };
    assert_eq!(
        lines,
        [
            line("flat", "1", "session", "1.19", "1.19"),
            line("energy", "5.000", "kWh", "0.5355", "2.68"),
            line("energy", "5.000", "kWh", "0.2975", "1.49"),
            line("idle", "45.000", "min", "0.119", "5.36"),
        ]
    );
    assert_eq!(told["cost"]["total"], eur("10.72"));
    let nothing = json!({ "tariffId": made["id"], "charge": { "energyWh": 0, "minutes": 60, "idleMinutes": 60 } });
    let told = desk
        .ask(Method::POST, "tariffs/preview", Some(nothing), 200)
        .await;
    assert_eq!(
        told["cost"]["total"],
        eur("0.00"),
        "without energy nothing is paid, whatever the least price"
    );
    let viewer = desk.house.token_of(Role::Viewer).await;
    let body = json!({ "tariffId": "019a0000-0000-7000-8000-000000000000", "charge": { "energyWh": 1, "minutes": 1 } });
    let told = desk
        .house
        .ask(
            Method::POST,
            "/api/cms/tariffs/preview",
            Some(&viewer),
            Some(body),
        )
        .await;
    assert_eq!(told.status.as_u16(), 404, "a viewer may ask");
}

#[tokio::test]
async fn a_tariff_is_scheduled_valid_and_over_by_its_dates() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    desk.post("tariffs", tariff("Always", &[&station])).await;
    for (name, dates, status, holds) in [
        (
            "Over",
            json!({ "validTo": "2026-02-01T00:00:00Z" }),
            "expired",
            false,
        ),
        (
            "To come",
            json!({ "validFrom": "2999-01-01T00:00:00Z" }),
            "scheduled",
            false,
        ),
        (
            "Now",
            json!({ "validFrom": "2026-01-01T00:00:00Z", "validTo": "2999-01-01T00:00:00Z" }),
            "active",
            true,
        ),
    ] {
        let mut body = tariff(name, &[&station]);
        body["perKwh"] = eur("0.99");
        for (field, value) in dates.as_object().expect("an object") {
            body[field] = value.clone();
        }
        let made = desk.post("tariffs", body).await;
        assert_eq!(made["status"], status, "{name}");
        assert_eq!(made["stationIds"], json!([station]), "{name} is kept there");
        let price = desk.get(&format!("stations/{station}")).await["price"].clone();
        assert_eq!(
            price["tariffId"] == made["id"],
            holds,
            "{name} holds: {price}"
        );
        let path = format!("tariffs/{}", text(&made["id"]));
        let undated = json!({ "validFrom": null, "validTo": null, "stationIds": [] });
        let undated = desk.put(&path, undated).await;
        assert_eq!(
            (&undated["status"], &undated["validTo"]),
            (&json!("active"), &Value::Null)
        );
    }
    let price = desk.get(&format!("stations/{station}")).await["price"].clone();
    assert_eq!(
        price["perKwh"],
        eur("0.45"),
        "what always holds was never away"
    );
}

#[tokio::test]
async fn a_tariff_that_another_takes_the_place_of_is_told_to_hold_there_no_longer() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let first = desk.post("tariffs", tariff("First", &[&station])).await;
    let since = desk.house.drained().await;
    desk.post("tariffs", tariff("Second", &[&station])).await;
    let (types, events) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.tariff.created",
            "cms.station.updated",
            "station.price.changed",
            "cms.tariff.updated"
        ]
    );
    let told = &events[3]["data"]["tariff"];
    assert_eq!(
        (&told["id"], &told["stationIds"], &told["version"]),
        (&first["id"], &json!([]), &json!(2))
    );
}

#[tokio::test]
async fn a_connector_and_a_group_have_prices_of_their_own() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let point = desk.house.point.to_string();
    desk.post("tariffs", tariff("Everybody", &[&station])).await;
    let mut plug = tariff("Plug", &[]);
    plug["perKwh"] = eur("0.79");
    plug["connectors"] = json!([{ "chargePointId": point, "connectorId": 2 }]);
    let plug = desk.post("tariffs", plug).await;
    let mut staff = tariff("Staff", &[]);
    staff["perKwh"] = eur("0.10");
    staff["customerGroups"] = json!(["staff"]);
    let staff = desk.post("tariffs", staff).await;
    assert_eq!(staff["customerGroups"], json!(["staff"]));

    let anna = Driver::new(&desk.house, "anna@example.org").await;
    let shown = async |driver: Option<&Driver>| {
        let path = format!("/api/user/charging-points/{point}");
        let token = driver.map(|driver| driver.token.as_str());
        let told = desk.house.get(&path, token).await.body;
        let own = told["connectors"]
            .as_array()
            .expect("two")
            .iter()
            .map(|one| one["price"]["perKwh"]["amount"].clone())
            .collect::<Vec<_>>();
        (told["price"]["perKwh"]["amount"].clone(), own)
    };
    let everybodys = (json!("0.45"), vec![Value::Null, json!("0.79")]);
    assert_eq!(shown(None).await, everybodys);
    assert_eq!(shown(Some(&anna)).await, everybodys, "she is of no group");
    desk.put(
        &format!("customers/{}", anna.id),
        json!({ "priceGroup": "staff" }),
    )
    .await;
    assert_eq!(
        shown(Some(&anna)).await,
        (json!("0.10"), vec![Value::Null, Value::Null]),
        "a group's goes before all"
    );
    assert_eq!(shown(None).await, everybodys, "and is nobody else's");

    let given = json!({ "amount": eur("20.00"), "reason": "Paid in at the desk" });
    let path = format!("customers/{}/wallet/adjustments", anna.id);
    desk.post(&path, given).await;
    let mut charger = charger(&desk.house).await;
    let asked = anna
        .start(&desk.house, "staff", json!({ "connectorId": 1 }))
        .await;
    let session = &asked.body["session"];
    assert_eq!(session["tariffId"], staff["id"], "{}", asked.body);
    let (call, _, _) = charger.next_call().await;
    charger.answer(&call, json!({ "status": "Rejected" })).await;
    let start = json!({ "connectorId": 2, "idTag": CARD, "meterStart": 0, "timestamp": "2026-11-24T09:00:00Z" });
    let started = charger.call("StartTransaction", start).await;
    assert_eq!(started[2]["idTagInfo"]["status"], "Accepted", "{started}");
    let active = desk.get("sessions/active").await;
    let by_card = active["items"]
        .as_array()
        .expect("sessions")
        .iter()
        .find(|one| one["startedBy"] == "rfid")
        .unwrap_or_else(|| panic!("the card's: {active}"))
        .clone();
    assert_eq!(
        by_card["tariffId"], plug["id"],
        "a card of nobody's at that plug"
    );
}

#[tokio::test]
async fn last_months_charges_are_priced_anew_and_nothing_of_it_is_kept() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    desk.post("tariffs", tariff("Day", &[&station])).await;
    let mut charger = charger(&desk.house).await;
    let now = desk.house.gateway.core.clock.now();
    let first = now
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .first_of_month();
    let day = |days: i64| {
        let day = first.saturating_add(jiff::Span::new().days(days));
        move |time: &str| format!("{day}T{time}Z")
    };
    // Two of last month's, one of 20 kWh in two hours and one of 2 kWh; one that drew nothing; one of the month before.
    for (days, energy, minutes) in [
        (-2, 20_000, "12:00:00"),
        (-3, 2_000, "10:10:00"),
        (-4, 0, "12:00:00"),
        (-40, 5_000, "12:00:00"),
    ] {
        let at = day(days);
        let start = json!({ "connectorId": 1, "idTag": CARD, "meterStart": 0, "timestamp": at("10:00:00") });
        let started = charger.call("StartTransaction", start).await;
        let stop = json!({ "transactionId": started[2]["transactionId"], "meterStop": energy, "timestamp": at(minutes) });
        charger.call("StopTransaction", stop).await;
    }
    let ask = async |body: Value| {
        desk.ask(Method::POST, "tariffs/what-if", Some(body), 200)
            .await
    };
    // 0.20 per kWh and 0.05 per minute: 4.00 + 6.00 instead of 9.00, 0.40 + 0.50 instead of 0.90.
    let rates = json!({ "currency": "EUR", "perKwh": eur("0.20"), "perMinute": eur("0.05"), "taxPercent": "19" });
    let told = ask(rates.clone()).await;
    assert_eq!(told["sessions"], 3);
    assert_eq!((&told["then"], &told["now"]), (&eur("9.90"), &eur("10.90")));
    assert_eq!((&told["dearer"], &told["cheaper"]), (&json!(1), &json!(0)));
    assert_eq!(told["complete"], true);
    let mut elsewhere = rates.clone();
    elsewhere["stationIds"] = json!(["019a0000-0000-7000-8000-000000000000"]);
    assert_eq!(ask(elsewhere).await["sessions"], 0);
    let yen = json!({ "currency": "JPY", "perKwh": { "amount": "60", "currency": "JPY" }, "taxPercent": "10" });
    let told = ask(yen).await;
    assert_eq!(told["sessions"], 0, "there was no yen among them");
    let again = ask(rates).await;
    assert_eq!(again["then"], eur("9.90"), "what was paid stays");
}
