//! Charges on account that a charger kept and tells late (FLT-05, with money): each is billed at the price of its own time,
//! holds nothing afterwards, and nobody is warned or told to stop for it; what charges meanwhile is left alone.
//!
//! Seen red: today's price for a charge of yesterday (`prices.rs`, as it was); a charge ended for what was measured long ago
//! (`session/limit.rs`, planted).

use axum::http::Method;
use domain::Timestamp;
use gateway::ops::limit::look_at_limits;
use serde_json::{Value, json};
use store::repo::{Slice, bills, commands, sessions};

use super::till::{Till, meter, names, start, stop};
use crate::desk::eur;
use crate::user::{Driver, charger, text};

on_both_engines! {
    what_was_kept_is_billed_at_its_own_time_and_holds_nothing,
}

const HOUR: i64 = 3_600;
/// What each kept charge draws, Wh, and how long it lasts, s.
const WH: i64 = 3_000;
const LASTS: i64 = 900;

/// The price of everybody, changed just now; and one that held from yesterday until an hour ago.
async fn change_prices(till: &Till, desk: &str) {
    let ask = async |verb, path: &str, body: Value| {
        let answer = till.house.ask(verb, path, Some(desk), Some(body)).await;
        assert!(answer.status.is_success(), "{}", answer.body);
        answer.body
    };
    let list = till.house.get("/api/cms/tariffs", Some(desk)).await.body;
    let standing = &list["items"][0];
    let dated = json!({ "name": "Fair", "currency": "EUR", "stationIds": standing["stationIds"], "perKwh": eur("0.70"),
        "taxPercent": "19", "validFrom": till.ago(24 * HOUR).to_string(), "validTo": till.ago(HOUR).to_string() });
    ask(Method::POST, "/api/cms/tariffs", dated).await;
    let path = format!("/api/cms/tariffs/{}", text(&standing["id"]));
    let dearer = json!({ "currency": "EUR", "perKwh": eur("0.80"), "taxPercent": "19" });
    let changed = ask(Method::PUT, &path, dearer).await;
    assert_eq!(changed["version"], 2, "{changed}");
}

/// A charge as its charger kept it, told at once from its start to its end; gives its number.
async fn tell(charger: &mut testkit::Charger, till: &Till, tag: &str, ago: i64) -> i64 {
    let (transaction, _) = start(charger, tag, till.ago(ago)).await;
    for part in 1..=3 {
        let at = till.ago(ago - LASTS * part / 4);
        meter(charger, transaction, WH * part / 3, at).await;
    }
    let ends = look_at_limits(&till.house.gateway.core).await;
    assert_eq!(
        ends.expect("it looks").len(),
        0,
        "no charge is ended for it"
    );
    stop(charger, transaction, WH, till.ago(ago - LASTS)).await;
    transaction
}

/// What a charge was billed, in cents, and when it ended.
async fn billed(till: &Till, transaction: i64) -> (i64, Option<Timestamp>) {
    let core = &till.house.gateway.core;
    let mut conn = core.store.read().await.expect("a reader");
    let point = till.house.point;
    let session = sessions::find_by_transaction(&mut conn, point, transaction).await;
    let session = session.expect("a sound store").expect("it is there");
    let bill = bills::standing(&mut conn, session.id).await;
    let bill = bill.expect("a sound store").expect("it is billed");
    assert_eq!(bill.energy.0, WH);
    (bill.cost.total.minor, session.stopped_at)
}

async fn names_of_own(till: &Till, driver: &Driver, since: i64) -> Vec<String> {
    let stream = till.house.gateway.hub.head().stream;
    let rooms = format!("customer:{}", driver.id);
    let path = format!("/api/live?after={since}&stream={stream}&rooms={rooms}");
    till.house.drained().await;
    let told = till.house.get(&path, Some(&driver.token)).await.body;
    names(told["events"].as_array().expect("events"))
}

async fn what_was_kept_is_billed_at_its_own_time_and_holds_nothing(till: Till) {
    let desk = till.house.token().await;
    let anna = till.driver("anna@example.org", "5.00").await;
    let bert = till.driver("bert@example.org", "50.00").await;
    till.card(anna.customer(), "ANNA").await;
    till.card(bert.customer(), "BERT").await;
    let mut charger = charger(&till.house).await;
    // One that charges now, from before the price was changed: nothing that is told of the past touches it.
    let began = till.ago(200).to_string();
    let live =
        json!({ "connectorId": 2, "idTag": "BERT", "meterStart": 1_000, "timestamp": began });
    let live = charger.call("StartTransaction", live).await;
    let live = live[2]["transactionId"].as_i64().expect("a number");
    assert_eq!(till.has(bert.customer()).await, (3_000, 2_000, 0));
    change_prices(&till, &desk).await;
    let since = till.house.drained().await;

    let (long_ago, at_the_fair, just_now) = (30 * HOUR, 2 * HOUR, HOUR / 2);
    let mut paid = 0;
    for (ago, cents) in [(long_ago, 150), (at_the_fair, 210), (just_now, 150)] {
        let transaction = tell(&mut charger, &till, "ANNA", ago).await;
        let (total, ended) = billed(&till, transaction).await;
        assert_eq!(total, cents, "the price of {ago} s ago");
        let off = ended
            .expect("it is over")
            .duration_since(till.ago(ago - LASTS));
        assert!(off.abs().as_secs() < 60, "it ended then: {off}");
        paid += cents;
        let owed = (paid - 500).max(0);
        assert_eq!(
            till.has(anna.customer()).await,
            (500 - paid + owed, 0, owed),
            "held no longer than it is told"
        );
    }
    let told = names_of_own(&till, &anna, since).await;
    let warned = told.iter().filter(|name| name.contains("limit"));
    assert_eq!(warned.count(), 0, "nobody is warned: {told:?}");
    assert!(charger.nothing_came().await, "and no charger told to stop");
    let core = &till.house.gateway.core;
    let all = Slice {
        limit: 100,
        offset: 0,
    };
    let mut conn = core.store.read().await.expect("a reader");
    let asked = commands::list(&mut conn, till.house.point, all).await;
    assert_eq!(asked.expect("a list").total, 0, "not even wanted");
    drop(conn);

    assert_eq!(till.has(bert.customer()).await, (3_000, 2_000, 0));
    stop(&mut charger, live, 1_000, till.ago(0)).await;
    assert_eq!(
        till.has(bert.customer()).await,
        (4_950, 0, 0),
        "at the price it was shown"
    );
    till.is_sound().await;
    assert_eq!(till.bills_anew().await, 4);
}
