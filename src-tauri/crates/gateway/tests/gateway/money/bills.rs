//! One bill per charge, whatever comes twice, late or corrected (MON-06); FLT-01, -02, -05 and -06 with money.
//!
//! Planted once and seen red: what is left of a hold kept back; a hold that nothing resolved left alone.

use std::sync::Arc;
use std::time::Duration;

use domain::bill::BillKind;
use domain::session::SessionStatus;
use domain::{Money, SessionId};
use gateway::core::Core;
use gateway::ops::bill::settle_due;
use jiff::SignedDuration;
use serde_json::json;
use store::repo::{bills, ledger, sessions};
use testkit::{Charger, rounds};

use super::limits::Moved;
use super::till::{Till, accept_start, begin, boot, meter, start, stop};
use crate::user::charger;

on_both_engines! {
    however_often_a_stop_comes_there_is_one_bill,
    a_stop_that_comes_after_the_bill_reverses_it_and_bills_the_true_meter,
    readings_after_an_inferred_end_are_billed_once_they_stop_coming,
    a_hold_that_nothing_resolved_is_given_back_once,
    a_race_of_stops_and_looks_moves_each_cent_once,
}

async fn billed(till: &Till, id: SessionId) -> Vec<(i64, BillKind, i64, i64)> {
    let mut conn = till
        .house
        .gateway
        .core
        .store
        .read()
        .await
        .expect("a reader");
    let all = bills::list_of(&mut conn, id).await.expect("a list");
    let row = |bill: &domain::bill::Bill| {
        let energy = bill.energy.0;
        (bill.revision, bill.kind, energy, bill.cost.total.minor)
    };
    all.iter().map(row).collect()
}

async fn however_often_a_stop_comes_there_is_one_bill(till: Till) {
    let anna = till.driver("anna@example.org", "500.00").await;
    till.card(anna.customer(), "ANNA").await;
    let mut charger = charger(&till.house).await;
    let url = format!("ws://{}/ocpp", till.house.gateway.ocpp);
    let mut paid = 0;
    for round in 0..i64::from(rounds(10, 500)) {
        let at = till.ago(7_000 - round * 10);
        let (transaction, status) = start(&mut charger, "ANNA", at).await;
        assert_eq!(status, "Accepted", "{round}");
        let wh = 100 + round;
        let payload = json!({ "transactionId": transaction, "meterStop": 1_000 + wh, "timestamp": till.ago(7_000 - round * 10 - 60).to_string() });
        // Side by side under ids of their own, then once more over another socket.
        for copy in 0..4 {
            let frame = json!([2, format!("{round}-{copy}"), "StopTransaction", payload]);
            charger.send(&frame.to_string()).await;
        }
        for _ in 0..4 {
            charger.next().await;
        }
        charger = Charger::connect(&url, "CP-1", None).await;
        charger.call("StopTransaction", payload).await;
        let total = (wh * 50 + 500) / 1_000;
        let session = till.session().await;
        let total = session.total().map_or(total, |money| money.minor);
        paid += total;
        assert_eq!(
            till.has(anna.customer()).await,
            (50_000 - paid, 0, 0),
            "{round}"
        );
        let all = billed(&till, session.id).await;
        assert_eq!(all, [(1, BillKind::Bill, wh, total)], "{round}");
    }
    till.is_sound().await;
}

/// Mains gone in the middle: the boot bills what was measured, the charger's own stop makes it what it was (FLT-06).
async fn a_stop_that_comes_after_the_bill_reverses_it_and_bills_the_true_meter(till: Till) {
    let anna = till.driver("anna@example.org", "3.00").await;
    let mut charger = charger(&till.house).await;
    let transaction = begin(&till, &anna, &mut charger).await;
    meter(&mut charger, transaction, 4_000, till.ago(1_800)).await;
    boot(&mut charger).await;
    assert_eq!(
        till.has(anna.customer()).await,
        (100, 0, 0),
        "2.00 as measured"
    );
    let id = till.session().await.id;
    till.is_sound().await;
    // More than there is now: what is missing is owed.
    stop(&mut charger, transaction, 7_000, till.ago(900)).await;
    stop(&mut charger, transaction, 7_000, till.ago(900)).await;
    assert_eq!(till.has(anna.customer()).await, (0, 0, 50), "3.50 of 3.00");
    assert_eq!(
        billed(&till, id).await,
        [
            (1, BillKind::Bill, 4_000, 200),
            (1, BillKind::Reversal, 4_000, 200),
            (2, BillKind::Bill, 7_000, 350),
        ]
    );
    let list = anna.get(&till.house, "/api/user/wallet/transactions").await;
    let amounts: Vec<_> = list.body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            one["amount"]["amount"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    assert_eq!(amounts, ["-3.00", "2.00", "-2.00", "3.00"], "{}", list.body);
    till.is_sound().await;
}

/// Readings that come after the end, once nothing more comes, are billed; until then the bill that stands is not wrong, it
/// is due.
async fn readings_after_an_inferred_end_are_billed_once_they_stop_coming(till: Till) {
    let anna = till.driver("anna@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    let transaction = begin(&till, &anna, &mut charger).await;
    meter(&mut charger, transaction, 2_000, till.ago(2_000)).await;
    boot(&mut charger).await;
    let id = till.session().await.id;
    for step in 1..=5 {
        let at = till.ago(1_900 - step * 100);
        meter(&mut charger, transaction, 2_000 + step * 200, at).await;
    }
    till.is_sound().await;
    assert_eq!(billed(&till, id).await.len(), 1, "not at each of them");
    let (core, clock) = Moved::of(&till);
    clock.advance(60);
    settle_due(&core).await.expect("the store writes");
    let expect = [
        (1, BillKind::Bill, 2_000, 100),
        (1, BillKind::Reversal, 2_000, 100),
        (2, BillKind::Bill, 3_000, 150),
    ];
    assert_eq!(billed(&till, id).await, expect);
    assert_eq!(till.has(anna.customer()).await, (4_850, 0, 0));
    till.is_sound().await;
}

/// What nothing else resolved is given back, once, however many look (MON-04).
async fn a_hold_that_nothing_resolved_is_given_back_once(till: Till) {
    let anna = till.driver("anna@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    anna.start(&till.house, "a", json!({ "connectorId": 1 }))
        .await;
    accept_start(&mut charger).await;
    assert_eq!(till.has(anna.customer()).await, (3_000, 2_000, 0));
    // The charger's answer is taken in first: it would put the session back to what it was.
    let taken = testkit::wait_until(Duration::from_secs(10), async || {
        let session = till.session().await;
        (session.status == SessionStatus::Accepted).then_some(session)
    });
    let mut left = taken.await.expect("the charger said yes");
    left.status = SessionStatus::Failed;
    left.failure = Some(domain::session::Failure {
        code: domain::session::FailureCode::Error,
        detail: "Planted.".to_owned(),
    });
    let core = till.house.gateway.core.clone();
    // Past the ops, as a fault of ours would leave it.
    let planted: Result<(), gateway::core::OpError> = core
        .write(move |unit| Box::pin(async move { Ok(sessions::update(unit.conn, &left).await?) }))
        .await;
    planted.expect("the store writes");
    let looks = (0..8).map(|_| settle_due(&core));
    for look in futures_util::future::join_all(looks).await {
        look.expect("it looks");
    }
    assert_eq!(till.has(anna.customer()).await, (5_000, 0, 0));
    let mut conn = core.store.read().await.expect("a reader");
    let kind = domain::ledger::TransferKind::Release;
    let id = till.session().await.id;
    let moved = ledger::moved(&mut conn, id, kind);
    assert_eq!(moved.await.expect("a sum"), (2_000, 1), "once");
    till.is_sound().await;
}

/// A clock ahead of the house's, for what must wait.
pub fn later(core: &Core, by: SignedDuration) -> Core {
    let at = core.clock.now() + by;
    let clock = Moved(std::sync::atomic::AtomicI64::new(at.as_millisecond()));
    Core {
        clock: Arc::new(clock),
        ..core.clone()
    }
}

/// 64 who stop the same charge, correct it and pay it back at once: each cent moves once.
async fn a_race_of_stops_and_looks_moves_each_cent_once(till: Till) {
    let anna = till.driver("anna@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    let transaction = begin(&till, &anna, &mut charger).await;
    let core = &till.house.gateway.core;
    let ahead = later(core, SignedDuration::from_mins(10));
    let at = till.ago(0);
    let stops = (0..64).map(|number| {
        let (core, ahead) = (core.clone(), ahead.clone());
        let point = till.house.point;
        async move {
            if number % 4 == 3 {
                return settle_due(&ahead).await.map(drop);
            }
            let stop = gateway::ops::stop_session::Stop {
                transaction_id: transaction,
                meter_stop: domain::WattHours(5_000),
                at,
                reason: domain::session::StopReason::Local,
                id_tag: None,
                readings: Vec::new(),
                unreadable: Vec::new(),
                signed: Vec::new(),
                raw: "{}".to_owned(),
            };
            gateway::ops::stop_session::stop_session(&core, point, stop)
                .await
                .map(drop)
        }
    });
    for done in futures_util::future::join_all(stops).await {
        done.expect("each is taken");
    }
    assert_eq!(till.has(anna.customer()).await, (4_800, 0, 0));
    let total = Money {
        minor: 200,
        currency: core.money().currency,
    };
    assert_eq!(till.session().await.total(), Some(total));
    till.is_sound().await;
}
