//! Closing the day: what it comes to is what the receipts and the books say, each movement in one day and no other, however
//! the closings and the movements mix.
//!
//! Planted once and seen red: a day that ends one movement before its accounts do.

use axum::http::{Method, StatusCode};
use domain::adjustment::Method as Paid;
use domain::operator::Role;
use domain::{Currency, Money};
use futures_util::future::join_all;
use gateway::keep::Keep;
use gateway::ops::adjust_wallet::{Wish, adjust_wallet};
use gateway::ops::close_shift::{Close, close_shift, preview_shift};
use serde_json::{Value, json};
use store::repo::operators;

use super::till::{Till, begin, boot, meter, stop};
use crate::house::EMAIL;
use crate::user::{charger, text};

on_both_engines! {
    a_day_comes_to_what_was_sold_and_what_moved_and_the_next_begins_with_the_till,
    what_moves_while_days_are_closed_is_in_one_of_them,
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

async fn post(till: &Till, token: &str, path: &str, body: Value) -> Value {
    let answer = till
        .house
        .ask(Method::POST, path, Some(token), Some(body))
        .await;
    assert!(answer.status.is_success(), "{path}: {}", answer.body);
    answer.body
}

/// Of a shift, the figures that a day moves.
fn figures(shift: &Value) -> Value {
    let amount = |path: &str| shift.pointer(path).unwrap_or(&Value::Null)["amount"].clone();
    json!({
        "invoices": shift["sales"]["invoices"],
        "reversals": shift["sales"]["reversals"],
        "energyWh": shift["sales"]["energyWh"],
        "total": amount("/sales/total"),
        "tax": amount("/sales/tax"),
        "refunds": amount("/refunds"),
        "owed": amount("/owed"),
        "codes": shift["prepaid"]["count"],
        "prepaid": amount("/prepaid/amount"),
        "cash": [amount("/cash/before"), amount("/cash/came"), amount("/cash/went"), amount("/cash/expected")],
        "given": amount("/given"),
        "taken": amount("/taken"),
    })
}

/// A day: cash in and out, a credit, a code, a charge whose bill is corrected, and a part of it paid back.
async fn live_through(till: &Till, desk: &str) {
    let anna = till.driver("anna@example.org", "0").await;
    let wallet = format!("/api/cms/customers/{}/wallet/adjustments", anna.id);
    let give = |amount: &str, method: &str| json!({ "amount": euros(amount), "method": method, "reason": "At the desk" });
    post(till, desk, &wallet, give("30.00", "cash")).await;
    post(till, desk, &wallet, give("-5.00", "cash")).await;
    post(till, desk, &wallet, give("2.00", "credit")).await;
    let batch = json!({ "name": "Spring", "amount": euros("10.00"), "count": 2 });
    let batch = post(till, desk, "/api/cms/prepaid-codes", batch).await;
    let codes = format!("/api/cms/prepaid-codes/{}/codes", text(&batch["id"]));
    let codes = till.house.get(&codes, Some(desk)).await.body;
    let code = codes[0]["code"].clone();
    let redeemed = anna
        .send(
            &till.house,
            Method::POST,
            "/api/user/wallet/redeem",
            json!({ "code": code }),
        )
        .await;
    assert!(redeemed.status.is_success(), "{} {codes}", redeemed.body);
    // One charge whose bill is corrected, and a part of it paid back.
    let mut charger = charger(&till.house).await;
    let transaction = begin(till, &anna, &mut charger).await;
    meter(&mut charger, transaction, 4_000, till.ago(1_800)).await;
    boot(&mut charger).await;
    stop(&mut charger, transaction, 7_000, till.ago(900)).await;
    let id = till.session().await.id;
    let refund = json!({ "amount": euros("1.19"), "reason": "A kind word" });
    post(
        till,
        desk,
        &format!("/api/cms/sessions/{id}/refund"),
        refund,
    )
    .await;
}

async fn a_day_comes_to_what_was_sold_and_what_moved_and_the_next_begins_with_the_till(till: Till) {
    let desk = till.house.token().await;
    live_through(&till, &desk).await;
    let expect = json!({
        "invoices": 2, "reversals": 1, "energyWh": 7_000, "total": "3.50", "tax": "0.56",
        "refunds": "1.19", "owed": "0.00", "codes": 1, "prepaid": "10.00",
        "cash": ["0.00", "30.00", "5.00", "25.00"], "given": "2.00", "taken": "0.00",
    });
    let viewer = till.house.token_of(Role::Viewer).await;
    let so_far = till
        .house
        .get("/api/cms/shifts/current", Some(&viewer))
        .await
        .body;
    assert_eq!(figures(&so_far), expect, "{so_far}");
    assert_eq!(
        (&so_far["number"], &so_far["closedAt"]),
        (&Value::Null, &Value::Null)
    );
    let close = json!({ "countedCash": euros("24.50"), "note": "Fifty cents short" });
    let closed = post(&till, &desk, "/api/cms/shifts", close).await;
    assert_eq!(figures(&closed), expect, "{closed}");
    assert_eq!(closed["number"], 1);
    assert_eq!(closed["cash"]["difference"], euros("-0.50"));
    assert_eq!(
        closed["sales"]["taxes"],
        json!([{ "percent": "19.0", "net": euros("2.94"), "tax": euros("0.56") }])
    );
    let numbers = &closed["sales"]["numbers"][0];
    assert!(text(&numbers["first"]).ends_with("-000001"), "{numbers}");
    assert!(text(&numbers["last"]).ends_with("-000003"), "{numbers}");
    let shown = format!("/api/cms/shifts/{}", text(&closed["id"]));
    assert_eq!(
        till.house.get(&shown, Some(&viewer)).await.body,
        closed,
        "for good"
    );
    // The next day begins with what lies in the till, and with nothing else.
    let next = post(&till, &desk, "/api/cms/shifts", json!({})).await;
    assert_eq!(next["number"], 2);
    assert_eq!(next["openedAt"], closed["closedAt"]);
    let empty = json!({
        "invoices": 0, "reversals": 0, "energyWh": 0, "total": "0.00", "tax": "0.00",
        "refunds": "0.00", "owed": "0.00", "codes": 0, "prepaid": "0.00",
        "cash": ["25.00", "0.00", "0.00", "25.00"], "given": "0.00", "taken": "0.00",
    });
    assert_eq!(figures(&next), empty);
    let all = till.house.get("/api/cms/shifts", Some(&viewer)).await.body;
    assert_eq!(
        (&all["items"][0]["number"], &all["total"]),
        (&json!(2), &json!(2))
    );
    for (body, place) in [
        (json!({ "countedCash": euros("-1.00") }), "/countedCash"),
        (
            json!({ "countedCash": { "amount": "1.00", "currency": "USD" } }),
            "/countedCash",
        ),
        (json!({ "note": "x".repeat(501) }), "/note"),
    ] {
        let answer = till
            .house
            .ask(Method::POST, "/api/cms/shifts", Some(&desk), Some(body))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            answer.body
        );
        assert_eq!(answer.body["errors"][0]["pointer"], place);
    }
    till.is_sound().await;
}

/// Forty who pay in, and eight who close meanwhile: each cent is in one day.
async fn what_moves_while_days_are_closed_is_in_one_of_them(till: Till) {
    let core = till.house.gateway.core.clone();
    let currency = Currency::from_code("EUR").expect("a currency");
    let by = {
        let mut conn = core.store.read().await.expect("a reader");
        let found = operators::find_by_email(&mut conn, EMAIL).await;
        found.expect("a sound store").expect("it is there").id
    };
    let mut customers = Vec::new();
    for number in 0..4 {
        let driver = till.driver(&format!("d{number}@example.org"), "0").await;
        customers.push(driver.customer());
    }
    let close = async |counted| {
        let close = Close {
            counted,
            note: None,
            by,
        };
        close_shift(&core, close, Keep::nothing())
            .await
            .expect("it closes")
    };
    let gifts = (0..40_i64).map(|number| {
        let core = core.clone();
        let customer = customers[usize::try_from(number % 4).expect("small")];
        async move {
            let wish = Wish {
                customer,
                amount: Money {
                    minor: 1 << (number % 10),
                    currency,
                },
                method: if number % 2 == 0 {
                    Paid::Cash
                } else {
                    Paid::Credit
                },
                reason: "At the desk".to_owned(),
                by,
            };
            adjust_wallet(&core, wish, Keep::nothing())
                .await
                .expect("it is given");
        }
    });
    let closings = join_all((0..8).map(|_| close(None)));
    let (_, mut shifts) = tokio::join!(join_all(gifts), closings);
    shifts.push(close(None).await);
    let mut numbers: Vec<i64> = shifts.iter().map(|shift| shift.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=9).collect::<Vec<i64>>(), "without a hole");
    let cash: i64 = shifts.iter().map(|shift| shift.report.flows.cash_in).sum();
    let given: i64 = shifts.iter().map(|shift| shift.report.flows.given).sum();
    let each = |odd: i64| {
        (0..40)
            .filter(|n| n % 2 == odd)
            .map(|n| 1 << (n % 10))
            .sum::<i64>()
    };
    assert_eq!((cash, given), (each(0), each(1)), "{shifts:?}");
    shifts.sort_by_key(|shift| shift.number);
    for pair in shifts.windows(2) {
        let (before, after) = (&pair[0].report.flows, &pair[1].report.flows);
        assert_eq!(
            after.cash_before,
            before.cash_expected(),
            "the till goes on"
        );
    }
    let open = preview_shift(&core).await.expect("it can be asked");
    assert_eq!(open.report.flows.cash_in, 0, "nothing is left over");
    till.is_sound().await;
}
