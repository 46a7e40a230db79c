//! The clock turns a price.

use std::sync::atomic::Ordering;
use std::time::Duration;

use gateway::ops::turn_prices::turn_prices;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{component, only, with_own_clock};
use crate::desk::{Desk, eur, tariff, text};

/// Cheap from ten in the evening to six.
fn night(station: &str) -> Value {
    json!({ "name": "Night", "currency": "EUR", "stationIds": [station], "elements": [
        { "priceComponents": [component("ENERGY", "0.25")],
          "restrictions": only(json!({ "startTime": "22:00", "endTime": "06:00" })) },
        { "priceComponents": [component("ENERGY", "0.45")] },
    ] })
}

/// What the public was told of turned prices since a number: per kWh, and when it changes next.
async fn turns(desk: &Desk, since: i64) -> Vec<(Value, Value)> {
    desk.house.drained().await;
    let stream = desk.house.gateway.hub.head().stream;
    let path = format!("/api/live?after={since}&stream={stream}&rooms=public");
    let told = desk.house.get(&path, None).await;
    let events = told.body["events"].as_array().expect("events").clone();
    events
        .iter()
        .filter(|event| event["type"] == "tariff.period.changed")
        .map(|event| {
            let data = &event["data"];
            assert!(data["stationId"].is_string());
            (
                data["price"]["perKwh"]["amount"].clone(),
                data["nextChangeAt"].clone(),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_price_that_turns_by_the_clock_is_told_once_however_late_it_is_seen() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    desk.put(
        &format!("stations/{station}"),
        json!({ "timeZone": "Europe/Berlin" }),
    )
    .await;
    // Far ahead, so that the house's own clock turns nothing meanwhile.
    let (core, clock) = with_own_clock(&desk.house, "2030-06-03T19:59:59Z");
    desk.post("tariffs", night(&station)).await;
    turn_prices(&core).await.expect("the store answers");
    let since = desk.house.drained().await;
    turn_prices(&core).await.expect("the store answers");
    assert_eq!(
        turns(&desk, since).await,
        [],
        "it is a second to ten in Berlin"
    );

    clock.0.fetch_add(1_000, Ordering::Relaxed);
    for _ in 0..3 {
        turn_prices(&core).await.expect("the store answers");
    }
    let cheap = (json!("0.2975"), json!("2030-06-04T04:00:00Z"));
    assert_eq!(turns(&desk, since).await, [cheap], "once, to the second");

    for (hours, expect) in [
        (60, vec![(json!("0.5355"), json!("2030-06-06T20:00:00Z"))]),
        (24, vec![]),
    ] {
        let since = desk.house.drained().await;
        clock.0.fetch_add(hours * 3_600_000, Ordering::Relaxed);
        turn_prices(&core).await.expect("the store answers");
        let told = turns(&desk, since).await;
        assert_eq!(
            told, expect,
            "slept for {hours} h: told as it is now, where it is another"
        );
    }
}

#[tokio::test]
async fn a_date_turns_the_price_where_it_is_the_one_that_holds() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let point = desk.house.point.to_string();
    let (core, clock) = with_own_clock(&desk.house, "2030-01-01T00:00:00Z");
    let dated = |name: &str, per_kwh: &str, from: &str, to: &str| {
        let mut body = tariff(name, &[&station]);
        body["perKwh"] = eur(per_kwh);
        body["validFrom"] = json!(from);
        body["validTo"] = json!(to);
        body
    };
    desk.post("tariffs", tariff("Always", &[&station])).await;
    desk.post(
        "tariffs",
        dated(
            "June",
            "0.60",
            "2030-06-01T00:00:00Z",
            "2030-07-01T00:00:00Z",
        ),
    )
    .await;
    // It stands under June's, for that began later.
    desk.post(
        "tariffs",
        dated(
            "Summer",
            "0.50",
            "2030-05-01T00:00:00Z",
            "2030-06-15T00:00:00Z",
        ),
    )
    .await;
    let mut own = dated(
        "Own",
        "0.70",
        "2030-05-15T00:00:00Z",
        "2030-05-16T00:00:00Z",
    );
    own["stationIds"] = json!([]);
    own["chargePointIds"] = json!([point]);
    desk.post("tariffs", own).await;
    let mut since = desk.house.drained().await;
    for (now, expect, why) in [
        ("2030-04-30T23:59:59Z", vec![], "nothing yet"),
        ("2030-05-01T00:00:00Z", vec!["0.50"], "summer begins"),
        (
            "2030-05-15T00:00:00Z",
            vec!["0.70"],
            "the point has its own for a day",
        ),
        ("2030-05-16T00:00:00Z", vec!["0.50"], "and loses it"),
        (
            "2030-06-01T00:00:00Z",
            vec!["0.60"],
            "June goes before summer",
        ),
        ("2030-06-15T00:00:00Z", vec![], "summer ends unseen"),
        ("2030-07-01T00:00:00Z", vec!["0.45"], "what always holds"),
        ("2031-07-01T00:00:00Z", vec![], "for good"),
    ] {
        let now: domain::Timestamp = now.parse().expect("a literal time");
        clock.0.store(now.as_millisecond(), Ordering::Relaxed);
        // The point's turns stand beside the station's.
        for _ in 0..3 {
            turn_prices(&core).await.expect("the store answers");
        }
        let told: Vec<String> = turns(&desk, since)
            .await
            .into_iter()
            .map(|(price, _)| text(&price))
            .collect();
        since = desk.house.drained().await;
        // June's turn at the point tells what the station's does.
        let mut told = told;
        told.dedup();
        assert_eq!(told, expect, "{why}");
    }
}

#[tokio::test]
async fn the_gateway_tells_of_a_turn_by_itself() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let since = desk.house.drained().await;
    let mut body = tariff("Soon", &[&station]);
    let soon = desk.house.gateway.core.clock.now() + SignedDuration::from_millis(1_500);
    body["validFrom"] = json!(soon);
    desk.post("tariffs", body).await;
    let told = testkit::wait_until(Duration::from_secs(10), async || {
        let told = turns(&desk, since).await;
        (!told.is_empty()).then_some(told)
    });
    let told = told.await.expect("it is told");
    assert_eq!(told, [(json!("0.45"), Value::Null)]);
}

/// A charge keeps what holds when it begins: not what held before, nor what is to come.
#[tokio::test]
async fn a_charge_begins_under_the_tariff_whose_dates_it_is_within() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let now = desk.house.gateway.core.clock.now();
    let days = |count: i64| (now + jiff::SignedDuration::from_hours(24 * count)).to_string();
    desk.post("tariffs", tariff("Always", &[&station])).await;
    let mut ids = Vec::new();
    for (name, from, to) in [
        ("Past", -50, -30),
        ("This month", -20, 10),
        ("Next", 10, 40),
    ] {
        let mut body = tariff(name, &[&station]);
        body["validFrom"] = json!(days(from));
        body["validTo"] = json!(days(to));
        ids.push(desk.post("tariffs", body).await["id"].clone());
    }
    let mut charger = crate::user::charger(&desk.house).await;
    let start = json!({ "connectorId": 1, "idTag": crate::house::CARD, "meterStart": 0, "timestamp": now.to_string() });
    charger.call("StartTransaction", start).await;
    let path = "/api/cms/sessions/active";
    let active = desk.house.get(path, Some(&desk.token)).await.body;
    assert_eq!(active["items"][0]["tariffId"], ids[1], "{active}");
}
